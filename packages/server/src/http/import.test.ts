// Imports over real sockets: streamed as slowly as the intake reads, answered when stored, a sign of life meanwhile.
import type { ImportSummary } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import type { ImportPort, ImportSource } from './index.ts';
import { ask, problemOf } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const SUMMARY: ImportSummary = { bytes: 3, read: 3, stored: 2, duplicate: 1, quarantined: 0, problems: [] };

function fake(
  overrides: { take?: ReturnType<ImportPort['start']>['take']; awaitStored?: ImportPort['awaitStored'] } = {},
) {
  const started: ImportSource[] = [];
  let text = '';
  const imports: ImportPort = {
    start: (source) => {
      started.push(source);
      return {
        id: 'upload-1',
        take:
          overrides.take ??
          (async (body) => {
            for await (const chunk of body) text += Buffer.from(chunk).toString();
          }),
      };
    },
    awaitStored:
      overrides.awaitStored ??
      (async (id) => (id === 'upload-1' ? SUMMARY : Promise.reject(new Error('wrong upload')))),
  };
  return { started, text: () => text, options: { imports } };
}

test('the body reaches the intake with the words of its sender, and the summary comes back', async () => {
  const f = fake();
  const { url } = await openServer(f);
  const answer = await ask(
    `${url}/api/v1/import?name=/var/log/audit.log&cluster=prod&host=m0&component=kube-apiserver`,
    { body: 'a\nb\nc\n' },
  );
  expect([answer.status, JSON.parse(answer.text)]).toEqual([200, SUMMARY]);
  expect(f.started).toEqual([{ name: '/var/log/audit.log', cluster: 'prod', host: 'm0', component: 'kube-apiserver' }]);
  expect(f.text()).toBe('a\nb\nc\n');
  await ask(`${url}/api/v1/import`, { body: '' });
  expect(f.started[1]).toEqual({ name: '-', cluster: '', host: '', component: '' });
});

test('unknown and odd parameters are refused before the body is read', async () => {
  const f = fake();
  const { url } = await openServer(f);
  const answer = await ask(`${url}/api/v1/import?clutser=x`, { body: 'a' });
  expect(problemOf(answer)).toMatchObject({ status: 400, detail: expect.stringContaining('did you mean cluster?') });
  expect((await ask(`${url}/api/v1/import?name=%0a`, { body: 'a' })).status).toBe(400);
  expect(f.started).toEqual([]);
});

test('the sender is slowed down to what the intake reads', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let read = 0;
  const f = fake({
    take: async (body) => {
      for await (const chunk of body) {
        read += chunk.length;
        await gate;
      }
    },
  });
  const { url } = await openServer(f);
  let sent = 0;
  async function* much(): AsyncIterable<Uint8Array> {
    const chunk = Buffer.alloc(100_000);
    for (; sent < 400; sent++) yield chunk;
  }
  const asked = ask(`${url}/api/v1/import`, { body: much() });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sent).toBeLessThan(200);
  open();
  expect((await asked).status).toBe(200);
  expect(read).toBe(40_000_000);
});

test('a long wait for the store sends spaces, and the answer is still the summary', async () => {
  const f = fake({ awaitStored: () => new Promise((resolve) => setTimeout(() => resolve(SUMMARY), 300)) });
  const { url } = await openServer({ ...f, limits: { beatMs: 50 } });
  const answer = await ask(`${url}/api/v1/import`, { body: 'x' });
  expect(answer.text).toMatch(/^ {3,}\{/);
  expect(JSON.parse(answer.text)).toEqual(SUMMARY);
});

test('a failure keeps its status early and is a trailer late', async () => {
  const failure = Object.assign(new Error('the batch was put aside; see status.'), {
    code: 'KW_STORE_TEST',
    status: 507,
  });
  const early = await openServer(fake({ awaitStored: () => Promise.reject(failure) }));
  expect(await ask(`${early.url}/api/v1/import`, { body: 'x' })).toMatchObject({
    status: 507,
    text: expect.stringContaining('KW_STORE_TEST'),
  });
  const late = await openServer({
    ...fake({ awaitStored: () => new Promise((_resolve, reject) => setTimeout(() => reject(failure), 150)) }),
    limits: { beatMs: 50 },
  });
  const answer = await ask(`${late.url}/api/v1/import`, { body: 'x' });
  expect([answer.status, answer.text.trim()]).toEqual([200, '']);
  expect(JSON.parse(answer.trailers['kubewitness-problem'] ?? '')).toMatchObject({ code: 'KW_STORE_TEST' });
});

test('an intake that stops reading early still answers on the connection', async () => {
  const f = fake({
    take: async (body) => {
      for await (const _chunk of body) return;
    },
  });
  const { url } = await openServer(f);
  const answer = await ask(`${url}/api/v1/import`, { body: Buffer.alloc(20_000_000) });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([200, SUMMARY]);
});

test('a sender that falls silent is told so, one that goes aborts the intake', async () => {
  let aborted = false;
  let taken = 0;
  const f = fake({
    take: async (body, signal) => {
      taken += 1;
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      for await (const _chunk of body);
    },
  });
  const { url } = await openServer({ ...f, limits: { idleMs: 150 } });
  async function* silent(): AsyncIterable<Uint8Array> {
    yield Buffer.from('{');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const answer = await ask(`${url}/api/v1/import`, { body: silent() });
  expect([answer.status, problemOf(answer)]).toMatchObject([408, { code: 'KW_REQUEST_TIMEOUT' }]);
  const leaving = new AbortController();
  const gone = fetch(`${url}/api/v1/import`, {
    method: 'POST',
    body: new ReadableStream({ start: (c) => c.enqueue(Buffer.from('x')) }),
    duplex: 'half',
    signal: leaving.signal,
  } as RequestInit).catch(() => 'gone');
  await expect.poll(() => taken, { timeout: 10_000 }).toBe(2);
  aborted = false;
  leaving.abort();
  expect(await gone).toBe('gone');
  await expect.poll(() => aborted, { timeout: 10_000 }).toBe(true);
});

test('importing needs the role ingest and no engine', async () => {
  const engineState = () => ({ ready: false, detail: 'starting', retryAfterSeconds: 1 }) as const;
  const f = fake();
  const server = await openServer({ options: { ...f.options, engineState }, roles: ['ingest', 'read'] });
  const [ingest = '', read = ''] = server.tokens;
  expect((await ask(`${server.url}/api/v1/import`, { body: 'x', token: ingest })).status).toBe(200);
  expect((await ask(`${server.url}/api/v1/import`, { body: 'x', token: read })).status).toBe(403);
});
