// SiblingReader: the rotated files of one log. In: what the folder shows. Out: tails for plain files, lines of compressed ones, each once.
import { open } from 'node:fs/promises';
import { headOf, readHead } from './file-head.ts';
import { FileTail } from './file-tail.ts';
import { type FollowedFileState, problemOf } from './follow-state.ts';
import type { FollowedLogOptions } from './followed-log.ts';
import { hasPlainLength, readGzipHead, readGzipSibling } from './gzip-sibling.ts';
import type { FileRecord } from './positions.ts';
import { readSiblings, type Sibling } from './read-folder.ts';

/** Back-fill opens only so many old files at a time. */
const MAX_SIBLING_TAILS = 4;
/** The folder is looked at again after this, for files that had to wait. */
const RESCAN_MILLIS = 1000;

export class SiblingReader {
  readonly #options: FollowedLogOptions;
  /** Files that need nothing as long as their state stays the same. */
  #settled = new Map<string, string>();
  readonly #gzipDone = new Map<string, string>();
  readonly #problems = new Map<string, string>();
  #nextScanMicros = 0;
  #gzip: { readonly path: string; readonly record: FileRecord; readonly done: Promise<void> } | undefined;

  constructor(options: FollowedLogOptions) {
    this.#options = options;
  }

  /** Adds tails for plain siblings with something unread, and starts reading the oldest compressed one. */
  async scan(tails: FileTail[], turned: boolean): Promise<void> {
    const nowMicros = this.#options.clock.nowMicros();
    if (!turned && nowMicros < this.#nextScanMicros) return;
    this.#nextScanMicros = nowMicros + RESCAN_MILLIS * 1000;
    // What was settled under the old live file has to be looked at again: a copy may hold more than was read.
    if (turned) this.#settled.clear();
    const siblings = await readSiblings(this.#options.path);
    const settled = new Map<string, string>();
    for (const sibling of siblings) {
      if (this.#settled.get(sibling.path) === sibling.state) settled.set(sibling.path, sibling.state);
      else if (await this.#settle(sibling, tails, nowMicros)) settled.set(sibling.path, sibling.state);
    }
    this.#settled = settled;
    for (const path of this.#problems.keys())
      if (!siblings.some((each) => each.path === path)) this.#problems.delete(path);
  }

  state(): FollowedFileState[] {
    const files = [...this.#problems].map(([path, problem]) => ({ path, offset: 0, size: 0, lagBytes: 0, problem }));
    if (this.#gzip === undefined) return files;
    const { path, record } = this.#gzip;
    return [...files, { path, offset: record.offset, size: record.offset, lagBytes: 0 }];
  }

  async close(): Promise<void> {
    await this.#gzip?.done;
  }

  /** True when nothing more has to be done for the file as it is. */
  async #settle(sibling: Sibling, tails: FileTail[], nowMicros: number): Promise<boolean> {
    if (tails.some((tail) => tail.record.id === sibling.id)) {
      for (const tail of tails) if (tail.record.id === sibling.id) tail.record.name = sibling.path;
      return false;
    }
    try {
      const settled = sibling.gzip
        ? await this.#settleGzip(sibling, tails, nowMicros)
        : await this.#settlePlain(sibling, tails, nowMicros);
      if (!sibling.gzip) this.#problems.delete(sibling.path);
      return settled;
    } catch (error) {
      const problem = problemOf(sibling.path, error);
      // A file that is renamed or removed while it is looked at comes back under its new name.
      if (problem.code !== 'ENOENT') this.#report(sibling.path, problem.sentence);
      return false;
    }
  }

  async #settlePlain(sibling: Sibling, tails: FileTail[], nowMicros: number): Promise<boolean> {
    const { positions } = this.#options;
    const handle = await open(sibling.path, 'r');
    let kept = false;
    try {
      const stats = await handle.stat({ bigint: true });
      const id = `${stats.dev}:${stats.ino}`;
      // Renamed over since the folder was listed: the next look sees it as it is.
      if (id !== sibling.id) return false;
      const head = await readHead(handle);
      const found = positions.find(id, head);
      // A copy of a file that is still read: what the original does not give, the copy gives later.
      if (found !== undefined && tails.some((tail) => tail.record === found)) return false;
      if (found !== undefined && Number(stats.size) <= found.offset && (found.finished || found.id !== id)) {
        found.finished = true;
        found.name = sibling.path;
        found.seenMicros = nowMicros;
        return true;
      }
      if (tails.length > MAX_SIBLING_TAILS) return false;
      const record =
        found ??
        positions.add({
          id,
          head: headOf(head),
          offset: 0,
          finished: false,
          name: sibling.path,
          seenMicros: nowMicros,
        });
      Object.assign(record, { id, finished: false, name: sibling.path, seenMicros: nowMicros });
      if (record.offset > Number(stats.size)) record.offset = 0;
      const tail = new FileTail({
        ...this.#options,
        handle,
        record,
        head,
        nowMicros: Math.round(sibling.mtimeMs * 1000),
      });
      tail.retiredMicros = tail.lastGrowthMicros;
      tails.push(tail);
      kept = true;
      return false;
    } finally {
      if (!kept) await handle.close();
    }
  }

  async #settleGzip(sibling: Sibling, tails: FileTail[], nowMicros: number): Promise<boolean> {
    const { positions, retireMillis } = this.#options;
    // It may be half written: compressing takes a moment.
    if (this.#gzipDone.get(sibling.path) === sibling.state) return true;
    if (this.#gzip !== undefined || nowMicros - sibling.mtimeMs * 1000 < retireMillis * 1000) return false;
    const head = await readGzipHead(sibling.path);
    const found = positions.find(sibling.id, head);
    if (found !== undefined && tails.some((tail) => tail.record === found)) return false;
    if (found?.finished === true && (await hasPlainLength(sibling.path, found.offset))) {
      found.seenMicros = nowMicros;
      return true;
    }
    const record =
      found ??
      positions.add({
        id: sibling.id,
        head: headOf(head),
        offset: 0,
        finished: false,
        name: sibling.path,
        seenMicros: nowMicros,
      });
    Object.assign(record, { name: sibling.path, finished: false, seenMicros: nowMicros });
    this.#gzip = { path: sibling.path, record, done: this.#readGzip(sibling, record) };
    return false;
  }

  async #readGzip(sibling: Sibling, record: FileRecord): Promise<void> {
    const { ingest, source, signal } = this.#options;
    try {
      const problem = await readGzipSibling({
        path: sibling.path,
        record,
        lines: ingest.linesOf(source),
        ingest,
        signal,
      });
      if (problem === '') this.#problems.delete(sibling.path);
      else this.#report(sibling.path, `${sibling.path}: ${problem}`);
      // Read to its end, good or bad: not again unless the file changes.
      if (!signal.aborted) this.#gzipDone.set(sibling.path, sibling.state);
    } catch (error) {
      this.#report(sibling.path, problemOf(sibling.path, error).sentence);
    } finally {
      this.#gzip = undefined;
      this.#nextScanMicros = 0;
    }
  }

  #report(path: string, sentence: string): void {
    if (this.#problems.get(path) !== sentence) this.#options.log.warn({ path }, sentence);
    this.#problems.set(path, sentence);
  }
}
