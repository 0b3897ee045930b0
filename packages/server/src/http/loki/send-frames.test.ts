// Frames to a reader that does not keep up: entries are dropped with their names, memory stays bounded, and a silent reader is let go.
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { closeSoon, sendFrames } from './send-frames.ts';

interface FakeSocket extends EventEmitter {
  bufferedAmount: number;
  readonly sent: string[];
  readonly pings: number[];
  terminated: boolean;
}

function createSocket(answersPings: boolean): FakeSocket {
  const socket: FakeSocket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    CLOSED: 3,
    readyState: 1,
    bufferedAmount: 0,
    sent: [],
    pings: [],
    terminated: false,
    send: (text: string) => void socket.sent.push(text),
    ping: () => {
      socket.pings.push(1);
      if (answersPings) socket.emit('pong');
    },
    close: () => {},
    terminate: () => {
      socket.terminated = true;
      socket.emit('close', 1006);
    },
  });
  return socket;
}

const asWebSocket = (socket: FakeSocket): WebSocket => socket as unknown as WebSocket;
const row = (n: number) => ({ timeNanos: BigInt(n), line: `line ${n}`, stream: { a: 'b' }, metadata: {}, parsed: {} });
const print = (rows: readonly { readonly line: string }[]) => ({ lines: rows.map((one) => one.line) });

test('a slow reader is told what it missed', async () => {
  const socket = createSocket(true);
  async function* batches() {
    yield [row(1)];
    socket.bufferedAmount = 100 * 2 ** 20;
    yield [row(2), row(3)];
    socket.bufferedAmount = 0;
    yield [row(4)];
  }
  const signal = new AbortController().signal;
  const { rows } = await sendFrames({ socket: asWebSocket(socket), batches: batches(), print, beatMs: 60_000, signal });
  expect(rows).toBe(2);
  expect(socket.sent.map((text) => JSON.parse(text))).toEqual([
    { lines: ['line 1'] },
    {
      lines: ['line 4'],
      dropped_entries: [
        { labels: { a: 'b' }, timestamp: '2' },
        { labels: { a: 'b' }, timestamp: '3' },
      ],
    },
  ]);
});

test('a reader that answers no ping is let go, one that does stays', async () => {
  for (const answers of [false, true]) {
    const socket = createSocket(answers);
    async function* batches() {
      await new Promise((resolve) => setTimeout(resolve, 60));
      yield [];
    }
    const signal = new AbortController().signal;
    await sendFrames({ socket: asWebSocket(socket), batches: batches(), print, beatMs: 10, signal });
    expect(socket.pings.length).toBeGreaterThan(0);
    expect(socket.terminated).toBe(!answers);
  }
});

test('goodbye waits a moment only', async () => {
  const socket = createSocket(true);
  await closeSoon(asWebSocket(socket), 1000);
  expect(socket.terminated).toBe(true);
});
