// One connection to the engine, for one statement at a time: statements in, answers through its pipe or counts out.
import type { Readable } from 'node:stream';
import { openPipe } from './answer-pipe.ts';
import { DATABASE } from './engine-limits.ts';
import type { NativeConnection, NativeLibrary } from './native-library.ts';

export interface SessionSettings {
  readonly library: NativeLibrary;
  readonly store: string;
  readonly connectionArgs: readonly string[];
  readonly base: ReadonlyMap<string, string>;
  readonly pipePath: string;
}

export interface Counts {
  readonly resultRows: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly elapsedNanos: number;
}

const NOTHING: Counts = { resultRows: 0, writtenRows: 0, writtenBytes: 0, elapsedNanos: 0 };
const EMPTY = Buffer.alloc(0);

export class Session {
  readonly #settings: SessionSettings;
  #connection: NativeConnection;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
    this.#connection = this.#connect();
  }

  #connect(): NativeConnection {
    const { library, store, connectionArgs } = this.#settings;
    return library.CreateConnection(store, connectionArgs);
  }

  /** Makes the session one of our own database; the database must exist. */
  prepare(): void {
    this.#runNow(`USE ${DATABASE}`);
    this.#set(this.#settings.base);
  }

  get pipePath(): string {
    return this.#settings.pipePath;
  }

  get tag(): string {
    return this.#settings.base.get('log_comment') ?? '';
  }

  /** Settings, bound parameters and database hold for the next statement; `restore` takes them back. Throws the engine's refusal. */
  apply(
    settings: ReadonlyMap<string, string>,
    parameters: ReadonlyMap<string, string>,
    database: string | undefined,
  ): void {
    const own = new Map(settings);
    const comment = own.get('log_comment');
    // The tag is how a statement is found when it must be stopped.
    if (comment !== undefined) own.set('log_comment', `${this.tag}${comment}`);
    for (const [name, value] of parameters) own.set(`param_${name}`, value);
    this.#set(own);
    if (database !== undefined && database !== DATABASE) this.#runNow(`USE ${quoteName(database)}`);
  }

  restore(
    settings: ReadonlyMap<string, string>,
    parameters: ReadonlyMap<string, string>,
    database: string | undefined,
  ): void {
    const isPlain =
      parameters.size === 0 && !settings.has('readonly') && (database === undefined || database === DATABASE);
    if (!isPlain) {
      this.renew();
      return;
    }
    if (settings.size === 0) return;
    const names = [...settings.keys()];
    this.#runNow(`SET ${names.map((name) => `${name} = ${this.#baseOf(name)}`).join(', ')}`);
  }

  #baseOf(name: string): string {
    const value = this.#settings.base.get(name);
    return value === undefined ? 'DEFAULT' : quoteText(value);
  }

  /** A fresh connection forgets everything a statement could have left behind; it takes a fraction of a millisecond. */
  renew(): void {
    this.close();
    this.#connection = this.#connect();
    this.prepare();
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
    const pipe = openPipe(this.#settings.pipePath);
    const sql = `${head} INTO OUTFILE ${quoteText(this.#settings.pipePath)} TRUNCATE FORMAT ${format}${tail}`;
    const counts = this.#settings.library
      .QueryAsyncConnection(this.#connection, sql, 'Null')
      .then(({ rowsRead, elapsed }) => ({ ...NOTHING, resultRows: rowsRead, elapsedNanos: toNanos(elapsed) }))
      .finally(() => pipe.finish());
    return { body: pipe.body, counts };
  }

  async insert(sql: string): Promise<Counts> {
    const { library } = this.#settings;
    const done = await library.InsertRawAsyncConnection(this.#connection, sql, EMPTY, false);
    const { rowsWritten, bytesWritten, elapsed } = done;
    return { resultRows: 0, writtenRows: rowsWritten, writtenBytes: bytesWritten, elapsedNanos: toNanos(elapsed) };
  }

  /** Buffers the answer: for statements whose answer is small by nature. */
  async run(sql: string, format: string): Promise<{ bytes: Buffer; counts: Counts }> {
    const result = await this.#settings.library.QueryAsyncConnection(this.#connection, sql, format);
    const { bytes, rowsRead, elapsed } = result;
    return { bytes: Buffer.from(bytes), counts: { ...NOTHING, resultRows: rowsRead, elapsedNanos: toNanos(elapsed) } };
  }

  /** Only when nothing runs on it: closing under a running statement aborts the engine for good. */
  close(): void {
    this.#settings.library.CloseConnection(this.#connection);
  }
}

const toNanos = (seconds: number): number => Math.round(seconds * 1e9);
const quoteText = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
const quoteName = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
