// What the server tells of itself: engine, spool and sources -> status, readiness checks and gauges.
import type { StatusAnswer } from '@kubewitness/core/wire';
import type { Engine } from '@kubewitness/engine/supervisor';
import type { Ingest } from '@kubewitness/intake/ingest';
import type { Check, EngineState, StatusPort } from '../http/index.ts';
import type { Metrics } from '../observe/index.ts';
import type { Store, StoreWriter } from '../store/index.ts';
import type { Sources } from './start-sources.ts';

export interface JoinedStatus extends StatusPort {
  readonly engineState: () => EngineState;
  readonly checks: readonly Check[];
  /** The schema is there: from now on questions can be answered while the engine is up. */
  opened(engineVersion: string): void;
}

interface Parts {
  readonly engine: Engine;
  readonly ingest: Ingest;
  readonly store: Store;
  readonly writer: StoreWriter;
  readonly metrics: Metrics;
  readonly sources: Sources;
  readonly startedAtMs: number;
}

const RETRY_SECONDS = 2;
/** A scrape does not wait longer for the size of the store; the gauges keep their last values. */
const SIZE_WITHIN_MS = 2000;

export function joinStatus({ engine, ingest, store, writer, metrics, sources, startedAtMs }: Parts): JoinedStatus {
  let version = '';
  const { spool } = ingest;
  const engineState = (): EngineState => {
    const state = engine.state();
    if (state === 'ready' && version !== '') return { ready: true };
    const detail = state === 'ready' ? 'opening' : state;
    return { ready: false, detail, retryAfterSeconds: RETRY_SECONDS };
  };
  const readSpool = (): StatusAnswer['spool'] => ({
    bytes: spool.bytes(),
    segments: spool.segments(),
    oldestSeconds: spool.oldestAgeSeconds(),
    failed: writer.failedSegments(),
  });
  let countedRestarts = 0;
  const counted = new Map<string, { lines: number; bytes: number }>();
  metrics.onScrape(() => {
    const now = readSpool();
    metrics.spoolBytes.set(now.bytes);
    metrics.spoolSegments.set(now.segments);
    metrics.spoolOldestSeconds.set(now.oldestSeconds);
    metrics.spoolFailedSegments.set(now.failed);
    metrics.diskFreeBytes.set(ingest.freeDiskBytes);
    metrics.tailLagBytes.set(sources.lagBytes());
    metrics.tailFiles.set(sources.files());
    metrics.engineUp.set(engine.state() === 'ready' ? 1 : 0);
    metrics.engineRestarts.inc(engine.restarts() - countedRestarts);
    countedRestarts = engine.restarts();
    for (const [source, { lines, bytes }] of ingest.received()) {
      const before = counted.get(source) ?? { lines: 0, bytes: 0 };
      metrics.receivedLines.inc({ source }, lines - before.lines);
      metrics.receivedBytes.inc({ source }, bytes - before.bytes);
      counted.set(source, { lines, bytes });
    }
  });
  metrics.onScrape(async () => {
    if (!engineState().ready) return;
    const { records, diskBytes } = await store.size(AbortSignal.timeout(SIZE_WITHIN_MS));
    metrics.storeRecords.set(records);
    metrics.storeDiskBytes.set(diskBytes);
  });
  const checks: Check[] = [
    {
      name: 'engine',
      live: false,
      check: () => {
        const state = engineState();
        return state.ready ? { ok: true } : { ok: false, reason: `the engine is ${state.detail}` };
      },
    },
    {
      name: 'intake',
      live: false,
      check: () => {
        const admission = ingest.admit();
        return admission.ok ? { ok: true } : { ok: false, reason: admission.problem };
      },
    },
  ];
  return {
    startedAtMs,
    engine: () => ({ state: engine.state(), version, restarts: engine.restarts() }),
    spool: readSpool,
    engineState,
    checks,
    opened(engineVersion) {
      version = engineVersion;
    },
  };
}
