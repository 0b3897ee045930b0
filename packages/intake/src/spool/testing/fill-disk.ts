// A program for a test: fills its disk through a spool, makes room, and counts what is there. Arguments: directory, how it is limited.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { Spool } from '../spool.ts';
import { append, drain } from './temporary-spool.ts';

const [directory = '', way = ''] = process.argv.slice(2);
const print = (_details: object, sentence: string) => console.log(sentence);
const ballast = join(directory, 'ballast');
if (way === 'tmpfs') await writeFile(ballast, Buffer.alloc(1024 * 1024));
const opening = await Spool.open({
  directory: join(directory, 'spool'),
  clock: systemClock,
  log: { info: print, warn: print, error: print },
  limits: { retryMillis: 20, segmentBytes: way === 'tmpfs' ? 500_000 : 64 * 1024 * 1024, bulkSegmentMillis: 60_000 },
});
if (!opening.ok) throw new Error(opening.problem);
const { spool } = opening;

const committed: string[] = [];
let pending: string[] = [];
for (let index = 0; ; index++) {
  const line = `${index} ${'x'.repeat(10_000)}`;
  append(spool, line);
  pending.push(line);
  if (index % 5 !== 4) continue;
  const outcome = await spool.sync(false);
  if (!outcome.ok) {
    console.log(`refused ${outcome.trouble.code} after ${committed.length} committed rows`);
    break;
  }
  committed.push(...pending);
  pending = [];
}
const patient = spool.sync(true);
if (way === 'tmpfs') await rm(ballast);
// With a file size limit only a new segment helps, and the refused rows go into the old one: what was committed is there.
const outcome = way === 'tmpfs' ? await patient : { ok: false };
if (outcome.ok) committed.push(...pending);
spool.seal();
if (way !== 'tmpfs') await spool.close();
const reader = way === 'tmpfs' ? spool : await reopened();
// A pending `next` does not keep the process alive.
const alive = setInterval(() => {}, 1000);
const found = await drain(reader);
clearInterval(alive);
await reader.close();
const same = found.length === committed.length && found.every((line, index) => line === committed[index]);
console.log(
  same ? 'all committed rows are there, once and in order' : `found ${found.length}, committed ${committed.length}`,
);
process.exitCode = same ? 0 : 1;

async function reopened(): Promise<Spool> {
  const again = await Spool.open({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log: { info: print, warn: print, error: print },
  });
  if (!again.ok) throw new Error(again.problem);
  return again.spool;
}
