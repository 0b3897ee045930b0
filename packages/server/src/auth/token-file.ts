// The file of tokens, <data>/tokens.json: read whole, written whole through a rename. Rows without secrets in and out.

import { chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Role } from '@kubewitness/core/wire';
import { done, fail, type Outcome, printCause } from './problems.ts';
import { parseRole } from './role.ts';

export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

function parseToken(value: unknown): StoredToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const row: Readonly<Record<string, unknown>> = { ...value };
  const { id, name, hash, createdAt } = row;
  const role = typeof row['role'] === 'string' ? parseRole(row['role']) : undefined;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof createdAt !== 'string') return undefined;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash) || role === undefined) return undefined;
  return { id, name, role, hash, createdAt };
}

function parseTokens(text: string): readonly StoredToken[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return undefined;
  if (!('tokens' in value) || !Array.isArray(value.tokens)) return undefined;
  const rows = value.tokens.map(parseToken);
  const good = rows.filter((row) => row !== undefined);
  return good.length === rows.length ? good : undefined;
}

/** `undefined` when there is no such file: the server was never given a token. */
export async function readTokenFile(path: string): Promise<Outcome<readonly StoredToken[] | undefined>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (printCause(cause) === 'ENOENT') return done(undefined);
    return fail(
      'KW_TOKENS_FILE',
      `${path} cannot be read (${printCause(cause)}); give it to the user the server runs as, mode 0600.`,
    );
  }
  const tokens = parseTokens(text);
  // Never taken for "no tokens": a damaged file must not open the server.
  if (tokens === undefined) {
    return fail(
      'KW_TOKENS_FILE',
      `${path} is not a file of tokens that this version can read; restore it from a backup, or remove it and create new tokens.`,
    );
  }
  return done(tokens);
}

/** Durable when it returns: data and name are on disk. A reader sees the old file or the new one, never a part. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // `sudo kubewitness token create` must leave a file that the server's own user can read.
    if (process.getuid?.() === 0) {
      const owner = await stat(directory);
      await chown(temporary, owner.uid, owner.gid);
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function writeTokenFile(path: string, tokens: readonly StoredToken[]): Promise<Outcome<undefined>> {
  try {
    await writePrivateFile(path, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
    return done(undefined);
  } catch (cause) {
    return fail(
      'KW_TOKENS_FILE',
      `${path} cannot be written (${printCause(cause)}); make the data directory writable and try again.`,
    );
  }
}
