// Tokens without a server: `kubewitness token create|list|revoke --data DIR`, and the token an installer brings. Data directory in, outcome out.
import { type CreatedToken, ROLES, suggest, type TokenRow } from '@kubewitness/core/wire';
import { done, fail, type Outcome } from './problems.ts';
import { parseRole } from './role.ts';
import type { Random } from './token-text.ts';
import { type Clock, openTokens, type Tokens } from './tokens.ts';

export interface OfflineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
}

async function withTokens<T>(
  options: OfflineOptions,
  use: (tokens: Tokens) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const opened = await openTokens({ ...options, log: undefined });
  if (!opened.ok) return opened;
  try {
    return await use(opened.value);
  } finally {
    await opened.value.close();
  }
}

export function createTokenOffline(
  options: OfflineOptions,
  role: string,
  name: string,
): Promise<Outcome<CreatedToken>> {
  const known = parseRole(role);
  if (known === undefined) {
    return Promise.resolve(fail('KW_TOKEN_VALUE', `${JSON.stringify(role)} is not a role; ${suggest(role, ROLES)}`));
  }
  return withTokens(options, (tokens) => tokens.create(known, name));
}

export function listTokensOffline(options: OfflineOptions): Promise<Outcome<readonly TokenRow[]>> {
  return withTokens(options, (tokens) => Promise.resolve(done(tokens.list())));
}

export function revokeTokenOffline(options: OfflineOptions, id: string): Promise<Outcome<undefined>> {
  return withTokens(options, (tokens) => tokens.revoke(id));
}

/** Makes the token of the setting `bootstrap-token` known before the server listens; '' does nothing. */
export function bootstrapToken(tokens: Tokens, tokenText: string): Promise<Outcome<undefined>> {
  return tokenText === '' ? Promise.resolve(done(undefined)) : tokens.adopt(tokenText, 'admin', 'bootstrap');
}
