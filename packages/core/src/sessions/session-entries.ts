// Session -> log entries of `{log_type="session"}`: one at the start, and one at the end with event="ended". Computed on read, never stored.
import type { SessionRow } from '../wire/index.ts';
import { printSession } from './print-session.ts';
import type { Session } from './session.ts';

export interface SessionEntry {
  readonly timeNanos: bigint;
  /** Stream labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
}

export function printSessionEntries(session: Session, nowNanos: bigint): readonly SessionEntry[] {
  const row = printSession(session, nowNanos);
  const labels = printLabels(row);
  const started = { timeNanos: session.startNanos, labels: { ...labels, event: 'started' }, line: JSON.stringify(row) };
  // A refused attempt is a moment: it has no second entry.
  if (session.endNanos === undefined || session.state !== 'ended' || session.endNanos === session.startNanos)
    return [started];
  return [started, { timeNanos: session.endNanos, labels: { ...labels, event: 'ended' }, line: JSON.stringify(row) }];
}

/** Few values each: what differs from session to session is in the line. */
function printLabels(row: SessionRow): Readonly<Record<string, string>> {
  const labels = { log_type: 'session', cluster: row.cluster, component: row.component, kind: row.kind };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
