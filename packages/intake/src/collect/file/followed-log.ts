// FollowedLog: one live path with its rotated siblings. In: a path, polled. Out: every line of all of them into ingest, nothing missed.

import { type FileHandle, open, stat } from 'node:fs/promises';
import type { SegmentSource } from '@kubewitness/core/event';
import type { Ingest } from '../../ingest/index.ts';
import type { Clock, Log } from '../../spool/index.ts';
import { headOf, readHead } from './file-head.ts';
import { FileTail } from './file-tail.ts';
import { type FollowedFileState, type FollowProblem, mountedAlone, problemOf } from './follow-state.ts';
import type { Positions } from './positions.ts';
import { SiblingReader } from './sibling-reader.ts';

export interface FollowedLogOptions {
  readonly path: string;
  readonly source: SegmentSource;
  readonly ingest: Ingest;
  readonly positions: Positions;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** A rotated file counts as complete when nothing came for this long. */
  readonly retireMillis: number;
}

export class FollowedLog {
  readonly #options: FollowedLogOptions;
  readonly #siblings: SiblingReader;
  /** The live file and those that were live a moment ago. */
  readonly #tails: FileTail[] = [];
  #live: FileTail | undefined;
  #liveId = '';
  #problem: FollowProblem | undefined;

  constructor(options: FollowedLogOptions) {
    this.#options = options;
    this.#siblings = new SiblingReader(options);
  }

  get path(): string {
    return this.#options.path;
  }

  /** One look at everything. True when there is more to read at once. */
  async poll(buffer: Buffer): Promise<boolean> {
    const turned = await this.#lookAtLive();
    await this.#siblings.scan(this.#tails, turned);
    let more = false;
    for (const tail of [...this.#tails]) {
      const pumped = await tail.pump(buffer, this.#options.clock.nowMicros(), this.#options.signal);
      if (pumped === 'grew' && !tail.atEnd) more = true;
      if (pumped === 'truncated') {
        await this.#startAnew(tail);
        more = true;
      }
      if (pumped === 'idle' && tail.retiredMicros !== undefined) await this.#retire(tail);
    }
    return more;
  }

  state(): FollowedFileState[] {
    const { path } = this.#options;
    const rotated = this.#tails.filter((tail) => tail !== this.#live);
    const size = this.#live?.size ?? 0;
    const offset = this.#live?.record.offset ?? 0;
    const live: FollowedFileState = {
      path,
      offset,
      size,
      lagBytes: Math.max(0, size - offset),
      ...(this.#problem === undefined ? {} : { problem: this.#problem.sentence }),
    };
    return [
      live,
      ...rotated.map((tail) => ({
        path: tail.record.name,
        offset: tail.record.offset,
        size: tail.size,
        lagBytes: Math.max(0, tail.size - tail.record.offset),
      })),
      ...this.#siblings.state(),
    ];
  }

  async close(): Promise<void> {
    await this.#siblings.close();
    for (const tail of this.#tails.splice(0)) await tail.close();
  }

  /** True when another file than before stands at the path, or none. */
  async #lookAtLive(): Promise<boolean> {
    const { path, clock, positions } = this.#options;
    let handle: FileHandle | undefined;
    try {
      const stats = await stat(path, { bigint: true });
      const id = `${stats.dev}:${stats.ino}`;
      if (this.#live !== undefined && id === this.#liveId) {
        this.#setProblem(this.#live.links === 0 ? mountedAlone(path) : undefined);
        return false;
      }
      if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
      handle = await open(path, 'r');
      const opened = await handle.stat({ bigint: true });
      const openedId = `${opened.dev}:${opened.ino}`;
      this.#leaveLive();
      this.#liveId = openedId;
      // A rotated file may have been moved back; then its tail is live again.
      const known = this.#tails.find((tail) => tail.record.id === openedId);
      if (known !== undefined) {
        await handle.close();
        known.retiredMicros = undefined;
        this.#live = known;
      } else {
        const head = await readHead(handle);
        const found = positions.find(openedId, head);
        const record = found !== undefined && found.id === openedId ? found : undefined;
        const nowMicros = clock.nowMicros();
        this.#live = new FileTail({
          ...this.#options,
          handle,
          head,
          record:
            record ??
            positions.add({
              id: openedId,
              head: headOf(head),
              offset: 0,
              finished: false,
              name: path,
              seenMicros: nowMicros,
            }),
          nowMicros,
        });
        this.#live.record.finished = false;
        this.#tails.push(this.#live);
      }
      this.#setProblem(undefined);
      return true;
    } catch (error) {
      await handle?.close().catch(() => undefined);
      this.#setProblem(problemOf(path, error));
      if (this.#live === undefined || this.#problem?.code !== 'ENOENT') return false;
      this.#leaveLive();
      return true;
    }
  }

  #leaveLive(): void {
    if (this.#live === undefined) return;
    this.#live.retiredMicros = this.#options.clock.nowMicros();
    this.#live = undefined;
    this.#liveId = '';
  }

  #setProblem(problem: FollowProblem | undefined): void {
    // One sentence when it comes and one when it goes, not four a second.
    if (problem?.code !== this.#problem?.code) {
      const { log, path } = this.#options;
      if (problem === undefined) log.info({ path }, `${path} can be read now.`);
      else log.warn({ code: problem.code, path }, problem.sentence);
    }
    this.#problem = problem;
  }

  /** The content of a file was cut away under us. What was not read of it may stand in a copy, which its head will tell. */
  async #startAnew(tail: FileTail): Promise<void> {
    const { positions, clock, log, path } = this.#options;
    const old = tail.record;
    const id = old.id;
    old.id = '';
    log.info({ path, offset: old.offset }, `${path} was cut and starts anew; reading it from its beginning.`);
    const seenMicros = clock.nowMicros();
    await tail.restart(positions.add({ id, head: old.head, offset: 0, finished: false, name: path, seenMicros }));
    await this.#siblings.scan(this.#tails, true);
  }

  async #retire(tail: FileTail): Promise<void> {
    const { clock, retireMillis } = this.#options;
    const quietMicros = clock.nowMicros() - Math.max(tail.lastGrowthMicros, tail.retiredMicros ?? 0);
    if (quietMicros < retireMillis * 1000) return;
    tail.finish();
    this.#tails.splice(this.#tails.indexOf(tail), 1);
    await tail.close();
  }
}
