// A window of time -> the entries of sessions in it, in the order of the direction. Holds the sessions of so many records at once, never more.
import { foldSessions, listSessionEntries, type SessionEntry } from '@kubewitness/core/sessions';
import { planMoments } from './plan-sessions.ts';
import { MAX_SESSION_ROWS, readSessionRecords, type SessionReading } from './read-session-records.ts';
import { halveWindow, type TimeWindow } from './session-windows.ts';

/** Rows that are folded at once; a window that holds more is cut in two. */
const WINDOW_ROWS = 10_000;

export async function* readSessionWindow(
  window: TimeWindow,
  direction: 'forward' | 'backward',
  reading: SessionReading,
): AsyncGenerator<readonly SessionEntry[], void, void> {
  const { startNanos, endNanos } = window;
  const halves = halveWindow(window, direction);
  const reach = halves === undefined ? MAX_SESSION_ROWS : WINDOW_ROWS;
  const { records, streams } = await readSessionRecords(planMoments(startNanos, endNanos), reach, startNanos, reading);
  if (halves !== undefined && streams >= reach) {
    for (const half of halves) yield* readSessionWindow(half, direction, reading);
    return;
  }
  const entries = foldSessions(records)
    .flatMap((session) => listSessionEntries(session, reading.nowNanos))
    .filter(({ timeNanos }) => timeNanos >= startNanos && timeNanos < endNanos);
  const sorted = sortByTime(entries);
  yield direction === 'forward' ? sorted : sorted.reverse();
}

/** Sessions come in the order of their start, and a stable sort keeps those of one moment in it. */
export function sortByTime(entries: readonly SessionEntry[]): SessionEntry[] {
  return [...entries].sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0));
}
