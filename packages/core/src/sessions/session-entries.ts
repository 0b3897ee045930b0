// Session -> log entries of `{log_type="session"}`: one at the start, and one at the end with event="ended". Computed on read, never stored.
import type { SessionRow } from '../wire/index.ts';
import { printSession } from './print-session.ts';
import type { Session } from './session.ts';
import { idOf } from './session-request.ts';

export interface SessionEntry {
  readonly timeNanos: bigint;
  /** Stream labels, sorted by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** The session as it is known now, as JSON; printed when asked for, since most questions want fewer entries than there are. */
  line(): string;
}

/** `attempt`: refused or failed, so that counting what started counts no refusals. */
type SessionEvent = 'attempt' | 'started' | 'ended';

/** An end that nobody knows has no entry: there is no time that it could stand at. */
export function listSessionEntries(session: Session, nowNanos: bigint): readonly SessionEntry[] {
  return listEvents(session).map((event) => createEntry(session, event, nowNanos));
}

/**
 * What a live list tells when records came: entries of `after` that `before`, the fold without these records, has not, and that were
 * not told. A session is known by each of its requests: the one it began with may turn out to be another. `told` grows.
 */
export function listNewEntries(
  before: readonly Session[],
  after: readonly Session[],
  told: Set<string>,
  nowNanos: bigint,
): readonly SessionEntry[] {
  const known = new Set(before.flatMap((session) => listEvents(session).flatMap((event) => keysOf(session, event))));
  return after.flatMap((session) =>
    listEvents(session).flatMap((event) => {
      const keys = keysOf(session, event);
      if (keys.some((key) => known.has(key) || told.has(key))) return [];
      for (const key of keys) told.add(key);
      return [createEntry(session, event, nowNanos)];
    }),
  );
}

function listEvents({ state, endNanos }: Session): readonly SessionEvent[] {
  if (state === 'attempt') return ['attempt'];
  return state === 'ended' && endNanos !== undefined ? ['started', 'ended'] : ['started'];
}

function keysOf({ requests }: Session, event: SessionEvent): readonly string[] {
  return requests.map((request) => `${idOf(request)} ${event}`);
}

function createEntry(session: Session, event: SessionEvent, nowNanos: bigint): SessionEntry {
  const { record } = session.main;
  const labels = {
    cluster: record.cluster,
    component: record.component,
    event,
    kind: session.kind,
    log_type: 'session',
  };
  return {
    timeNanos: event === 'ended' ? (session.endNanos ?? session.startNanos) : session.startNanos,
    // Few values each: what differs from session to session is in the line.
    labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    line: () => {
      const row: SessionRow = printSession(session, nowNanos);
      return JSON.stringify(row);
    },
  };
}
