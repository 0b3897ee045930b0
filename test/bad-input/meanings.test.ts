// Old versions and odd contents of audit events: what the columns of the record say about them.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { ALL_GOOD, event, openSamples, text } from './samples.ts';

const folder = makeFolder();
let server: TestServer;
const { load, lines, rows } = openSamples(folder, () => server);

beforeAll(async () => {
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
});
afterAll(() => server.stop());

test('v1beta1: group and version apart, a deprecated timestamp beside the new ones', async () => {
  const old = event({
    apiVersion: 'audit.k8s.io/v1beta1',
    metadata: { creationTimestamp: '2026-11-20T19:52:48Z' },
    timestamp: '2026-11-20T19:52:40Z',
    objectRef: { resource: 'deployments', namespace: 'shop', name: 'web', apiGroup: 'apps', apiVersion: 'v1' },
  });
  const loaded = await load(`${text(old)}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(1));
  expect(await rows(loaded)).toMatchObject([
    { time: '2026-11-20T19:52:48.002000Z', apiGroup: 'apps', apiVersion: 'v1', resource: 'deployments' },
  ]);
  expect(await lines(loaded)).toEqual([text(old)]);
});

test('v1alpha1: the only time is `timestamp`, group and version are joined', async () => {
  const { requestReceivedTimestamp, stageTimestamp, userAgent, ...rest } = event({
    apiVersion: 'audit.k8s.io/v1alpha1',
  });
  const old = {
    ...rest,
    timestamp: '2017-09-21T05:17:13Z',
    metadata: { creationTimestamp: null },
    objectRef: { resource: 'deployments', namespace: 'shop', name: 'web', apiVersion: 'extensions/v1beta1' },
  };
  const noTime = {
    ...old,
    auditID: 'shape-created',
    timestamp: undefined,
    metadata: { creationTimestamp: '2017-09-21T05:17:14Z' },
  };
  const loaded = await load(`${text(old)}\n${text(noTime)}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(2));
  expect(await rows(loaded)).toMatchObject([
    { time: '2017-09-21T05:17:13.000000Z', apiGroup: 'extensions', apiVersion: 'v1beta1' },
    { time: '2017-09-21T05:17:14.000000Z' },
  ]);
});

test('lists of the old versions', async () => {
  for (const version of ['v1beta1', 'v1alpha1']) {
    const { kind, apiVersion, ...item } = event({ timestamp: '2017-09-21T05:17:13Z' });
    const loaded = await load(text({ kind: 'EventList', apiVersion: `audit.k8s.io/${version}`, items: [item] }));
    expect(loaded).toMatchObject(ALL_GOOD(1));
    expect(await lines(loaded)).toEqual([text({ kind, apiVersion: `audit.k8s.io/${version}`, ...item })]);
  }
});

test('a JSON patch as request body, and lines of 3 MiB and more', async () => {
  const patch = event({
    level: 'RequestResponse',
    verb: 'patch',
    requestObject: [{ op: 'add', path: '/spec/x', value: null }],
  });
  const big = event({ level: 'RequestResponse', responseObject: { data: 'x'.repeat(3.5 * 1024 * 1024) } });
  const loaded = await load(`${text(patch)}\n${text(big)}\n${text(event())}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(3));
  expect((await lines(loaded)).map((line) => line.length)).toContain(text(big).length);
});

test('one auditID from two components, used again by another user, and in another cluster: all are kept', async () => {
  const auditID = 'chosen-by-the-client';
  const one = event({ auditID });
  const kube = await load(`${text(one)}\n`, ['--component', 'kube-apiserver']);
  const other = event({ auditID, user: { username: 'mallory' } });
  const aggregated = event({ auditID, level: 'Request', sourceIPs: ['10.0.0.7', '10.0.0.1'] });
  const loaded = await load(`${text(one)}\n${text(other)}\n${text(aggregated)}\n${text(one)}\n`);
  // The very same line twice in one log is one record.
  expect(loaded).toMatchObject({ code: 0, read: 4, stored: 3, quarantined: 0 });
  expect(kube.stored).toBe(1);
  const shown = await runCli(['show', auditID, '-o', 'ndjson', '--server', server.url]);
  expect(shown.stdout.toString('utf8').trim().split('\n')).toHaveLength(4);
});

test('impersonation only on the later stage, a create without a name, Panic, exec by get and by create', async () => {
  const exec = {
    requestURI:
      '/api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=id+-u&container=c&stdin=true&tty=true',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1', subresource: 'exec' },
    responseStatus: { metadata: {}, code: 101 },
  };
  const { responseStatus, ...received } = event({
    auditID: 'imp',
    stage: 'RequestReceived',
    stageTimestamp: '2026-11-20T19:52:48.000000Z',
  });
  const events = [
    received,
    event({ auditID: 'imp', impersonatedUser: { username: 'bob', groups: ['dev'] } }),
    event({
      verb: 'create',
      requestURI: '/api/v1/namespaces/shop/pods',
      objectRef: { resource: 'pods', namespace: 'shop', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
    }),
    event({ stage: 'Panic', responseStatus: { metadata: {}, status: 'Failure', code: 500 } }),
    event({ verb: 'get', ...exec }),
    event({ verb: 'create', ...exec }),
  ];
  const loaded = await load(`${events.map(text).join('\n')}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(6));
  expect(await rows(loaded, '&impersonated-user=bob')).toMatchObject([{ auditID: 'imp', stage: 'ResponseComplete' }]);
  const found = await rows(loaded, '&resource=pods/exec');
  expect(found.map((row) => row['verb']).sort()).toEqual(['create', 'get']);
  expect(found[0]).toMatchObject({ command: ['sh', '-c', 'id -u'], container: 'c', stdin: true, tty: true, code: 101 });
  expect(await rows(loaded, '&stage=Panic')).toMatchObject([{ status: 'finished', code: 500 }]);
  expect(await rows(loaded, '&failed=true')).toHaveLength(1);
});

test('a watch that ends hours later is open until then', async () => {
  const watch = {
    auditID: 'long',
    verb: 'watch',
    requestURI: '/api/v1/pods?watch=true',
    objectRef: { resource: 'pods', apiVersion: 'v1' },
  };
  const started = await load(
    `${text(event({ ...watch, stage: 'ResponseStarted', stageTimestamp: '2026-11-20T08:00:00.000000Z' }))}\n`,
  );
  expect(await rows(started)).toMatchObject([{ status: 'open' }]);
  const end = text(
    event({
      ...watch,
      stageTimestamp: '2026-11-20T19:52:48.002000Z',
      requestReceivedTimestamp: '2026-11-20T08:00:00.000000Z',
    }),
  );
  const ran = await runCli(['import', '-', '--cluster', started.cluster, '--server', server.url], {
    input: `${end}\n`,
  });
  expect(ran.code).toBe(0);
  expect(await rows(started)).toMatchObject([
    { stage: 'ResponseStarted', status: 'stage' },
    { status: 'finished', durationSeconds: 42_768.002 },
  ]);
  const counted = await server.getObject(`/api/v1/stats?cluster=${started.cluster}`);
  expect(counted.get('records')).toBe(1);
});

test('clocks that are wrong: years ago, tomorrow, in forty years, negative durations', async () => {
  const times = [
    '2015-01-01T00:00:00.000000Z',
    '1999-12-31T23:59:59.999999Z',
    '2027-03-01T00:00:00.000000Z',
    '2066-01-01T00:00:00.000000Z',
  ];
  const loaded = await load(`${times.map((stageTimestamp) => text(event({ stageTimestamp }))).join('\n')}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(4));
  expect((await rows(loaded)).map((row) => row['time'])).toEqual([...times].sort());
});
