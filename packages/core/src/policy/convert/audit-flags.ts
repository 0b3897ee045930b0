// The API server's audit log flags that fit a volume: bytes a day and how long they must stay -> size, count and age of files.
import type { SimulationReport } from '../simulate/simulation.ts';

export interface AuditFlags {
  readonly maxSizeMegabytes: number;
  readonly maxBackups: number;
  readonly maxAgeDays: number;
}

/** What hardening guides of RKE2, k3s and Talos use. */
export const DEFAULT_FLAGS: AuditFlags = { maxSizeMegabytes: 100, maxBackups: 10, maxAgeDays: 30 };

export interface FlagAdvice {
  readonly flags: AuditFlags;
  readonly diskBytes: number;
  /** How long the files reach back with these flags. */
  readonly reachHours: number;
  /** The same with the flags of DEFAULT_FLAGS, to see what they would have given. */
  readonly defaultReachHours: number;
  readonly notes: readonly string[];
}

export interface FlagQuestion {
  /** Of one API server: each writes its own files. */
  readonly bytesPerDay: number;
  readonly recordsPerSecond: number;
  readonly biggestRecordBytes: number;
  readonly keepDays: number;
  /** The disk that may be used; fewer days are kept when it does not suffice. */
  readonly diskBytes?: number;
}

const MEGABYTE = 1024 * 1024;
const FILE_SIZES = [50, 100, 200, 500, 1000];
/** The webhook backend's throttle times its batch size, at the defaults. */
const WEBHOOK_RECORDS_PER_SECOND = 4_000;
const TRUNCATE_BYTES = 102_400;

export function adviseFlags(question: FlagQuestion): FlagAdvice {
  const wanted = question.bytesPerDay * question.keepDays;
  const total = Math.min(wanted, question.diskBytes ?? Number.POSITIVE_INFINITY);
  // About fifty files at most: a rotated file is the unit that gets deleted.
  const maxSizeMegabytes = FILE_SIZES.find((size) => total / (size * MEGABYTE) <= 50) ?? 1000;
  // One file is being written beside the rotated ones; a margin of a fifth takes a busy day, as far as the disk allows.
  const files = (bytes: number) => bytes / (maxSizeMegabytes * MEGABYTE);
  const fitting =
    question.diskBytes === undefined ? Number.POSITIVE_INFINITY : Math.floor(files(question.diskBytes)) - 1;
  const maxBackups = Math.max(1, Math.min(Math.ceil(files(total * 1.2)), fitting));
  const flags = { maxSizeMegabytes, maxBackups, maxAgeDays: Math.max(1, Math.ceil(question.keepDays)) };
  const notes: string[] = [];
  if (wanted > total)
    notes.push(
      `The disk holds ${(total / question.bytesPerDay).toFixed(1)} of the ${question.keepDays} days; collect the log elsewhere or record less.`,
    );
  if (question.recordsPerSecond > WEBHOOK_RECORDS_PER_SECOND)
    notes.push(
      `A webhook takes at most about ${WEBHOOK_RECORDS_PER_SECOND} records a second at its defaults; raise --audit-webhook-batch-throttle-qps.`,
    );
  if (question.biggestRecordBytes > TRUNCATE_BYTES)
    notes.push(
      `The biggest record has ${question.biggestRecordBytes} bytes; with truncation on, records over ${TRUNCATE_BYTES} bytes lose their bodies.`,
    );
  return {
    flags,
    diskBytes: (maxBackups + 1) * maxSizeMegabytes * MEGABYTE,
    reachHours: reach(flags, question.bytesPerDay),
    defaultReachHours: reach(DEFAULT_FLAGS, question.bytesPerDay),
    notes,
  };
}

export interface VolumeQuestion {
  /** API servers that wrote the records together. */
  readonly servers: number;
  readonly keepDays: number;
  readonly diskBytes?: number;
}

/** The flags for what a simulated policy keeps; undefined when the records say nothing about a day. */
export function adviseSimulatedFlags(report: SimulationReport, question: VolumeQuestion): FlagAdvice | undefined {
  if (report.perDay === undefined) return undefined;
  const { servers, ...rest } = question;
  return adviseFlags({
    bytesPerDay: report.perDay.keptBytes / servers,
    recordsPerSecond: report.perDay.keptRecords / servers / 86_400,
    biggestRecordBytes: report.biggestRecordBytes,
    ...rest,
  });
}

function reach(flags: AuditFlags, bytesPerDay: number): number {
  if (bytesPerDay <= 0) return flags.maxAgeDays * 24;
  return Math.min(flags.maxAgeDays * 24, ((flags.maxBackups * flags.maxSizeMegabytes * MEGABYTE) / bytesPerDay) * 24);
}

export function printFlags(flags: AuditFlags, policyPath: string, logPath: string): string {
  return [
    `--audit-policy-file=${policyPath}`,
    `--audit-log-path=${logPath}`,
    `--audit-log-maxsize=${flags.maxSizeMegabytes}`,
    `--audit-log-maxbackup=${flags.maxBackups}`,
    `--audit-log-maxage=${flags.maxAgeDays}`,
    '',
  ].join('\n');
}
