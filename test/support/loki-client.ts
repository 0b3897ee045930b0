// A collector and a reader of Loki's API: pushes, questions and live tails over HTTP. In: a server. Out: entries as Loki prints them.
import { WebSocket } from 'ws';
import type { TestServer } from './test-server.ts';

export type Labels = Readonly<Record<string, string>>;
export type Value = readonly [nanos: string, line: string, metadata?: Labels];

export interface Asking {
  readonly tenant?: string;
  /** Where the API begins; LokiStack's gateway puts the tenant there. */
  readonly prefix?: string;
}

const orgOf = (tenant: string | undefined): Readonly<Record<string, string>> =>
  tenant === undefined ? {} : { 'x-scope-orgid': tenant };

/** Its status; 204 means that the entries are safe. */
export async function pushEntries(
  server: TestServer,
  stream: Labels,
  values: readonly Value[],
  { tenant, prefix = '' }: Asking = {},
): Promise<number> {
  const { status } = await server.ask({
    method: 'POST',
    path: `${prefix}/loki/api/v1/push`,
    headers: { 'content-type': 'application/json', ...orgOf(tenant) },
    body: JSON.stringify({ streams: [{ stream, values }] }),
  });
  return status;
}

interface StreamsAnswer {
  readonly data: { readonly result: readonly { readonly stream: Labels; readonly values: readonly Value[] }[] };
}

/** Lines of all streams, the oldest first. */
export async function readLines(
  server: TestServer,
  query: string,
  [start, end]: readonly [bigint, bigint],
  { tenant, prefix = '' }: Asking = {},
): Promise<readonly string[]> {
  const params = new URLSearchParams({
    query,
    start: String(start),
    end: String(end),
    limit: '100000',
    direction: 'forward',
  });
  const { status, body } = await server.ask({
    path: `${prefix}/loki/api/v1/query_range?${params}`,
    headers: orgOf(tenant),
  });
  if (status !== 200) throw new Error(`${query} answered ${status}: ${body}`);
  const { data }: StreamsAnswer = JSON.parse(body.toString('utf8'));
  const values = data.result.flatMap((stream) => stream.values);
  return [...values].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1)).map(([, line]) => line);
}

export interface Followed {
  /** Lines in the order they came. */
  readonly lines: readonly string[];
  close(): void;
}

/** Resolves when the server follows. */
export async function followLines(server: TestServer, query: string, { tenant }: Asking = {}): Promise<Followed> {
  const url = `${server.url.replace('http', 'ws')}/loki/api/v1/tail?query=${encodeURIComponent(query)}`;
  const socket = new WebSocket(url, { headers: orgOf(tenant) });
  const lines: string[] = [];
  socket.on('message', (data) => {
    const { streams }: { readonly streams: StreamsAnswer['data']['result'] } = JSON.parse(String(data));
    for (const { values } of streams) for (const [, line] of values) lines.push(line);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { lines, close: () => socket.close() };
}
