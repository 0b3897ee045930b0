// startFollow: follows a log or all logs of a directory until it is stopped. In: a path. Out: lines into ingest, positions on disk.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { SegmentSource } from '@kubewitness/core/event';
import type { Ingest } from '../../ingest/index.ts';
import type { Clock, Log } from '../../spool/index.ts';
import { type FollowedFileState, problemOf } from './follow-state.ts';
import { FollowedLog } from './followed-log.ts';
import { guessSource, logSourceOf } from './guess-source.ts';
import { Positions } from './positions.ts';
import { findLiveLogs } from './read-folder.ts';

export interface FollowOptions {
  /** A live log, or a directory of logs. It need not exist yet. */
  readonly path: string;
  /** What the path does not say; `host` is this machine's name by default. */
  readonly source: {
    readonly cluster: string;
    readonly host?: string;
    readonly component?: string;
    readonly logSource?: string;
  };
  readonly ingest: Ingest;
  readonly positionsDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Between two looks, when nothing hints at a change before. @default 250 */
  readonly pollMillis?: number;
  /** A rotated file counts as complete when nothing came for this long. @default 5000 */
  readonly retireMillis?: number;
  /** Between two writes of the positions. @default 1000 */
  readonly positionsMillis?: number;
}

export interface Follow {
  state(): readonly FollowedFileState[];
  /** Reads no further, waits until what was read is durable, and writes the positions. */
  stop(): Promise<void>;
}

const READ_BYTES = 1024 * 1024;
/** At least this long between two looks, whatever the file system hints. */
const HINT_GAP_MILLIS = 25;

export async function startFollow(options: FollowOptions): Promise<Follow> {
  const path = resolve(options.path);
  const { clock, log, ingest } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  signal.addEventListener('abort', () => hint(), { once: true });
  const positions = await Positions.load(options.positionsDirectory, path, log);
  const logs = new Map<string, FollowedLog>();
  const watchers = new Map<string, FSWatcher>();
  let folderProblem: string | undefined;
  let wake: (() => void) | undefined;
  let hinted = false;

  const hint = () => {
    hinted = true;
    wake?.();
  };

  const watchFolder = (folder: string) => {
    if (watchers.has(folder)) return;
    try {
      // Only a hint: on network file systems and some mounts it never comes, and the poll does the work.
      const watcher = watch(folder, { persistent: false }, hint);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // Too many watches, or no such folder yet.
    }
  };

  const discover = async () => {
    const isDirectory = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => logs.size > 0 && !logs.has(path),
    );
    let paths = [path];
    if (isDirectory) {
      try {
        paths = await findLiveLogs(path);
        folderProblem = paths.length > 0 ? undefined : `KW_FOLLOW_NO_LOGS: ${path} has no logs yet; waiting for one.`;
      } catch (error) {
        folderProblem = problemOf(path, error).sentence;
      }
      watchFolder(path);
    }
    for (const each of paths) {
      watchFolder(dirname(each));
      if (!logs.has(each)) {
        const source = sourceOf(each, options.source);
        const retireMillis = options.retireMillis ?? 5000;
        logs.set(each, new FollowedLog({ path: each, source, ingest, positions, clock, log, signal, retireMillis }));
      }
    }
  };

  let saves = true;
  const save = async () => {
    const captured = positions.capture();
    const committed = await ingest.commit();
    if (!committed.ok) return;
    try {
      await positions.save(captured);
      saves = true;
    } catch (error) {
      if (!saves) return;
      saves = false;
      log.warn(
        { code: 'KW_FOLLOW_POSITIONS', err: error },
        `KW_FOLLOW_POSITIONS: the positions of ${path} could not be written; after a crash more is read again, and the store keeps each record once.`,
      );
    }
  };

  const run = async () => {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const pollMillis = options.pollMillis ?? 250;
    let discoverAt = 0;
    let saveAt = 0;
    while (!signal.aborted) {
      hinted = false;
      const now = clock.nowMicros() / 1000;
      if (now >= discoverAt) {
        await discover();
        discoverAt = now + 1000;
      }
      let more = false;
      for (const followed of logs.values()) {
        try {
          if (await followed.poll(buffer)) more = true;
        } catch (error) {
          log.warn({ path: followed.path, err: error }, problemOf(followed.path, error).sentence);
        }
      }
      if (now >= saveAt) {
        await save();
        saveAt = now + (options.positionsMillis ?? 1000);
      }
      if (more || signal.aborted) continue;
      // A busy log changes a thousand times a second; looking at it that often would cost more than reading it.
      await clock.pause(Math.min(HINT_GAP_MILLIS, pollMillis), signal);
      if (hinted) continue;
      const pause = new AbortController();
      wake = () => pause.abort();
      if (!signal.aborted) await clock.pause(pollMillis, pause.signal);
      wake = undefined;
    }
    for (const watcher of watchers.values()) watcher.close();
    for (const followed of logs.values()) await followed.close();
    await save();
  };

  const running = run();
  return {
    state: () => {
      const files = [...logs.values()].flatMap((followed) => followed.state());
      return folderProblem === undefined
        ? files
        : [{ path, offset: 0, size: 0, lagBytes: 0, problem: folderProblem }, ...files];
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function sourceOf(path: string, given: FollowOptions['source']): SegmentSource {
  const guessed = guessSource(path);
  const component = given.component ?? guessed.component;
  return {
    kind: 'file',
    name: path,
    cluster: given.cluster,
    host: given.host ?? hostname(),
    component,
    logType: 'audit',
    logSource: given.logSource ?? (component === guessed.component ? guessed.logSource : logSourceOf(component)),
  };
}
