// Opens engine and socket, serves until it is told to stop or its parent is gone, and leaves the store clean.
import {
  DEFAULT_LIMITS,
  type EmbeddedEngine,
  type EngineProblem,
  type EngineResult,
  getReason,
  loadNativeLibrary,
  openEngine,
  openEngineFolders,
  refuseEngine,
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

interface Running {
  readonly engine: EmbeddedEngine;
  readonly server: HttpServer;
}

const GRACE_MS = 10_000;
/** Without a parent nobody waits for an answer any more, and the next owner waits for the lock. */
const ORPHAN_GRACE_MS = 3000;
/** What runs at the end may finish if it is quick. */
const FINISH_MS = 500;
const MAX_STATEMENT_BYTES = 16 * 1024 ** 2;
const MAX_BODY_BYTES = 1024 ** 3;

export async function runEngine(given: EngineArguments): Promise<void> {
  const opened = await open(given);
  if (!opened.ok) {
    process.stderr.write(`${opened.problem.code}: ${opened.problem.message}\n`);
    process.exitCode = 1;
    // Leaving at once would lose the message.
    tellParent({ kind: 'failed', problem: opened.problem }, () => process.exit());
    return;
  }
  const stop = onlyOnce((graceMs: number) => stopEngine(opened.value, graceMs));
  process.on('SIGTERM', () => stop(given.graceMs ?? GRACE_MS));
  // Ctrl-C reaches parent and child alike, and a parent wants its engine until its own last batch is in.
  process.on('SIGINT', () => {
    if (!process.connected) stop(given.graceMs ?? GRACE_MS);
  });
  process.on('disconnect', () => stop(ORPHAN_GRACE_MS));
  process.on('message', (message) => {
    const graceMs = readStopOrder(message);
    if (graceMs !== undefined) stop(graceMs);
  });
  if (process.send !== undefined && !process.connected) stop(ORPHAN_GRACE_MS);
  tellParent({ kind: 'ready', version: opened.value.engine.version }, () => {});
}

async function open(given: EngineArguments): Promise<EngineResult<Running>> {
  const folders = openEngineFolders(given.directory);
  if (!folders.ok) return folders;
  process.chdir(folders.value.run);
  // Days are partitions, and must not depend on the zone of the machine. The library looks only here.
  process.env['TZ'] = 'UTC';
  const readers = given.readers ?? DEFAULT_LIMITS.readers;
  const maxMemoryBytes = given.maxMemoryBytes ?? DEFAULT_LIMITS.maxMemoryBytes;
  const library = loadLibrary();
  if (!library.ok) return library;
  const engine = openEngine(library.value, folders.value, { ...DEFAULT_LIMITS, readers, maxMemoryBytes });
  if (!engine.ok) return engine;
  const server = new HttpServer({
    socketPath: given.socketPath,
    engine: engine.value,
    files: openBodyFiles(folders.value.bodies),
    maxStatementBytes: MAX_STATEMENT_BYTES,
    maxBodyBytes: given.maxBodyBytes ?? MAX_BODY_BYTES,
  });
  await server.open();
  return { ok: true, value: { engine: engine.value, server } };
}

function loadLibrary(): EngineResult<ReturnType<typeof loadNativeLibrary>> {
  try {
    return { ok: true, value: loadNativeLibrary() };
  } catch (cause) {
    const message = `the embedded engine cannot be loaded (${getReason(cause)}); it needs Linux with glibc or macOS, and an installation with optional dependencies.`;
    return refuseEngine('KW_ENGINE_PLATFORM', message);
  }
}

type Told =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly problem: EngineProblem };

function tellParent(told: Told, done: () => void): void {
  if (process.send === undefined) done();
  else process.send(told, done);
}

function readStopOrder(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('stopWithinMs' in message)) return undefined;
  return typeof message.stopWithinMs === 'number' ? message.stopWithinMs : undefined;
}

function onlyOnce(stop: (graceMs: number) => Promise<void>): (graceMs: number) => void {
  let isStopping = false;
  return (graceMs) => {
    if (isStopping) return;
    isStopping = true;
    stop(graceMs).catch((error: unknown) => {
      process.stderr.write(`stopping the engine failed: ${getReason(error)}\n`);
      process.kill(process.pid, 'SIGKILL');
    });
  };
}

/** A native call is not interrupted by an exit, it holds the exit up: so what still runs is stopped in the engine first. */
async function stopEngine({ engine, server }: Running, graceMs: number): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  server.stopIntake();
  const killAt = performance.now() + Math.min(FINISH_MS, graceMs / 4);
  while (!engine.isIdle) {
    if (performance.now() >= killAt) server.abortAll();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  server.close();
  engine.close();
  process.exit(0);
}
