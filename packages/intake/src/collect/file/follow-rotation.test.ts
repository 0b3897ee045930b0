// The tailer through rotations of every kind, while it runs and while it is down.
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditWriter, ROTATIONS } from '../testing/audit-writer.ts';
import { type FollowBench, makeOld, numbersOf, openFollowBench, textOf } from '../testing/follow-bench.ts';

let bench: FollowBench;

beforeEach(async () => {
  bench = await openFollowBench();
});

afterEach(() => bench.close());

for (const how of ROTATIONS) {
  test(`rotation while it runs, by ${how}: every line once`, async () => {
    const { path, follow, settle } = bench;
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
    const { folder, path, follow, stopAll, settle } = bench;
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
    for (const name of readdirSync(folder)) makeOld(join(folder, name));
    await follow();
    seen.push(...textOf(await settle(400)));
    expect(numbersOf(seen)).toEqual(numbersOf(writer.written));
    await stopAll();
    await follow();
    expect(await settle(300)).toEqual([]);
  });
}

test('back-fills rotated siblings in order of time, compressed ones too, and reads each once', async () => {
  const { folder, path, follow, settle } = bench;
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
  for (const name of readdirSync(folder)) makeOld(join(folder, name));
  await follow();
  const rows = await settle(500);
  expect(numbersOf(textOf(rows))).toEqual(numbersOf(writer.written));
});

test('knows a file again after it was compressed, also when it was read only in part', async () => {
  const { folder, path, follow, stopAll, settle } = bench;
  const writer = new AuditWriter(path);
  writer.write(50);
  await follow();
  expect((await settle()).length).toBe(50);
  await stopAll();
  writer.write(30);
  writer.rotate('server-gzip');
  writer.write(1);
  for (const name of readdirSync(folder)) makeOld(join(folder, name));
  await follow();
  expect(textOf(await settle(400)).sort()).toEqual(writer.written.slice(50).sort());
});

test('a file that grows again after it was rotated is read on', async () => {
  const { intake, folder, path, follow, settle } = bench;
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
  const { folder, path, follow, settle } = bench;
  writeFileSync(path, '{"kind":"Event","a":1}\n{"kind":"Ev');
  await follow();
  expect(textOf(await settle())).toEqual(['{"kind":"Event","a":1}']);
  renameSync(path, join(folder, 'audit-2026-11-20T19-41-31.015.log'));
  writeFileSync(path, '{"kind":"Event","b":1}\n');
  expect(textOf(await settle()).sort()).toEqual(['{"kind":"Ev', '{"kind":"Event","b":1}']);
});

test('cut and written anew to a bigger size before anybody looked', async () => {
  const { path, follow, settle } = bench;
  const writer = new AuditWriter(path);
  writer.write(5);
  await follow({ pollMillis: 60 });
  expect((await settle()).length).toBe(5);
  const lines = Array.from({ length: 40 }, (_, index) => `{"kind":"Event","new":${index},"pad":"${'y'.repeat(200)}"}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  expect(textOf(await settle())).toEqual(lines);
});

test('torture: all kinds of rotation under load, with restarts', { timeout: 60_000 }, async () => {
  const { intake, path, follow, stopAll } = bench;
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
