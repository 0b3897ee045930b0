// What a follow says of itself. In: errors of the system. Out: per file how far it is, and problems as sentences.

export interface FollowedFileState {
  readonly path: string;
  /** Read and handed to the spool. */
  readonly offset: number;
  readonly size: number;
  readonly lagBytes: number;
  readonly problem?: string;
}

export interface FollowProblem {
  readonly code: string;
  readonly sentence: string;
}

export function problemOf(path: string, error: unknown): FollowProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT') {
    return {
      code,
      sentence: `KW_FOLLOW_MISSING: ${path} does not exist; waiting for it. Check the path and --audit-log-path.`,
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const who = process.getuid === undefined ? 'this user' : `uid ${process.getuid()}`;
    return {
      code,
      sentence: `KW_FOLLOW_NO_PERMISSION: ${path} may not be read by ${who}; let it read the file and the folders above it (audit logs have mode 0600). It is tried again by itself.`,
    };
  }
  if (code === 'EISDIR')
    return { code, sentence: `KW_FOLLOW_NO_FILE: ${path} is not a file any more; waiting for one.` };
  return { code, sentence: `KW_FOLLOW_FAILED: ${path} cannot be read (${message}); it is tried again by itself.` };
}

/** A file without a name that still stands at its path was mounted alone, and its log goes on elsewhere. */
export function mountedAlone(path: string): FollowProblem {
  return {
    code: 'mounted-alone',
    sentence: `KW_FOLLOW_MOUNTED_ALONE: ${path} was rotated and removed outside, but is mounted as a single file and will not show the new one; mount its directory instead.`,
  };
}
