// Paths, parameter names and header names of the HTTP API: the contract of server, command line and console.

export const API = {
  records: '/api/v1/records',
  top: '/api/v1/top',
  stats: '/api/v1/stats',
  tail: '/api/v1/tail',
  explain: '/api/v1/explain',
  export: '/api/v1/export',
  import: '/api/v1/import',
  status: '/api/v1/status',
  sources: '/api/v1/sources',
  quarantine: '/api/v1/quarantine',
  tokens: '/api/v1/tokens',
  sessions: '/api/v1/sessions',
  sessionsTail: '/api/v1/sessions/tail',
  whoCan: '/api/v1/sessions/who-can',
  policyExplain: '/api/v1/policy/explain',
  policyLint: '/api/v1/policy/lint',
  policyEval: '/api/v1/policy/eval',
  policySimulate: '/api/v1/policy/simulate',
  policyDiff: '/api/v1/policy/diff',
  policyAdvise: '/api/v1/policy/advise',
  policyCheck: '/api/v1/policy/check',
  policyProfile: '/api/v1/policy/profile',
  policyConvert: '/api/v1/policy/convert',
  webhook: '/webhook/v1',
  version: '/version',
} as const;

/** Sent as HTTP trailers after a streamed answer. */
export const TRAILERS = {
  /** Opaque; hand it back as `cursor=` for the next page. Absent at the end. */
  nextCursor: 'kubewitness-next-cursor',
  /** How many records an export holds. */
  records: 'kubewitness-records',
  /** A Problem as JSON when the answer broke off in the middle. */
  problem: 'kubewitness-problem',
} as const;

export const DEFAULT_PORT = 8440;
export const DEFAULT_LIMIT = 100;

/** `view=` of records and tail: all columns as JSON, the few of a table, or the exact lines. */
export const VIEWS = ['row', 'table', 'line'] as const;
export type View = (typeof VIEWS)[number];
