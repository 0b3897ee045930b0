// What the settings tell the server to read by itself: followed files, files to load once, the demo. Settings in, running sources out.
import { join } from 'node:path';
import type { SourceRow, SourcesAnswer } from '@kubewitness/core/wire';
import { type Follow, type FollowedFileState, startFollow } from '@kubewitness/intake/collect';
import type { Ingest } from '@kubewitness/intake/ingest';
import { systemClock } from '@kubewitness/intake/spool';
import type { Config } from '../config/index.ts';
import type { ImportPort } from '../http/index.ts';
import type { Log } from '../observe/index.ts';
import { runDemo } from './demo-source.ts';
import { loadAtStart } from './load-at-start.ts';

export interface SourcesOptions {
  readonly config: Config;
  readonly ingest: Ingest;
  readonly imports: ImportPort;
  readonly log: Log;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export interface Sources {
  lagBytes(): number;
  files(): number;
  /** Adds the state of what is being followed to what the store counted. */
  join(stored: SourcesAnswer): SourcesAnswer;
  stop(): Promise<void>;
}

function printState(file: FollowedFileState): Pick<SourceRow, 'state' | 'lagBytes' | 'problem'> {
  if (file.problem !== undefined) return { state: 'problem', lagBytes: file.lagBytes, problem: file.problem };
  return { state: file.lagBytes === 0 ? 'waiting' : 'following', lagBytes: file.lagBytes, problem: '' };
}

/** A followed file from which nothing has come yet. */
function newRow(file: FollowedFileState, config: Config): SourceRow {
  return {
    kind: 'file',
    name: file.path,
    cluster: config.cluster,
    host: config.host,
    component: '',
    stored: 0,
    duplicate: 0,
    quarantined: 0,
    oldest: null,
    newest: null,
    lastArrival: null,
    ...printState(file),
  };
}

export async function startSources(options: SourcesOptions): Promise<Sources> {
  const { config, ingest, log, clock, pause } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running: Promise<void>[] = [];
  const follows: Follow[] = [];
  const watch = (work: Promise<void>, what: string) =>
    running.push(work.catch((error: unknown) => log.error({ err: error }, `${what} stopped.`)));
  for (const path of config.tailPaths) {
    const source = { cluster: config.cluster, ...(config.host === '' ? {} : { host: config.host }) };
    const positionsDirectory = join(config.dataDir, 'positions');
    follows.push(await startFollow({ path, source, ingest, positionsDirectory, clock: systemClock, log, signal }));
  }
  if (config.importPaths.length > 0) watch(loadAtStart(options, signal), 'Loading the files of --import');
  if (config.demo) watch(runDemo({ ingest, dataDir: config.dataDir, clock, pause, signal }), 'The demo');

  const states = () => follows.flatMap((follow) => follow.state());
  return {
    lagBytes: () => states().reduce((sum, file) => sum + file.lagBytes, 0),
    files: () => states().length,
    join({ sources }) {
      const followed = new Map(states().map((file) => [file.path, file]));
      const rows = sources.map((row) => {
        const file = row.kind === 'file' ? followed.get(row.name) : undefined;
        return file === undefined ? row : { ...row, ...printState(file) };
      });
      const known = new Set(rows.map((row) => row.name));
      // A rotated sibling's records count under the live log's name: it is shown while there is something to say of it.
      const isWorthARow = (file: FollowedFileState) =>
        file.problem !== undefined || file.lagBytes > 0 || file.size === 0 || config.tailPaths.includes(file.path);
      const silent = [...followed.values()].filter((file) => !known.has(file.path) && isWorthARow(file));
      return { sources: [...rows, ...silent.map((file) => newRow(file, config))] };
    },
    async stop() {
      // Followers write their positions before the spool closes.
      await Promise.all(follows.map((follow) => follow.stop()));
      stopping.abort();
      await Promise.all(running);
    },
  };
}
