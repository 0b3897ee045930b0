// What a person names on the command line (files, directories, `-`) -> the log files to send, in order.
import { open, opendir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { CliProblem, errorCode, errorText } from './problem.ts';

export interface LogFile {
  /** As named by the user; `-` is standard input. */
  readonly path: string;
  readonly bytes: number | undefined;
}

export interface FoundFiles {
  readonly files: readonly LogFile[];
  /** Files of the directories whose names look like logs but whose beginnings hold no audit event. */
  readonly others: number;
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
}

// audit.log, audit-2026-09-17T08-48-00.932.log, audit.log.1, each also with .gz; .json, .ndjson, .jsonl; archives.
const LOG_NAME = /(\.(log|json|ndjson|jsonl)([.-][\w.:-]*)?|\.(tar|tgz|tar\.gz))(\.gz)?$/i;
const ARCHIVE_NAME = /\.(tar|tgz|tar\.gz)$/i;
const PROBE_BYTES = 64 * 1024;

function explain(path: string, error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return `${path} does not exist; check the path.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path} cannot be read (permission denied); run as a user who may.`;
  return `${path} cannot be read (${errorText(error)}); name another, or mend what stands there.`;
}

export async function findLogFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: LogFile[] = [];
  const problems: string[] = [];
  let others = 0;
  for (const path of paths) {
    if (path === '-') {
      files.push({ path, bytes: undefined });
      continue;
    }
    try {
      const status = await stat(path);
      if (status.isDirectory()) others += await walk(path, files, problems);
      else files.push({ path, bytes: status.isFile() ? status.size : undefined });
    } catch (error) {
      problems.push(explain(path, error));
    }
  }
  if (files.length === 0 && problems.length === 0) {
    throw new CliProblem(
      'KW_CLI_NO_LOGS',
      `No audit logs in ${paths.join(', ')}: no file there is named *.log, *.json, *.ndjson, *.jsonl (also .gz) or *.tar and begins with audit events. Name a file to send it whatever it is called.`,
    );
  }
  return { files, others, problems };
}

/** Adds the audit logs below the directory, sorted by name so that rotated siblings come in order; returns the number of others. */
async function walk(directory: string, files: LogFile[], problems: string[]): Promise<number> {
  let others = 0;
  const names: { name: string; directory: boolean }[] = [];
  try {
    for await (const entry of await opendir(directory)) {
      if (entry.isDirectory()) names.push({ name: entry.name, directory: true });
      else if (entry.isFile() || entry.isSymbolicLink()) names.push({ name: entry.name, directory: false });
    }
  } catch (error) {
    problems.push(explain(directory, error));
    return 0;
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of names) {
    const path = join(directory, entry.name);
    if (entry.directory) {
      others += await walk(path, files, problems);
      continue;
    }
    if (!LOG_NAME.test(entry.name)) continue;
    try {
      // A link to a directory is not followed: it may lead back up.
      const status = await stat(path);
      if (!status.isFile()) continue;
      if (await isWanted(path)) files.push({ path, bytes: status.size });
      else others += 1;
    } catch (error) {
      problems.push(explain(path, error));
    }
  }
  return others;
}

/** Whole must-gathers hold thousands of other logs; of a directory only what looks like audit events is sent. */
async function isWanted(path: string): Promise<boolean> {
  const name = basename(path);
  if (/audit/i.test(name) || ARCHIVE_NAME.test(name)) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return (head[0] === 0x1f && head[1] === 0x8b ? await unzipHead(head) : head).includes('"auditID"');
  } finally {
    await file.close();
  }
}

/** What the first bytes of a gzip file decompress to; a cut end is expected. */
function unzipHead(head: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const gunzip = createGunzip();
    gunzip.on('data', (part: Buffer) => parts.push(part));
    gunzip.once('close', () => resolve(Buffer.concat(parts)));
    gunzip.once('end', () => gunzip.destroy());
    gunzip.once('error', () => gunzip.destroy());
    gunzip.end(head);
  });
}
