// Log files -> the server's import, one POST a file with the bytes as they are -> the added-up summary.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ImportSummary } from '@kubewitness/core/wire';
import { API } from '@kubewitness/core/wire';
import type { LogFile } from './find-log-files.ts';
import type { HttpClient } from './http-client.ts';
import { CliProblem, errorText } from './problem.ts';

/** What is known about all files of one import; a file's own lines may say more. */
export interface Origin {
  readonly cluster?: string | undefined;
  readonly host?: string | undefined;
  readonly component?: string | undefined;
}

export interface ImportListener {
  begin(file: LogFile): void;
  /** Called with each chunk that goes to the server. */
  sent(chunk: Uint8Array): void;
  /** All bytes are sent; the server still stores. */
  waiting(): void;
}

export interface ImportJob {
  readonly client: HttpClient;
  readonly files: readonly LogFile[];
  readonly origin: Origin;
  readonly stdin: Readable;
  readonly listener: ImportListener;
  readonly signal: AbortSignal;
}

export interface ImportReport extends ImportSummary {
  readonly files: number;
}

// Large reads keep the cost per byte low: 1 MiB is 16 times fewer wake-ups than the default.
const READ_BYTES = 1024 * 1024;

/** Sends the files in turn. A file that cannot be read is a sentence in `problems`; a server that refuses ends the import. */
export async function importFiles(job: ImportJob): Promise<ImportReport> {
  const total = { files: 0, bytes: 0, read: 0, stored: 0, duplicate: 0, quarantined: 0 };
  const problems: string[] = [];
  for (const file of job.files) {
    job.listener.begin(file);
    try {
      const summary = await importFile(job, file);
      total.files += 1;
      for (const key of ['bytes', 'read', 'stored', 'duplicate', 'quarantined'] as const) total[key] += summary[key];
      problems.push(
        ...summary.problems.map((problem) => (problem.includes(file.path) ? problem : `${file.path}: ${problem}`)),
      );
    } catch (error) {
      if (!(error instanceof CliProblem) || error.code !== 'KW_CLI_FILE') throw error;
      problems.push(error.message);
    }
  }
  return { ...total, problems };
}

async function importFile(job: ImportJob, file: LogFile): Promise<ImportSummary> {
  const params = new Map<string, readonly string[]>([['name', [file.path]]]);
  for (const key of ['cluster', 'host', 'component'] as const) {
    const value = job.origin[key];
    if (value !== undefined) params.set(key, [value]);
  }
  let unreadable: unknown;
  const body = file.path === '-' ? job.stdin : createReadStream(file.path, { highWaterMark: READ_BYTES });
  body.on('data', (chunk: Buffer) => job.listener.sent(chunk));
  body.once('end', () => job.listener.waiting());
  body.once('error', (error: unknown) => {
    unreadable = error;
  });
  try {
    return parseSummary(
      await job.client.getJson({ method: 'POST', path: API.import, params, body, signal: job.signal }),
      job.client.address,
    );
  } catch (error) {
    if (unreadable === undefined) throw error;
    throw new CliProblem('KW_CLI_FILE', `${file.path} cannot be read (${errorText(unreadable)}).`, unreadable);
  }
}

function parseSummary(value: unknown, address: string): ImportSummary {
  const fields = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const count = (key: string): number => {
    const number: unknown = fields.get(key);
    if (typeof number !== 'number') {
      throw new CliProblem(
        'KW_CLI_ANSWER',
        `${address} did not say what it stored; is it a KubeWitness server of this version?`,
      );
    }
    return number;
  };
  const problems: unknown = fields.get('problems');
  return {
    bytes: count('bytes'),
    read: count('read'),
    stored: count('stored'),
    duplicate: count('duplicate'),
    quarantined: count('quarantined'),
    problems: Array.isArray(problems) ? problems.map(String) : [],
  };
}
