// Front door of the spool: segments on disk between the collectors and the store.
export { type Clock, type Log, systemClock } from './clock.ts';
export { readSegmentRows, type SegmentRow, type SegmentScan, scanSegment } from './scan-segment.ts';
export { realDisk, type SegmentDisk, type SegmentFile } from './segment-file.ts';
export type { SpoolTrouble, SyncOutcome } from './segment-writer.ts';
export { SPOOL_LIMITS, Spool, type SpoolLimits, type SpoolOpening, type SpoolOptions } from './spool.ts';
