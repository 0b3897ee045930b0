// sourceLines: from framed lines to spool rows of one source. In: lines from a Framer. Out: rows, counted.
import type { SegmentSource } from '@kubewitness/core/event';
import type { LineSink } from './record-splitter.ts';

/** A row that waits for its place in the spool: bytes are copied at once. */
export type AppendRow = (
  source: SegmentSource,
  position: number,
  problem: Uint8Array | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

export interface SourceLines extends LineSink {
  /** Rows given to the spool so far, those with a problem included. */
  readonly lines: number;
  readonly problems: number;
}

/** Node names in front of lines come from outside: more than this from one source are no nodes. */
const MAX_HOSTS = 1000;

export function sourceLines(source: SegmentSource, append: AppendRow): SourceLines {
  const byHost = new Map<string, SegmentSource>();
  let lines = 0;
  let problems = 0;

  const sourceOf = (host: string): SegmentSource => {
    if (host === '' || host === source.host) return source;
    const known = byHost.get(host);
    if (known !== undefined) return known;
    if (byHost.size >= MAX_HOSTS) return source;
    const derived = { ...source, host };
    byHost.set(host, derived);
    return derived;
  };

  return {
    line(bytes, start, end, position, host, problem) {
      lines++;
      if (problem === '') append(host === '' ? source : sourceOf(host), position, undefined, bytes, start, end);
      else {
        problems++;
        append(sourceOf(host), position, Buffer.from(problem), bytes, start, end);
      }
    },
    get lines() {
      return lines;
    },
    get problems() {
      return problems;
    },
  };
}
