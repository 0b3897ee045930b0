// kill -9 at random moments while a log grows and rotates: afterwards every line is in the spool.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readSegmentRows, Spool, systemClock } from '../../spool/index.ts';
import { AuditWriter } from '../testing/audit-writer.ts';

const PROGRAM = resolve(import.meta.dirname, '../testing/follow-until-killed.ts');
const KILLS = 4;

test('kill -9 loses nothing', { timeout: 90_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kw-killed-'));
  const folder = join(directory, 'kube-apiserver');
  mkdirSync(folder);
  const writer = new AuditWriter(join(folder, 'audit.log'));
  const kinds = ['server', 'copytruncate', 'logrotate', 'server-gzip'] as const;

  const follow = (log: string) => {
    const child = spawn(process.execPath, ['--conditions', 'source', '--import', 'tsx', PROGRAM, log, directory]);
    const started = new Promise<void>((done) => child.stdout.once('data', () => done()));
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    return { child, started, ended };
  };

  for (let round = 0; round < KILLS; round++) {
    const { child, started, ended } = follow(writer.path);
    await started;
    const killAfter = performance.now() + 50 + Math.random() * 300;
    for (let step = 0; performance.now() < killAfter; step++) {
      writer.write(1 + (step % 40));
      if (step % 3 === 0) writer.writeHalf();
      if (step % 25 === 24) writer.rotate(kinds[(round + step) % kinds.length] ?? 'server');
      await new Promise((done) => setTimeout(done, 1));
    }
    child.kill('SIGKILL');
    await ended;
  }
  writer.write(5);
  const seen = new Set<string>();
  const last = follow(writer.path);
  await last.started;
  // Time for the back-fill, which lets compressed files rest first.
  await new Promise((done) => setTimeout(done, 3000));
  last.child.kill('SIGKILL');
  await last.ended;
  const nothing = () => {};
  const opening = await Spool.open({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log: { info: nothing, warn: nothing, error: nothing },
  });
  if (!opening.ok) throw new Error(opening.problem);
  for (;;) {
    const [segment] = await opening.spool.waiting({ segments: 1, bytes: 0 }, AbortSignal.timeout(100));
    if (segment === undefined) break;
    for (const row of await readSegmentRows(segment.path)) seen.add(row.line.toString());
    await opening.spool.remove(segment);
  }
  await opening.spool.close();
  expect(writer.written.length).toBeGreaterThan(500);
  expect(writer.written.filter((line) => !seen.has(line)).length).toBe(0);
  await rm(directory, { recursive: true, force: true });
});
