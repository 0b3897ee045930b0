// The tailer on real files: growth, restarts, permissions, directories.
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditWriter } from '../testing/audit-writer.ts';
import { type FollowBench, openFollowBench, textOf } from '../testing/follow-bench.ts';

let bench: FollowBench;

beforeEach(async () => {
  bench = await openFollowBench();
});

afterEach(() => bench.close());

test('reads what is there and what comes, and waits for the rest of a half-written line', async () => {
  const { path, follow, settle } = bench;
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
  const { path, follow, stopAll, settle } = bench;
  const writer = new AuditWriter(path);
  writer.write(5);
  await follow();
  expect(textOf(await settle())).toEqual(writer.written);
  await stopAll();
  writer.write(4);
  await follow();
  expect(textOf(await settle())).toEqual(writer.written.slice(5));
});

test('waits for a file that is missing or may not be read, and says so once', async () => {
  const { intake, path, follow, settle } = bench;
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
  const { intake, folder, path, follow, settle } = bench;
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
  const { intake, follow, settle } = bench;
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
  const { folder, follow, settle } = bench;
  const { state } = await follow({ path: folder });
  await settle(100);
  expect(state()[0]?.problem).toMatch(/KW_FOLLOW_NO_LOGS/);
});

test('damaged positions are read over, once more from the beginning', async () => {
  const { intake, path, follow, stopAll, settle } = bench;
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
  const { intake, folder, path, follow } = bench;
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

test('a file mounted alone whose log was rotated away outside is told, not waited for in silence', async () => {
  const { intake, folder, follow, settle } = bench;
  const outside = join(folder, 'outside.log');
  const writer = new AuditWriter(outside);
  writer.write(2);
  // As in such a mount: a path that goes on showing the file whatever becomes of its name.
  const kept = openSync(outside, 'r');
  try {
    const { state } = await follow({ path: `/proc/self/fd/${kept}` });
    expect(textOf(await settle())).toEqual(writer.written);
    unlinkSync(outside);
    await settle(150);
    expect(state()[0]?.problem).toMatch(/KW_FOLLOW_MOUNTED_ALONE: .*mount its directory instead/);
    expect(intake.logged.filter((sentence) => sentence.includes('KW_FOLLOW_MOUNTED_ALONE')).length).toBe(1);
  } finally {
    closeSync(kept);
  }
});
