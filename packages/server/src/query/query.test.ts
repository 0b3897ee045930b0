// Questions against a real engine and real records; plain JavaScript over the same lines is the oracle.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Params, parseFilter, parseRecordsRequest, parseTopRequest } from '@kubewitness/core/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../observe/index.ts';
import { NOW_NANOS, openTestStore, TEST_SOURCE, type TestStore } from '../store/testing/test-store.ts';
import { createQuery, type Query, type RecordStream } from './index.ts';

interface Event {
  readonly auditID: string;
  readonly stage: string;
  readonly level: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly sourceIPs?: readonly string[];
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

let store: TestStore;
let query: Query;
let events: { readonly event: Event; readonly line: string }[];
let batch = 0;
const never = new AbortController().signal;

beforeAll(async () => {
  const url = new URL('../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url);
  const bytes = gunzipSync(readFileSync(url));
  const lines = bytes.toString('utf8').trimEnd().split('\n').slice(0, 30_000);
  events = lines.map((line) => ({ event: JSON.parse(line) as Event, line }));
  store = await openTestStore();
  const reports = await store.keepAll(Buffer.from(`${lines.join('\n')}\n`), { ...TEST_SOURCE, host: 'master-1' });
  batch = reports.at(-1)?.number ?? 0;
  query = createQuery({
    database: store.store.database,
    log: createLog({ level: 'silent', to: 2 }),
    landings: { newest: () => batch, wait: async () => {} },
    clock: () => NOW_NANOS,
    maxSeconds: 60,
    maxMemoryBytes: 2 * 1024 ** 3,
    retention: () => ({ maxAge: '', maxBytes: 0, droppedDays: 0, lastDropped: '' }),
  });
}, 120_000);
afterAll(async () => {
  await store.close();
});

const params = (object: Readonly<Record<string, string | readonly string[]>>): Params =>
  new Map(Object.entries(object).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]));

async function readAll(stream: RecordStream): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream.chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function lines(object: Readonly<Record<string, string | readonly string[]>>): Promise<string[]> {
  const parsed = parseRecordsRequest(params({ view: 'line', limit: '0', order: 'oldest', ...object }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const text = (await readAll(await query.records(parsed.value, never))).toString('utf8');
  return text === '' ? [] : text.trimEnd().split('\n');
}

const finished = (e: Event) => e.stage === 'ResponseComplete' || e.stage === 'Panic' || e.responseStatus?.code === 401;
const code = (e: Event) => e.responseStatus?.code ?? 0;
const resource = (e: Event) => e.objectRef?.resource ?? '';
const sub = (e: Event) => e.objectRef?.subresource ?? '';

const FILTERS: readonly (readonly [
  string,
  Readonly<Record<string, string | readonly string[]>>,
  (e: Event) => boolean,
])[] = [
  ['user', { user: 'ci-bot' }, (e) => e.user.username === 'ci-bot'],
  [
    'two users',
    { user: ['ci-bot', 'kubernetes-admin'] },
    (e) => ['ci-bot', 'kubernetes-admin'].includes(e.user.username ?? ''),
  ],
  ['not a user', { user: '!ci-bot' }, (e) => e.user.username !== 'ci-bot'],
  ['not a verb', { verb: '-get' }, (e) => e.verb !== 'get'],
  ['user regexp', { user: '~^user-1\\d\\d@' }, (e) => /^user-1\d\d@/.test(e.user.username ?? '')],
  ['group', { group: 'team-04' }, (e) => e.user.groups?.includes('team-04') ?? false],
  ['pods only', { resource: 'pods' }, (e) => resource(e) === 'pods' && sub(e) === ''],
  ['pods/exec', { resource: 'pods/exec' }, (e) => resource(e) === 'pods' && sub(e) === 'exec'],
  ['pods/*', { resource: 'pods/*' }, (e) => resource(e) === 'pods'],
  [
    'deployments.apps',
    { resource: 'deployments.apps' },
    (e) => resource(e) === 'deployments' && e.objectRef?.apiGroup === 'apps' && sub(e) === '',
  ],
  ['any resource', { resource: '*' }, (e) => resource(e) !== ''],
  ['no resource', { resource: '!*' }, (e) => resource(e) === ''],
  ['namespace', { namespace: 'team-26' }, (e) => e.objectRef?.namespace === 'team-26'],
  ['4xx', { code: '4xx' }, (e) => code(e) >= 400 && code(e) <= 499],
  ['403 or 409', { code: ['403', '409'] }, (e) => [403, 409].includes(code(e))],
  ['range, one out', { code: ['400-499', '!404'] }, (e) => code(e) >= 400 && code(e) <= 499 && code(e) !== 404],
  ['failed', { failed: 'true' }, (e) => code(e) >= 400 || e.stage === 'Panic'],
  ['decision', { decision: 'forbid' }, (e) => e.annotations?.['authorization.k8s.io/decision'] === 'forbid'],
  ['source ip', { 'source-ip': '203.0.113.16' }, (e) => e.sourceIPs?.includes('203.0.113.16') ?? false],
  [
    'source range',
    { 'source-ip': '203.0.113.0/28' },
    (e) => e.sourceIPs?.some((ip) => ip.startsWith('203.0.113.') && Number(ip.split('.')[3]) < 16) ?? false,
  ],
  ['peer', { 'peer-ip': '127.0.0.1' }, (e) => e.sourceIPs?.at(-1) === '127.0.0.1'],
  ['uri prefix', { uri: '/apis/apps/' }, (e) => e.requestURI.startsWith('/apis/apps/')],
  ['uri regexp', { uri: '~/exec\\?.*command=' }, (e) => /\/exec\?.*command=/.test(e.requestURI)],
  ['user agent', { 'user-agent': 'Terraform/1.12 provider' }, (e) => e.userAgent === 'Terraform/1.12 provider'],
  ['level', { level: 'requestresponse' }, (e) => e.level === 'RequestResponse'],
  [
    'annotation there',
    { annotation: 'authorization.k8s.io/decision' },
    (e) => e.annotations?.['authorization.k8s.io/decision'] !== undefined,
  ],
  [
    'annotation value',
    { annotation: 'authorization.k8s.io/decision=forbid' },
    (e) => e.annotations?.['authorization.k8s.io/decision'] === 'forbid',
  ],
  ['min duration', { 'min-duration': '100ms' }, (e) => duration(e) >= 100_000],
  [
    'and-ed',
    { verb: 'get', resource: 'pods/exec', failed: 'true' },
    (e) => e.verb === 'get' && sub(e) === 'exec' && code(e) >= 400,
  ],
];

function micros(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
}
function duration(e: Event): number {
  return micros(e.stageTimestamp) - micros(e.requestReceivedTimestamp);
}

test.each(FILTERS)('%s: all stages', async (_name, object, keeps) => {
  const expected = events.filter(({ event }) => keeps(event)).map(({ line }) => line);
  expect(expected.length).toBeGreaterThan(0);
  expect((await lines({ ...object, 'all-stages': 'true' })).sort()).toEqual(expected.sort());
});

test.each(FILTERS)('%s: finished records count once', async (_name, object, keeps) => {
  const expected = events.filter(({ event }) => finished(event) && keeps(event)).length;
  const parsed = parseFilter(params(object), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  expect((await query.stats(parsed.value, never)).records).toBe(expected);
});

test('shows a long-running request without an end as open, and only that', async () => {
  const parsed = parseRecordsRequest(params({ limit: '0', view: 'table' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const text = (await readAll(await query.records(parsed.value, never))).toString('utf8').trimEnd();
  const rows = text.split('\n').map((row) => JSON.parse(row) as { status: string; stage: string; time: string });
  const ended = new Set(events.filter(({ event }) => finished(event)).map(({ event }) => event.auditID));
  const open = events.filter(
    ({ event }) => event.stage === 'ResponseStarted' && !finished(event) && !ended.has(event.auditID),
  );
  expect(open.length).toBeGreaterThan(0);
  expect(rows.filter((row) => row.status === 'open').length).toBe(open.length);
  expect(rows.filter((row) => row.status === 'finished').length).toBe(ended.size);
  expect(rows.length).toBe(ended.size + open.length);
});

test('pages with cursors give every record once, in order, both ways', async () => {
  const whole = await lines({ 'all-stages': 'true', user: 'kubernetes-admin' });
  for (const order of ['oldest', 'newest']) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const parsed = parseRecordsRequest(
        params({
          view: 'line',
          limit: '700',
          order,
          'all-stages': 'true',
          user: 'kubernetes-admin',
          ...(cursor === undefined ? {} : { cursor }),
        }),
        NOW_NANOS,
      );
      if (!parsed.ok) throw new Error(parsed.problem);
      const stream = await query.records(parsed.value, never);
      const text = (await readAll(stream)).toString('utf8');
      if (text !== '') seen.push(...text.trimEnd().split('\n'));
      cursor = stream.nextCursor();
    } while (cursor !== undefined);
    expect(order === 'oldest' ? seen : seen.reverse()).toEqual(whole);
  }
});

test('a sorted first page goes on in order: all 30,000 come, whatever the path', async () => {
  expect((await lines({ 'all-stages': 'true', uri: '/' })).length).toBe(30_000);
  expect((await lines({ 'all-stages': 'true' })).length).toBe(30_000);
});

test('rows carry what the record says', async () => {
  const parsed = parseRecordsRequest(params({ limit: '1', resource: 'pods/exec' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const stream = await query.records(parsed.value, never);
  const row = JSON.parse((await readAll(stream)).toString('utf8'));
  const found = events.find(({ event }) => event.auditID === row.auditID && finished(event))?.event;
  expect(row).toMatchObject({
    time: found?.stageTimestamp,
    user: found?.user.username,
    verb: found?.verb,
    resource: 'pods',
    subresource: 'exec',
    code: found === undefined ? 0 : code(found),
    status: 'finished',
    host: 'master-1',
    requestURI: found?.requestURI,
    durationSeconds: found === undefined ? 0 : duration(found) / 1e6,
  });
  expect(row.command.length).toBeGreaterThan(0);
  expect(stream.nextCursor()).toBe(row.cursor);
});

test('top counts like sort | uniq -c', async () => {
  const parsed = parseTopRequest(params({ by: 'user', limit: '5' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const tally = new Map<string, number>();
  for (const { event } of events) {
    if (finished(event)) tally.set(event.user.username ?? '', (tally.get(event.user.username ?? '') ?? 0) + 1);
  }
  const expected = [...tally].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5);
  const answer = await query.top(parsed.value, never);
  expect(answer.rows.map((row) => [row.value, row.count])).toEqual(expected);
  expect(answer.total).toBe(events.filter(({ event }) => finished(event)).length);
  expect(answer.distinct).toBe(tally.size);
});

test('the last N are the newest N, before anything is counted', async () => {
  const parsed = parseTopRequest(params({ by: 'code', last: '5000', limit: '0' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const answer = await query.top(parsed.value, never);
  expect(answer.total).toBe(5000);
  expect((await lines({ last: '10', 'all-stages': 'true' })).length).toBe(10);
});

test('the last N are the newest N of a listing, whatever is done with them', async () => {
  const newest = [...(await lines({ order: 'newest' }))];
  const oldestOfLast = await lines({ last: '7', since: '2026-11-20', until: '2026-11-21' });
  expect(oldestOfLast).toEqual(newest.slice(0, 7).reverse());
  // A limit that is given holds, also when it is the one that is taken without one.
  expect(await lines({ last: '500', limit: '100', order: 'newest' })).toEqual(newest.slice(0, 100));
  expect(await lines({ last: '0', limit: '3', order: 'newest' })).toEqual(newest.slice(0, 3));
  const users = newest.slice(0, 20).map((line) => (JSON.parse(line) as Event).user.username ?? '');
  const unique = await lines({ last: '20', fields: 'user.username', unique: 'true', view: 'row' });
  expect(unique.map((line) => Object.values(JSON.parse(line) as object)[0])).toEqual([...new Set(users)].sort());
});

test('pages of the last N end after N', async () => {
  const parse = (more: Readonly<Record<string, string>>) => {
    const parsed = parseRecordsRequest(params({ view: 'line', last: '5', limit: '3', ...more }), NOW_NANOS);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.value;
  };
  const first = await query.records(parse({}), never);
  const head = (await readAll(first)).toString('utf8').trimEnd().split('\n');
  const second = await query.records(parse({ cursor: first.nextCursor() ?? '' }), never);
  const tail = (await readAll(second)).toString('utf8').trimEnd().split('\n');
  expect(second.nextCursor()).toBeUndefined();
  expect([...head, ...tail]).toEqual((await lines({ order: 'newest' })).slice(0, 5));
});

test('an export of the last N holds these', async () => {
  const parsed = parseFilter(params({ last: '9', verb: 'list' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  const parts: Uint8Array[] = [];
  for await (const file of query.export(parsed.value, never)) for await (const chunk of file.lines) parts.push(chunk);
  const exported = Buffer.concat(parts).toString('utf8').trimEnd().split('\n');
  expect(exported).toEqual(await lines({ last: '9', verb: 'list', 'all-stages': 'true' }));
});

test('fields at any depth, each set once', async () => {
  const parsed = parseRecordsRequest(
    params({
      fields: 'user.username,responseStatus.metadata,annotations.authorization.k8s.io/decision,sourceIPs[0]',
      unique: 'true',
      limit: '0',
      code: '403',
      verb: 'delete',
    }),
    NOW_NANOS,
  );
  if (!parsed.ok) throw new Error(parsed.problem);
  const text = (await readAll(await query.records(parsed.value, never))).toString('utf8').trimEnd();
  const rows = text.split('\n').map((row) => JSON.stringify(Object.values(JSON.parse(row))));
  const expected = new Set(
    events
      .filter(({ event }) => finished(event) && code(event) === 403 && event.verb === 'delete')
      .map(({ event }) =>
        JSON.stringify([
          event.user.username ?? null,
          {},
          event.annotations?.['authorization.k8s.io/decision'] ?? null,
          event.sourceIPs?.[0] ?? null,
        ]),
      ),
  );
  expect(new Set(rows)).toEqual(expected);
  expect(rows.length).toBe(expected.size);
});

test('fields are the JSON that they are in the event, and null where it has none', async () => {
  const paths =
    'responseStatus.code,responseStatus,userAgent,user.groups,impersonatedUser.username,requestObject.a[0].b';
  for (const stage of ['RequestReceived', 'ResponseComplete']) {
    const asked = { stage, verb: 'create', last: '300', order: 'oldest' };
    const rows = await lines({ ...asked, fields: paths, view: 'row' });
    const expected = (await lines(asked)).map((line) => {
      const event = JSON.parse(line);
      return {
        'responseStatus.code': event.responseStatus?.code ?? null,
        responseStatus: event.responseStatus ?? null,
        userAgent: event.userAgent ?? null,
        'user.groups': event.user.groups ?? null,
        'impersonatedUser.username': event.impersonatedUser?.username ?? null,
        'requestObject.a[0].b': event.requestObject?.a?.[0]?.b ?? null,
      };
    });
    expect(expected.length).toBe(300);
    expect(rows.map((row) => JSON.parse(row))).toEqual(expected);
  }
});

test('a pattern that is no RE2 is a sentence', async () => {
  const parsed = parseFilter(params({ user: '~(a' }), NOW_NANOS);
  if (!parsed.ok) throw new Error(parsed.problem);
  await expect(query.stats(parsed.value, never)).rejects.toThrow(/--user "~\(a" is not a regular expression of RE2/);
});

test('status and sources tell what is stored', async () => {
  const status = await query.status(never);
  const bytes = events.reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0);
  expect(status).toMatchObject({ records: 30_000, rawBytes: bytes, quarantined: 0, brokenParts: 0, days: 1 });
  expect(status.finished).toBe(events.filter(({ event }) => finished(event)).length);
  const times = events.map(({ event }) => event.stageTimestamp).sort();
  expect((await query.sources(never)).sources).toMatchObject([
    {
      kind: 'import',
      name: 'test.log',
      host: 'master-1',
      stored: 30_000,
      duplicate: 0,
      oldest: times[0],
      newest: times.at(-1),
    },
  ]);
});

test('an end that lands later closes its request, and one that came before its start too', async () => {
  const watch = (stage: string, id: string, time: string) =>
    `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${id}","stage":"${stage}","requestURI":"/api/v1/pods?watch=true","verb":"watch","user":{"username":"late"},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-20T20:00:00.000000Z","stageTimestamp":"2026-11-20T20:${time}.000000Z"}`;
  const ask = async () => {
    const parsed = parseRecordsRequest(params({ limit: '0', view: 'table', user: 'late' }), NOW_NANOS);
    if (!parsed.ok) throw new Error(parsed.problem);
    const text = (await readAll(await query.records(parsed.value, never))).toString('utf8').trimEnd();
    return text === '' ? [] : text.split('\n').map((row) => JSON.parse(row).status);
  };
  const land = async (...lines: string[]) => {
    batch = (await store.keep(lines)).number;
  };
  await land(watch('ResponseStarted', 'w1', '00:01'));
  expect(await ask()).toEqual(['open']);
  await land(watch('ResponseComplete', 'w1', '05:00'));
  expect(await ask()).toEqual(['finished']);
  await land(watch('ResponseComplete', 'w2', '06:00'));
  await land(watch('ResponseStarted', 'w2', '01:00'));
  expect(await ask()).toEqual(['finished', 'finished']);
  await land(watch('ResponseStarted', 'w3', '07:00'));
  expect(await ask()).toEqual(['open', 'finished', 'finished']);
});

test('a reason that stands alone is an annotation, too', async () => {
  // What an API server writes when authorisation itself failed: no decision was made.
  const line =
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"undecided","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"undecided"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":500},"requestReceivedTimestamp":"2026-11-20T20:00:00.000000Z","stageTimestamp":"2026-11-20T20:00:01.000000Z","annotations":{"authorization.k8s.io/reason":"internal error"}}';
  batch = (await store.keep([line])).number;
  const find = (annotation: string) => lines({ 'audit-id': 'undecided', annotation });
  expect(await find('authorization.k8s.io/reason')).toEqual([line]);
  expect(await find('authorization.k8s.io/reason=internal error')).toEqual([line]);
  expect(await find('!authorization.k8s.io/reason')).toEqual([]);
  expect(await find('authorization.k8s.io/decision')).toEqual([]);
  expect(await lines({ 'audit-id': 'undecided', decision: 'none' })).toEqual([line]);
});
