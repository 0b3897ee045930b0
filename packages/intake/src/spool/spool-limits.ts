// SpoolLimits: the sizes and times of segments. In: settings. Out: settings with defaults.

export interface SpoolLimits {
  /** A segment is closed before it grows beyond this. @default 32 MiB */
  readonly segmentBytes: number;
  /** A segment with rows of a live source is closed this long after its first row, in a tenth of it after a quiet time. @default 500 */
  readonly liveSegmentMillis: number;
  /** The same for a segment that holds only rows of imports. @default 2000 */
  readonly bulkSegmentMillis: number;
  /** Rows written but not synced, while nobody waits for them. @default 8 MiB */
  readonly maxUnsyncedBytes: number;
  /** Pause between attempts while the disk refuses. @default 1000 */
  readonly retryMillis: number;
}

export const SPOOL_LIMITS: SpoolLimits = {
  segmentBytes: 32 * 1024 * 1024,
  liveSegmentMillis: 500,
  bulkSegmentMillis: 2000,
  maxUnsyncedBytes: 8 * 1024 * 1024,
  retryMillis: 1000,
};
