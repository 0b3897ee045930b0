// Database: the one way to ClickHouse, embedded or not, through the official client. SQL text in, rows or bytes out.
import { Agent, type AgentOptions } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { readUntilException } from './exception-tail.ts';
import { readsLine } from './reads-line.ts';

/** Where ClickHouse answers: a unix socket (embedded) or a URL (cluster). */
export type DatabaseAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly username: string; readonly password: string };

export type SqlSettings = Readonly<Record<string, string | number>>;

/** Every statement has an end, also the ones nobody set a limit for. */
const DEFAULT_SECONDS = 600;
/** A cluster closes idle sockets after some seconds; ours must go first (docs of the client: socket hang up). */
const IDLE_SOCKET_MS = 2_500;

function printSettings(settings: SqlSettings | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings ?? {})) out[name] = String(value);
  return out;
}

function openClient(address: DatabaseAddress): ClickHouseClient {
  const base = {
    database: 'kubewitness',
    application: 'kubewitness',
    request_timeout: (DEFAULT_SECONDS + 10) * 1000,
    // The client would print each failure to stderr; callers see them as errors.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { max_execution_time: DEFAULT_SECONDS, output_format_json_quote_64bit_integers: 0 as const },
  };
  if (address.kind === 'url') {
    const { url, username, password } = address;
    const keepAlive = { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS };
    return createClient({ ...base, url, username, password, max_open_connections: 16, keep_alive: keepAlive });
  }
  // socketPath is an option of each request, which an agent hands on; the type only knows it for requests.
  const agent: AgentOptions & { socketPath: string } = { keepAlive: true, socketPath: address.path };
  // The engine never closes an idle socket, and with queued requests the client's idle timer can hit a busy one.
  const keepAlive = { enabled: true, idle_socket_ttl: 0 };
  return createClient({ ...base, url: 'http://localhost', http_agent: new Agent(agent), keep_alive: keepAlive });
}

/**
 * Of what questions ask, short columns stay unpacked in the engine's memory, since the next question is about the same days: a count takes a fifth
 * less, a listing a quarter. Lines and what a batch reads of itself would only push them out.
 */
function printReadSettings(sql: string, settings: SqlSettings | undefined): Record<string, string> {
  const passesBy = readsLine(sql) || /\bstaging\b/.test(sql);
  return { use_uncompressed_cache: passesBy ? '0' : '1', ...printSettings(settings) };
}

/** Opens and closes. Throws ClickHouseError for what ClickHouse refused, other errors when it is away. */
export class Database {
  readonly #client: ClickHouseClient;

  constructor(address: DatabaseAddress) {
    this.#client = openClient(address);
  }

  /** A statement without an answer. */
  async command(sql: string, settings?: SqlSettings, signal?: AbortSignal): Promise<void> {
    await this.#client.command({
      query: sql,
      clickhouse_settings: printSettings(settings),
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
  }

  /** INSERT … SELECT; how many rows it wrote. */
  async insert(sql: string, settings: SqlSettings, signal: AbortSignal): Promise<number> {
    const { summary } = await this.#client.command({
      query: sql,
      clickhouse_settings: { ...printSettings(settings), wait_end_of_query: 1 },
      abort_signal: signal,
    });
    return Number(summary?.written_rows ?? 0);
  }

  /** A small answer as objects; 64-bit numbers must be selected as strings when they can pass 2^53. */
  async rows<T>(sql: string, settings?: SqlSettings, signal?: AbortSignal): Promise<T[]> {
    const result = await this.#client.query({
      query: sql,
      format: 'JSONEachRow',
      clickhouse_settings: printReadSettings(sql, settings),
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return await result.json<T>();
  }

  /**
   * An answer of any size as bytes; `sql` names its FORMAT. Throws in mid-stream when the statement fails there, and when the
   * signal aborts: that ends the statement too, whether or not it has given anything yet.
   */
  async bytes(sql: string, settings: SqlSettings, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    signal.throwIfAborted();
    const { stream, response_headers } = await this.#client.exec({
      query: sql,
      clickhouse_settings: printReadSettings(sql, settings),
      abort_signal: signal,
    });
    // The client forgets the signal as soon as the answer begins.
    addAbortSignal(signal, stream);
    const tag = response_headers['x-clickhouse-exception-tag'];
    return readUntilException(stream, typeof tag === 'string' ? tag : undefined);
  }

  async ping(): Promise<boolean> {
    const { success } = await this.#client.ping();
    return success;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Told apart because the answer is different: a refused statement is our fault or a limit, an absent engine comes back. */
export function isRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError;
}

/** The connection was refused, or broke off: the answer may come from the engine's next life. */
export function isAway(error: unknown): boolean {
  if (isRefusal(error) || !(error instanceof Error) || !('code' in error)) return false;
  return (
    typeof error.code === 'string' && /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ENOENT|ENOTCONN)$/.test(error.code)
  );
}
