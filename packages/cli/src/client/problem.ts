// CliProblem: what went wrong, as one sentence with the way out, and the exit code it ends the program with.

/** Codes of the command line's own problems; each has a page in docs/errors. The server's codes are passed on as they come. */
export const CLI_CODES = [
  'KW_CLI_USAGE',
  'KW_CLI_CONFIG',
  'KW_CLI_UNREACHABLE',
  'KW_CLI_UNAUTHORIZED',
  'KW_CLI_QUERY',
  'KW_CLI_ANSWER',
  'KW_CLI_STREAM_CUT',
  'KW_CLI_FILE',
  'KW_CLI_NO_LOGS',
  'KW_CLI_NOT_FOUND',
  'KW_CLI_NOT_INSTALLED',
  'KW_CLI_TEMPORARY_SERVER',
  'KW_CLI_OUTPUT',
  /** A fault of the program itself. */
  'KW_CLI_FAULT',
] as const;
export type CliCode = (typeof CLI_CODES)[number];

/** A refusal in the server's own words. 400 says that the question was wrong. */
export interface ServerCode {
  readonly fromServer: string;
  readonly status: number;
}

export class CliProblem extends Error {
  readonly code: string;
  /** 1 failed, 2 wrong usage. */
  readonly exitCode: 1 | 2;

  constructor(code: CliCode | ServerCode, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'CliProblem';
    this.code = typeof code === 'string' ? code : code.fromServer;
    const isUsage = typeof code === 'string' ? code === 'KW_CLI_USAGE' : code.status === 400;
    this.exitCode = isUsage ? 2 : 1;
  }
}

/** The `code` of a Node system error, such as ENOENT; '' when there is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // A refused connection to a name with several addresses comes as one AggregateError.
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
}

export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorText(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
