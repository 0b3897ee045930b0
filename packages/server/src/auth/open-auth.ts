// Everything a server needs to know who may do what, opened from its settings in the order that makes a start safe.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { Config } from '../config/index.ts';
import type { Log, Metrics } from '../observe/index.ts';
import { type AccessLog, openAccessLog } from './access-log.ts';
import { checkBinding, createGuard, type Guard } from './guard.ts';
import { bootstrapToken } from './offline-tokens.ts';
import { done, type Outcome } from './problems.ts';
import { readTls } from './tls.ts';
import type { Random } from './token-text.ts';
import { type Clock, openTokens, type Tokens } from './tokens.ts';

export interface AuthOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random?: Random;
}

export interface Auth {
  readonly guard: Guard;
  readonly tokens: Tokens;
  readonly accessLog: AccessLog;
  /** undefined: plain HTTP. */
  readonly tls: SecureContextOptions | undefined;
  close(): Promise<void>;
}

const ACCESS_FILE_BYTES = 64 * 2 ** 20;

/** The data directory exists and is ours when this is called. */
export async function openAuth(options: AuthOptions): Promise<Outcome<Auth>> {
  const { config, clock, log, metrics, random = (bytes) => randomBytes(bytes) } = options;
  const tls = await readTls(config);
  if (!tls.ok) return tls;
  const opened = await openTokens({ dataDir: config.dataDir, clock, random, log });
  if (!opened.ok) return opened;
  const tokens = opened.value;
  const adopted = await bootstrapToken(tokens, config.bootstrapToken);
  const problem = adopted.ok ? checkBinding(config.listen, tokens, config.dataDir) : adopted.problem;
  const dir = join(config.dataDir, 'access');
  const maxTotalBytes = config.accessLogMaxBytes;
  const maxFileBytes = Math.min(ACCESS_FILE_BYTES, Math.ceil(maxTotalBytes / 4));
  const accessLog =
    problem === undefined
      ? await openAccessLog({ dir, maxFileBytes, maxTotalBytes, clock, log, metrics })
      : ({ ok: false, problem } as const);
  if (!accessLog.ok) {
    await tokens.close();
    return accessLog;
  }
  const guard = createGuard({
    tokens,
    listen: config.listen,
    tokensRequired: config.tokensRequired,
    allowHosts: config.allowHosts,
  });
  return done({
    guard,
    tokens,
    accessLog: accessLog.value,
    tls: tls.value,
    async close() {
      await tokens.close();
      await accessLog.value.close();
    },
  });
}
