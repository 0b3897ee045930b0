// Opens the embedded ClickHouse: library, folders and limits in; an engine ready for statements, or a problem, out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePipes } from './answer-pipe.ts';
import { EmbeddedEngine } from './embedded-engine.ts';
import type { EngineFolders } from './engine-folders.ts';
import { DATABASE, type EngineLimits, listSessionSettings, printEngineConfig } from './engine-limits.ts';
import { type EngineResult, getReason, refuseEngine } from './engine-problem.ts';
import type { NativeConnection, NativeLibrary } from './native-library.ts';
import { Session } from './session.ts';
import { findOwnerPid } from './store-owner.ts';

/** Engines the tests have run with; another one may differ in exactly the calls and formats this program leans on. */
const TESTED_VERSION = /^26\.7\./;

export function openEngine(
  library: NativeLibrary,
  folders: EngineFolders,
  limits: EngineLimits,
): EngineResult<EmbeddedEngine> {
  const configPath = join(folders.run, 'engine.xml');
  writeFileSync(configPath, printEngineConfig(limits), { mode: 0o600 });
  const connectionArgs = [`--config-file=${configPath}`];
  const first = connect(library, folders.store, connectionArgs);
  if (!first.ok) return first;
  const version = library.QueryWithConnection(first.value, 'SELECT version()', 'TSVRaw').trim();
  if (!TESTED_VERSION.test(version)) {
    library.CloseConnection(first.value);
    const message = `the engine reports version ${version}, tested is 26.7; install the chdb version named in package.json.`;
    return refuseEngine('KW_ENGINE_VERSION', message);
  }
  // `default` has engine Overlay here and lacks features, so everything lives in an Atomic database of our own.
  library.QueryWithConnection(first.value, `CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`, 'Null');
  const openSession = (name: string): Session => {
    const base = listSessionSettings(name.startsWith('reader') ? 'reader' : 'writer', `kw:${name} `, limits);
    return new Session({
      library,
      store: folders.store,
      connectionArgs,
      base,
      pipePath: join(folders.run, `${name}.pipe`),
    });
  };
  const pipes = Array.from({ length: limits.readers }, (_, i) => join(folders.run, `reader-${i}.pipe`));
  const problem = findPipeProblem(pipes);
  if (problem !== undefined) {
    library.CloseConnection(first.value);
    return refuseEngine('KW_ENGINE_DIRECTORY', problem);
  }
  const readers = Array.from({ length: limits.readers }, (_, i) => openSession(`reader-${i}`));
  const [writer, control, pulse] = [openSession('writer'), openSession('control'), openSession('pulse')];
  library.CloseConnection(first.value);
  return { ok: true, value: new EmbeddedEngine(version, { readers, writer, control, pulse }) };
}

function findPipeProblem(paths: readonly string[]): string | undefined {
  try {
    makePipes(paths);
    return undefined;
  } catch (cause) {
    const reason = getReason(cause);
    return `the engine cannot make named pipes (${reason}); it needs the program mkfifo and a file system that has pipes.`;
  }
}

/** The library says only that it failed; the lock is the usual reason, and the lock file tells who. */
function connect(library: NativeLibrary, store: string, args: readonly string[]): EngineResult<NativeConnection> {
  try {
    return { ok: true, value: library.CreateConnection(store, args) };
  } catch (cause) {
    const pid = findOwnerPid(store);
    if (pid !== undefined) {
      const message = `another process (pid ${pid}) has ${store} open; stop it or use another data directory.`;
      return refuseEngine('KW_ENGINE_LOCKED', message);
    }
    return refuseEngine(
      'KW_ENGINE_OPEN',
      `the engine cannot open ${store} (${getReason(cause)}); the log lines before tell why.`,
    );
  }
}
