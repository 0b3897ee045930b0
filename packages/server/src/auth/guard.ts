// Guard: who asks, and may they? Facts of a request -> Principal or problem. The policy of the whole server stands here.
import { isLocal, type ListenAddress } from '../config/index.ts';
import { type BrowserFacts, findForeignHost, findForeignOrigin } from './browser-guard.ts';
import { type AuthProblem, authProblem, done, fail, type Outcome } from './problems.ts';
import { hasRole, type Need, type Principal } from './role.ts';
import type { Tokens } from './tokens.ts';

export interface RequestFacts extends BrowserFacts {
  readonly authorization: string | undefined;
  /** Common name of a client certificate that our client CA signed and TLS verified; undefined without one. */
  readonly certificateName: string | undefined;
}

export interface GuardOptions {
  readonly tokens: Tokens;
  readonly listen: ListenAddress;
  readonly tokensRequired: boolean;
  readonly allowHosts: readonly string[];
}

export interface Guard {
  /** True while anybody who can connect is admin. */
  isOpen(): boolean;
  /** `need` is for the refusal: who is sent for the wrong token is refused twice. */
  authenticate(facts: RequestFacts, need: Need): Outcome<Principal>;
  authorize(principal: Principal, need: Need): AuthProblem | undefined;
}

const ANYBODY: Principal = { kind: 'open', id: '', name: 'anybody on this machine', role: 'admin' };
const howTo = (need: Need): string =>
  `send "Authorization: Bearer kw_…"; \`kubewitness token create --role ${need === 'any' || need === 'none' ? 'read' : need} --data DIR\` on the server makes one.`;

/** Bearer, or Basic with the token as password, since a kubeconfig user may have only that. */
function findTokenText(authorization: string): string | undefined {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

export function createGuard(options: GuardOptions): Guard {
  const local = isLocal(options.listen);
  const isOpen = () => local && !options.tokensRequired && !options.tokens.required();

  function authenticateToken(facts: RequestFacts, authorization: string, need: Need): Outcome<Principal> {
    const text = findTokenText(authorization);
    const principal = text === undefined ? undefined : options.tokens.find(text);
    if (principal === undefined) {
      return fail(
        'KW_TOKEN_WRONG',
        `the Authorization header holds no token that this server knows, perhaps it was revoked; ${howTo(need)}`,
      );
    }
    // A browser sends Basic credentials on its own, so they prove no intent; a Bearer token is put there by a program.
    const foreign = /^basic\s/i.test(authorization.trim()) ? findForeignOrigin(facts) : undefined;
    return foreign === undefined ? done(principal) : { ok: false, problem: foreign };
  }

  return {
    isOpen,
    authenticate(facts, need) {
      if (!isOpen() && facts.authorization !== undefined) return authenticateToken(facts, facts.authorization, need);
      if (!isOpen() && facts.certificateName === undefined)
        return fail('KW_TOKEN_NEEDED', `this server answers only to a token; ${howTo(need)}`);
      const foreign =
        findForeignOrigin(facts) ?? (isOpen() ? findForeignHost(facts, options.listen, options.allowHosts) : undefined);
      if (foreign !== undefined) return { ok: false, problem: foreign };
      if (isOpen()) return done(ANYBODY);
      const name = facts.certificateName ?? '';
      return done({ kind: 'certificate', id: name, name, role: 'ingest' });
    },
    authorize(principal, need) {
      if (hasRole(principal.role, need)) return undefined;
      return authProblem(
        'KW_ROLE',
        `this needs the role ${need}, and ${principal.name} has the role ${principal.role}; use a token with that role.`,
      );
    },
  };
}

/** Refuses to start where other machines could read the audit trail without a token. */
export function checkBinding(listen: ListenAddress, tokens: Tokens, dataDir: string): AuthProblem | undefined {
  if (isLocal(listen) || tokens.count() > 0) return undefined;
  return authProblem(
    'KW_BIND_NEEDS_TOKENS',
    `other machines can connect to ${listen.kind === 'tcp' ? listen.host : listen.path}, and no token exists yet; run \`kubewitness token create --role admin --data ${dataDir}\` first, or listen on 127.0.0.1.`,
  );
}
