// LogQL through the real programs: lines byte for byte, numbers equal to those of top, flags and the LogQL they print, a live tail, files without a server.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusPath, splitLines, unpackArchive } from '../support/corpus.ts';
import { CLI_PROGRAM } from '../support/program-paths.ts';
import { cleanEnv, type Ran, runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const folder = makeFolder();
const logs = unpackArchive('metadata-all', /^log\//, folder);
let server: TestServer;

const run = (...args: readonly string[]): Promise<Ran> => runCli([...args, '--server', server.url]);
async function print(...args: readonly string[]): Promise<string> {
  const ran = await run(...args);
  if (ran.code !== 0) throw new Error(`${args.join(' ')}: exit ${ran.code}\n${ran.stderr}`);
  return ran.stdout.toString('utf8');
}
const sorted = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .sort();

beforeAll(async () => {
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
  await print('import', join(folder, 'log'), '--cluster', 'lab');
}, 120_000);
afterAll(() => server.stop());

test('every line comes back as it was written, in the order of time', async () => {
  const written = logs.flatMap((path) => splitLines(readFileSync(path)).map((line) => line.toString('utf8'))).sort();
  const lines = await print('query', '{log_type="audit"}', '--limit', '0', '--order', 'oldest');
  expect(sorted(lines)).toEqual(written);
  const times = lines
    .trimEnd()
    .split('\n')
    .map((line) => /"stageTimestamp":"([^"]*)"/.exec(line)?.[1] ?? '');
  expect(times).toEqual([...times].sort());
  const newest = await print('query', '{log_type="audit"}', '--limit', '5');
  expect(newest.trimEnd().split('\n')).toHaveLength(5);
  expect(
    newest
      .trimEnd()
      .split('\n')
      .map((line) => /"stageTimestamp":"([^"]*)"/.exec(line)?.[1]),
  ).toEqual(times.slice(-5).reverse());
});

interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function readCounts(query: string, ...flags: readonly string[]): Promise<readonly Counted[]> {
  const rows = await print('query', query, '-o', 'ndjson', ...flags);
  return sorted(rows).map((row): Counted => JSON.parse(row));
}

async function holdings(): Promise<{ readonly oldest: string; readonly newest: string; readonly records: number }> {
  return JSON.parse(await print('status', '-o', 'json'));
}

test.each([
  ['verb', 'verb'],
  ['code', 'responseStatus_code'],
  ['user', 'user_username'],
  ['namespace', 'objectRef_namespace'],
])('counts by %s are those of top', async (by, label) => {
  const { rows }: { readonly rows: readonly { readonly value: string; readonly count: number }[] } = JSON.parse(
    await print('top', '--by', by, '--all-stages', '--limit', '0', '-o', 'json'),
  );
  const counts = await readCounts(`sum by (${label}) (count_over_time({log_type="audit"} | json [100000h]))`);
  // For top a record without an answer has code 0; a label that is not there is ''.
  const byValue = counts.map(({ labels, value }) => `${labels[label] ?? (by === 'code' ? '0' : '')} ${value}`);
  expect(byValue.sort()).toEqual(rows.map(({ value, count }) => `${value} ${count}`).sort());
});

test('a metric over a time is drawn, and its numbers are the records', async () => {
  const { oldest, newest, records } = await holdings();
  const minuteAfter = new Date(Date.parse(newest) + 60_000).toISOString();
  const flags = ['--since-time', oldest, '--until', minuteAfter, '--step', '1m'];
  const counts = await readCounts('sum by (verb) (count_over_time({log_type="audit"} | json [1m]))', ...flags);
  expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(records);
  const drawn = await print('query', 'sum by (verb) (count_over_time({log_type="audit"} | json [1m]))', ...flags);
  expect(drawn).toMatch(/^VERB +MIN +MAX +LAST +\d{4}-\d\d-\d\dT/);
  expect(drawn).toMatch(/^get .*█/m);
});

/** All stages: what search lists as open has no LogQL form. */
test.each([
  [['--verb', 'create', '--verb', 'delete']],
  [['--user', '!~^system:', '--failed']],
  [['--resource', 'pods/*', '-n', '!kube-system']],
  [['--code', '4xx', '--code', '!404']],
  [['--group', 'system:masters', '--uri', '/api/v1/namespaces']],
  [['--source-ip', '127.0.0.0/8', '--user-agent', '~kubectl']],
  [['--cluster', 'lab', '--min-duration', '10ms']],
  [['--decision', 'forbid']],
])('the LogQL that %j prints finds the lines that the flags find', async (flags) => {
  const logql = (await print('search', '--all-stages', ...flags, '--print-query')).trim();
  const wanted = await print('search', '--all-stages', ...flags, '--limit', '0', '-o', 'ndjson');
  expect(sorted(wanted).length).toBeGreaterThan(0);
  expect(sorted(await print('query', logql, '--limit', '0'))).toEqual(sorted(wanted));
});

test('top and the LogQL that it prints count alike', async () => {
  const { oldest, newest } = await holdings();
  // A fixed end: a query asked later would count back from later.
  const until = new Date(Date.parse(newest) + 1000).toISOString();
  const flags = ['--by', 'user', '--since-time', oldest, '--until', until, '--limit', '0'];
  const { rows }: { readonly rows: readonly { readonly value: string; readonly count: number }[] } = JSON.parse(
    await print('top', ...flags, '-o', 'json'),
  );
  const counts = await readCounts((await print('top', ...flags, '--print-query')).trim(), '--until', until);
  expect(counts.map(({ labels, value }) => `${labels['user_username'] ?? ''} ${value}`).sort()).toEqual(
    rows.map(({ value, count }) => `${value} ${count}`).sort(),
  );
});

test('a mistake is pointed at, nothing found says what there is', async () => {
  const wrong = await run('query', '{log_type="audit"} | jsn');
  expect([wrong.code, wrong.stdout.length]).toEqual([2, 0]);
  expect(wrong.stderr).toMatch(
    /^KW_CLI_USAGE: parse error at line 1, col 25: .*\n\n {2}\{log_type="audit"\} \| jsn\n {26}\^\n$/,
  );
  const none = await run('query', '{log_type="audti"}');
  expect([none.code, none.stdout.length]).toEqual([0, 0]);
  expect(none.stderr).toMatch(
    /^No lines found at any time\. log_type is never "audti": did you mean audit\? .* The store holds records from 20/,
  );
});

test('-f prints what lands', async () => {
  const child = spawn(
    process.execPath,
    [CLI_PROGRAM, 'query', '-f', '{log_type="audit"} |= "/exec" | json', '--limit', '1', '--server', server.url],
    {
      env: cleanEnv(),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    // The tail begins with lines of the last hour, of which there are none; so it may be asked from the start only once it listens.
    await waitUntil(
      'the new line',
      async () => {
        const now = new Date().toISOString().replace('Z', '000Z');
        const line = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"followed-${now}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web/exec","verb":"create","user":{"username":"alice"},"responseStatus":{"code":101},"requestReceivedTimestamp":"${now}","stageTimestamp":"${now}"}\n`;
        await server.ask({ method: 'POST', path: '/api/v1/import?name=followed', body: line });
        return printed.includes('"auditID":"followed-');
      },
      { withinMs: 30_000, everyMs: 500, explain: () => server.lastLog() },
    );
    expect(JSON.parse(printed.split('\n')[0] ?? '')).toMatchObject({ verb: 'create', user: { username: 'alice' } });
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toBe(130);
}, 60_000);

test('--explain says what was pushed down, and runs the query', async () => {
  const text = await print('query', '--explain', 'sum by (verb) (count_over_time({log_type="audit"} | json [1h]))');
  expect(text).toMatch(/^Query: .*\nPushed down: .*\nRead: .*\nAnswer: .*\nTime: /);
  expect(text).toMatch(/\nPlan:\n/);
  expect(text).toMatch(/\nSQL:\n.*\n.*SELECT/);
  expect(text).toMatch(/\nTree:\n {2}vectorAggregation/);
});

test('files without a server: their end is what "now" means', async () => {
  const query = 'sum(count_over_time({log_type="audit"} [100000h]))';
  const ran = await runCli([
    'query',
    query,
    '-o',
    'ndjson',
    '--from',
    corpusPath('kube-apiserver/mixed-aggregated.tar.gz'),
  ]);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  const all = await runCli([
    'stats',
    '--all-stages',
    '-o',
    'json',
    '--from',
    corpusPath('kube-apiserver/mixed-aggregated.tar.gz'),
  ]);
  expect(JSON.parse(ran.stdout.toString('utf8'))).toMatchObject({
    value: JSON.parse(all.stdout.toString('utf8')).records,
  });
}, 60_000);

test('files without a server: a time that is counted back is counted from their end', async () => {
  const lines = Array.from({ length: 40 }, (_, minute) => {
    const at = new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString().replace('Z', '000Z');
    const request = { auditID: `a${minute}`, stage: 'ResponseComplete', requestURI: '/api', verb: 'get', user: {} };
    const times = { requestReceivedTimestamp: at, stageTimestamp: at };
    return JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', ...request, ...times });
  });
  const file = join(folder, 'old.log');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const count = 'sum(count_over_time({log_type="audit"} [10m]))';
  const ran = await runCli(['query', count, '--since', '20m', '--step', '10m', '-o', 'csv', '--from', file]);
  expect([ran.code, ran.stderr, ran.stdout.toString('utf8').split('\n')[0]]).toEqual([0, '', 'time,value']);
  const values = ran.stdout
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1]);
  // Steps are whole: the last may lie behind the end.
  expect(values.slice(0, 2)).toEqual(['10', '10']);
  const behind = await runCli(['query', count, '--since-time', '2024-02-01', '--from', file]);
  expect([behind.code, behind.stdout.toString('utf8')]).toEqual([0, '']);
  expect(behind.stderr).toMatch(
    /^No series found from 2024-02-01T00:00:00\.000000Z to .*The store holds records from /,
  );
}, 60_000);
