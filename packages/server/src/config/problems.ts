// The error codes of the settings: code -> what it is about. Never reused; each has a page in docs/errors.

export const CONFIG_CODES = {
  KW_CONFIG_UNKNOWN: 'A setting with that name does not exist',
  KW_CONFIG_VALUE: 'A setting has a value that cannot be used',
  KW_CONFIG_FILE: 'The configuration file cannot be read',
  KW_CONFIG_CONFLICT: 'Two settings do not fit together',
} as const;
export type ConfigCode = keyof typeof CONFIG_CODES;

export interface ConfigProblem {
  readonly code: ConfigCode;
  /** One sentence for the user, with the way out. */
  readonly detail: string;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ConfigProblem };

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const fail = (code: ConfigCode, detail: string): { readonly ok: false; readonly problem: ConfigProblem } => ({
  ok: false,
  problem: { code, detail },
});
