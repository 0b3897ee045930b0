// show, top, stats, status, sources, quarantine, version against canned answers.
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, json, type Reply, recordRow, startFakeServer, stream } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(path: string, reply: Reply, argv: readonly string[]) {
  await server?.close();
  server = await startFakeServer({ [path]: reply });
  return runCommand(['--server', server.url, ...argv]);
}

const RECORDS = '/api/v1/records';

test('show groups the records of an ID by request', async () => {
  const exec = {
    verb: 'create',
    subresource: 'exec',
    command: ['sh', '-c', 'id; cat /x'],
    container: 'app',
    tty: true,
    stdin: true,
  };
  const rows = [
    recordRow({
      ...exec,
      stage: 'RequestReceived',
      status: 'stage',
      code: 0,
      time: '2026-11-20T08:00:00.000000Z',
      durationSeconds: 0,
    }),
    recordRow({ user: 'mallory\u001b[2J', code: 403, statusReason: 'Forbidden', decision: 'forbid', reason: '' }),
    recordRow({
      ...exec,
      stage: 'ResponseStarted',
      status: 'open',
      code: 101,
      impersonatedUser: 'root',
      durationSeconds: 0.123456,
    }),
  ];
  const { code, stdout } = await ask(RECORDS, stream(rows), ['show', '--', '-odd-id']);
  expect(code).toBe(0);
  expect(server?.seen[0]?.params).toEqual({
    'audit-id': ['=-odd-id'],
    'all-stages': ['true'],
    order: ['oldest'],
    limit: ['10000'],
  });
  await expect(stdout).toMatchFileSnapshot('../../snapshots/show.txt');
});

test('show with a format prints the exact lines; an unknown ID fails', async () => {
  const lines = '{"auditID":"a"}\r\n{"auditID":"a"}\n';
  const { stdout } = await ask(RECORDS, stream([lines]), ['show', 'a', '-o', 'ndjson']);
  expect(stdout).toBe(lines);
  expect(server?.seen[0]?.params['view']).toEqual(['line']);
  const none = await ask(RECORDS, stream([]), ['show', 'a']);
  expect([none.code, none.stdout, none.stderr]).toEqual([
    1,
    '',
    'KW_CLI_NOT_FOUND: No record has the audit ID "a"; `search -o wide` prints the IDs.\n',
  ]);
});

const TOP = {
  by: 'code',
  total: 1000,
  distinct: 12,
  rows: [
    {
      value: '200',
      count: 900,
      share: 0.9,
      firstSeen: '2026-11-20T08:00:00.000001Z',
      lastSeen: '2026-11-20T09:00:00.000001Z',
      failures: 0,
      p50Seconds: 0.0021,
      p95Seconds: 1.25,
    },
    {
      value: '403',
      count: 7,
      share: 0.007,
      firstSeen: '2026-11-20T08:00:00.000001Z',
      lastSeen: '2026-11-20T09:00:00.000001Z',
      failures: 7,
      p50Seconds: null,
      p95Seconds: null,
    },
  ],
};

test('top prints counts with what each code tells', async () => {
  const { stdout, stderr } = await ask('/api/v1/top', json(TOP), ['top', '--by', 'code', '--last', '5000']);
  expect(server?.seen[0]?.params).toEqual({ by: ['code'], last: ['5000'] });
  expect(stdout).toBe(
    `CODE  COUNT  SHARE  FAILURES     P50     P95  FIRST-SEEN            LAST-SEEN             MEANING
200     900  90.0%         0   2.1ms    1.3s  2026-11-20T08:00:00Z  2026-11-20T09:00:00Z  done
403       7   0.7%         7  <none>  <none>  2026-11-20T08:00:00Z  2026-11-20T09:00:00Z  authenticated but not allowed: missing rights, or somebody trying doors
`,
  );
  expect(stderr).toBe('2 of 12 values. Add --limit 0 for all.\n');
});

test('top in the other formats', async () => {
  expect((await ask('/api/v1/top', json(TOP), ['top', '-o', 'name'])).stdout).toBe('200\n403\n');
  expect(JSON.parse((await ask('/api/v1/top', json(TOP), ['top', '-o', 'json'])).stdout)).toEqual(TOP);
  const csv = await ask('/api/v1/top', json(TOP), ['top', '-o', 'csv']);
  expect(csv.stdout.split('\n').slice(0, 2)).toEqual([
    'value,count,share,firstSeen,lastSeen,failures,p50Seconds,p95Seconds',
    '200,900,0.9,2026-11-20T08:00:00.000001Z,2026-11-20T09:00:00.000001Z,0,0.0021,1.25',
  ]);
  const none = await ask('/api/v1/top', json({ ...TOP, rows: [], distinct: 0, total: 0 }), ['top', '-n', 'shop']);
  expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'No records found in namespace shop.\n']);
});

const STATS = {
  records: 12_345,
  failures: 45,
  users: 7,
  oldest: '2026-11-20T08:00:00.000001Z',
  newest: '2026-11-20T09:00:00.000001Z',
  codes: [
    { value: '200', count: 12_300 },
    { value: '403', count: 45 },
  ],
  verbs: [{ value: 'get', count: 12_345 }],
  stages: [{ value: 'ResponseComplete', count: 12_345 }],
  levels: [{ value: 'Metadata', count: 12_345 }],
  decisions: [{ value: '', count: 12_345 }],
  durationSeconds: { p50: 0.001, p90: 0.02, p99: 1.5, max: 75 },
};

test('stats and status are descriptions', async () => {
  const stats = await ask('/api/v1/stats', json(STATS), ['stats', '--user', 'alice']);
  expect(server?.seen[0]?.params).toEqual({ user: ['alice'] });
  await expect(stats.stdout).toMatchFileSnapshot('../../snapshots/stats.txt');
  const answer = {
    version: '0.1.0',
    startedAt: '2026-11-20T09:00:00.000000Z',
    engine: { state: 'running', version: '26.1', restarts: 1 },
    records: 100_000,
    finished: 49_251,
    quarantined: 0,
    days: 2,
    oldest: '2026-11-19T08:00:00.000001Z',
    newest: null,
    rawBytes: 123_456_789,
    diskBytes: 20_000_000,
    compression: 0.162,
    spool: { bytes: 1_048_576, segments: 2, oldestSeconds: 75, failed: 0 },
    retention: { maxAge: '30d', maxBytes: 0, droppedDays: 1, lastDropped: '2026-10-20' },
    brokenParts: 0,
  };
  const status = await ask('/api/v1/status', json(answer), ['status']);
  await expect(status.stdout.replace(/http:\/\/\S+/, 'ADDRESS,')).toMatchFileSnapshot('../../snapshots/status.txt');
  expect(JSON.parse((await ask('/api/v1/status', json(answer), ['status', '-o', 'json'])).stdout)).toEqual(answer);
});

test('sources and quarantine are tables', async () => {
  const row = {
    kind: 'file',
    name: '/var/log/audit.log',
    cluster: '',
    host: 'm0',
    component: '',
    stored: 5,
    duplicate: 0,
    quarantined: 1,
    oldest: null,
    newest: '2026-11-20T09:00:00.000001Z',
    lastArrival: null,
    state: 'following',
    lagBytes: 2048,
    problem: '',
  };
  const sources = await ask('/api/v1/sources', json({ sources: [row] }), ['sources']);
  expect(sources.stdout).toBe(
    `KIND  NAME                STATE      STORED  DUPLICATE  QUARANTINED  NEWEST                PROBLEM
file  /var/log/audit.log  following       5          0            1  2026-11-20T09:00:00Z  <none>
`,
  );
  const lines = [
    {
      arrival: '2026-11-20T09:00:00.000001Z',
      source: 'a.log',
      position: 7,
      reason: 'not JSON',
      bytes: 3,
      line: '\u001b[1',
    },
  ];
  const quarantine = await ask('/api/v1/quarantine', json(lines), ['quarantine', '--limit', '5']);
  expect(server?.seen[0]?.params).toEqual({ limit: ['5'] });
  expect(quarantine.stdout).toBe(
    `ARRIVAL               SOURCE  POSITION  BYTES  REASON    LINE
2026-11-20T09:00:00Z  a.log          7      3  not JSON  \\x1b[1
`,
  );
  expect((await ask('/api/v1/quarantine', json([]), ['quarantine'])).stderr).toBe('Nothing is in quarantine.\n');
});

test('version tells both, and goes on without a server', async () => {
  const both = await ask('/version', json({ version: '9.9.9' }), ['version', '-o', 'json']);
  expect(JSON.parse(both.stdout)).toEqual({
    client: { version: '0.1.0', node: process.versions.node },
    server: { version: '9.9.9' },
  });
  const away = await runCommand(['version', '--server', 'http://127.0.0.1:1']);
  expect([away.code, away.stdout]).toEqual([0, `Client:  0.1.0 (Node ${process.versions.node})\n`]);
  expect(away.stderr).toContain('Cannot reach');
});
