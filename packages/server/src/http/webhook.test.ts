// The webhook over real sockets: acknowledged only after it is durable, refused with a reason, never more memory than allowed.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { WebhookPort, WebhookSender } from './index.ts';
import { ask, problemOf } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const BODY = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}';

function port(take: WebhookPort['take'], admit: WebhookPort['admit'] = () => ({ ok: true })) {
  return { options: { webhook: { admit, take } } };
}

function recorder() {
  const taken: { body: string; sender: WebhookSender }[] = [];
  const take: WebhookPort['take'] = async (body, sender) => {
    taken.push({ body: body.toString(), sender });
    return { ok: true, items: 0 };
  };
  return { taken, ...port(take) };
}

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('a body comes whole to the intake, with or without a length, and who sent it', async () => {
  const { taken, ...setup } = recorder();
  const { url } = await openServer(setup);
  const at = `${url}/webhook/v1/prod`;
  const answers = [
    await ask(`${at}/master-0?timeout=30s`, { body: BODY, headers: { 'content-type': 'application/json' } }),
    await ask(at, { body: pieces(BODY.slice(0, 10), BODY.slice(10)) }),
    await ask(`${at}/`, { body: BODY, headers: { 'content-type': 'text/plain; charset=x' } }),
    await ask(at, { body: '' }),
  ];
  expect(answers.map((a) => [a.status, a.text])).toEqual([
    [200, ''],
    [200, ''],
    [200, ''],
    [200, ''],
  ]);
  expect(taken).toEqual([
    { body: BODY, sender: { cluster: 'prod', host: 'master-0' } },
    { body: BODY, sender: { cluster: 'prod', host: '' } },
    { body: BODY, sender: { cluster: 'prod', host: '' } },
    { body: '', sender: { cluster: 'prod', host: '' } },
  ]);
});

test('nothing is acknowledged before the intake says that it is durable', async () => {
  let finish = () => {};
  const { url } = await openServer(
    port(
      () =>
        new Promise((resolve) => {
          finish = () => resolve({ ok: true, items: 1 });
        }),
    ),
  );
  let answered = false;
  const asked = ask(`${url}/webhook/v1/c`, { body: BODY }).then((a) => {
    answered = true;
    return a;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answered).toBe(false);
  finish();
  expect((await asked).status).toBe(200);
});

test('what the intake refuses becomes 400, 413 or 429 with its own code', async () => {
  const answers = {
    malformed: { ok: false, reason: 'malformed', problem: 'KW_WEBHOOK_NOT_JSON: the body is no list.' },
    big: { ok: false, reason: 'malformed', problem: 'KW_WEBHOOK_BODY_TOO_BIG: too big.' },
    full: {
      ok: false,
      reason: 'spool-full',
      problem: 'KW_INGEST_SPOOL_FULL: the spool is full.',
      retryAfterSeconds: 10,
    },
  } as const;
  type Kind = keyof typeof answers;
  const server = await openServer(port(async (_body, sender) => answers[sender.cluster as Kind]));
  const post = (kind: Kind) => ask(`${server.url}/webhook/v1/${kind}`, { body: BODY });
  const [malformed, big, full] = [await post('malformed'), await post('big'), await post('full')];
  expect([malformed.status, problemOf(malformed)]).toMatchObject([
    400,
    { code: 'KW_WEBHOOK_NOT_JSON', detail: 'the body is no list.' },
  ]);
  expect([big.status, problemOf(big)]).toMatchObject([413, { code: 'KW_WEBHOOK_BODY_TOO_BIG' }]);
  expect([full.status, full.headers['retry-after'], problemOf(full)]).toMatchObject([
    429,
    '10',
    { code: 'KW_INGEST_SPOOL_FULL' },
  ]);
  const metrics = await server.metrics.print();
  for (const code of [400, 413, 429]) expect(metrics).toContain(`kubewitness_webhook_requests_total{code="${code}"} 1`);
});

test('a full spool refuses before the body is read', async () => {
  const refusal = {
    ok: false,
    reason: 'disk-reserve',
    problem: 'KW_INGEST_DISK_RESERVE: full.',
    retryAfterSeconds: 30,
  } as const;
  const { url } = await openServer(
    port(
      () => Promise.reject(new Error('not asked')),
      () => refusal,
    ),
  );
  const answer = await ask(`${url}/webhook/v1/c`, { body: Buffer.alloc(5_000_000) });
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '30']);
});

test('sizes: the limit itself is taken, more is 413, told or found out', async () => {
  const { taken, ...setup } = recorder();
  const { url } = await openServer({ ...setup, config: { webhookMaxBytes: 1000, webhookMemoryBytes: 4000 } });
  const post = (body: string | Buffer | AsyncIterable<Uint8Array>) => ask(`${url}/webhook/v1/c`, { body });
  expect((await post('x'.repeat(1000))).status).toBe(200);
  expect(taken).toHaveLength(1);
  for (const answer of [await post('x'.repeat(1001)), await post(pieces('x'.repeat(600), 'x'.repeat(600)))]) {
    expect([answer.status, problemOf(answer)]).toMatchObject([
      413,
      { code: 'KW_BODY_TOO_LARGE', detail: expect.stringContaining('webhook-max-bytes') },
    ]);
  }
  expect(taken).toHaveLength(1);
});

test('bodies of all senders together stay within their memory; who comes too early is told so', async () => {
  const waiting: (() => void)[] = [];
  const server = await openServer({
    ...port(() => new Promise((resolve) => waiting.push(() => resolve({ ok: true, items: 1 })))),
    config: { webhookMaxBytes: 1000, webhookMemoryBytes: 2000 },
  });
  const post = (body: Buffer | AsyncIterable<Uint8Array>) => ask(`${server.url}/webhook/v1/c`, { body });
  const held = [post(Buffer.alloc(900)), post(Buffer.alloc(900))];
  await expect.poll(() => waiting.length).toBe(2);
  expect(await server.metrics.print()).toContain('kubewitness_webhook_body_bytes 1800');
  for (const answer of [
    await post(Buffer.alloc(900)),
    await post(pieces('x'.repeat(900))),
    await post(gzipSync(Buffer.alloc(1000))),
  ]) {
    expect([answer.status, answer.headers['retry-after'], problemOf(answer)]).toMatchObject([
      429,
      '1',
      { code: 'KW_INTAKE_BUSY' },
    ]);
  }
  for (const go of waiting) go();
  expect((await Promise.all(held)).map((a) => a.status)).toEqual([200, 200]);
  expect(await server.metrics.print()).toContain('kubewitness_webhook_body_bytes 0');
});

test('a body that comes too slowly is 408, one that breaks off leaves nothing behind', async () => {
  const { taken, ...setup } = recorder();
  const server = await openServer({ ...setup, limits: { bodyTimeoutMs: 150 } });
  const slow = await ask(`${server.url}/webhook/v1/c`, {
    body: (async function* () {
      yield Buffer.from('{');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    })(),
  });
  expect([slow.status, problemOf(slow)]).toMatchObject([408, { code: 'KW_REQUEST_TIMEOUT' }]);
  const { port: tcp } = server.address as { port: number };
  const socket = connect(tcp, '127.0.0.1');
  socket.write('POST /webhook/v1/c HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{"kind":');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await expect.poll(() => server.metrics.print()).toContain('kubewitness_webhook_requests_total{code="400"} 1');
  expect(await server.metrics.print()).toContain('kubewitness_webhook_body_bytes 0');
  expect(taken).toEqual([]);
});

test('odd names and encodings are refused', async () => {
  const { url } = await openServer(recorder());
  for (const path of ['a%2Fb', '..%2Fx', '%00', 'x'.repeat(254), '-a', 'a/b%20c', `a/${'h'.repeat(260)}`]) {
    expect(await ask(`${url}/webhook/v1/${path}`, { body: BODY }), path).toMatchObject({ status: 400 });
  }
  const brotli = await ask(`${url}/webhook/v1/c`, { body: BODY, headers: { 'content-encoding': 'br' } });
  expect([brotli.status, problemOf(brotli)]).toMatchObject([415, { code: 'KW_ENCODING' }]);
});

test('the webhook needs a token that may ingest; a gigabyte without one is not read', async () => {
  const { taken, ...setup } = recorder();
  const server = await openServer({ ...setup, roles: ['ingest', 'read'] });
  const [ingest = '', read = ''] = server.tokens;
  const at = `${server.url}/webhook/v1/c`;
  expect((await ask(at, { body: BODY, token: ingest })).status).toBe(200);
  expect(await ask(at, { body: BODY, token: read })).toMatchObject({
    status: 403,
    text: expect.stringContaining('KW_ROLE'),
  });
  let sent = 0;
  async function* gigabyte(): AsyncIterable<Uint8Array> {
    const chunk = Buffer.alloc(1_000_000);
    for (; sent < 1000; sent++) yield chunk;
  }
  const refused = await ask(at, { body: gigabyte() });
  expect([refused.status, problemOf(refused)]).toMatchObject([401, { code: 'KW_TOKEN_NEEDED' }]);
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="kubewitness"');
  expect(sent).toBeLessThan(1000);
  expect(taken).toHaveLength(1);
});
