// Starts of API servers -> whether a stream that has no end can still be open. A restart ends every stream of that server.
import type { SessionRecord } from './session-record.ts';
import type { SessionRequest } from './session-request.ts';

export interface Restarts {
  /** The first start of the same API server after the request began. */
  after(request: SessionRequest): bigint | undefined;
}

/** Without a host in the records the servers of one cluster cannot be told apart, and count as one. */
const serverOf = ({ cluster, host, component }: SessionRecord): string => `${cluster}\n${host}\n${component}`;

export function findRestarts(records: readonly SessionRecord[]): Restarts {
  const starts = new Map<string, bigint[]>();
  for (const record of records) {
    if (!record.starting) continue;
    const server = serverOf(record);
    const known = starts.get(server);
    if (known === undefined) starts.set(server, [record.timeNanos]);
    else known.push(record.timeNanos);
  }
  const first = new Map([...starts].map(([server, times]) => [server, beginnings(times)]));
  return {
    after: ({ record, startNanos }) => first.get(serverOf(record))?.find((nanos) => nanos > startNanos),
  };
}

/** A start goes on for a while, and people are served in the meantime: only its first moment ends anything. */
const START_NANOS = 60_000_000_000n;

function beginnings(times: readonly bigint[]): readonly bigint[] {
  const sorted = [...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.filter((nanos, at) => nanos - (sorted[at - 1] ?? nanos - START_NANOS) >= START_NANOS);
}
