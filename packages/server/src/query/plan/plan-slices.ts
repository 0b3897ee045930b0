// A listing of everything -> the same listing in slices of time, one after the other, each reading few parts of the store at once.
import type { Cursor, RecordsRequest } from '@kubewitness/core/wire';
import type { StoreFacts } from './plan-filter.ts';
import { effectiveLimit, readsOnePass } from './plan-records.ts';

/**
 * To read in order the engine opens every part of the range at once, some 10 MiB each: right after an import of a million records,
 * or over the days of a month, that is more than a question may take. Parts cover short times, so a short time has few of them.
 */
const SLICE_ROWS = 250_000;
const SLICE_DAYS = 7;
const DAY_NANOS = 86_400_000_000_000n;

/** Moments that cut the days into slices; nothing is said about what lies before the first and after the last. */
export function planCuts(rowsByDay: ReadonlyMap<string, number>): readonly bigint[] {
  const cuts: bigint[] = [];
  let rows = 0;
  let days = 0;
  for (const [day, count] of [...rowsByDay].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    if (Number.isNaN(startMs)) continue;
    const start = BigInt(startMs) * 1_000_000n;
    if (rows > 0 && (rows + count > SLICE_ROWS || days >= SLICE_DAYS)) {
      cuts.push(start);
      rows = 0;
      days = 0;
    }
    const parts = BigInt(Math.ceil(count / SLICE_ROWS));
    for (let part = 1n; part < parts; part++) cuts.push(start + (DAY_NANOS * part) / parts);
    rows += parts > 1n ? SLICE_ROWS : count;
    days += 1;
  }
  return cuts;
}

/** Slices of a time, the oldest first; ends that are open stay open. */
export function cutTime<Edge extends bigint | undefined>(
  from: Edge,
  until: Edge,
  rowsByDay: StoreFacts['rowsByDay'],
): readonly { readonly from: Edge | bigint; readonly until: Edge | bigint }[] {
  const inside = planCuts(rowsByDay).filter(
    (cut) => (from === undefined || cut > from) && (until === undefined || cut < until),
  );
  let start: Edge | bigint = from;
  return [...inside, until].map((end) => {
    const slice = { from: start, until: end };
    start = end;
    return slice;
  });
}

/** The request itself when it does not ask for everything, or for little; else requests whose answers, joined, are its answer. */
export function planSlices(request: RecordsRequest, facts: StoreFacts): readonly RecordsRequest[] {
  const whole = effectiveLimit(request) === 0 && !request.unique && request.cursor === undefined;
  return whole && !readsOnePass(request, facts) ? cutRequest(request, facts) : [request];
}

/** What follows the first page of a listing that asked for little and found much; the first slice goes on at the cursor. */
export function planRest(request: RecordsRequest, facts: StoreFacts, { timeNanos }: Cursor): readonly RecordsRequest[] {
  const bounds = request.order === 'oldest' ? { fromNanos: timeNanos } : { untilNanos: timeNanos + 1n };
  return cutRequest({ ...request, filter: { ...request.filter, ...bounds } }, facts);
}

function cutRequest(request: RecordsRequest, facts: StoreFacts): readonly RecordsRequest[] {
  const { filter } = request;
  const slices = cutTime(filter.fromNanos, filter.untilNanos, facts.rowsByDay).map(({ from, until }) => ({
    ...request,
    filter: { ...filter, fromNanos: from, untilNanos: until },
  }));
  return request.order === 'newest' ? slices.reverse() : slices;
}
