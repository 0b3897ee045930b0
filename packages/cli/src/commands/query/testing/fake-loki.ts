// A Loki in memory for tests: entries in, query_range as Loki answers it (bounds, direction, limit, streams by labels), and a tail that sends what it is told.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Reply } from '../../testing/fake-server.ts';

export interface FakeEntry {
  readonly timeNanos: bigint;
  readonly line: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export function answerRange(entries: readonly FakeEntry[]): Reply {
  return ({ params }, response) => {
    const bound = (name: string): bigint => BigInt(params[name]?.[0] ?? '0');
    const backward = params['direction']?.[0] === 'backward';
    const inside = entries
      .filter(({ timeNanos }) => timeNanos >= bound('start') && timeNanos < bound('end'))
      .sort((a, b) => Number(a.timeNanos - b.timeNanos));
    const chosen = (backward ? inside.reverse() : inside).slice(0, Number(bound('limit')));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'streams', result: group(chosen) } }));
  };
}

function group(entries: readonly FakeEntry[]) {
  const streams = new Map<string, { stream: object; values: [string, string][] }>();
  for (const { timeNanos, line, labels = { log_type: 'audit' } } of entries) {
    const stream = streams.get(JSON.stringify(labels)) ?? { stream: labels, values: [] };
    streams.set(JSON.stringify(labels), stream);
    stream.values.push([String(timeNanos), line]);
  }
  return [...streams.values()];
}

export interface FakeTail {
  readonly url: string;
  readonly asked: URLSearchParams[];
  close(): Promise<void>;
}

/** Each connection gets the next of the lists of frames and is then closed with the reason. */
export async function startFakeTail(
  rounds: readonly { readonly frames: readonly unknown[]; readonly reason: string }[],
): Promise<FakeTail> {
  const asked: URLSearchParams[] = [];
  const http = createServer((_, response) => void response.writeHead(404).end());
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket, request) => {
    const round = rounds[asked.length];
    asked.push(new URL(request.url ?? '', 'http://x').searchParams);
    for (const frame of round?.frames ?? []) socket.send(JSON.stringify(frame));
    socket.close(1000, round?.reason ?? '');
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        http.close(() => resolve());
      }),
  };
}
