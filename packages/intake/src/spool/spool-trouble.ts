// SpoolTrouble: why writing does not go on. In: an error of the system. Out: its code and a sentence with the way out.

export interface SpoolTrouble {
  /** The system's code: ENOSPC, EIO, EFBIG, EDQUOT, EACCES…; `closed` at the end. */
  readonly code: string;
  readonly sentence: string;
  readonly sinceMicros: number;
}

const REASONS: Readonly<Record<string, readonly [reason: string, wayOut: string]>> = {
  ENOSPC: ['no space left on the disk', 'Free some space; writing goes on by itself.'],
  EDQUOT: ['the quota is used up', 'Free some space or raise the quota; writing goes on by itself.'],
  EFBIG: [
    'the process may not write files of this size',
    'Raise the limit on file sizes (ulimit -f); writing goes on by itself.',
  ],
  EIO: ['the disk reports an error', 'Look at the kernel log for the disk; writing is tried again every second.'],
};

export function writeTrouble(directory: string, error: unknown, sinceMicros: number): SpoolTrouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const message = error instanceof Error ? error.message : String(error);
  const [reason, wayOut] = REASONS[code] ?? [
    message,
    'Make the directory writable; writing is tried again every second.',
  ];
  return {
    code,
    sentence: `KW_SPOOL_WRITE_FAILED: ${directory} cannot be written (${code}, ${reason}); senders are asked to wait and nothing is acknowledged until it can. ${wayOut}`,
    sinceMicros,
  };
}

export function closedTrouble(sinceMicros: number): SpoolTrouble {
  return {
    code: 'closed',
    sentence: 'KW_SPOOL_CLOSED: the intake is shutting down; send again in a moment.',
    sinceMicros,
  };
}
