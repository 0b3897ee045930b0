// importStream: one named source from a stream of bytes. In: plain or gzip bytes, any framing. Out: durable rows and a summary.
import type { SegmentSource } from '@kubewitness/core/event';
import { Framer, type Ingest } from '../../ingest/index.ts';
import { unzipped } from './gunzip.ts';
import { looksLikeLog, PEEK_BYTES } from './looks-like-log.ts';

export interface ImportOptions {
  readonly stream: AsyncIterable<Uint8Array>;
  /** `upload` in it names the import, so that its rows can be counted. */
  readonly source: SegmentSource;
  readonly ingest: Ingest;
  readonly signal: AbortSignal;
}

export interface ImportSummary {
  /** After decompression. */
  readonly bytes: number;
  /** Rows handed to the store, broken ones included. */
  readonly lines: number;
  /** One sentence each; rows that went to quarantine already here are counted in one of them. */
  readonly problems: readonly string[];
}

/** Chunks are cut to this size, so that one of them never keeps the event loop for long. */
const SLICE_BYTES = 1024 * 1024;

/** Resolves when every line is durable in the spool. A signal ends it between two chunks; what was read until then counts. */
export async function importStream(options: ImportOptions): Promise<ImportSummary> {
  const { source, ingest, signal } = options;
  const { chunks, problems } = unzipped(options.stream);
  const lines = ingest.linesOf(source);
  const framer = new Framer(lines, ingest.frameLimits);
  let bytes = 0;
  let peek: Buffer | undefined = Buffer.alloc(0);

  const take = async (chunk: Buffer): Promise<boolean> => {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      if (!(await ingest.ready(signal))) return false;
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      framer.push(slice, bytes);
      bytes += slice.length;
    }
    return true;
  };

  let going = true;
  try {
    for await (const chunk of chunks) {
      if (peek === undefined) going = await take(chunk);
      else {
        peek = peek.length === 0 ? chunk : Buffer.concat([peek, chunk]);
        if (!decided(peek)) continue;
        if (!looksLikeLog(peek)) return noLog(source, peek.length, problems);
        going = await take(peek);
        peek = undefined;
      }
      if (!going) break;
    }
  } catch (error) {
    if (!signal.aborted) problems.push(`KW_IMPORT_STREAM_BROKE: ${messageOf(error)}; what came before it was kept.`);
    going = false;
  }
  if (peek !== undefined && peek.length > 0) {
    if (!looksLikeLog(peek)) return noLog(source, peek.length, problems);
    await take(peek);
  }
  framer.end();
  const committed = await ingest.commitPatiently();
  if (!committed.ok) problems.push(committed.problem);
  else if (signal.aborted) problems.push('KW_IMPORT_STOPPED: the import was stopped before its end.');
  ingest.flush();
  if (lines.problems > 0)
    problems.push(`KW_IMPORT_BROKEN_LINES: ${lines.problems} lines are broken or too long and went to quarantine.`);
  return { bytes, lines: lines.lines, problems };
}

/** The first line that looks right ends the peek; otherwise the whole first part is waited for. */
function decided(peek: Buffer): boolean {
  return peek.length >= PEEK_BYTES || (peek.includes(0x0a) && looksLikeLog(peek));
}

function noLog(source: SegmentSource, bytes: number, problems: string[]): ImportSummary {
  const sentence = `KW_IMPORT_NO_LOG: ${source.name} does not look like an audit log: no line in its first ${bytes} bytes begins like a record, so nothing of it was read. Audit logs have one JSON object a line.`;
  return { bytes, lines: 0, problems: [...problems, sentence] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
