// Opens engine and socket, serves until it is told to stop or its parent is gone, and leaves the store clean.
import {
  DEFAULT_LIMITS,
  EmbeddedEngine,
  type EngineProblem,
  EngineProblemError,
  loadNativeLibrary,
  openEngineFolders,
} from './chdb/index.ts';
import { HttpServer, openBodyFiles } from './http/index.ts';

export interface EngineArguments {
  readonly directory: string;
  readonly socketPath: string;
  readonly readers: number | undefined;
  readonly maxMemoryBytes: number | undefined;
  readonly maxBodyBytes: number | undefined;
  readonly graceMs: number | undefined;
}

/** Engines the tests have run with; another one may differ in exactly the calls and formats this program leans on. */
const TESTED_VERSION = /^26\.7\./;

/** Without a parent nobody waits for an answer any more, and the next owner waits for the lock. */
const ORPHAN_GRACE_MS = 3000;

export async function runEngine(given: EngineArguments): Promise<void> {
  try {
    const { engine, server } = await open(given);
    tellParent({ kind: 'ready', version: engine.version });
    const stop = once((graceMs: number) => stopEngine(engine, server, graceMs));
    process.on('SIGTERM', () => stop(given.graceMs ?? 10_000));
    process.on('SIGINT', () => stop(given.graceMs ?? 10_000));
    process.on('disconnect', () => stop(ORPHAN_GRACE_MS));
    if (process.send !== undefined && !process.connected) stop(ORPHAN_GRACE_MS);
  } catch (error) {
    if (!(error instanceof EngineProblemError)) throw error;
    tellParent({ kind: 'failed', problem: error.problem });
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    process.channel?.unref();
  }
}

async function open(given: EngineArguments): Promise<{ engine: EmbeddedEngine; server: HttpServer }> {
  const folders = openEngineFolders(given.directory);
  process.chdir(folders.run);
  const limits = {
    ...DEFAULT_LIMITS,
    readers: given.readers ?? DEFAULT_LIMITS.readers,
    maxMemoryBytes: given.maxMemoryBytes ?? DEFAULT_LIMITS.maxMemoryBytes,
  };
  const engine = EmbeddedEngine.open(loadLibrary(), folders, limits);
  if (!TESTED_VERSION.test(engine.version)) {
    engine.close();
    const message = `the engine reports version ${engine.version}, tested is 26.7; install the chdb version named in package.json.`;
    throw new EngineProblemError({ code: 'KW_ENGINE_VERSION', message });
  }
  const server = new HttpServer({
    socketPath: given.socketPath,
    engine,
    files: openBodyFiles(folders.bodies),
    maxStatementBytes: 16 * 1024 ** 2,
    maxBodyBytes: given.maxBodyBytes ?? 1024 ** 3,
  });
  await server.open();
  return { engine, server };
}

function loadLibrary(): ReturnType<typeof loadNativeLibrary> {
  try {
    return loadNativeLibrary();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the embedded engine cannot be loaded (${reason}); it needs Linux with glibc or macOS, and "npm ci" without --omit=optional.`;
    throw new EngineProblemError({ code: 'KW_ENGINE_PLATFORM', message }, cause);
  }
}

type Told =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly problem: EngineProblem };

function tellParent(told: Told): void {
  process.send?.(told, () => {});
}

function once(stop: (graceMs: number) => Promise<void>): (graceMs: number) => void {
  let stopping = false;
  return (graceMs) => {
    if (stopping) return;
    stopping = true;
    stop(graceMs).catch((error: unknown) => {
      process.stderr.write(`stopping failed: ${String(error)}\n`);
      process.kill(process.pid, 'SIGKILL');
    });
  };
}

/** A native call cannot be interrupted by exiting, so what still runs is killed in the engine first. */
async function stopEngine(engine: EmbeddedEngine, server: HttpServer, graceMs: number): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  const killAt = Date.now() + graceMs / 4;
  server.stopIntake();
  while (!engine.isIdle) {
    if (Date.now() >= killAt) server.abortAll();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  server.close();
  engine.close();
  process.exit(0);
}
