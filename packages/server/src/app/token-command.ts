// `token create|list|revoke --data DIR`: tokens of a data directory without a server. Arguments in, text on stdout.
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createTokenOffline, listTokensOffline, type OfflineOptions, revokeTokenOffline } from '../auth/index.ts';
import { makeDataDirectory } from './make-data-directory.ts';

type Fail = (code: string, sentence: string, exitCode: number) => number;

const USAGE =
  'write token create --role ingest|read|admin [--name NAME] --data DIR, token list --data DIR, or token revoke ID --data DIR.';

export async function runTokenCommand(argv: readonly string[], fail: Fail): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return fail('KW_TOKEN_VALUE', `${error instanceof Error ? error.message : String(error)}; ${USAGE}`, 2);
  }
  const { values, positionals } = parsed;
  const [verb, id] = positionals;
  const dataDir = values.data ?? './kubewitness-data';
  const options: OfflineOptions = { dataDir, clock: Date.now, random: (bytes) => randomBytes(bytes) };
  switch (verb) {
    case 'create': {
      await makeDataDirectory(resolve(dataDir));
      const role = values.role ?? 'admin';
      const created = await createTokenOffline(options, role, values.name ?? role);
      if (!created.ok)
        return fail(created.problem.code, created.problem.detail, created.problem.code === 'KW_TOKEN_VALUE' ? 2 : 1);
      process.stdout.write(`${created.value.token}\n`);
      process.stderr.write('This is the only time that the token is shown.\n');
      return 0;
    }
    case 'list': {
      const listed = await listTokensOffline(options);
      if (!listed.ok) return fail(listed.problem.code, listed.problem.detail, 1);
      for (const token of listed.value) process.stdout.write(`${token.id}\t${token.role}\t${token.name}\n`);
      return 0;
    }
    case 'revoke': {
      if (id === undefined) return fail('KW_TOKEN_VALUE', `revoke needs the id of a token; ${USAGE}`, 2);
      const revoked = await revokeTokenOffline(options, id);
      if (!revoked.ok) return fail(revoked.problem.code, revoked.problem.detail, 1);
      process.stdout.write(`Token ${id} is revoked.\n`);
      return 0;
    }
    default:
      return fail('KW_TOKEN_VALUE', USAGE, 2);
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, role: { type: 'string' }, name: { type: 'string' } },
    allowPositionals: true,
  });
}
