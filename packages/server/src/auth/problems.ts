// The error codes of tokens, TLS and the log of reads: code -> HTTP status and title. Never reused; each has a page in docs/errors.

export const AUTH_CODES = {
  KW_TOKEN_NEEDED: { status: 401, title: 'A token is needed' },
  KW_TOKEN_WRONG: { status: 401, title: 'The token is not known' },
  KW_ROLE: { status: 403, title: 'The token has not the role for this' },
  KW_HOST_HEADER: { status: 403, title: 'The request names another host' },
  KW_CROSS_ORIGIN: { status: 403, title: 'The request comes from another web site' },
  KW_TOKEN_UNKNOWN: { status: 404, title: 'There is no token with that id' },
  KW_TOKEN_VALUE: { status: 400, title: 'A token cannot be made from these values' },
  KW_TOKENS_FILE: { status: 500, title: 'The file of tokens cannot be used' },
  KW_BIND_NEEDS_TOKENS: { status: 500, title: 'Other machines could connect without a token' },
  KW_TLS_FILES: { status: 500, title: 'The TLS files cannot be used' },
  KW_ACCESS_LOG: { status: 503, title: 'The log of reads cannot be written' },
} as const;
export type AuthCode = keyof typeof AUTH_CODES;

export interface AuthProblem {
  readonly code: AuthCode;
  readonly status: number;
  readonly title: string;
  /** One sentence for the user, with the way out. */
  readonly detail: string;
}

export const authProblem = (code: AuthCode, detail: string): AuthProblem => ({ code, ...AUTH_CODES[code], detail });

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: AuthProblem };

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = (code: AuthCode, detail: string): { readonly ok: false; readonly problem: AuthProblem } => ({
  ok: false,
  problem: authProblem(code, detail),
});

/** The operating system's word for what went wrong, such as EACCES. */
export function printCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : (cause.message.split('\n')[0] ?? cause.name);
}
