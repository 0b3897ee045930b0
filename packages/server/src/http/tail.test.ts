// Live tails: the head at once, lines as they land, signs of life, an end when the client or the server goes.
import { type IncomingMessage, request } from 'node:http';
import { expect, test } from 'vitest';
import { ask } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function openTail(url: string): Promise<{ answer: IncomingMessage; text: () => string; ended: () => boolean }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/api/v1/tail?user=alice`, { agent: false }, (answer) => {
      let text = '';
      let ended = false;
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => {
        ended = true;
      });
      answer.on('error', () => {});
      resolve({ answer, text: () => text, ended: () => ended });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function pushable() {
  const waiting: Uint8Array[] = [];
  let wake = () => {};
  let aborted = false;
  return {
    push: (text: string) => {
      waiting.push(bytes(text));
      wake();
    },
    isAborted: () => aborted,
    async *chunks(signal: AbortSignal): AsyncIterable<Uint8Array> {
      signal.addEventListener('abort', () => {
        aborted = true;
        wake();
      });
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      throw new Error('the store ends a tail with whatever it likes');
    },
  };
}

test('the head comes before any record, lines as they land, an empty chunk as an empty line', async () => {
  const source = pushable();
  const server = await openServer({ query: { tail: (_request, signal) => source.chunks(signal) } });
  const tail = await openTail(server.url);
  expect([tail.answer.statusCode, tail.text()]).toEqual([200, '']);
  source.push('{"n":1}\n');
  await expect.poll(tail.text).toBe('{"n":1}\n');
  source.push('');
  await expect.poll(tail.text).toBe('{"n":1}\n\n');
  tail.answer.destroy();
  await expect.poll(source.isAborted).toBe(true);
  await expect
    .poll(async () => (await server.accessLines()).at(-1))
    .toMatchObject({ event: 'end', rows: 1, outcome: 'aborted' });
});

test('a tail ends by itself and without a problem when the server stops', async () => {
  const source = pushable();
  const server = await openServer({ query: { tail: (_request, signal) => source.chunks(signal) } });
  const tail = await openTail(server.url);
  source.push('{"n":1}\n');
  await expect.poll(tail.text).toBe('{"n":1}\n');
  const beganMs = performance.now();
  await server.close(10_000);
  expect(performance.now() - beganMs).toBeLessThan(3000);
  await expect.poll(tail.ended).toBe(true);
  expect(tail.answer.trailers).toEqual({});
});

test('a wrong filter is refused before the head', async () => {
  const server = await openServer({
    query: {
      tail: () => {
        throw Object.assign(new Error('no'), { code: 'KW_QUERY_X', status: 400 });
      },
    },
  });
  expect(await ask(`${server.url}/api/v1/tail`)).toMatchObject({ status: 400 });
  expect(await ask(`${server.url}/api/v1/tail?limit=1`)).toMatchObject({ status: 400 });
});

test('tails have places of their own', async () => {
  const source = pushable();
  const server = await openServer({
    config: { tailMaxRunning: 1 },
    query: { tail: (_request, signal) => source.chunks(signal), quarantine: async () => [] },
  });
  const tail = await openTail(server.url);
  expect(await ask(`${server.url}/api/v1/tail`)).toMatchObject({ status: 429 });
  expect(await ask(`${server.url}/api/v1/quarantine`)).toMatchObject({ status: 200, text: '[]' });
  tail.answer.destroy();
});
