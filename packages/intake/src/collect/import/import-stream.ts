// importStream: one upload. In: a stream of bytes, plain, gzip or an archive of logs. Out: durable rows and a summary.
import type { SegmentSource } from '@kubewitness/core/event';
import type { Ingest } from '../../ingest/index.ts';
import { foreignFormat, isTar } from './file-format.ts';
import { unzipped } from './gunzip.ts';
import { type ArchiveEntry, importArchive } from './import-archive.ts';
import { importText, type TextSummary } from './import-text.ts';
import { peekStream } from './peek-stream.ts';

export interface ImportOptions {
  readonly stream: AsyncIterable<Uint8Array>;
  /** `upload` in it names the import, so that its rows can be counted. Entries of an archive become sources of their own. */
  readonly source: SegmentSource;
  readonly ingest: Ingest;
  readonly signal: AbortSignal;
}

export interface ImportSummary extends TextSummary {
  /** For archives: what became of each entry. */
  readonly entries?: readonly ArchiveEntry[];
}

/** Enough for the header of an archive and all magic numbers. */
const HEADER_BYTES = 512;

/** Resolves when every line is durable in the spool and on its way to the store. */
export async function importStream(options: ImportOptions): Promise<ImportSummary> {
  const { ingest, signal } = options;
  const summary = await importAny(options);
  const committed = await ingest.commitPatiently();
  ingest.flush();
  if (!committed.ok) return { ...summary, problems: [...summary.problems, committed.problem] };
  if (!signal.aborted) return summary;
  return {
    ...summary,
    problems: [
      ...summary.problems,
      'KW_IMPORT_STOPPED: the import was stopped before its end; run it again, nothing is kept twice.',
    ],
  };
}

async function importAny(options: ImportOptions): Promise<ImportSummary> {
  const { source, ingest, signal } = options;
  const { chunks, problems } = unzipped(options.stream);
  try {
    const { head, chunks: whole } = await peekStream(chunks, HEADER_BYTES);
    const foreign = foreignFormat(head);
    if (foreign === undefined) {
      const text = { chunks: whole, problems, source, ingest, signal };
      return await (isTar(head) ? importArchive(text) : importText(text));
    }
    await whole.return();
    problems.push(
      `KW_IMPORT_FORMAT: ${source.name} is ${foreign.name}, which is not read here; unpack it first: ${foreign.wayOut}`,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push(`KW_IMPORT_STREAM_BROKE: ${source.name}: ${message}. Send it again for the rest.`);
  }
  return { bytes: 0, lines: 0, problems };
}
