// One connection to the engine, for one statement at a time: statements in, answers through its pipe or counts out.
import type { Readable } from 'node:stream';
import { openPipe } from './answer-pipe.ts';
import { DATABASE } from './engine-limits.ts';
import type { NativeConnection, NativeLibrary } from './native-library.ts';
import { quoteName, quoteText } from './quote-text.ts';

export interface SessionSettings {
  readonly library: NativeLibrary;
  readonly store: string;
  readonly connectionArgs: readonly string[];
  /** What every statement gets unless its request says otherwise. */
  readonly base: ReadonlyMap<string, string>;
  readonly pipePath: string;
}

export interface Counts {
  readonly resultRows: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly elapsedNanos: number;
}

/** What holds for one statement. */
export interface Circumstances {
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly database: string | undefined;
}

const NOTHING: Counts = { resultRows: 0, writtenRows: 0, writtenBytes: 0, elapsedNanos: 0 };
const EMPTY = Buffer.alloc(0);

export class Session {
  readonly #settings: SessionSettings;
  #open: NativeConnection | undefined;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  get pipePath(): string {
    return this.#settings.pipePath;
  }

  /** The beginning of the log comment of all its statements: how one is found when it must be stopped. */
  get tag(): string {
    return this.#settings.base.get('log_comment') ?? '';
  }

  /** A fresh connection takes a fraction of a millisecond, so it is the answer to every doubt about an old one. */
  get #connection(): NativeConnection {
    if (this.#open === undefined) {
      const { library, store, connectionArgs, base } = this.#settings;
      this.#open = library.CreateConnection(store, connectionArgs);
      this.#runNow(`USE ${DATABASE}`);
      this.#set(base);
    }
    return this.#open;
  }

  /** Throws the engine's refusal of a setting; the session must be disconnected then. */
  apply({ settings, parameters, database }: Circumstances): void {
    const own = new Map(settings);
    const comment = own.get('log_comment');
    if (comment !== undefined) own.set('log_comment', `${this.tag}${comment}`);
    for (const [name, value] of parameters) own.set(`param_${name}`, value);
    this.#set(own);
    if (database !== undefined && database !== DATABASE) this.#runNow(`USE ${quoteName(database)}`);
  }

  restore({ settings, parameters, database }: Circumstances): void {
    const isPlain =
      parameters.size === 0 && !settings.has('readonly') && (database === undefined || database === DATABASE);
    if (!isPlain) this.disconnect();
    else if (settings.size > 0) {
      this.#runNow(`SET ${[...settings.keys()].map((name) => `${name} = ${this.#baseOf(name)}`).join(', ')}`);
    }
  }

  #baseOf(name: string): string {
    const value = this.#settings.base.get(name);
    return value === undefined ? 'DEFAULT' : quoteText(value);
  }

  #set(settings: ReadonlyMap<string, string>): void {
    if (settings.size === 0) return;
    for (const name of settings.keys()) {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`);
    }
    this.#runNow(`SET ${[...settings].map(([name, value]) => `${name} = ${quoteText(value)}`).join(', ')}`);
  }

  #runNow(sql: string): void {
    this.#settings.library.QueryWithConnection(this.#connection, sql, 'Null');
  }

  /** The body ends when the statement has; the counts reject with the engine's exception. */
  read(head: string, format: string, tail: string): { body: Readable; counts: Promise<Counts> } {
    const { library, pipePath } = this.#settings;
    const connection = this.#connection;
    const pipe = openPipe(pipePath);
    const sql = `${head} INTO OUTFILE ${quoteText(pipePath)} TRUNCATE FORMAT ${format}${tail}`;
    const counts = library
      .QueryAsyncConnection(connection, sql, 'Null')
      .then(({ rowsRead, elapsed }) => ({ ...NOTHING, resultRows: rowsRead, elapsedNanos: toNanos(elapsed) }))
      .finally(() => pipe.finish());
    return { body: pipe.body, counts };
  }

  async insert(sql: string): Promise<Counts> {
    const done = await this.#settings.library.InsertRawAsyncConnection(this.#connection, sql, EMPTY, false);
    const { rowsWritten, bytesWritten, elapsed } = done;
    return { resultRows: 0, writtenRows: rowsWritten, writtenBytes: bytesWritten, elapsedNanos: toNanos(elapsed) };
  }

  /** Buffers the answer: for statements whose answer is small by nature. */
  async run(sql: string, format: string): Promise<{ bytes: Buffer; counts: Counts }> {
    const { bytes, rowsRead, elapsed } = await this.#settings.library.QueryAsyncConnection(
      this.#connection,
      sql,
      format,
    );
    return { bytes: Buffer.from(bytes), counts: { ...NOTHING, resultRows: rowsRead, elapsedNanos: toNanos(elapsed) } };
  }

  /** Only when nothing runs on it: closing under a running statement aborts the engine for good. */
  disconnect(): void {
    if (this.#open === undefined) return;
    this.#settings.library.CloseConnection(this.#open);
    this.#open = undefined;
  }
}

const toNanos = (seconds: number): number => Math.round(seconds * 1e9);
