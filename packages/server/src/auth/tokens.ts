// Tokens: who may talk to this server. Made, listed, revoked and recognised here; only hashes are kept.

import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { printTime } from '@kubewitness/core/event';
import type { CreatedToken, Role, TokenRow } from '@kubewitness/core/wire';
import type { Log } from '../observe/index.ts';
import { done, fail, type Outcome } from './problems.ts';
import type { Principal } from './role.ts';
import { readTokenFile, type StoredToken, writeTokenFile } from './token-file.ts';
import { createTokenText, hashSecret, parseTokenText, printTokenText, type Random } from './token-text.ts';
import { openTokenUse } from './token-use.ts';
import { watchFiles } from './watch-files.ts';

/** Milliseconds since 1970. */
export type Clock = () => number;

export interface TokensOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log | undefined;
  /** How often a token file changed by `kubewitness token … --data` is noticed, and last uses are written. */
  readonly pollMs?: number;
}

export interface Tokens {
  /** True once the file of tokens exists, even with no token left in it: revoking the last one must not open the server. */
  required(): boolean;
  count(): number;
  create(role: Role, name: string): Promise<Outcome<CreatedToken>>;
  /** Accepts a token made elsewhere; the same text again changes nothing. */
  adopt(tokenText: string, role: Role, name: string): Promise<Outcome<undefined>>;
  list(): readonly TokenRow[];
  revoke(id: string): Promise<Outcome<undefined>>;
  /** The caller whose token this is. Takes the same time whether id or secret is wrong. */
  find(tokenText: string): Principal | undefined;
  close(): Promise<void>;
}

const NAME = /^[^\p{Cc}]{1,200}$/u;
const NOBODY = hashSecret('');
const MAX_TOKENS = 10_000;

interface KnownToken extends StoredToken {
  readonly digest: Uint8Array;
}

function index(tokens: readonly StoredToken[]): ReadonlyMap<string, KnownToken> {
  return new Map(tokens.map((t) => [t.id, { ...t, digest: Buffer.from(t.hash, 'hex') }]));
}

export async function openTokens(options: TokensOptions): Promise<Outcome<Tokens>> {
  const path = join(options.dataDir, 'tokens.json');
  const first = await readTokenFile(path);
  if (!first.ok) return first;
  let exists = first.value !== undefined;
  let byId = index(first.value ?? []);
  const use = await openTokenUse(join(options.dataDir, 'tokens-used.json'), options.clock, options.log);
  let last: Promise<unknown> = Promise.resolve();

  async function reload(): Promise<Outcome<undefined>> {
    const read = await readTokenFile(path);
    if (!read.ok) return read;
    exists = exists || read.value !== undefined;
    byId = index(read.value ?? []);
    return done(undefined);
  }

  /** One change at a time, each on what the file says now, since the command line may have written it too. */
  function change(
    edit: (tokens: readonly StoredToken[]) => Outcome<readonly StoredToken[]>,
  ): Promise<Outcome<undefined>> {
    const next = last.then(async (): Promise<Outcome<undefined>> => {
      const read = await reload();
      if (!read.ok) return read;
      const edited = edit([...byId.values()].map(({ digest: _, ...row }) => row));
      if (!edited.ok) return edited;
      const written = await writeTokenFile(path, edited.value);
      if (!written.ok) return written;
      exists = true;
      byId = index(edited.value);
      return done(undefined);
    });
    last = next.catch(() => undefined);
    return next;
  }

  function add(text: { id: string; secret: string }, role: Role, name: string): Promise<Outcome<undefined>> {
    const hash = Buffer.from(hashSecret(text.secret)).toString('hex');
    const createdAt = printTime(BigInt(options.clock()) * 1_000_000n);
    return change((tokens) => {
      const same = tokens.find((t) => t.id === text.id && t.hash === hash && t.role === role);
      if (same !== undefined) return done(tokens);
      if (tokens.length >= MAX_TOKENS)
        return fail('KW_TOKEN_VALUE', `there are ${MAX_TOKENS} tokens already; revoke some first.`);
      return done([...tokens.filter((t) => t.id !== text.id), { id: text.id, name, role, hash, createdAt }]);
    });
  }

  const watch = await watchFiles([path], options.pollMs ?? 2000, async () => {
    const read = await reload();
    if (!read.ok) options.log?.error({ code: read.problem.code }, read.problem.detail);
    else options.log?.info({ tokens: byId.size }, 'tokens read again');
  });

  return done({
    required: () => exists,
    count: () => byId.size,
    async create(role, name) {
      if (!NAME.test(name))
        return fail(
          'KW_TOKEN_VALUE',
          'the name of a token is 1 to 200 characters without control characters; give it another name.',
        );
      const text = createTokenText(options.random);
      const added = await add(text, role, name);
      return added.ok ? done({ id: text.id, name, role, token: printTokenText(text) }) : added;
    },
    async adopt(tokenText, role, name) {
      const text = parseTokenText(tokenText);
      if (text === undefined) {
        return fail(
          'KW_TOKEN_VALUE',
          'the given token is not kw_ID_SECRET with 8 and 52 characters of a-z and 2-7; make one with `kubewitness token create`.',
        );
      }
      return add(text, role, name);
    },
    list: () =>
      [...byId.values()].map((t) => ({
        id: t.id,
        name: t.name,
        role: t.role,
        createdAt: t.createdAt,
        lastUsedAt: use.lastUsedAt(t.id),
      })),
    revoke: (id) =>
      change((tokens) => {
        const rest = tokens.filter((t) => t.id !== id);
        if (rest.length === tokens.length)
          return fail(
            'KW_TOKEN_UNKNOWN',
            `no token has the id ${JSON.stringify(id.slice(0, 64))}; \`kubewitness token list\` shows them.`,
          );
        return done(rest);
      }),
    find(tokenText) {
      const text = parseTokenText(tokenText);
      const stored = byId.get(text?.id ?? '');
      const matches = timingSafeEqual(hashSecret(text?.secret ?? ''), stored?.digest ?? NOBODY);
      if (!matches || stored === undefined || text === undefined) return undefined;
      use.note(stored.id);
      return { kind: 'token', id: stored.id, name: stored.name, role: stored.role };
    },
    async close() {
      await watch.stop();
      await last;
      await use.close();
    },
  });
}
