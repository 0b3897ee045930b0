// The demo cluster as a source: a day of records when the store is empty, then new ones as the clock goes on.

import { createDemo, type DemoLine } from '@kubewitness/core/demo';
import type { SegmentSource } from '@kubewitness/core/event';
import type { Ingest } from '@kubewitness/intake/ingest';

const CLUSTER = 'demo';
const RECORDS = 40_000;
const DAY_NANOS = 86_400_000_000_000n;
const TICK_MS = 500;
/** Between two waits for room; keeps the event loop free. */
const LINES_AT_ONCE = 500;

export interface DemoSourceOptions {
  readonly ingest: Ingest;
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

/** Runs until the signal aborts. The seed is the day, so a restart on the same day makes the same records again. */
export async function runDemo({ ingest, clock, pause, signal }: DemoSourceOptions): Promise<void> {
  // The window ends at a whole hour, so that starts within the hour give the same bytes, which the store keeps once.
  const hourNanos = DAY_NANOS / 24n;
  const endNanos = (clock() / hourNanos) * hourNanos;
  const demo = createDemo({
    seed: Number(endNanos / hourNanos),
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
