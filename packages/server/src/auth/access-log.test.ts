// The log of reads on a real disk: start before end, private files, bounded size, refusal when it cannot be written.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog, createMetrics } from '../observe/index.ts';
import { type AccessLog, openAccessLog } from './index.ts';

let dir = '';
let nowMs = 0;
let log: AccessLog | undefined;
const metrics = createMetrics('test');
const quiet = createLog({ level: 'silent', to: 2 });

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'kw-access-')), 'access');
  nowMs = Date.UTC(2026, 10, 20, 23, 59, 59);
});
afterEach(async () => {
  await log?.close();
  log = undefined;
  await rm(join(dir, '..'), { recursive: true });
});

async function openLog(maxFileBytes = 1e6, maxTotalBytes = 1e7) {
  const opened = await openAccessLog({ dir, maxFileBytes, maxTotalBytes, clock: () => nowMs, log: quiet, metrics });
  if (!opened.ok) throw new Error(opened.problem.detail);
  log = opened.value;
  return opened.value;
}

const facts = (query = 'user=alice') =>
  ({
    who: { kind: 'token', id: 'abc', name: 'auditor', role: 'read' },
    from: '127.0.0.1:5000',
    route: '/api/v1/records',
    query,
    requestId: 'req1',
  }) as const;

const lines = async (name: string): Promise<unknown[]> =>
  (await readFile(join(dir, name), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a read leaves a start line at once and an end line with its rows, in the file of the day', async () => {
  const access = await openLog();
  const begun = await access.begin(facts());
  if (!begun.ok) throw new Error('refused');
  expect(await lines('access-2026-11-20.log')).toEqual([
    {
      time: '2026-11-20T23:59:59.000000Z',
      event: 'start',
      id: 'req1-1',
      who: { kind: 'token', id: 'abc', name: 'auditor', role: 'read' },
      from: '127.0.0.1:5000',
      route: '/api/v1/records',
      query: 'user=alice',
    },
  ]);
  nowMs += 1500;
  await begun.value.end({ rows: 7, bytes: 100, outcome: 'ok', code: '' });
  expect(await lines('access-2026-11-21.log')).toMatchObject([
    { event: 'end', id: 'req1-1', rows: 7, seconds: 1.5, outcome: 'ok' },
  ]);
  expect((await stat(join(dir, 'access-2026-11-21.log'))).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
});

test('many reads at once lose no line, and a restart appends', async () => {
  const first = await openLog();
  await Promise.all(Array.from({ length: 200 }, () => first.begin(facts())));
  await first.close();
  const second = await openLog();
  await second.begin(facts());
  expect(await lines('access-2026-11-20.log')).toHaveLength(201);
});

test('full files are followed by the next and the oldest go when all together are too large', async () => {
  const access = await openLog(1000, 5000);
  for (let i = 0; i < 60; i++) await access.begin(facts('x'.repeat(300)));
  const names = await readdir(dir);
  const bytes = (await Promise.all(names.map(async (n) => (await stat(join(dir, n))).size))).reduce((a, b) => a + b, 0);
  expect(bytes).toBeLessThanOrEqual(6500);
  expect(names).not.toContain('access-2026-11-20.log');
  expect(names.length).toBeGreaterThan(2);
});

test('a read that cannot be recorded is refused, and recorded again once that is mended', async () => {
  const access = await openLog();
  await rm(dir, { recursive: true });
  await writeFile(dir, 'a file where the directory was');
  const refused = await access.begin(facts());
  expect(refused).toMatchObject({ ok: false, problem: { code: 'KW_ACCESS_LOG', status: 503 } });
  expect(await metrics.print()).toContain('kubewitness_access_log_failures_total 1');
  const options = { dir: join(dir, 'x'), maxFileBytes: 1, maxTotalBytes: 1, clock: () => 0, log: quiet, metrics };
  expect(await openAccessLog(options)).toMatchObject({ ok: false, problem: { code: 'KW_ACCESS_LOG' } });
  await rm(dir);
  expect(await access.begin(facts())).toMatchObject({ ok: true });
  expect(await lines('access-2026-11-20.log')).toHaveLength(1);
});

test('a file that was removed under the running server is made again', async () => {
  const access = await openLog();
  await access.begin(facts());
  await rm(join(dir, 'access-2026-11-20.log'));
  await access.begin(facts());
  expect(await lines('access-2026-11-20.log')).toHaveLength(1);
});
