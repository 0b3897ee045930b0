// The demo cluster as a source: a day of records when the store is empty, then new ones as the clock goes on.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDemo, type DemoLine } from '@kubewitness/core/demo';
import type { SegmentSource } from '@kubewitness/core/event';
import type { Ingest } from '@kubewitness/intake/ingest';

const CLUSTER = 'demo';
const RECORDS = 40_000;
const SEED = 20_260;
const DAY_NANOS = 86_400_000_000_000n;
const TICK_MS = 500;
/** Between two waits for room; keeps the event loop free. */
const LINES_AT_ONCE = 500;

export interface DemoSourceOptions {
  readonly ingest: Ingest;
  readonly dataDir: string;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

function openAppender(ingest: Ingest): (line: DemoLine) => void {
  const sources = new Map<string, SegmentSource>();
  let position = 0;
  return ({ host, component, text }) => {
    const key = `${host}/${component}`;
    const known = sources.get(key);
    const logSource = component === 'kube-apiserver' ? 'kubeAPI' : 'openshiftAPI';
    const source: SegmentSource = known ?? {
      kind: 'demo',
      name: `demo/${component}/${host}`,
      cluster: CLUSTER,
      host,
      component,
      logType: 'audit',
      logSource,
    };
    if (known === undefined) sources.set(key, source);
    ingest.append(source, Buffer.from(text), position++);
  };
}

/**
 * When the demo of this data directory began. A restart makes the same day again, which the store keeps once, and goes on
 * from there; without the file it would lay a second cluster over the first.
 */
async function readBeginning(dataDir: string, nowNanos: bigint): Promise<bigint> {
  const path = join(dataDir, 'demo-began-nanos');
  try {
    return BigInt((await readFile(path, 'utf8')).trim());
  } catch {
    await writeFile(path, `${nowNanos}\n`, { mode: 0o600 });
    return nowNanos;
  }
}

/** Runs until the signal aborts. */
export async function runDemo({ ingest, dataDir, clock, pause, signal }: DemoSourceOptions): Promise<void> {
  const endNanos = await readBeginning(dataDir, clock());
  const demo = createDemo({
    seed: SEED,
    startNanos: endNanos - DAY_NANOS,
    endNanos,
    records: RECORDS,
    cluster: CLUSTER,
  });
  const append = openAppender(ingest);
  let lines = 0;
  for (const line of demo) {
    if (lines++ % LINES_AT_ONCE === 0 && !(await ingest.ready(signal))) return;
    append(line);
  }
  await ingest.commitPatiently();
  ingest.flush();
  while (!signal.aborted) {
    if (!(await ingest.ready(signal))) return;
    for (const line of demo.next(clock())) append(line);
    await ingest.commitPatiently();
    await pause(TICK_MS, signal);
  }
}
