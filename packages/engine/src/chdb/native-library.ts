// Loads the native library of chDB: nothing in, its six calls with checked types and the engine's version out.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One connection of the engine; only the native calls can look inside. */
export type NativeConnection = object;

export interface NativeLibrary {
  CreateConnection(path: string, args: readonly string[]): NativeConnection;
  CloseConnection(connection: NativeConnection): void;
  /** Blocks the event loop: for statements that take microseconds. */
  QueryWithConnection(connection: NativeConnection, sql: string, format: string): string;
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  InsertRawAsyncConnection(
    connection: NativeConnection,
    sql: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<NativeInsert>;
}

export interface NativeResult {
  readonly bytes: Uint8Array;
  readonly elapsed: number;
  /** Rows of the result, whatever the name says. */
  readonly rowsRead: number;
}

export interface NativeInsert {
  readonly elapsed: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
}

/**
 * The package's own Session class is passed by: it has no call that reports written rows for a plain statement, and its
 * close() waits for the statements of every other session. The calls used here are those the class itself is made of;
 * their presence is checked, and the version gate refuses an engine they were not tried with.
 */
export function loadNativeLibrary(): NativeLibrary {
  const require = createRequire(import.meta.url);
  const loader: unknown = require(join(dirname(require.resolve('chdb/package.json')), 'dist', 'loader.js'));
  const library: unknown = hasCall(loader, 'loadNative') ? loader.loadNative() : undefined;
  if (!isNativeLibrary(library)) throw new Error('the installed chdb package has not the native calls of version 3.4');
  return library;
}

function hasCall<Name extends string>(value: unknown, name: Name): value is Record<Name, () => unknown> {
  return typeof value === 'object' && value !== null && name in value && typeof Reflect.get(value, name) === 'function';
}

function isNativeLibrary(value: unknown): value is NativeLibrary {
  const names = ['CreateConnection', 'CloseConnection', 'QueryWithConnection', 'QueryAsyncConnection'];
  return [...names, 'InsertRawAsyncConnection'].every((name) => hasCall(value, name));
}
