// The tailer on real files: growth, rotation in all ways, crashes, permissions, directories.
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SegmentRow, systemClock } from '../../spool/index.ts';
import { AuditWriter, ROTATIONS } from '../testing/audit-writer.ts';
import { openTemporaryIntake, type TemporaryIntake } from '../testing/temporary-intake.ts';
import { type Follow, type FollowOptions, startFollow } from './start-follow.ts';

let intake: TemporaryIntake;
let follows: Follow[] = [];
let folder = '';
let path = '';

beforeEach(async () => {
  intake = await openTemporaryIntake();
  folder = join(intake.directory, 'kube-apiserver');
  path = join(folder, 'audit.log');
  mkdirSync(folder);
});

afterEach(async () => {
  for (const follow of follows) await follow.stop();
  follows = [];
  await intake.close();
});

async function follow(options: Partial<FollowOptions> = {}): Promise<Follow> {
  const started = await startFollow({
    path,
    source: { cluster: 'c', host: 'm0' },
    ingest: intake.ingest,
    positionsDirectory: join(intake.directory, 'positions'),
    clock: systemClock,
    log: intake.log,
    signal: intake.signal,
    pollMillis: 5,
    retireMillis: 80,
    positionsMillis: 20,
    ...options,
  });
  follows.push(started);
  return started;
}

async function stopAll(): Promise<void> {
  for (const each of follows) await each.stop();
  follows = [];
}

const textOf = (rows: readonly SegmentRow[]) => rows.map((row) => row.line.toString());

/** Short enough to be read when they differ. */
const numbersOf = (lines: readonly string[]) =>
  lines
    .map((line) => /"auditID":"(\d+)-/.exec(line)?.[1] ?? line)
    .sort((a, b) => Number(a) - Number(b))
    .join(' ');

/** Rows until nothing comes for a while. */
async function settle(millis = 250): Promise<SegmentRow[]> {
  return intake.drain(millis);
}

function old(file: string): void {
  utimesSync(file, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
}

test('reads what is there and what comes, and waits for the rest of a half-written line', async () => {
  const writer = new AuditWriter(path);
  writer.write(3);
  const { state } = await follow();
  expect(textOf(await settle())).toEqual(writer.written);
  writer.writeHalf();
  expect(await settle()).toEqual([]);
  expect(state()[0]).toMatchObject({ path, lagBytes: 40 });
  writer.write(2);
  const rows = await settle();
  expect(textOf(rows)).toEqual(writer.written.slice(3));
  expect(rows[0]?.source).toMatchObject({
    kind: 'file',
    name: path,
    cluster: 'c',
    host: 'm0',
    component: 'kube-apiserver',
    logSource: 'kubeAPI',
  });
  const content = readFileSync(path, 'utf8');
  for (const row of rows) expect(row.position).toBe(content.indexOf(row.line.toString()));
  expect(state()).toEqual([{ path, offset: content.length, size: content.length, lagBytes: 0 }]);
});

test('goes on where it stopped, without doubles', async () => {
  const writer = new AuditWriter(path);
  writer.write(5);
  await follow();
  expect(textOf(await settle())).toEqual(writer.written);
  await stopAll();
  writer.write(4);
  await follow();
  expect(textOf(await settle())).toEqual(writer.written.slice(5));
});

for (const how of ROTATIONS) {
  test(`rotation while it runs, by ${how}: every line once`, async () => {
    const writer = new AuditWriter(path);
    writer.write(10);
    await follow();
    const seen = textOf(await settle());
    for (let round = 0; round < 3; round++) {
      writer.write(3);
      // What is deleted before it was read is lost to everybody; so let it be read.
      if (how === 'delete') seen.push(...textOf(await settle()));
      writer.rotate(how);
      writer.write(2);
      seen.push(...textOf(await settle(150)));
    }
    seen.push(...textOf(await settle()));
    expect(numbersOf(seen)).toEqual(numbersOf(writer.written));
  });

  if (how === 'delete') continue;
  test(`rotation while it is down, by ${how}: nothing is missed, and nothing read twice`, async () => {
    const writer = new AuditWriter(path);
    writer.write(10);
    await follow();
    const seen = textOf(await settle());
    await stopAll();
    for (let round = 0; round < 3; round++) {
      writer.write(4);
      writer.rotate(how);
    }
    writer.write(3);
    for (const name of readdirSync(folder)) old(join(folder, name));
    await follow();
    seen.push(...textOf(await settle(400)));
    expect(numbersOf(seen)).toEqual(numbersOf(writer.written));
    await stopAll();
    await follow();
    expect(await settle(300)).toEqual([]);
  });
}

test('back-fills rotated siblings in order of time, compressed ones too, and reads each once', async () => {
  const writer = new AuditWriter(path);
  for (const how of ['server', 'server-gzip', 'server', 'logrotate-gzip', 'logrotate'] as const) {
    writer.write(3);
    writer.rotate(how);
  }
  writer.write(3);
  // A second layer, and a copy under both names.
  const zipped = readdirSync(folder).find((name) => name.startsWith('audit-') && name.endsWith('.gz')) ?? '';
  writeFileSync(join(folder, `${zipped}.gz`), gzipSync(readFileSync(join(folder, zipped))));
  rmSync(join(folder, zipped));
  for (const name of readdirSync(folder)) old(join(folder, name));
  await follow();
  const rows = await settle(500);
  expect(numbersOf(textOf(rows))).toEqual(numbersOf(writer.written));
});

test('knows a file again after it was compressed, also when it was read only in part', async () => {
  const writer = new AuditWriter(path);
  writer.write(50);
  await follow();
  expect((await settle()).length).toBe(50);
  await stopAll();
  writer.write(30);
  writer.rotate('server-gzip');
  writer.write(1);
  for (const name of readdirSync(folder)) old(join(folder, name));
  await follow();
  expect(textOf(await settle(400)).sort()).toEqual(writer.written.slice(50).sort());
});

test('a file that grows again after it was rotated is read on', async () => {
  const writer = new AuditWriter(path);
  writer.write(5);
  await follow();
  await settle();
  const closed = join(folder, 'audit-2026-11-20T19-41-31.015.log');
  renameSync(path, closed);
  writer.write(2);
  await settle(400);
  appendFileSync(closed, '{"kind":"Event","late":true}\n');
  const late = await intake.drain(1500);
  expect(textOf(late)).toEqual(['{"kind":"Event","late":true}']);
});

test('the half last line of a rotated file goes out as it is', async () => {
  writeFileSync(path, '{"kind":"Event","a":1}\n{"kind":"Ev');
  await follow();
  expect(textOf(await settle())).toEqual(['{"kind":"Event","a":1}']);
  renameSync(path, join(folder, 'audit-2026-11-20T19-41-31.015.log'));
  writeFileSync(path, '{"kind":"Event","b":1}\n');
  expect(textOf(await settle()).sort()).toEqual(['{"kind":"Ev', '{"kind":"Event","b":1}']);
});

test('cut and written anew to a bigger size before anybody looked', async () => {
  const writer = new AuditWriter(path);
  writer.write(5);
  await follow({ pollMillis: 60 });
  expect((await settle()).length).toBe(5);
  const lines = Array.from({ length: 40 }, (_, index) => `{"kind":"Event","new":${index},"pad":"${'y'.repeat(200)}"}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  expect(textOf(await settle())).toEqual(lines);
});

test('waits for a file that is missing or may not be read, and says so once', async () => {
  const { state } = await follow();
  await settle(100);
  expect(state()[0]?.problem).toMatch(/KW_FOLLOW_MISSING: .*audit\.log does not exist/);
  const writer = new AuditWriter(path);
  writer.write(2);
  expect(textOf(await settle())).toEqual(writer.written);
  expect(state()[0]?.problem).toBeUndefined();
  expect(intake.logged.filter((sentence) => sentence.includes('KW_FOLLOW_MISSING')).length).toBe(1);
});

// Root may read everything, so the test is done under another uid where it can be.
test('says when a file may not be read, and goes on when it may', async () => {
  const writer = new AuditWriter(path);
  writer.write(2);
  chmodSync(path, 0o000);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    for (const each of [
      intake.directory,
      folder,
      join(intake.directory, 'spool'),
      join(intake.directory, 'spool', 'failed'),
    ])
      chmodSync(each, 0o777);
    for (const name of readdirSync(join(intake.directory, 'spool')))
      chmodSync(join(intake.directory, 'spool', name), 0o777);
    process.seteuid?.(65534);
  }
  try {
    const { state } = await follow();
    await new Promise((done) => setTimeout(done, 100));
    expect(state()[0]?.problem).toMatch(/KW_FOLLOW_NO_PERMISSION: .*audit\.log may not be read by uid \d+/);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  chmodSync(path, 0o600);
  expect(textOf(await settle())).toEqual(writer.written);
});

test('follows all logs of a directory, one folder deep, and new ones', async () => {
  const other = join(intake.directory, 'logs', 'oauth-server');
  mkdirSync(other, { recursive: true });
  mkdirSync(join(intake.directory, 'logs', 'kube-apiserver'));
  const first = new AuditWriter(join(intake.directory, 'logs', 'kube-apiserver', 'audit.log'));
  first.write(2);
  writeFileSync(join(other, 'termination.log'), 'no audit log\n');
  await follow({ path: join(intake.directory, 'logs') });
  expect(textOf(await settle())).toEqual(first.written);
  const second = new AuditWriter(join(other, 'audit.log'));
  second.write(3);
  const rows = await settle(1500);
  expect(textOf(rows)).toEqual(second.written);
  expect(rows[0]?.source).toMatchObject({ component: 'oauth-server', logSource: 'openshiftAPI' });
});

test('says that a directory has no logs', async () => {
  const { state } = await follow({ path: folder });
  await settle(100);
  expect(state()[0]?.problem).toMatch(/KW_FOLLOW_NO_LOGS/);
});

test('damaged positions are read over, once more from the beginning', async () => {
  const writer = new AuditWriter(path);
  writer.write(3);
  await follow();
  await settle();
  await stopAll();
  const positions = join(intake.directory, 'positions');
  for (const name of readdirSync(positions)) writeFileSync(join(positions, name), '{"files":[{"id":');
  await follow();
  expect(textOf(await settle())).toEqual(writer.written);
  expect(intake.logged.join()).toContain('KW_FOLLOW_POSITIONS');
});

test('positions never run ahead of what is durable', async () => {
  const writer = new AuditWriter(path);
  await follow({ positionsMillis: 0 });
  const positions = join(intake.directory, 'positions');
  for (let round = 0; round < 30; round++) {
    writer.write(7);
    await new Promise((done) => setTimeout(done, 3));
    const [name] = readdirSync(positions).filter((each) => each.endsWith('.json'));
    if (name === undefined) continue;
    const { files } = JSON.parse(readFileSync(join(positions, name), 'utf8'));
    const offset = Math.max(...files.map((file: { offset: number }) => file.offset));
    // Everything durable stands in some segment file, open or closed.
    const spool = join(intake.directory, 'spool');
    const durable = Buffer.concat(
      readdirSync(spool)
        .filter((each) => /open|segment/.test(each))
        .map((each) => readFileSync(join(spool, each))),
    );
    const covered = readFileSync(path)
      .subarray(0, offset)
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    for (const line of covered) expect(durable.includes(line)).toBe(true);
  }
  expect(dirname(path)).toBe(folder);
});

test('torture: all kinds of rotation under load, with restarts', { timeout: 60_000 }, async () => {
  const writer = new AuditWriter(path);
  let seed = 20_261_121;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  console.log(`rotation torture, seed ${seed}`);
  const kinds = ROTATIONS.filter((how) => how !== 'delete');
  const seen = new Set<string>();
  await follow();
  let draining = true;
  const drained = (async () => {
    while (draining) for (const row of await intake.drain(20)) seen.add(row.line.toString());
  })();
  for (let step = 0; step < 250; step++) {
    writer.write(1 + random(60));
    if (random(4) === 0) writer.writeHalf();
    if (random(10) === 0) writer.rotate(kinds[random(kinds.length)] ?? 'server');
    if (random(60) === 0) {
      await stopAll();
      writer.write(random(100));
      await follow();
    }
    if (random(3) === 0) await new Promise((done) => setTimeout(done, random(12)));
  }
  writer.write(1);
  for (let waited = 0; waited < 100 && seen.size < writer.written.length; waited++)
    await new Promise((done) => setTimeout(done, 100));
  draining = false;
  await drained;
  const missing = writer.written.filter((line) => !seen.has(line));
  const strange = [...seen].filter((line) => !writer.written.includes(line));
  expect({ missing: missing.length, strange }).toEqual({ missing: 0, strange: [] });
});
