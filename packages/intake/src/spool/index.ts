// Front door of the spool: segments on disk between the collectors and the store.
export { type Clock, type Log, systemClock } from './clock.ts';
export { readSegmentRows, type SegmentRow, type SegmentScan, scanSegment } from './scan-segment.ts';
export { realDisk, type SegmentDisk, type SegmentFile } from './segment-file.ts';
export type { SyncOutcome } from './segment-writer.ts';
export { Spool, type SpoolOpening, type SpoolOptions } from './spool.ts';
export { SPOOL_LIMITS, type SpoolLimits } from './spool-limits.ts';
export type { SpoolTrouble } from './spool-trouble.ts';
