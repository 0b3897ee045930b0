// Pushes: streams that Loki's API took -> durable rows of the spool; and who reads waits, briefly, for what was acknowledged before.
import type { SegmentSource } from '@kubewitness/core/event';
import { createEnvelopePrinter, type PushStream } from '@kubewitness/core/formats';
import type { Ingest, Refusal } from '@kubewitness/intake/ingest';
import type { Appended } from '../loki/index.ts';
import type { StoreWriter } from '../store/index.ts';

export interface PushPort {
  /** Resolves after the fsync: from then on the entries survive a crash. */
  append(tenant: string, streams: readonly PushStream[]): Promise<Appended>;
  /** Resolves when the tenant's acknowledged entries before `endNanos` are in the store; at once when the store is far behind. */
  settle(tenant: string, endNanos: bigint, signal: AbortSignal): Promise<void>;
}

/** A segment of live rows is closed after half a second and stored in as much again, on a busy machine in a few seconds. */
const SETTLE_MS = 10_000;
/** With more segments in front a reader would wait in vain. */
const MAX_SEGMENTS_AHEAD = 4;
/** A tenant beyond this reads what there is. */
const MAX_TENANTS = 1000;

/** What a tenant was promised and cannot read yet. */
interface Pending {
  readonly firstNanos: bigint;
  readonly batch: number;
}

function pushSource(tenant: string): SegmentSource {
  const name = `push/${tenant}`;
  return { kind: 'push', name, cluster: '', host: '', component: '', logType: '', logSource: '' };
}

/** Senders wait and try again on both; 503 says that it is not their pace. */
function refuse({ reason, problem, retryAfterSeconds }: Refusal): Appended {
  const status = reason === 'closed' || reason === 'write-failed' ? 503 : 429;
  return { ok: false, problem: { status, message: problem }, retryAfterSeconds };
}

const earlier = (left: bigint, right: bigint): bigint => (left < right ? left : right);

export function openPushPort(
  ingest: Ingest,
  writer: Pick<StoreWriter, 'newestBatch' | 'wait'>,
  nowMicros: () => number,
): PushPort {
  const pending = new Map<string, Pending>();
  // Orders entries of the same time by their arrival, also across restarts: nobody pushes a million entries a second for long.
  let position = nowMicros();

  function remember(tenant: string, promised: Pending): void {
    const known = pending.get(tenant);
    const waits = known !== undefined && known.batch > writer.newestBatch();
    const firstNanos = waits ? earlier(known.firstNanos, promised.firstNanos) : promised.firstNanos;
    pending.delete(tenant);
    pending.set(tenant, { ...promised, firstNanos });
    const oldest = pending.size > MAX_TENANTS ? pending.keys().next().value : undefined;
    if (oldest !== undefined) pending.delete(oldest);
  }

  return {
    async append(tenant, streams) {
      const admission = ingest.admit();
      if (!admission.ok) return refuse(admission);
      const source = pushSource(tenant);
      let firstNanos: bigint | undefined;
      // From the admission to here nothing waits, so a yes still holds.
      for (const { labels, entries } of streams) {
        const print = createEnvelopePrinter(tenant, labels);
        for (const entry of entries) {
          ingest.append(source, Buffer.from(print(entry)), position++);
          firstNanos = firstNanos === undefined ? entry.timeNanos : earlier(firstNanos, entry.timeNanos);
        }
      }
      const batch = ingest.spool.newestNumber;
      const committed = await ingest.commit();
      if (!committed.ok) return refuse(committed);
      if (firstNanos !== undefined) remember(tenant, { firstNanos, batch });
      return { ok: true };
    },

    async settle(tenant, endNanos, signal) {
      const promised = pending.get(tenant);
      if (promised === undefined || promised.firstNanos >= endNanos) return;
      if (ingest.spool.segments() > MAX_SEGMENTS_AHEAD) return;
      const untilMs = performance.now() + SETTLE_MS;
      while (writer.newestBatch() < promised.batch && !signal.aborted) {
        const leftMs = untilMs - performance.now();
        if (leftMs <= 0) return;
        await writer.wait(writer.newestBatch(), leftMs, signal);
      }
      if (pending.get(tenant) === promised && writer.newestBatch() >= promised.batch) pending.delete(tenant);
    },
  };
}
