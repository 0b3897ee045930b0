// An engine in a temporary directory with the real client before it, for tests: nothing in, both and a way to end them out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Engine, type EngineSettings, makeClientOptions, startEngine } from '../supervisor/index.ts';

export interface TestEngine {
  readonly engine: Engine;
  readonly client: ClickHouseClient;
  readonly agent: Agent;
  readonly dataDir: string;
  readonly lines: string[];
  close(): Promise<void>;
}

export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'kw-engine-test-'));
}

export function connectClient(
  socketPath: string,
  options: { gzip?: boolean; maxSockets?: number } = {},
): { client: ClickHouseClient; agent: Agent } {
  const own = makeClientOptions(socketPath);
  const agent = own.http_agent;
  agent.maxSockets = options.maxSockets ?? Number.POSITIVE_INFINITY;
  const client = createClient({
    ...own,
    compression: { response: options.gzip ?? false, request: options.gzip ?? false },
    log: { level: ClickHouseLogLevel.OFF },
  });
  return { client, agent };
}

export async function openTestEngine(settings: Partial<EngineSettings> = {}): Promise<TestEngine> {
  const dataDir = settings.dataDir ?? makeDataDir();
  const lines: string[] = [];
  const engine = startEngine({
    dataDir,
    readers: 3,
    maxMemoryBytes: 1024 ** 3,
    log: (level, message) => {
      lines.push(`${level} ${message}`);
    },
    ...settings,
  });
  const start = await engine.ready;
  if (!start.ok) {
    await engine.stop();
    throw new Error(`${start.problem.message}\n${lines.join('\n')}`);
  }
  const { client, agent } = connectClient(engine.socketPath);
  const close = async (): Promise<void> => {
    await client.close();
    await engine.stop();
    if (settings.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  return { engine, client, agent, dataDir, lines, close };
}

export async function readRows<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}

/** Statements in the engine, the asking one left out. */
export async function listRunning(client: ClickHouseClient): Promise<string[]> {
  const rows = await readRows<{ query: string }>(
    client,
    'SELECT query FROM system.processes WHERE query_id != queryID()',
  );
  return rows.map((row) => row.query);
}

export function readRssBytes(pid: number | undefined): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

export async function waitUntil(what: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    if (await what()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return what();
}
