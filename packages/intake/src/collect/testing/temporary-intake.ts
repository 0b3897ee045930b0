// Test aid: an ingest in a temporary directory, with everything it logged, and the rows that came out of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SegmentSource } from '@kubewitness/core/event';
import { type Ingest, type IngestLimits, openIngest } from '../../ingest/index.ts';
import { type Log, readSegmentRows, type SegmentDisk, type SegmentRow, systemClock } from '../../spool/index.ts';

export interface TemporaryIntake {
  readonly ingest: Ingest;
  readonly directory: string;
  readonly logged: string[];
  readonly log: Log;
  readonly signal: AbortSignal;
  /** All rows that are in the spool or come into it, until nothing came for `quietMillis`; their segments are removed. */
  drain(quietMillis?: number): Promise<SegmentRow[]>;
  close(): Promise<void>;
}

export const IMPORT_SOURCE: SegmentSource = {
  kind: 'import',
  name: 'audit.log',
  cluster: 'c',
  host: 'h',
  component: 'kube-apiserver',
  logType: 'audit',
  logSource: 'kubeAPI',
  upload: 'u1',
};

export async function openTemporaryIntake(
  limits: Partial<IngestLimits> = {},
  disk?: SegmentDisk,
): Promise<TemporaryIntake> {
  const directory = await mkdtemp(join(tmpdir(), 'kw-intake-'));
  const logged: string[] = [];
  const keep = (_details: object, sentence: string) => void logged.push(sentence);
  const log: Log = { info: keep, warn: keep, error: keep };
  const abort = new AbortController();
  const opening = await openIngest({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log,
    signal: abort.signal,
    limits: {
      minFreeBytes: 0,
      liveSegmentMillis: 20,
      bulkSegmentMillis: 20,
      retryMillis: 20,
      diskCheckMillis: 20,
      ...limits,
    },
    ...(disk === undefined ? {} : { disk }),
  });
  if (!opening.ok) throw new Error(opening.problem);
  const { ingest } = opening;
  return {
    ingest,
    directory,
    logged,
    log,
    signal: abort.signal,
    async drain(quietMillis = 60) {
      const rows: SegmentRow[] = [];
      ingest.flush();
      for (;;) {
        const [segment] = await ingest.spool.waiting({ segments: 1, bytes: 0 }, AbortSignal.timeout(quietMillis));
        if (segment === undefined && ingest.spool.segments() === 0) return rows;
        if (segment === undefined) continue;
        rows.push(...(await readSegmentRows(segment.path)));
        await ingest.spool.remove(segment);
      }
    },
    async close() {
      abort.abort();
      await ingest.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
