// importArchive: a tar archive of logs (must-gather, an export). In: its bytes. Out: rows per entry, each a source of its own.
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { SegmentSource } from '@kubewitness/core/event';
import { extract } from 'tar-stream';
import { guessOrigin } from '../file/guess-source.ts';
import { parseRotatedName } from '../file/rotated-name.ts';
import { unzipped } from './gunzip.ts';
import { importText, type TextOptions, type TextSummary } from './import-text.ts';
import { peekStream } from './peek-stream.ts';

export interface ArchiveEntry extends TextSummary {
  readonly name: string;
  /** Why it was not read; undefined when it was. */
  readonly skipped?: string;
}

export interface ArchiveSummary extends TextSummary {
  readonly entries: readonly ArchiveEntry[];
}

/** Of a bigger archive all logs are read, but only so many entries are told apart in the summary. */
const MAX_REPORTED = 10_000;
/** How far to look for an event in an entry whose name does not say that it is an audit log. */
const PEEK_BYTES = 64 * 1024;

export async function importArchive(options: TextOptions): Promise<ArchiveSummary> {
  const { chunks, problems, signal } = options;
  const entries: ArchiveEntry[] = [];
  let bytes = 0;
  let lines = 0;
  let read = 0;
  const unpack = extract();
  const input = Readable.from(chunks);
  // The error reaches the loop below through the archive itself.
  input.on('error', (error) => unpack.destroy(error));
  input.pipe(unpack);
  try {
    for await (const entry of unpack) {
      const { name, type } = entry.header;
      const summary: ArchiveEntry | undefined =
        type === 'file' ? await importEntry(options, name, leftOpen(entry)) : skippedType(name, type);
      entry.resume();
      if (summary === undefined) continue;
      if (summary.skipped === undefined) read++;
      bytes += summary.bytes;
      lines += summary.lines;
      if (entries.length < MAX_REPORTED) entries.push(summary);
      for (const problem of summary.problems) problems.push(`${name}: ${problem}`);
      if (signal.aborted) break;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push(
      `KW_IMPORT_ARCHIVE_BROKE: the archive ends too early or is damaged (${message}); what came before was kept. Copy the file again for the rest.`,
    );
  } finally {
    input.destroy();
    unpack.destroy();
  }
  if (read === 0 && !signal.aborted) {
    problems.push(
      `KW_IMPORT_NO_LOG: ${options.source.name} is an archive without audit logs; none of its entries looks like one.`,
    );
  }
  return { bytes, lines, problems, entries };
}

/** An entry that is left in the middle must not be destroyed: that would end the whole archive. */
function leftOpen(entry: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const iterator = entry[Symbol.asyncIterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
}

function skippedType(name: string, type: string): ArchiveEntry | undefined {
  return type === 'directory'
    ? undefined
    : { name, bytes: 0, lines: 0, problems: [], skipped: `it is a ${type}, not a file` };
}

async function importEntry(options: TextOptions, name: string, content: AsyncIterable<Buffer>): Promise<ArchiveEntry> {
  const { ingest, signal } = options;
  const { chunks, problems } = unzipped(content);
  if (isAuditLogName(name)) {
    return {
      name,
      ...(await importText({ chunks, problems, source: entrySource(options.source, name), ingest, signal })),
    };
  }
  const peeked = await peekStream(chunks, PEEK_BYTES);
  if (!holdsEvents(peeked.head)) {
    await peeked.chunks.return();
    return { name, bytes: 0, lines: 0, problems: [], skipped: 'it is no audit log' };
  }
  const source = entrySource(options.source, name);
  return { name, ...(await importText({ chunks: peeked.chunks, problems, source, ingest, signal })) };
}

/** `audit.log`, `master-0-audit-2021-03-09T14-07-27.129.log.gz`, `audit-log.json`; not `kube-apiserver.audit_logs_listing`. */
function isAuditLogName(name: string): boolean {
  const file = basename(name).replace(/(\.gz)+$/, '');
  const live = parseRotatedName(file)?.base ?? file;
  return /audit/.test(live) && /\.(log|ndjson|jsonl)$|audit-log\.json$/.test(live);
}

/** The group name of audit events, or the mark of the old text format: sidecars, listings and truth tables have neither. */
function holdsEvents(head: Buffer): boolean {
  return (
    head.includes('"apiVersion":"audit.k8s.io/') || head.includes('"audit.k8s.io/v1') || head.includes('AUDIT: id=')
  );
}

/** What the sender said goes before what the entry's place says, except for the node, which differs from entry to entry. */
export function entrySource(source: SegmentSource, name: string): SegmentSource {
  const guessed = guessOrigin(name);
  return {
    ...source,
    name: `${source.name}!${name}`,
    cluster: source.cluster === '' ? guessed.cluster : source.cluster,
    host: guessed.host === '' ? source.host : guessed.host,
    component: guessed.component === '' ? source.component : guessed.component,
    logSource: guessed.component === '' ? source.logSource : guessed.logSource,
  };
}
