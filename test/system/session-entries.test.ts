// `{log_type="session"}` through the real server: lines, counts, labels and series over a recording; live tails, across kill -9 as well.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusPath } from '../support/corpus.ts';
import { followLines, readLines } from '../support/loki-client.ts';
import { runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const CLUSTER = 'metadata-all';
const SPAN = [at('2026-11-20T19:00:00Z'), at('2026-11-20T20:00:00Z')] as const;
const data = join(makeFolder(), 'data');
let server: TestServer;

function at(time: string): bigint {
  return BigInt(Date.parse(time)) * 1_000_000n;
}

beforeAll(async () => {
  server = await TestServer.start({ data });
  await server.ready();
  const archive = corpusPath(`kube-apiserver/${CLUSTER}.tar.gz`);
  const { code, stderr } = await runCli(['import', archive, '--server', server.url, '--cluster', CLUSTER]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}, 60_000);
afterAll(() => server.stop());

/** `data` of an answer of Loki's API. */
async function askLoki(path: string, params: Readonly<Record<string, string>>): Promise<unknown> {
  const { status, body } = await server.ask({ path: `/loki/api/v1/${path}?${new URLSearchParams(params)}` });
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
  return JSON.parse(body.toString('utf8')).data;
}

async function readSessions(query: string): Promise<readonly Record<string, unknown>[]> {
  return (await readLines(server, query, SPAN)).map((line) => JSON.parse(line));
}

test('the entries are the sessions of the list, each at its start and at its end', async () => {
  const answer = await server.getObject(`/api/v1/sessions?limit=0&cluster=${CLUSTER}`);
  const listed = answer.get('sessions');
  const rows = Array.isArray(listed) ? listed : [];
  const states = (wanted: readonly string[]) => rows.filter(({ state }) => wanted.includes(state));
  const begun = states(['ended', 'unknown', 'open']);
  expect(begun.length).toBeGreaterThan(20);
  expect(await readSessions('{log_type="session", event="started"}')).toEqual(begun);
  expect(await readSessions('{log_type="session", event="attempt"}')).toEqual(states(['attempt']));
  const ended = await readSessions('{log_type="session", event="ended"}');
  expect(new Set(ended.map(({ id }) => id))).toEqual(new Set(states(['ended']).map(({ id }) => id)));
  expect(ended.map(({ endedAt }) => endedAt)).toEqual(
    states(['ended'])
      .map(({ endedAt }) => endedAt)
      .sort(),
  );
});

test('filters, and metrics over them', async () => {
  const query = '{log_type="session", kind="exec", event="started"} | json | user="alice"';
  expect(await readSessions(query)).toHaveLength(15);
  const end = '2026-11-20T20:00:00Z';
  const counted = await askLoki('query', { query: `sum by (kind, user) (count_over_time(${query}[1h]))`, time: end });
  expect(counted).toMatchObject({
    resultType: 'vector',
    result: [{ metric: { kind: 'exec', user: 'alice' }, value: [expect.any(Number), '15'] }],
  });
  const range = { start: '2026-11-20T19:30:00Z', end, step: '10m' };
  const steps = await askLoki('query_range', {
    query: 'sum by (event) (count_over_time({log_type="session", kind="attach"}[10m]))',
    ...range,
  });
  expect(steps).toMatchObject({
    resultType: 'matrix',
    result: [
      { metric: { event: 'ended' }, values: [[Date.parse('2026-11-20T19:50:00Z') / 1000, '3']] },
      { metric: { event: 'started' }, values: [[Date.parse('2026-11-20T19:50:00Z') / 1000, '3']] },
    ],
  });
});

test('labels and series name sessions; records are counted without them', async () => {
  const [start, end] = SPAN.map(String);
  const span = { start: start ?? '', end: end ?? '' };
  expect(await askLoki('label/log_type/values', span)).toEqual(['audit', 'session']);
  expect(await askLoki('label/event/values', span)).toEqual(['attempt', 'ended', 'started']);
  const labels = await askLoki('labels', span);
  expect(labels).toEqual(expect.arrayContaining(['cluster', 'component', 'event', 'kind', 'log_type']));
  const series = await askLoki('series', { 'match[]': '{log_type="session", kind="attach"}', ...span });
  const attach = { cluster: CLUSTER, component: 'kube-apiserver', kind: 'attach', log_type: 'session' };
  expect(series).toEqual([
    { ...attach, event: 'ended' },
    { ...attach, event: 'started' },
  ]);
  const records = await askLoki('query', { query: `sum(count_over_time({cluster="${CLUSTER}"}[2h]))`, time: span.end });
  expect(records).toMatchObject({ result: [{ value: [expect.any(Number), '4650'] }] });
});

const micros = (date: Date): string => date.toISOString().replace('Z', '000Z');

async function send(pod: string, stage: string, received: Date, time: Date): Promise<void> {
  const item = {
    level: 'Metadata',
    auditID: pod,
    stage,
    requestURI: `/api/v1/namespaces/shop/pods/${pod}/exec?command=sh&stdin=true&tty=true`,
    verb: 'get',
    user: { username: 'alice' },
    objectRef: { resource: 'pods', namespace: 'shop', name: pod, apiVersion: 'v1', subresource: 'exec' },
    responseStatus: { metadata: {}, code: 101 },
    requestReceivedTimestamp: micros(received),
    stageTimestamp: micros(time),
  };
  const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [item] });
  expect((await server.ask({ method: 'POST', path: '/webhook/v1/live', body })).status).toBe(200);
}

test('a live tail tells each entry once, after kill -9 as well', { timeout: 120_000 }, async () => {
  const received = new Date(Date.now() - 60_000);
  await send('before', 'ResponseStarted', received, received);
  await waitUntil('the first session', async () => (await readLive()).length === 1, { withinMs: 20_000 });
  const followed = await followLines(server, '{log_type="session", cluster="live"}');
  const told = () => followed.lines.map((line) => JSON.parse(line)).map(({ pod, state }) => `${pod} ${state}`);
  await waitUntil('what is there', () => followed.lines.length === 1, { withinMs: 20_000 });
  await send('while', 'ResponseStarted', received, received);
  await waitUntil('its start', () => followed.lines.length === 2, { withinMs: 20_000 });
  await send('before', 'ResponseComplete', received, new Date());
  await waitUntil('an end', () => followed.lines.length === 3, { withinMs: 20_000 });
  expect(told()).toEqual(['before open', 'while open', 'before ended']);
  followed.close();

  await server.kill();
  server = await TestServer.start({ data });
  await server.ready();
  // Nothing landed since the start: where the past ends is asked of the store.
  const again = await followLines(server, '{log_type="session", cluster="live", event="ended"}');
  await waitUntil('what is there', () => again.lines.length === 1, { withinMs: 20_000 });
  await send('while', 'ResponseComplete', received, new Date());
  await waitUntil('the other end', () => again.lines.length === 2, { withinMs: 20_000 });
  expect(again.lines.map((line) => JSON.parse(line).pod)).toEqual(['before', 'while']);
  again.close();
});

async function readLive(): Promise<readonly string[]> {
  const now = BigInt(Date.now()) * 1_000_000n;
  return readLines(server, '{log_type="session", cluster="live"}', [now - 3_600_000_000_000n, now]);
}
