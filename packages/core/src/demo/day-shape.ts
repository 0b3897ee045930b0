// Day shape: how busy the cluster is at a moment. Machines never sleep; people and their pipelines keep office hours.

const MICROS_PER_HOUR = 3_600_000_000;
const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
/** What the machines do, beside 1 for people at their busiest. */
const MACHINES = 0.8;
/** The office is at UTC+1. */
const OFFICE_OFFSET_MICROS = MICROS_PER_HOUR;

/** 0 at night, 1 at the busiest, a dip at noon, a tenth of it at weekends. */
function peopleAt(micros: number): number {
  const local = micros + OFFICE_OFFSET_MICROS;
  const hour = (local % MICROS_PER_DAY) / MICROS_PER_HOUR;
  const bump = (middle: number, width: number): number => Math.exp(-(((hour - middle) / width) ** 2));
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(local / MICROS_PER_DAY) + 4) % 7;
  const office = Math.min(1, bump(10.2, 1.6) + bump(15, 1.9)) * (weekday === 0 || weekday === 6 ? 0.1 : 1);
  return 0.03 + 0.97 * office;
}

export const busyAt = (micros: number): number => MACHINES + peopleAt(micros);

/** The share of requests that come from people at a moment. */
export const peopleShareAt = (micros: number): number => peopleAt(micros) / busyAt(micros);

/**
 * Spreads work over a window by the shape: give the share of work done, in rising order, and get the moment it happens.
 */
export function spreadOver(startMicros: number, endMicros: number): (share: number) => number {
  const buckets = Math.min(20_000, Math.max(1, Math.ceil((endMicros - startMicros) / 60_000_000)));
  const width = (endMicros - startMicros) / buckets;
  const until = new Float64Array(buckets);
  let total = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    total += busyAt(startMicros + (bucket + 0.5) * width);
    until[bucket] = total;
  }
  let bucket = 0;
  return (share) => {
    const wanted = Math.min(1, Math.max(0, share)) * total;
    while (bucket < buckets - 1 && (until[bucket] ?? 0) <= wanted) bucket++;
    const before = bucket === 0 ? 0 : (until[bucket - 1] ?? 0);
    const inside = Math.min(1, Math.max(0, (wanted - before) / ((until[bucket] ?? 0) - before)));
    return Math.min(endMicros - 1, Math.floor(startMicros + (bucket + inside) * width));
  };
}
