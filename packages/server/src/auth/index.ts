// Front door of who may do what: tokens, TLS, the guard of every request, and the log of reads.
export {
  type AccessEntry,
  type AccessLog,
  type AccessLogOptions,
  openAccessLog,
  type ReadEnd,
  type ReadFacts,
} from './access-log.ts';
export { checkBinding, createGuard, type Guard, type GuardOptions, type RequestFacts } from './guard.ts';
export {
  bootstrapToken,
  createTokenOffline,
  listTokensOffline,
  type OfflineOptions,
  revokeTokenOffline,
} from './offline-tokens.ts';
export { type Auth, type AuthOptions, openAuth } from './open-auth.ts';
export { AUTH_CODES, type AuthProblem, authProblem } from './problems.ts';
export { type Need, type Principal, parseRole } from './role.ts';
export { readTls, type TlsPaths, watchTls } from './tls.ts';
export type { Random } from './token-text.ts';
export { type Clock, openTokens, type Tokens, type TokensOptions } from './tokens.ts';
