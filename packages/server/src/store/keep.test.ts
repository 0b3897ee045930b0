// What becomes of lines: once, quarantine, sightings, open requests, counts, retention, migrations. Real engine.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planRetention } from './retention.ts';
import { NewerSchemaError } from './schema/migrations.ts';
import { openTestStore, TEST_SOURCE, type TestStore } from './testing/test-store.ts';

let store: TestStore;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(async () => {
  await store.close();
});

const never = new AbortController().signal;
const rows = <T>(sql: string) => store.store.database.rows<T>(sql);

interface EventWords {
  readonly id?: string;
  readonly stage?: string;
  readonly time?: string;
  readonly verb?: string;
  readonly uri?: string;
  readonly ref?: string;
  readonly more?: string;
  readonly code?: number;
}

function event({
  id = 'a',
  stage = 'ResponseComplete',
  time = '2026-11-20T10:00:00.000001Z',
  verb = 'get',
  uri = '/api/v1/namespaces/x/pods/p',
  ref = '"resource":"pods","namespace":"x","name":"p","apiVersion":"v1"',
  more = '',
  code = 200,
}: EventWords = {}): string {
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${id}","stage":"${stage}","requestURI":"${uri}","verb":"${verb}","user":{"username":"u","groups":["g"]},"sourceIPs":["10.0.0.1"],"userAgent":"ua","objectRef":{${ref}},"responseStatus":{"metadata":{},"code":${code}},"requestReceivedTimestamp":"2026-11-20T10:00:00.000000Z","stageTimestamp":"${time}"${more}}`;
}

const counts = (report: Awaited<ReturnType<TestStore['keep']>>) =>
  report.counts.map(({ read, stored, duplicate, quarantined }) => ({ read, stored, duplicate, quarantined }));

test('keeps equal lines once inside a batch and across batches', async () => {
  expect(counts(await store.keep([event(), event(), event({ id: 'b' })]))).toEqual([
    { read: 3, stored: 2, duplicate: 1, quarantined: 0 },
  ]);
  expect(counts(await store.keep([event(), event({ id: 'c' })]))).toEqual([
    { read: 2, stored: 1, duplicate: 1, quarantined: 0 },
  ]);
});

test('two requests that share an auditID, and the same line of another cluster, stay two', async () => {
  await store.keep([event(), event({ time: '2026-11-20T10:00:00.000002Z' })]);
  await store.keep([event()], { ...TEST_SOURCE, cluster: 'other' });
  expect(await rows('SELECT toUInt32(count()) AS n FROM records')).toEqual([{ n: 3 }]);
});

test('puts what is no record into quarantine with its reason and place, once', async () => {
  const lines = ['{"kind":"Event"', event(), 'klog noise', event({ stage: 'Nonsense' })];
  expect(counts(await store.keep(lines))).toEqual([{ read: 4, stored: 1, duplicate: 0, quarantined: 3 }]);
  expect(counts(await store.keep(lines))).toEqual([{ read: 4, stored: 0, duplicate: 1, quarantined: 3 }]);
  const kept = await rows<{ line: string; reason: string; position: number; source: string }>(
    'SELECT line, reason, toUInt32(position) AS position, source FROM quarantine ORDER BY position',
  );
  expect(kept.map(({ line, position }) => [line, position])).toEqual([
    [lines[0], 0],
    [lines[2], Buffer.byteLength(`${lines[0]}${lines[1]}`) + 2],
    [lines[3], Buffer.byteLength(`${lines[0]}${lines[1]}${lines[2]}`) + 3],
  ]);
  expect(kept[0]?.reason).toMatch(/not JSON/);
  expect(kept[2]?.reason).toMatch(/stage is "Nonsense"/);
  expect(kept.every((row) => row.source === 'test.log')).toBe(true);
});

test('odd lines go the second road and come out with their columns', async () => {
  const exec = event({
    uri: '/api/v1/namespaces/x/pods/p/exec?command=sh&command=-c&command=echo+a%26b&container=c&stdin=true&tty=true',
    ref: '"resource":"pods","namespace":"x","name":"p","apiVersion":"v1","subresource":"exec"',
    code: 101,
  });
  // Taken by the first road, with slashes that the API server takes for none.
  const slashes = event({
    id: 's',
    uri: '/api/v1/namespaces/x/pods/p/attach//?container=c&tty=true',
    ref: '"resource":"pods","namespace":"x","name":"p","apiVersion":"v1","subresource":"attach"',
  });
  const noRef = event({ id: 'n', uri: '/apis/apps/v1/namespaces/y/deployments/d/scale' }).replace(
    /"objectRef":\{[^}]*\},/,
    '',
  );
  const old = event({ id: 'o' }).replace('audit.k8s.io/v1', 'audit.k8s.io/v1beta1');
  const [head = '', tail = ''] = event({ id: 'i' }).split('"ua"');
  const invalid = Buffer.concat([Buffer.from(`${head}"ua`), Buffer.from([0xff]), Buffer.from(`"${tail}`)]);
  expect(counts(await store.keep([exec, slashes, noRef, old, invalid]))).toEqual([
    { read: 5, stored: 5, duplicate: 0, quarantined: 0 },
  ]);
  expect(
    await rows("SELECT exec_command, container, stdin, tty, subresource FROM records WHERE subresource = 'exec'"),
  ).toEqual([{ exec_command: ['sh', '-c', 'echo a&b'], container: 'c', stdin: true, tty: true, subresource: 'exec' }]);
  expect(await rows("SELECT container, tty FROM records WHERE audit_id = 's'")).toEqual([
    { container: 'c', tty: true },
  ]);
  expect(
    await rows("SELECT api_group, resource, subresource, namespace, name FROM records WHERE audit_id = 'n'"),
  ).toEqual([{ api_group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'y', name: 'd' }]);
});

test('decodes who allowed it, how long it took and where the time went', async () => {
  const annotations = String.raw`,"annotations":{"apiserver.latency.k8s.io/etcd":"340.1ms","apiserver.latency.k8s.io/total":"1m2.5s","authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by RoleBinding \"b/x\" of ClusterRole \"r\" to User \"u\"","other":"o"}`;
  await store.keep([event({ time: '2026-11-20T10:01:02.500000Z', more: annotations })]);
  expect(
    await rows(
      'SELECT decision, auth_binding, auth_role, auth_subject, annotations, toUInt32(duration_us) AS d, toUInt32(latency_total_us) AS t, toUInt32(latency_etcd_us) AS e FROM records',
    ),
  ).toEqual([
    {
      decision: 'allow',
      auth_binding: 'b/x',
      auth_role: 'r',
      auth_subject: 'User "u"',
      annotations: {
        'apiserver.latency.k8s.io/etcd': '340.1ms',
        'apiserver.latency.k8s.io/total': '1m2.5s',
        other: 'o',
      },
      d: 62_500_000,
      t: 62_500_000,
      e: 340_100,
    },
  ]);
});

test('a sighting that knows the host is kept beside the record that does not', async () => {
  await store.keep([event(), event({ id: 'b' })], {
    ...TEST_SOURCE,
    kind: 'webhook',
    name: 'webhook/test',
    host: '',
    component: '',
  });
  const again = await store.keep([event()], { ...TEST_SOURCE, name: '/var/log/kube-apiserver/audit.log', host: 'm1' });
  expect(counts(again)).toEqual([{ read: 1, stored: 0, duplicate: 1, quarantined: 0 }]);
  await store.keep([event()], { ...TEST_SOURCE, name: '/var/log/kube-apiserver/audit.log', host: 'm1' });
  expect(await rows('SELECT host, component, source FROM sightings')).toEqual([
    { host: 'm1', component: 'kube-apiserver', source: '/var/log/kube-apiserver/audit.log' },
  ]);
});

test('a batch over more days than an insert may meet is cut', async () => {
  const lines = Array.from({ length: 260 }, (_, day) => {
    const time = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000)
      .toISOString()
      .replace('000Z', '000000Z')
      .replace('.000', '.000');
    return event({ id: `d${day}`, time: time.replace(/\.\d+Z$/, '.000000Z') });
  });
  expect(counts(await store.keep(lines))).toEqual([{ read: 260, stored: 260, duplicate: 0, quarantined: 0 }]);
  expect(await rows('SELECT toUInt32(uniqExact(toDate(time))) AS days FROM records')).toEqual([{ days: 260 }]);
});

test('a segment replayed after a crash changes nothing, and its counts stay what they were', async () => {
  const { store: inner } = store;
  const first = await store.keep([event(), event({ id: 'b' })]);
  expect(counts(first)).toEqual([{ read: 2, stored: 2, duplicate: 0, quarantined: 0 }]);
  const sources = await rows('SELECT sum(duplicate) AS d, sum(quarantined) AS q FROM discards');
  // The same number again is what a crash between the insert and the removal of the segment leads to.
  const { Spool, systemClock } = await import('@kubewitness/intake/spool');
  const silent = { info() {}, warn() {}, error() {} };
  const opening = await Spool.open({ directory: `${store.directory}/spool2`, clock: systemClock, log: silent });
  if (!opening.ok) throw new Error(opening.problem);
  for (const line of [event(), event({ id: 'b' })]) {
    const bytes = Buffer.from(line);
    opening.spool.append(TEST_SOURCE, 1, 0, undefined, bytes, 0, bytes.length);
  }
  opening.spool.seal();
  await opening.spool.sync(true);
  const [segment] = await opening.spool.waiting({ segments: 1, bytes: 0 }, never);
  if (segment === undefined) throw new Error('no segment');
  const [replayed] = await inner.insertSegments([{ ...segment, number: first.number }], never);
  if (replayed === undefined) throw new Error('no report');
  expect(counts(replayed)).toEqual([{ read: 2, stored: 2, duplicate: 0, quarantined: 0 }]);
  expect(await rows('SELECT toUInt32(count()) AS n FROM records')).toEqual([{ n: 2 }]);
  expect(await rows('SELECT sum(duplicate) AS d, sum(quarantined) AS q FROM discards')).toEqual(sources);
  await opening.spool.close();
});

test('retention drops whole days, the oldest first, and never the newest', async () => {
  await store.keep(
    ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'].map((day, i) =>
      event({ id: `r${i}`, time: `${day}T10:00:00.000000Z` }),
    ),
  );
  const dropped = await store.store.applyRetention({ maxAgeMicros: undefined, maxBytes: 1 }, never);
  expect(dropped.map((day) => day.day)).toEqual(['2026-11-17', '2026-11-18', '2026-11-19']);
  expect(await rows('SELECT toString(toDate(time)) AS day FROM records')).toEqual([{ day: '2026-11-20' }]);
});

test('retention by age counts from arrival, and is off by default', () => {
  const day = (name: string, arrival: bigint, diskBytes = 10) => ({
    day: name,
    rows: 1,
    diskBytes,
    newestArrivalMicros: arrival,
  });
  const days = [day('2026-01-01', 900n), day('2026-01-02', 100n), day('2026-01-03', 950n), day('2026-01-04', 1n)];
  expect(planRetention(days, { maxAgeMicros: undefined, maxBytes: 0 }, 1000n)).toEqual([]);
  // An archive of last year that was loaded today is not a year old here.
  expect(planRetention(days, { maxAgeMicros: 500n, maxBytes: 0 }, 1000n)).toMatchObject([
    { day: '2026-01-02', reason: 'age' },
  ]);
  expect(planRetention(days, { maxAgeMicros: undefined, maxBytes: 25 }, 1000n)).toMatchObject([
    { day: '2026-01-01', reason: 'size' },
    { day: '2026-01-02', reason: 'size' },
  ]);
  expect(planRetention(days, { maxAgeMicros: 500n, maxBytes: 25 }, 1000n).map((d) => d.reason)).toEqual([
    'size',
    'age',
  ]);
});

test('what an older store holds belongs to audit and has no labels', async () => {
  await store.keep([event()]);
  const columns = ['tenant', 'labels', 'metadata'].map((name) => `DROP COLUMN ${name}`);
  await store.store.database.command(`ALTER TABLE records ${columns.join(', ')}`);
  await store.store.database.command('DROP TABLE schema_migrations SYNC');
  await store.store.open(never);
  await store.keep([event({ id: 'b' })]);
  expect(await rows('SELECT tenant, labels, metadata, toUInt32(count()) AS n FROM records GROUP BY ALL')).toEqual([
    { tenant: 'audit', labels: {}, metadata: {}, n: 2 },
  ]);
});

test('opening twice is harmless, and the store of a newer program is refused', async () => {
  await store.keep([event()]);
  await store.store.open(never);
  expect(await rows('SELECT toUInt32(count()) AS n FROM records')).toEqual([{ n: 1 }]);
  await store.store.database.command("INSERT INTO schema_migrations SELECT 99, 'of tomorrow', now()");
  await expect(store.store.open(never)).rejects.toThrow(NewerSchemaError);
});

test('with and without skip indexes the answer is the same', async () => {
  await store.keep(
    Array.from({ length: 3000 }, (_, i) =>
      event({ id: `id-${i}`, time: `2026-11-20T10:00:00.${String(i).padStart(6, '0')}Z` }),
    ),
  );
  for (const where of ["audit_id = 'id-1234'", "audit_id IN ('id-1', 'id-2999', 'none')", 'batch = 1', 'batch > 1']) {
    const both = await Promise.all(
      [1, 0].map((use) =>
        rows(
          `SELECT toUInt32(count()) AS n, toString(sum(cityHash64(line))) AS h FROM records WHERE ${where} SETTINGS use_skip_indexes = ${use}`,
        ),
      ),
    );
    expect(both[0]).toEqual(both[1]);
  }
});
