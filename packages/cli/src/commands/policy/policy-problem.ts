// A refusal of a policy command: a code, one sentence with its way out, and the exit code (1 failed, 2 wrong usage).

export class PolicyCommandProblem extends Error {
  readonly code: string;
  readonly exitCode: 1 | 2;
  constructor(code: string, sentence: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

export function usageProblem(sentence: string): PolicyCommandProblem {
  return new PolicyCommandProblem('KW_POLICY_USAGE', sentence, 2);
}

export function fileProblem(path: string, error: unknown): PolicyCommandProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file; check the path',
    EACCES: 'permission denied; run as a user who may read it',
    EISDIR: 'it is a directory; name a file in it',
    Z_DATA_ERROR: 'it is a broken gzip file; copy it again',
    Z_BUF_ERROR: 'the gzip file ends in the middle; copy it again',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new PolicyCommandProblem('KW_POLICY_FILE', `cannot read ${path}: ${reason}.`, 1, error);
}
