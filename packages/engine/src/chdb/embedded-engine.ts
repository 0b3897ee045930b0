// The embedded ClickHouse, opened: statements with their settings in; answers, counts and refusals out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { makePipes } from './answer-pipe.ts';
import { type EngineFolders, findOwnerPid } from './engine-folders.ts';
import { DATABASE, type EngineLimits, listSessionSettings, printEngineConfig } from './engine-limits.ts';
import { EngineProblemError } from './engine-problem.ts';
import type { NativeLibrary } from './native-library.ts';
import { type Counts, Session } from './session.ts';
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

const MAX_WAITING = 256;

export class EmbeddedEngine {
  readonly version: string;
  readonly #readers: SessionLane;
  readonly #writer: SessionLane;
  readonly #control: SessionLane;

  private constructor(version: string, readers: SessionLane, writer: SessionLane, control: SessionLane) {
    this.version = version;
    this.#readers = readers;
    this.#writer = writer;
    this.#control = control;
  }

  /** Throws an EngineProblemError when the store cannot be opened. */
  static open(library: NativeLibrary, folders: EngineFolders, limits: EngineLimits): EmbeddedEngine {
    const configPath = join(folders.run, 'engine.xml');
    writeFileSync(configPath, printEngineConfig(limits), { mode: 0o600 });
    const names = ['writer', 'control', ...Array.from({ length: limits.readers }, (_, i) => `reader-${i}`)];
    const pipes = new Map(names.map((name) => [name, join(folders.run, `${name}.pipe`)]));
    const openSession = (name: string): Session =>
      new Session({
        library,
        store: folders.store,
        connectionArgs: [`--config-file=${configPath}`],
        base: listSessionSettings(name.startsWith('reader') ? 'reader' : 'writer', `kw:${name} `, limits),
        pipePath: pipes.get(name) ?? '',
      });
    const first = openFirst(() => openSession('control'), folders.store);
    makePipes([...pipes.values()]);
    const version = prepareDatabase(library, folders.store);
    const [writer, ...readers] = ['writer', ...names.slice(2)].map(openSession);
    if (writer === undefined) throw new Error('no writer session');
    for (const session of [first, writer, ...readers]) session.prepare();
    return new EmbeddedEngine(
      version,
      new SessionLane(readers, MAX_WAITING),
      new SessionLane([writer], MAX_WAITING),
      new SessionLane([first], MAX_WAITING),
    );
  }

  run(request: RunRequest): Answer {
    const body = new PassThrough({ highWaterMark: 64 * 1024 });
    return { body, outcome: this.#run(request, body) };
  }

  async #run(request: RunRequest, body: PassThrough): Promise<Outcome> {
    const lane = this.#laneOf(request.statement);
    try {
      if (lane.isFull)
        throw new Error('Code: 202. DB::Exception: Too many statements wait already. (TOO_MANY_SIMULTANEOUS_QUERIES)');
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
      session.apply(settings, parameters, database);
      const running = startStatement(session, statement, body);
      const stop = (): void => {
        // A full pipe would keep the engine from hearing that it shall stop.
        body.resume();
        stopping = stopStatement(this.#control, session, running);
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
      // A statement that failed stays in the list of processes, with whatever it holds, until its connection moves on.
      if (isClean) session.restore(settings, parameters, database);
      else session.renew();
    }
  }

  #laneOf(statement: Statement): SessionLane {
    if (statement.kind === 'read' || statement.kind === 'show') return this.#readers;
    return statement.kind === 'control' ? this.#control : this.#writer;
  }

  async ping(): Promise<boolean> {
    const outcome = await this.run({
      statement: { kind: 'control', text: 'SELECT 1', format: 'Null' },
      settings: new Map(),
      parameters: new Map(),
      database: undefined,
      signal: new AbortController().signal,
    }).outcome;
    return outcome.ok;
  }

  /** Whether nothing runs: only then may it be closed. */
  get isIdle(): boolean {
    return [this.#readers, this.#writer, this.#control].every((lane) => lane.isIdle);
  }

  close(): void {
    if (!this.isIdle) throw new Error('the engine cannot be closed while statements run');
    for (const lane of [this.#readers, this.#writer, this.#control])
      for (const session of lane.sessions) session.close();
  }
}

async function startStatement(session: Session, statement: Statement, body: PassThrough): Promise<Counts> {
  switch (statement.kind) {
    case 'read': {
      const answer = session.read(statement.head, statement.format, statement.tail);
      answer.body.pipe(body, { end: false });
      const ended = new Promise<void>((resolve) => {
        answer.body.once('close', () => resolve());
      });
      try {
        return await answer.counts;
      } finally {
        await ended;
      }
    }
    case 'insert':
      return session.insert(statement.text);
    case 'show':
    case 'write':
    case 'control': {
      const { bytes, counts } = await session.run(statement.text, statement.format);
      body.write(bytes);
      return counts;
    }
    default:
      return statement satisfies never;
  }
}

function openFirst(open: () => Session, store: string): Session {
  try {
    return open();
  } catch (cause) {
    const pid = findOwnerPid(store);
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (pid !== undefined) {
      const message = `another process (pid ${pid}) has ${store} open; stop it or use another data directory.`;
      throw new EngineProblemError({ code: 'KW_ENGINE_LOCKED', message }, cause);
    }
    const message = `the engine cannot open ${store} (${reason}); its own lines in the log tell why.`;
    throw new EngineProblemError({ code: 'KW_ENGINE_OPEN', message }, cause);
  }
}

/** `default` has engine Overlay here and lacks features, so everything lives in an Atomic database of our own. */
function prepareDatabase(library: NativeLibrary, store: string): string {
  const connection = library.CreateConnection(store, []);
  library.QueryWithConnection(connection, `CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`, 'Null');
  const version = library.QueryWithConnection(connection, 'SELECT version()', 'TSVRaw').trim();
  library.CloseConnection(connection);
  return version;
}

/** The library gives an exception as text only. */
function parseException(error: unknown): Outcome {
  const text = (error instanceof Error ? error.message : String(error)).replace(/^Query failed: /, '').trim();
  const code = Number(/^Code: (\d+)/.exec(text)?.[1] ?? '1002');
  const message = text.startsWith('Code: ') ? text : `Code: 1002. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)`;
  return { ok: false, code, message };
}
