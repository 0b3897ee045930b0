// Line queue: lines that lie in the future, given out in time order. A binary heap; equal times keep the order they came in.
import type { DemoLine } from './audit-lines.ts';

export interface LineQueue {
  readonly size: number;
  push(line: DemoLine): void;
  /** The earliest line before `micros`, taken out; undefined when there is none. */
  shift(beforeMicros: number): DemoLine | undefined;
}

interface Entry {
  readonly line: DemoLine;
  readonly order: number;
}

export function createLineQueue(): LineQueue {
  const heap: Entry[] = [];
  let order = 0;
  const isBefore = (a: Entry, b: Entry): boolean =>
    a.line.atMicros < b.line.atMicros || (a.line.atMicros === b.line.atMicros && a.order < b.order);
  const rise = (entry: Entry): void => {
    let at = heap.length;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  };
  const sink = (entry: Entry): void => {
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      if (left === undefined) break;
      const right = heap[2 * at + 2];
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, entry)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = entry;
  };
  return {
    get size() {
      return heap.length;
    },
    push: (line) => rise({ line, order: order++ }),
    shift: (beforeMicros) => {
      const first = heap[0];
      if (first === undefined || first.line.atMicros >= beforeMicros) return undefined;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(last);
      return first.line;
    },
  };
}
