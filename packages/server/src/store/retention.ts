// Retention: which days go. Whole days, oldest first, by age since arrival or by size; off unless asked for.
import type { Database } from './sql/database.ts';
import { quoteLiteral } from './sql/quote-literal.ts';

export interface RetentionLimits {
  /** Days whose newest arrival is older than this go; undefined = kept for ever. */
  readonly maxAgeMicros: bigint | undefined;
  /** Oldest days go until the records take no more than this on disk; 0 = no limit. */
  readonly maxBytes: number;
}

/** One day of records. */
export interface Day {
  /** `2026-11-18` */
  readonly day: string;
  readonly rows: number;
  readonly diskBytes: number;
  readonly newestArrivalMicros: bigint;
}

export interface DroppedDay extends Day {
  readonly reason: 'age' | 'size';
}

/** The days to drop, oldest first. The newest day always stays, whatever its size. */
export function planRetention(days: readonly Day[], limits: RetentionLimits, nowMicros: bigint): DroppedDay[] {
  const oldestFirst = [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
  let excess = limits.maxBytes === 0 ? 0 : days.reduce((sum, day) => sum + day.diskBytes, 0) - limits.maxBytes;
  const dropped: DroppedDay[] = [];
  for (const day of oldestFirst.slice(0, -1)) {
    const tooOld = limits.maxAgeMicros !== undefined && day.newestArrivalMicros < nowMicros - limits.maxAgeMicros;
    if (!tooOld && excess <= 0) continue;
    dropped.push({ ...day, reason: tooOld ? 'age' : 'size' });
    excess -= day.diskBytes;
  }
  return dropped;
}

interface DayRow {
  readonly day: string;
  readonly rows: number;
  readonly diskBytes: number;
}

async function readDays(database: Database, signal: AbortSignal): Promise<Day[]> {
  const parts = await database.rows<DayRow>(
    `SELECT partition AS day, toUInt64(sum(rows)) AS rows, toUInt64(sum(bytes_on_disk)) AS diskBytes FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'records' GROUP BY day`,
    undefined,
    signal,
  );
  const arrivals = await database.rows<{ day: string; newest: string }>(
    'SELECT toString(toDate(time)) AS day, toString(toUnixTimestamp64Micro(max(arrival))) AS newest FROM records GROUP BY day',
    undefined,
    signal,
  );
  const newest = new Map(arrivals.map((row) => [row.day, BigInt(row.newest)]));
  return parts.map((part) => ({ ...part, newestArrivalMicros: newest.get(part.day) ?? 0n }));
}

/** Drops what the limits say and tells which days went. Dropping a partition is safe against power loss, detaching is not. */
export async function applyRetention(
  database: Database,
  limits: RetentionLimits,
  nowMicros: bigint,
  signal: AbortSignal,
): Promise<readonly DroppedDay[]> {
  if (limits.maxAgeMicros === undefined && limits.maxBytes === 0) return [];
  const dropped = planRetention(await readDays(database, signal), limits, nowMicros);
  for (const { day } of dropped) {
    for (const table of ['session_records', 'records']) {
      await database.command(`ALTER TABLE ${table} DROP PARTITION ${quoteLiteral(day)}`, undefined, signal);
    }
  }
  return dropped;
}
