// importText: the lines of one source. In: plain bytes, any framing. Out: rows in the spool and a summary.
import type { SegmentSource } from '@kubewitness/core/event';
import { Framer, type Ingest } from '../../ingest/index.ts';
import { looksLikeLog, PEEK_BYTES } from './looks-like-log.ts';

export interface TextOptions {
  /** Decompressed. Errors it throws end the import; what came before them is kept. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Filled by whoever makes the chunks: damage in compressed data. */
  readonly problems: string[];
  readonly source: SegmentSource;
  readonly ingest: Ingest;
  readonly signal: AbortSignal;
}

export interface TextSummary {
  /** After decompression. */
  readonly bytes: number;
  /** Rows handed to the store, broken ones included. */
  readonly lines: number;
  /** One sentence each; rows that went to quarantine already here are counted in one of them. */
  readonly problems: readonly string[];
}

/** Chunks are cut to this size, so that one of them never keeps the event loop for long. */
const SLICE_BYTES = 1024 * 1024;

/** Resolves when every line is handed to the spool, not yet durable there. A signal ends it between two chunks; what was read until then counts. */
export async function importText(options: TextOptions): Promise<TextSummary> {
  const { chunks, problems, source, ingest, signal } = options;
  const lines = ingest.linesOf(source);
  const framer = new Framer(lines, ingest.frameLimits);
  let bytes = 0;
  let peek: Buffer | undefined = Buffer.alloc(0);

  const take = async (chunk: Buffer): Promise<boolean> => {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      if (!(await ingest.ready(signal, 'bulk'))) return false;
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
    if (!signal.aborted)
      problems.push(
        `KW_IMPORT_STREAM_BROKE: ${messageOf(error)}; what came before it was kept. Send it again for the rest.`,
      );
    going = false;
  }
  if (peek !== undefined && peek.length > 0) {
    if (!looksLikeLog(peek)) return noLog(source, peek.length, problems);
    await take(peek);
  }
  framer.end();
  if (lines.problems > 0)
    problems.push(
      `KW_IMPORT_BROKEN_LINES: ${lines.problems} lines are broken or too long and went to quarantine; \`kubewitness quarantine\` shows them.`,
    );
  return { bytes, lines: lines.lines, problems };
}

/** The first line that looks right ends the peek; otherwise the whole first part is waited for. */
function decided(peek: Buffer): boolean {
  return peek.length >= PEEK_BYTES || (peek.includes(0x0a) && looksLikeLog(peek));
}

function noLog(source: SegmentSource, bytes: number, problems: string[]): TextSummary {
  const sentence = `KW_IMPORT_NO_LOG: ${source.name} does not look like an audit log: no line in its first ${bytes} bytes begins like a record, so nothing of it was read. Audit logs have one JSON object a line.`;
  return { bytes, lines: 0, problems: [...problems, sentence] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
