// The life of the engine program under its supervisor: start, fault, hang, a second owner, a dead parent, the end.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type EngineState, startEngine } from './supervisor/index.ts';
import { listRunning, makeDataDir, openTestEngine, readRows, readRssBytes, waitUntil } from './testing/test-engine.ts';

const atEnd: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

const tempDir = (): string => {
  const dir = makeDataDir();
  atEnd.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
const isAlive = (pid: number | undefined): boolean =>
  existsSync(`/proc/${pid}/status`) && !/State:\s+Z/.test(readStatus(pid));
const readStatus = (pid: number | undefined): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State: Z';
  }
};

test('SIGKILL in the middle of inserts: it comes back, and every acknowledged row is there', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  const states: EngineState[] = [];
  under.engine.onState((state) => states.push(state));
  await under.client.command({ query: 'CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n' });
  let acknowledged = 0;
  const inserting = (async (): Promise<void> => {
    for (let n = 0; ; n += 1) {
      await under.client.insert({ table: 'kept', values: [{ n }], format: 'JSONEachRow' });
      acknowledged = n + 1;
    }
  })().catch(() => 'interrupted');
  await waitUntil(() => acknowledged > 30, 10_000);
  const before = under.engine.pid();
  under.engine.kill();
  expect(await inserting).toBe('interrupted');
  expect(await waitUntil(() => under.engine.state() === 'ready' && under.engine.restarts() === 1, 15_000)).toBe(true);
  expect(under.engine.pid()).not.toBe(before);
  expect(states).toEqual(['restarting', 'ready']);
  const [row] = await readRows<{ rows: number; distinct: number }>(
    under.client,
    'SELECT count() AS rows, uniqExact(n) AS distinct FROM kept',
  );
  expect(row?.distinct).toBe(row?.rows);
  expect(row?.rows).toBeGreaterThanOrEqual(acknowledged);
  expect(row?.rows).toBeLessThanOrEqual(acknowledged + 1);
  expect(readdirSync(join(under.dataDir, 'bodies'))).toEqual([]);
});

test('stop ends within its grace period with a long read and a long write in flight', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  await under.client.command({ query: 'CREATE TABLE t (n UInt64) ENGINE = Memory' });
  const read = readRows(under.client, 'SELECT sum(number) FROM numbers(1e13)').catch((e: Error) => e.message);
  const write = under.client
    .command({ query: 'INSERT INTO t SELECT sum(number) FROM numbers(1e13)' })
    .catch((e: Error) => e.message);
  expect(await waitUntil(async () => (await listRunning(under.client)).length === 2, 5000)).toBe(true);
  const pid = under.engine.pid();
  const startedAt = performance.now();
  await under.engine.stop({ graceMs: 4000 });
  expect(performance.now() - startedAt).toBeLessThan(4000);
  expect(under.engine.state()).toBe('stopped');
  expect(isAlive(pid)).toBe(false);
  expect(await Promise.all([read, write])).toEqual([expect.stringMatching(/cancel/), expect.stringMatching(/cancel/)]);
  expect(under.lines.join('\n')).toMatch(/engine process \d+ ended \(0\)/);
  expect(existsSync(under.engine.socketPath)).toBe(false);
});

test('stop ends in time although a client does not read its answer', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  const answer = await under.client.query({ query: 'SELECT number FROM numbers(1e13)', format: 'JSONEachRow' });
  const stream = answer.stream();
  stream.on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 200));
  const startedAt = performance.now();
  await under.engine.stop({ graceMs: 4000 });
  expect(performance.now() - startedAt).toBeLessThan(3500);
  expect(under.lines.join('\n')).toMatch(/engine process \d+ ended \(0\)/);
  stream.destroy();
});

test('Ctrl-C in the terminal leaves the engine to its parent', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  process.kill(under.engine.pid() ?? 0, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await readRows(under.client, 'SELECT timezone() AS zone')).toEqual([{ zone: 'UTC' }]);
  expect(under.engine.restarts()).toBe(0);
});

test('a second owner of the directory is told who has it', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  const second = startEngine({
    dataDir: under.dataDir,
    socketPath: join(under.dataDir, 'second.sock'),
    readers: 1,
    maxMemoryBytes: 1024 ** 3,
    log: () => {},
    timing: { lockWaitMs: 300 },
  });
  const start = await second.ready;
  expect(start).toMatchObject({ ok: false, problem: { code: 'KW_ENGINE_LOCKED' } });
  expect(start.ok ? '' : start.problem.message).toContain(`pid ${under.engine.pid()}`);
  expect(second.state()).toBe('stopped');
  await second.stop();
  expect(await readRows(under.client, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('waits for the engine of a server that was just killed', async () => {
  const first = await openTestEngine();
  atEnd.push(first.close);
  setTimeout(() => void first.engine.stop(), 700);
  const second = await openTestEngine({ dataDir: first.dataDir });
  atEnd.push(second.close);
  expect(await readRows(second.client, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a directory that cannot be written is a sentence, not a stack', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  const engine = startEngine({
    dataDir: join(dir, 'file', 'data'),
    socketPath: join(dir, 's'),
    readers: 1,
    maxMemoryBytes: 1e9,
    log: () => {},
  });
  expect(await engine.ready).toMatchObject({
    ok: false,
    problem: { code: 'KW_ENGINE_DIRECTORY', message: expect.stringContaining(dir) },
  });
  await engine.stop();
});

test('a hung engine is killed and started again', async () => {
  const under = await openTestEngine({ timing: { healthEveryMs: 100, healthDeadlineMs: 300, healthSilences: 2 } });
  atEnd.push(under.close);
  process.kill(under.engine.pid() ?? 0, 'SIGSTOP');
  expect(await waitUntil(() => under.engine.restarts() === 1 && under.engine.state() === 'ready', 15_000)).toBe(true);
  expect(await readRows(under.client, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(under.lines.join('\n')).toContain('did not answer 2 times');
});

test('the engine goes when its parent is killed, and leaves the directory free', async () => {
  const dir = tempDir();
  const script = `
    import { startEngine } from ${JSON.stringify(new URL('./supervisor/index.ts', import.meta.url).href)};
    const engine = startEngine({ dataDir: ${JSON.stringify(dir)}, readers: 1, maxMemoryBytes: 1e9, log: () => {} });
    await engine.ready;
    console.log(engine.pid());
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once('data', (chunk) => resolve(String(chunk)))),
  );
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  expect(await waitUntil(() => !isAlive(pid), 5000)).toBe(true);
  const next = await openTestEngine({ dataDir: dir });
  await next.close();
});

test('a slow reader of 500,000 rows costs no memory', async () => {
  const under = await openTestEngine();
  atEnd.push(under.close);
  await under.client.command({ query: 'CREATE TABLE wide (n UInt64, line String) ENGINE = MergeTree ORDER BY n' });
  await under.client.command({
    query: 'INSERT INTO wide SELECT number, repeat(toString(number), 80) FROM numbers(500000)',
  });
  const answer = await under.client.query({ query: 'SELECT n, line FROM wide ORDER BY n', format: 'JSONEachRow' });
  let rows = 0;
  let peakBytes = 0;
  let firstBytes = 0;
  for await (const chunk of answer.stream()) {
    rows += chunk.length;
    if (rows % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const rss = readRssBytes(under.engine.pid());
    firstBytes ||= rss;
    peakBytes = Math.max(peakBytes, rss);
  }
  expect(rows).toBe(500_000);
  // The answer is 250 MB of text; what may grow is a few blocks.
  expect(peakBytes - firstBytes).toBeLessThan(100 * 1024 ** 2);
});

test('the socket is private, and a long data directory gets a short path for it', async () => {
  const dir = join(tempDir(), 'x'.repeat(60), 'y'.repeat(60));
  mkdirSync(dir, { recursive: true });
  const under = await openTestEngine({ dataDir: dir });
  expect(Buffer.byteLength(under.engine.socketPath)).toBeLessThan(104);
  expect(statSync(under.engine.socketPath).mode & 0o777).toBe(0o600);
  await under.close();
  expect(existsSync(under.engine.socketPath)).toBe(false);
});

test('an abort signal stops it, also before it was ready', async () => {
  const stop = new AbortController();
  const engine = startEngine({
    dataDir: tempDir(),
    readers: 1,
    maxMemoryBytes: 1e9,
    log: () => {},
    signal: stop.signal,
  });
  stop.abort();
  expect(await engine.ready).toMatchObject({ ok: false, problem: { code: 'KW_ENGINE_STOPPED' } });
  await engine.stop();
  expect(engine.state()).toBe('stopped');
});
