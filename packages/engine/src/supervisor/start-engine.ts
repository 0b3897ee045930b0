// Keeps one engine program running: settings in; a socket path at once, readiness, state changes and a clean stop out.
import { resolve as resolvePath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askEngine } from './ask-engine.ts';
import type { EngineProblem } from './engine-problem.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import { chooseSocketPath } from './socket-path.ts';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped';

export type EngineStart =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly problem: EngineProblem };

export interface EngineSettings {
  readonly dataDir: string;
  readonly socketPath?: string | undefined;
  readonly readers: number;
  readonly maxMemoryBytes: number;
  /** Lines the engine prints, and what the supervisor does. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that only grow; for tests and for telling how long a run was good. */
  readonly clock?: (() => number) | undefined;
  readonly timing?: Partial<EngineTiming> | undefined;
}

export interface EngineTiming {
  /** How often the engine is asked, how long it may take, and how many silences in a row end in SIGKILL. */
  readonly healthEveryMs: number;
  readonly healthDeadlineMs: number;
  readonly healthSilences: number;
  /** A store with very many parts opens slowly; a start that takes longer is a hang. */
  readonly startDeadlineMs: number;
  /** How long another owner of the directory is waited for: the engine of a killed server needs some seconds to go. */
  readonly lockWaitMs: number;
  readonly firstRestartMs: number;
  readonly longestRestartMs: number;
  /** A run as long as this makes the next restart quick again. */
  readonly goodRunMs: number;
  readonly graceMs: number;
}

const TIMING: EngineTiming = {
  healthEveryMs: 2000,
  healthDeadlineMs: 5000,
  healthSilences: 3,
  startDeadlineMs: 120_000,
  lockWaitMs: 15_000,
  firstRestartMs: 50,
  longestRestartMs: 10_000,
  goodRunMs: 30_000,
  graceMs: 10_000,
};

/** Nothing will make these go away by trying again. */
const FINAL = new Set(['KW_ENGINE_DIRECTORY', 'KW_ENGINE_PLATFORM', 'KW_ENGINE_VERSION']);

export interface Engine {
  readonly socketPath: string;
  /** Settles once: the engine has answered a query, or it will not be had and state is `stopped`. */
  readonly ready: Promise<EngineStart>;
  state(): EngineState;
  restarts(): number;
  pid(): number | undefined;
  onState(callback: (state: EngineState) => void): () => void;
  /** Resolves when the process is gone, at the latest after the grace period. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** SIGKILL to the present process; the supervisor starts the next. */
  kill(): void;
}

export function startEngine(settings: EngineSettings): Engine {
  return new EngineSupervisor(settings);
}

class EngineSupervisor implements Engine {
  readonly ready: Promise<EngineStart>;
  readonly #settings: EngineSettings;
  readonly #timing: EngineTiming;
  readonly #place: ReturnType<typeof chooseSocketPath>;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #settleReady: (start: EngineStart) => void = () => {};
  #state: EngineState = 'starting';
  #restarts = 0;
  #process: EngineProcess | undefined;
  #graceMs: number;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
    this.#timing = { ...TIMING, ...settings.timing };
    this.#graceMs = this.#timing.graceMs;
    this.#place = chooseSocketPath(resolvePath(settings.dataDir), settings.socketPath);
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    settings.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (settings.signal?.aborted) this.#stopping.abort();
    this.#ended = this.#keepRunning();
  }

  get socketPath(): string {
    return this.#place.path;
  }
  state(): EngineState {
    return this.#state;
  }
  restarts(): number {
    return this.#restarts;
  }
  pid(): number | undefined {
    return this.#process?.pid;
  }
  kill(): void {
    this.#process?.signal('SIGKILL');
  }
  onState(callback: (state: EngineState) => void): () => void {
    this.#listeners.add(callback);
    return () => {
      this.#listeners.delete(callback);
    };
  }

  async stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#graceMs = options.graceMs ?? this.#graceMs;
    this.#stopping.abort();
    await this.#ended;
  }

  async #keepRunning(): Promise<void> {
    const now = this.#settings.clock ?? ((): number => performance.now());
    const { firstRestartMs, longestRestartMs, goodRunMs, lockWaitMs } = this.#timing;
    const since = now();
    let wasReady = false;
    let waitMs = firstRestartMs;
    while (!this.#stopping.signal.aborted) {
      const startedAt = now();
      const problem = await this.#runOnce(() => {
        wasReady = true;
      });
      if (this.#stopping.signal.aborted) break;
      if (!wasReady && problem !== undefined && (FINAL.has(problem.code) || now() - since >= lockWaitMs)) {
        this.#settings.log('error', `${problem.code}: ${problem.message}`);
        this.#settleReady({ ok: false, problem });
        break;
      }
      waitMs = now() - startedAt >= goodRunMs ? firstRestartMs : Math.min(waitMs * 2, longestRestartMs);
      if (wasReady) {
        this.#restarts += 1;
        this.#setState('restarting');
      }
      const why = problem === undefined ? 'the engine ended unexpectedly' : `${problem.code}: ${problem.message}`;
      this.#settings.log('warn', `${why} (next start in ${waitMs} ms)`);
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    const message = 'the engine was stopped before it was ready; start it again to use the store.';
    this.#settleReady({ ok: false, problem: { code: 'KW_ENGINE_STOPPED', message } });
    this.#place.remove();
    this.#setState('stopped');
  }

  /** One life of the process, from its start to its end; a problem when it never got ready. */
  async #runOnce(onReady: () => void): Promise<EngineProblem | undefined> {
    const { log, dataDir, readers, maxMemoryBytes } = this.#settings;
    const engine = startEngineProcess({
      dataDir: resolvePath(dataDir),
      socketPath: this.#place.path,
      readers,
      maxMemoryBytes,
      graceMs: this.#graceMs,
      onLine: (line) => log('warn', `engine: ${line}`),
    });
    this.#process = engine;
    const life = new AbortController();
    const onStop = (): void => void this.#end(engine, life.signal);
    this.#stopping.signal.addEventListener('abort', onStop, { once: true });
    if (this.#stopping.signal.aborted) onStop();
    const startTimer = setTimeout(() => engine.signal('SIGKILL'), this.#timing.startDeadlineMs);
    try {
      const word = await engine.firstWord;
      const answers = word.ok && (await askEngine(this.#place.path, this.#timing.healthDeadlineMs));
      clearTimeout(startTimer);
      if (!word.ok || !answers) {
        engine.signal('SIGKILL');
        await engine.exited;
        return word.ok
          ? { code: 'KW_ENGINE_START', message: 'the engine started but does not answer queries.' }
          : word.problem;
      }
      if (!this.#stopping.signal.aborted) {
        onReady();
        this.#setState('ready');
        this.#settleReady(word);
        log('info', `engine ${word.version} is ready (pid ${engine.pid})`);
      }
      void this.#watch(engine, life.signal);
      const { code, signal } = await engine.exited;
      log('info', `engine process ${engine.pid} ended (${signal ?? code})`);
      return undefined;
    } finally {
      clearTimeout(startTimer);
      life.abort();
      this.#process = undefined;
      this.#stopping.signal.removeEventListener('abort', onStop);
    }
  }

  /** A native fault may leave the process up but silent for minutes, so only an answered query counts as life. */
  async #watch(engine: EngineProcess, life: AbortSignal): Promise<void> {
    const { healthEveryMs, healthDeadlineMs, healthSilences } = this.#timing;
    let silences = 0;
    while (!life.aborted && silences < healthSilences) {
      await sleep(healthEveryMs, undefined, { signal: life }).catch(() => {});
      if (life.aborted || this.#stopping.signal.aborted) return;
      silences = (await askEngine(this.#place.path, healthDeadlineMs)) ? 0 : silences + 1;
    }
    if (life.aborted) return;
    this.#settings.log('error', `engine process ${engine.pid} did not answer ${silences} times; killing it`);
    engine.signal('SIGKILL');
  }

  async #end(engine: EngineProcess, life: AbortSignal): Promise<void> {
    engine.signal('SIGTERM');
    await sleep(this.#graceMs, undefined, { signal: life }).catch(() => {});
    if (!life.aborted) engine.signal('SIGKILL');
  }

  #setState(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
