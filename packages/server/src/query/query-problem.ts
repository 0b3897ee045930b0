// What a question can fail with that its asker can mend: a code, an HTTP status and a sentence with the way out.
import { isRefusal } from '../store/index.ts';

export class QueryProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.code = code;
    this.status = status;
  }
}

/** ClickHouse's codes that an asker can do something about. */
const BY_CODE: ReadonlyMap<string, readonly [code: string, status: number, sentence: string]> = new Map([
  [
    '159',
    [
      'KW_QUERY_TOO_SLOW',
      422,
      'The question took longer than query-max-seconds allows. Narrow it with --since, --until or another filter, or raise the limit.',
    ],
  ],
  [
    '241',
    [
      'KW_QUERY_TOO_BIG',
      422,
      'The answer needs more memory than query-max-memory allows. Narrow it with --since, --until or another filter, or raise the limit.',
    ],
  ],
  ['427', ['KW_QUERY_REGEXP', 400, 'The regular expression is not one of RE2 (no backreferences, no lookaround).']],
  ['394', ['KW_QUERY_STOPPED', 503, 'The question was stopped because its asker went away or the server is closing.']],
]);

/** Never a stack and never SQL: a problem the asker can read. Errors that are none of ClickHouse's mean it is away. */
export function readQueryProblem(error: unknown): QueryProblem {
  if (error instanceof QueryProblem) return error;
  if (isRefusal(error)) {
    const known = BY_CODE.get(error.code);
    if (known !== undefined) return new QueryProblem(...known, error);
    return new QueryProblem(
      'KW_QUERY_FAILED',
      500,
      `The store could not answer (ClickHouse code ${error.code}); the server's log has the details. This is a fault of KubeWitness.`,
      error,
    );
  }
  return new QueryProblem(
    'KW_QUERY_STORE_AWAY',
    503,
    'The store is not answering; it is starting or being restarted. Ask again in a few seconds. Lines are taken in meanwhile.',
    error,
  );
}
