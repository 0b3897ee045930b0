// Tokens on a real disk: made, recognised, revoked, kept as hashes, and noticed when the command line changes them.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootstrapToken, createTokenOffline, openTokens, revokeTokenOffline, type Tokens } from './index.ts';

let dataDir = '';
let opened: Tokens[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kw-tokens-'));
});
afterEach(async () => {
  await Promise.all(opened.map((t) => t.close()));
  opened = [];
  await rm(dataDir, { recursive: true });
});

const base = () => ({ dataDir, clock: () => 1_700_000_000_000, random: (n: number) => randomBytes(n), log: undefined });

async function tokens() {
  const result = await openTokens({ ...base(), pollMs: 20 });
  if (!result.ok) throw new Error(result.problem.detail);
  opened.push(result.value);
  return result.value;
}

async function created(role: 'ingest' | 'read' | 'admin') {
  const result = await createTokenOffline(base(), role, `my ${role}`);
  if (!result.ok) throw new Error(result.problem.detail);
  return result.value;
}

test('a token is recognised by its text, kept as a hash in a private file, and gone after revoke', async () => {
  const t = await tokens();
  expect(t.required()).toBe(false);
  const made = await t.create('read', 'grafana');
  if (!made.ok) throw new Error('not made');
  expect(made.value.token).toMatch(/^kw_[a-z2-7]{8}_[a-z2-7]{52}$/);
  expect(t.find(made.value.token)).toEqual({ kind: 'token', id: made.value.id, name: 'grafana', role: 'read' });
  const file = join(dataDir, 'tokens.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain(made.value.token.slice(12));
  expect(t.list()).toMatchObject([{ name: 'grafana', role: 'read', lastUsedAt: '2023-11-14T22:13:20.000000Z' }]);
  expect(await t.revoke(made.value.id)).toMatchObject({ ok: true });
  expect(t.find(made.value.token)).toBeUndefined();
  expect(t.required()).toBe(true);
  expect(await t.revoke(made.value.id)).toMatchObject({ problem: { code: 'KW_TOKEN_UNKNOWN' } });
});

test('no other text is recognised', async () => {
  const { token } = await created('admin');
  const t = await tokens();
  const last = token.endsWith('a') ? 'b' : 'a';
  for (const text of [
    '',
    'kw_',
    token.slice(0, -1),
    token.slice(0, -1) + last,
    `${token}a`,
    token.toUpperCase(),
    `kw_aaaaaaaa_${'a'.repeat(52)}`,
  ]) {
    expect(t.find(text), text).toBeUndefined();
  }
  expect(t.find(token)?.role).toBe('admin');
});

test('a token made or revoked beside the running server is noticed', async () => {
  const t = await tokens();
  const made = await created('ingest');
  await expect.poll(() => t.find(made.token)?.role).toBe('ingest');
  expect(t.required()).toBe(true);
  expect(await revokeTokenOffline(base(), made.id)).toMatchObject({ ok: true });
  await expect.poll(() => t.find(made.token)).toBeUndefined();
});

test('concurrent changes all survive', async () => {
  const t = await tokens();
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => t.create('read', `n${i}`)));
  expect(results.every((r) => r.ok)).toBe(true);
  expect(t.count()).toBe(20);
  expect((await tokens()).count()).toBe(20);
});

test('a damaged file is an error at the start and never opens a running server', async () => {
  const made = await created('admin');
  const t = await tokens();
  await writeFile(join(dataDir, 'tokens.json'), '{"version":1,"tok');
  expect(await openTokens(base())).toMatchObject({ ok: false, problem: { code: 'KW_TOKENS_FILE' } });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([t.required(), t.find(made.token)?.role]).toEqual([true, 'admin']);
});

test('last use outlives a restart', async () => {
  const made = await created('read');
  const t = await tokens();
  t.find(made.token);
  await t.close();
  expect((await tokens()).list()).toMatchObject([{ lastUsedAt: '2023-11-14T22:13:20.000000Z' }]);
});

test('the token an installer brings is admin, and bringing it twice keeps one', async () => {
  const t = await tokens();
  const text = `kw_abcdefgh_${'a2'.repeat(26)}`;
  expect(await bootstrapToken(t, text)).toMatchObject({ ok: true });
  expect(await bootstrapToken(t, text)).toMatchObject({ ok: true });
  expect([t.count(), t.find(text)?.role]).toEqual([1, 'admin']);
  expect(await bootstrapToken(t, 'password')).toMatchObject({ problem: { code: 'KW_TOKEN_VALUE' } });
  expect(await bootstrapToken(t, '')).toMatchObject({ ok: true });
});

test('wrong values are refused with a sentence', async () => {
  expect(await createTokenOffline(base(), 'root', 'x')).toMatchObject({
    problem: { detail: '"root" is not a role; valid: ingest, read, admin.' },
  });
  expect(await createTokenOffline(base(), 'read', '')).toMatchObject({ problem: { code: 'KW_TOKEN_VALUE' } });
  await writeFile(join(dataDir, 'blocked'), '');
  const blocked = { ...base(), dataDir: join(dataDir, 'blocked') };
  expect(await createTokenOffline(blocked, 'read', 'x')).toMatchObject({ problem: { code: 'KW_TOKENS_FILE' } });
});
