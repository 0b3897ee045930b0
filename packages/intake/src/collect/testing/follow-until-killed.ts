// A program for a test: follows a log into a spool until it is killed. Arguments: the log, the directory of spool and positions.
import { join } from 'node:path';
import { openIngest } from '../../ingest/index.ts';
import { systemClock } from '../../spool/index.ts';
import { startFollow } from '../file/start-follow.ts';

const [path = '', directory = ''] = process.argv.slice(2);
const print = (_details: object, sentence: string) => console.error(sentence);
const log = { info: print, warn: print, error: print };
const { signal } = new AbortController();
const opening = await openIngest({
  directory: join(directory, 'spool'),
  clock: systemClock,
  log,
  signal,
  limits: { minFreeBytes: 0, liveSegmentMillis: 30, segmentBytes: 200_000 },
});
if (!opening.ok) throw new Error(opening.problem);
await startFollow({
  path,
  source: { cluster: 'c' },
  ingest: opening.ingest,
  positionsDirectory: join(directory, 'positions'),
  clock: systemClock,
  log,
  signal,
  pollMillis: 2,
  retireMillis: 50,
  positionsMillis: 5,
});
console.log('following');
