// Log files -> the server's import, one POST a file with the bytes as they are -> the added-up summary.
import { setMaxListeners } from 'node:events';
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

/** A file that was sent waits until it is stored, and the store takes many at a time: small files would cost a wait each. */
const MAX_WAITING = 16;
const COUNTS = ['bytes', 'read', 'stored', 'duplicate', 'quarantined'] as const;

/** What became of one file. */
type Outcome = { readonly summary: ImportSummary } | { readonly unreadable: string } | { readonly failure: unknown };

/** Sends the files in turn. A file that cannot be read is a sentence in `problems`; a server that refuses ends the import. */
export async function importFiles(job: ImportJob): Promise<ImportReport> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  // Each upload listens in a few places; Node takes more than ten listeners for a leak.
  setMaxListeners(0, signal);
  const outcomes: Promise<Outcome>[] = [];
  const waiting = new Set<Promise<Outcome>>();
  let failure: { readonly cause: unknown } | undefined;
  for (const file of job.files) {
    if (waiting.size >= MAX_WAITING) await Promise.race(waiting);
    if (failure !== undefined) break;
    job.listener.begin(file);
    await new Promise<void>((resolve) => {
      const outcome = importFile({ ...job, signal }, file, resolve).then((known) => {
        if ('failure' in known) failure ??= { cause: known.failure };
        waiting.delete(outcome);
        resolve();
        return known;
      });
      waiting.add(outcome);
      outcomes.push(outcome);
    });
  }
  if (failure !== undefined) stop.abort();
  const known = await Promise.all(outcomes);
  if (failure !== undefined) throw failure.cause;
  return addUp(job.files, known);
}

/** In the order of the files, whichever was stored first. */
function addUp(files: readonly LogFile[], outcomes: readonly Outcome[]): ImportReport {
  const total = { files: 0, bytes: 0, read: 0, stored: 0, duplicate: 0, quarantined: 0 };
  const problems: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if ('unreadable' in outcome) problems.push(outcome.unreadable);
    if (!('summary' in outcome)) continue;
    const path = files[index]?.path ?? '';
    total.files += 1;
    for (const key of COUNTS) total[key] += outcome.summary[key];
    problems.push(
      ...outcome.summary.problems.map((problem) => (problem.includes(path) ? problem : `${path}: ${problem}`)),
    );
  }
  return { ...total, problems };
}

/** `onSent` is called when all bytes are on their way; the answer comes when they are stored. */
async function importFile(job: ImportJob, file: LogFile, onSent: () => void): Promise<Outcome> {
  const params = new Map<string, readonly string[]>([['name', [file.path]]]);
  for (const key of ['cluster', 'host', 'component'] as const) {
    const value = job.origin[key];
    if (value !== undefined) params.set(key, [value]);
  }
  let unreadable: unknown;
  const body = file.path === '-' ? job.stdin : createReadStream(file.path, { highWaterMark: READ_BYTES });
  body.on('data', (chunk: Buffer) => job.listener.sent(chunk));
  body.once('end', () => {
    job.listener.waiting();
    onSent();
  });
  body.once('error', (error: unknown) => {
    unreadable = error;
  });
  try {
    const answer = await job.client.getJson({
      method: 'POST',
      path: API.import,
      params,
      body,
      signal: job.signal,
    });
    return { summary: parseSummary(answer, job.client.address) };
  } catch (error) {
    return unreadable === undefined
      ? { failure: error }
      : { unreadable: `${file.path} cannot be read (${errorText(unreadable)}).` };
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
