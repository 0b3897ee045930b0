// The embedded ClickHouse, opened: statements with their settings in; answers, counts and refusals out.
import { PassThrough, type Readable } from 'node:stream';
import { runStatement } from './run-statement.ts';
import type { Counts, Session } from './session.ts';
import { SessionLane } from './session-lane.ts';
import type { Statement } from './statement.ts';
import { stopStatement } from './stop-statement.ts';

export interface RunRequest {
  readonly statement: Statement;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly database: string | undefined;
  readonly signal: AbortSignal;
}

export type Outcome =
  | ({ readonly ok: true } & Counts)
  | { readonly ok: false; readonly code: number; readonly message: string };

export interface Answer {
  readonly body: Readable;
  readonly outcome: Promise<Outcome>;
}

export interface EngineSessions {
  readonly readers: readonly Session[];
  readonly writer: Session;
  /** For a caller's KILL, which may wait for its victim. */
  readonly control: Session;
  /** For our own pings and kills, which must never wait for a caller. */
  readonly pulse: Session;
}

const MAX_WAITING = 256;
const NEVER = new AbortController().signal;
const PING: Statement = { kind: 'control', text: 'SELECT 1', format: 'Null' };

export class EmbeddedEngine {
  readonly version: string;
  readonly #readers: SessionLane;
  readonly #writer: SessionLane;
  readonly #control: SessionLane;
  readonly #pulse: SessionLane;

  constructor(version: string, sessions: EngineSessions) {
    this.version = version;
    this.#readers = new SessionLane(sessions.readers, MAX_WAITING);
    this.#writer = new SessionLane([sessions.writer], MAX_WAITING);
    this.#control = new SessionLane([sessions.control], MAX_WAITING);
    this.#pulse = new SessionLane([sessions.pulse], MAX_WAITING);
  }

  run(request: RunRequest): Answer {
    const body = new PassThrough({ highWaterMark: 64 * 1024 });
    return { body, outcome: this.#runIn(this.#laneOf(request.statement), request, body) };
  }

  /** True when the engine has answered a query, not just when the process is up. */
  async ping(): Promise<boolean> {
    const request = { statement: PING, settings: new Map(), parameters: new Map(), database: undefined, signal: NEVER };
    const outcome = await this.#runIn(this.#pulse, request, new PassThrough());
    return outcome.ok;
  }

  /** Whether nothing runs: only then may it be closed. */
  get isIdle(): boolean {
    return this.#lanes.every((lane) => lane.isIdle);
  }

  close(): void {
    if (!this.isIdle) throw new Error('the engine cannot be closed while statements run');
    for (const lane of this.#lanes) for (const session of lane.sessions) session.disconnect();
  }

  get #lanes(): readonly SessionLane[] {
    return [this.#readers, this.#writer, this.#control, this.#pulse];
  }

  #laneOf(statement: Statement): SessionLane {
    if (statement.kind === 'read' || statement.kind === 'show') return this.#readers;
    return statement.kind === 'control' ? this.#control : this.#writer;
  }

  async #runIn(lane: SessionLane, request: RunRequest, body: PassThrough): Promise<Outcome> {
    try {
      if (lane.isFull)
        throw new Error(
          `Code: 202. DB::Exception: ${MAX_WAITING} statements wait already. (TOO_MANY_SIMULTANEOUS_QUERIES)`,
        );
      const session = await lane.take(request.signal);
      if (session === undefined)
        throw new Error('Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)');
      try {
        return { ok: true, ...(await this.#runOn(session, request, body)) };
      } finally {
        lane.giveBack(session);
      }
    } catch (error) {
      return parseException(error);
    } finally {
      body.end();
    }
  }

  async #runOn(session: Session, request: RunRequest, body: PassThrough): Promise<Counts> {
    const { settings, parameters, database, statement, signal } = request;
    let stopping = Promise.resolve();
    let isClean = false;
    try {
      session.apply({ settings, parameters, database });
      const running = runStatement(session, statement, body, signal);
      const stop = (): void => {
        stopping = stopStatement(this.#pulse, session, running);
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const counts = await running;
        isClean = true;
        return counts;
      } finally {
        signal.removeEventListener('abort', stop);
        await stopping;
      }
    } finally {
      // A statement that failed stays in the list of processes, with whatever it holds, until its connection is gone.
      if (isClean) session.restore({ settings, parameters, database });
      else session.disconnect();
    }
  }
}

/** The library gives an exception as text only. */
function parseException(error: unknown): Outcome {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^Query failed: /, '').trim();
  const code = Number(/^Code: (\d+)/.exec(text)?.[1] ?? '1002');
  const message = text.startsWith('Code: ') ? text : `Code: 1002. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)`;
  return { ok: false, code, message };
}
