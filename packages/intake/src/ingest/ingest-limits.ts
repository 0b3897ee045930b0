// IngestLimits: how much is taken in, and when senders have to wait. In: settings. Out: settings with defaults.
import type { SpoolLimits } from '../spool/index.ts';
import { FRAME_LIMITS, type FrameLimits } from './framer.ts';

export interface IngestLimits extends SpoolLimits, FrameLimits {
  /** Live senders are refused and bulk readers wait while the spool is bigger. @default 2 GiB */
  readonly maxSpoolBytes: number;
  /** Imports wait already while the spool is bigger than this, so that live records find room and a short queue. @default 256 MiB */
  readonly maxBulkBytes: number;
  /** Senders are refused and readers wait while the disk has less free. @default 1 GiB */
  readonly minFreeBytes: number;
  /** The same while more rows are in memory, not yet on the disk. @default 16 MiB */
  readonly maxRetainedBytes: number;
  /** Between two looks at the free space. @default 1000 */
  readonly diskCheckMillis: number;
}

export const INGEST_LIMITS: Omit<IngestLimits, keyof SpoolLimits> = {
  ...FRAME_LIMITS,
  maxSpoolBytes: 2 * 1024 ** 3,
  maxBulkBytes: 256 * 1024 ** 2,
  minFreeBytes: 1024 ** 3,
  maxRetainedBytes: 16 * 1024 ** 2,
  diskCheckMillis: 1000,
};
