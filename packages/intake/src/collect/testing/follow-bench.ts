// Test aid: a log in a temporary folder, followed into a spool of its own.
import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type SegmentRow, systemClock } from '../../spool/index.ts';
import { type Follow, type FollowOptions, startFollow } from '../file/start-follow.ts';
import { openTemporaryIntake, type TemporaryIntake } from './temporary-intake.ts';

export interface FollowBench {
  readonly intake: TemporaryIntake;
  readonly folder: string;
  readonly path: string;
  follow(options?: Partial<FollowOptions>): Promise<Follow>;
  stopAll(): Promise<void>;
  /** Rows until nothing comes for a while. */
  settle(millis?: number): Promise<SegmentRow[]>;
  close(): Promise<void>;
}

export async function openFollowBench(): Promise<FollowBench> {
  const intake = await openTemporaryIntake();
  const folder = join(intake.directory, 'kube-apiserver');
  const path = join(folder, 'audit.log');
  mkdirSync(folder);
  const follows: Follow[] = [];
  const stopAll = async () => {
    for (const each of follows.splice(0)) await each.stop();
  };
  return {
    intake,
    folder,
    path,
    async follow(options = {}) {
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
    },
    stopAll,
    settle: (millis = 250) => intake.drain(millis),
    async close() {
      await stopAll();
      await intake.close();
    },
  };
}

export const textOf = (rows: readonly SegmentRow[]): string[] => rows.map((row) => row.line.toString());

/** Short enough to be read when they differ. */
export const numbersOf = (lines: readonly string[]): string =>
  lines
    .map((line) => /"auditID":"(\d+)-/.exec(line)?.[1] ?? line)
    .sort((a, b) => Number(a) - Number(b))
    .join(' ');

/** As if it had been written a minute ago. */
export function makeOld(file: string): void {
  const then = new Date(Date.now() - 60_000);
  utimesSync(file, then, then);
}
