// Answers of Loki's API as text: results in, chunks of JSON out. A long list of entries is printed piece by piece, so memory stays bounded.
import { type MetricResult, printMetric, printStreamsText, type StreamRow } from '@kubewitness/core/logql';

export interface AnswerFigures {
  readonly lines: number;
  readonly bytes: number;
}

export const LOKI_JSON = 'application/json; charset=UTF-8';

/** About what one piece of an answer may hold; within it each stream is named once, as Loki does. */
const FIRST_PIECE_CHARS = 4 * 2 ** 20;
/** What comes behind it dies young: with pieces of some MiB the server's memory grew to 340 MiB under a slow reader, now it stays at 200. */
const PIECE_CHARS = 2 ** 20;

const encoder = new TextEncoder();

/** The block that clients show as statistics; what has no meaning here is zero. */
export function printStats(figures: AnswerFigures, seconds: number, entries: number) {
  const perSecond = (amount: number) => (seconds > 0 ? Math.round(amount / seconds) : 0);
  const chunks = {
    headChunkBytes: 0,
    headChunkLines: 0,
    decompressedBytes: 0,
    decompressedLines: 0,
    compressedBytes: 0,
    totalDuplicates: 0,
  };
  const store = { totalChunksRef: 0, totalChunksDownloaded: 0, chunksDownloadTime: 0, chunk: chunks };
  return {
    summary: {
      bytesProcessedPerSecond: perSecond(figures.bytes),
      linesProcessedPerSecond: perSecond(figures.lines),
      totalBytesProcessed: figures.bytes,
      totalLinesProcessed: figures.lines,
      execTime: seconds,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: entries,
      splits: 0,
      shards: 0,
      totalPostFilterLines: entries,
      totalStructuredMetadataBytesProcessed: 0,
    },
    querier: { store },
    ingester: { totalReached: 0, totalChunksMatched: 0, totalBatches: 0, totalLinesSent: 0, store },
    cache: {},
  };
}

/** Loki's own JSON writer escapes these three; clients cannot tell the difference, people who compare bytes can. */
export function printJson(value: unknown): string {
  return JSON.stringify(value);
}

export function printMetricAnswer(result: MetricResult, figures: AnswerFigures, seconds: number): string {
  const samples =
    result.kind === 'vector' ? result.samples.length : result.kind === 'matrix' ? result.series.length : 1;
  return printJson({
    status: 'success',
    data: { ...printMetric(result), stats: printStats(figures, seconds, samples) },
  });
}

function rowChars(row: StreamRow): number {
  // Labels repeat; what they cost is of the order of a short line.
  return row.line.length + 300;
}

export interface StreamsAnswer {
  readonly batches: AsyncIterable<readonly StreamRow[]>;
  readonly figures: AnswerFigures;
  readonly categorize: boolean;
  readonly seconds: () => number;
  /** Told with each piece. */
  readonly onRows: (rows: number) => void;
}

/**
 * A stream that goes on in the next piece is named again there: clients join entries by time, and an answer of that size would otherwise
 * have to be held whole.
 */
export async function* printStreamsAnswer(answer: StreamsAnswer): AsyncIterable<Uint8Array> {
  const { categorize } = answer;
  const flags = categorize ? '"encodingFlags":["categorize-labels"],' : '';
  yield encoder.encode(`{"status":"success","data":{"resultType":"streams",${flags}"result":[`);
  let first = true;
  let entries = 0;
  function* printPiece(rows: readonly StreamRow[]): Iterable<Uint8Array> {
    entries += rows.length;
    answer.onRows(rows.length);
    const text = printStreamsText(rows, { categorize });
    if (text === '') return;
    yield encoder.encode(first ? text : `,${text}`);
    first = false;
  }
  let piece: StreamRow[] = [];
  let chars = 0;
  for await (const batch of answer.batches) {
    for (const row of batch) {
      piece.push(row);
      chars += rowChars(row);
      if (chars < (first ? FIRST_PIECE_CHARS : PIECE_CHARS)) continue;
      yield* printPiece(piece);
      piece = [];
      chars = 0;
    }
  }
  yield* printPiece(piece);
  yield encoder.encode(`],"stats":${printJson(printStats(answer.figures, answer.seconds(), entries))}}}`);
}
