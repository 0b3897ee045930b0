// A real store for tests: a temporary directory with a real engine and a spool; lines in, batch reports out.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchReport, SegmentSource } from '@kubewitness/core/event';
import { startEngine } from '@kubewitness/engine/supervisor';
import { Spool, systemClock } from '@kubewitness/intake/spool';
import { GROUP_LIMITS } from '../insert/segment-group.ts';
import { Store } from '../store.ts';

const silent = { info() {}, warn() {}, error() {} };

export const TEST_SOURCE: SegmentSource = {
  kind: 'import',
  name: 'test.log',
  cluster: 'test',
  host: 'master-0',
  component: 'kube-apiserver',
  logType: 'audit',
  logSource: 'kubeAPI',
};

export interface TestStore {
  readonly store: Store;
  readonly directory: string;
  /** One segment with these lines; a line may be [bytes, problem]. */
  keep(lines: readonly (string | Uint8Array)[], source?: SegmentSource): Promise<BatchReport>;
  /** Each with a segment of its own, stored as one group. */
  keepSegments(segments: readonly (readonly [readonly string[], SegmentSource])[]): Promise<BatchReport[]>;
  /** All bytes of newline-ended lines, in as many segments as they need. */
  keepAll(bytes: Buffer, source?: SegmentSource): Promise<BatchReport[]>;
  /** SIGKILL; resolves when the supervisor has a new one that answers. */
  killEngine(): Promise<void>;
  close(): Promise<void>;
}

export const NOW_NANOS = BigInt(Date.parse('2026-11-21T12:00:00Z')) * 1_000_000n;

export async function openTestStore(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'kw-store-'));
  const messages: string[] = [];
  const engine = startEngine({
    dataDir: join(directory, 'store'),
    readers: 2,
    maxMemoryBytes: 2 * 1024 ** 3,
    log: (level, message) => messages.push(`${level} ${message}`),
  });
  const started = await engine.ready;
  if (!started.ok) throw new Error(`engine: ${started.problem.message}\n${messages.join('\n')}`);
  const store = new Store({
    address: { kind: 'socket', path: engine.socketPath },
    flavour: { kind: 'embedded' },
    clock: () => NOW_NANOS,
  });
  const never = new AbortController().signal;
  await store.open(never);
  const opening = await Spool.open({ directory: join(directory, 'spool'), clock: systemClock, log: silent });
  if (!opening.ok) throw new Error(opening.problem);
  const { spool } = opening;

  const appendLines = (lines: readonly (string | Uint8Array)[], source: SegmentSource): void => {
    let position = 0;
    for (const line of lines) {
      const bytes = typeof line === 'string' ? Buffer.from(line) : line;
      spool.append(source, systemClock.nowMicros(), position, undefined, bytes, 0, bytes.length);
      position += bytes.length + 1;
    }
  };
  const drain = async (): Promise<BatchReport[]> => {
    spool.seal();
    const synced = await spool.sync(true);
    if (!synced.ok) throw new Error(synced.trouble.sentence);
    const reports: BatchReport[] = [];
    while (spool.segments() > 0) {
      const waiting = await spool.waiting(GROUP_LIMITS, never);
      // A segment that is durable is closed a moment later.
      if (waiting.length < Math.min(GROUP_LIMITS.segments, spool.segments())) {
        await systemClock.pause(5, never);
        continue;
      }
      const stored = await store.insertSegments(waiting, never);
      for (const segment of waiting.slice(0, stored.length)) await spool.remove(segment);
      reports.push(...stored);
    }
    return reports;
  };
  return {
    store,
    directory,
    async killEngine() {
      const before = engine.pid();
      if (before === undefined) throw new Error('there is no engine to kill');
      process.kill(before, 'SIGKILL');
      for (let tries = 0; tries < 200; tries++) {
        await systemClock.pause(100, never);
        const answers = await store.database.rows('SELECT 1').catch(() => undefined);
        if (engine.pid() !== before && answers !== undefined) return;
      }
      throw new Error('the engine did not come back');
    },
    async keepSegments(segments) {
      for (const [lines, source] of segments) {
        appendLines(lines, source);
        spool.seal();
      }
      return drain();
    },
    async keep(lines, source = TEST_SOURCE) {
      appendLines(lines, source);
      const [report, ...more] = await drain();
      if (report === undefined || more.length > 0) throw new Error('expected exactly one batch');
      return report;
    },
    async keepAll(bytes, source = TEST_SOURCE) {
      for (let start = 0; start < bytes.length; ) {
        const end = bytes.indexOf(10, start);
        const stop = end < 0 ? bytes.length : end;
        spool.append(source, systemClock.nowMicros(), start, undefined, bytes, start, stop);
        start = stop + 1;
      }
      return drain();
    },
    async close() {
      await spool.close();
      await store.close();
      await engine.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
