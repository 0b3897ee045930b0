// A real HTTP server on a free port with fakes behind it: what a test gives is answered, the rest is empty.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openAuth } from '../../auth/index.ts';
import { type Config, loadConfig } from '../../config/index.ts';
import { createLog, createMetrics } from '../../observe/index.ts';
import type { Query } from '../../query/index.ts';
import { createHttp, type HttpLimits, type HttpOptions } from '../index.ts';

export interface ServerSetup {
  readonly argv?: readonly string[];
  readonly config?: Partial<Config>;
  readonly query?: Partial<Query>;
  readonly options?: Partial<HttpOptions>;
  readonly limits?: Partial<HttpLimits>;
  /** Created before the server starts; its texts are in `tokens`. */
  readonly roles?: readonly ('ingest' | 'read' | 'admin')[];
}

const missing = () => Promise.reject(new Error('this fake does not answer that'));

export const NO_QUERY: Query = {
  records: missing,
  top: missing,
  stats: missing,
  tail: () => {
    throw new Error('this fake does not answer that');
  },
  sessions: missing,
  sessionStory: missing,
  whoCan: missing,
  sessionTail: () => {
    throw new Error('this fake does not answer that');
  },
  export: () => {
    throw new Error('this fake does not answer that');
  },
  status: missing,
  sources: missing,
  quarantine: missing,
};

export async function openServer(setup: ServerSetup = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'kw-http-'));
  const loaded = loadConfig({ argv: setup.argv ?? [], env: {}, readFile: () => '' });
  if (!loaded.ok) throw new Error(loaded.problem.detail);
  const listen = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const config: Config = { ...loaded.config, listen, dataDir, ...setup.config };
  const metrics = createMetrics('0.0.0-test');
  const logged: string[] = [];
  const log = createLog({ level: 'debug', to: { write: (line: string) => void logged.push(line) } });
  const clock = () => Date.now();
  const opened = await openAuth({ config, clock, log, metrics });
  if (!opened.ok) throw new Error(opened.problem.detail);
  const auth = opened.value;
  const tokens: string[] = [];
  for (const role of setup.roles ?? []) {
    const created = await auth.tokens.create(role, `my ${role}`);
    if (created.ok) tokens.push(created.value.token);
  }
  let counter = 0;
  const http = await createHttp({
    config,
    version: '0.0.0-test',
    query: { ...NO_QUERY, ...setup.query },
    webhook: { admit: () => ({ ok: true }), take: async () => ({ ok: true, items: 0 }) },
    explain: missing,
    imports: { start: () => ({ id: 'u1', take: async () => {} }), awaitStored: missing },
    engineState: () => ({ ready: true }),
    status: {
      startedAtMs: 0,
      engine: () => ({ state: 'ready', version: '1', restarts: 0 }),
      spool: () => ({ bytes: 0, segments: 0, oldestSeconds: 0, failed: 0 }),
    },
    auth,
    checks: [],
    metrics,
    log,
    clock,
    random: (bytes) => new Uint8Array(bytes).fill(++counter),
    limits: setup.limits ?? {},
    ...setup.options,
  });
  const bound = await http.listen();
  let closed = false;
  const close = async (graceMs = 2000) => {
    if (closed) return;
    closed = true;
    await http.close(graceMs);
    await auth.close();
    metrics.close();
  };
  onTestFinished(async () => {
    await close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const accessLines = async (): Promise<Record<string, unknown>[]> => {
    const dir = join(dataDir, 'access');
    const texts = await Promise.all((await readdir(dir)).map((name) => readFile(join(dir, name), 'utf8')));
    return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
  };
  return { ...bound, http, auth, tokens, dataDir, logged, metrics, close, accessLines };
}
