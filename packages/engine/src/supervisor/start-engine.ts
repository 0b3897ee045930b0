// Keeps one engine program running: settings in; a socket path at once, readiness, state changes and a clean stop out.
import { resolve as resolvePath } from 'node:path';
import { liveOnce, pause } from './engine-life.ts';
import type { EngineProblem } from './engine-problem.ts';
import type { EngineProcess } from './engine-process.ts';
import {
  type Engine,
  type EngineSettings,
  type EngineStart,
  type EngineState,
  type EngineTiming,
  TIMING,
} from './engine-settings.ts';
import { chooseSocketPath, type SocketPlace } from './socket-path.ts';

/** Nothing will make these go away by trying again. */
const FINAL = new Set(['KW_ENGINE_DIRECTORY', 'KW_ENGINE_PLATFORM', 'KW_ENGINE_VERSION']);

const STOPPED: EngineProblem = {
  code: 'KW_ENGINE_STOPPED',
  message: 'the engine was stopped before it was ready; start it again to use the store.',
};

export function startEngine(settings: EngineSettings): Engine {
  return new EngineSupervisor(settings);
}

class EngineSupervisor implements Engine {
  readonly ready: Promise<EngineStart>;
  readonly #settings: EngineSettings;
  readonly #timing: EngineTiming;
  readonly #place: SocketPlace;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #settleReady: (start: EngineStart) => void = () => {};
  #state: EngineState = 'starting';
  #restarts = 0;
  #wasReady = false;
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
    settings.signal?.addEventListener('abort', () => this.#stopping.abort(), { once: true });
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
    this.#process?.kill();
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
    const { firstRestartMs, longestRestartMs, goodRunMs } = this.#timing;
    const firstStartAt = now();
    let waitMs = firstRestartMs;
    while (!this.#stopping.signal.aborted) {
      const startedAt = now();
      const problem = await this.#live();
      if (this.#stopping.signal.aborted) break;
      if (problem !== undefined && this.#isFinal(problem, now() - firstStartAt)) {
        this.#settings.log('error', `${problem.code}: ${problem.message}`);
        this.#settleReady({ ok: false, problem });
        break;
      }
      if (this.#wasReady) this.#restarts += 1;
      this.#setState(this.#wasReady ? 'restarting' : 'starting');
      const why = problem === undefined ? 'the engine ended unexpectedly' : `${problem.code}: ${problem.message}`;
      this.#settings.log('warn', `${why} (next start in ${waitMs} ms)`);
      if (now() - startedAt >= goodRunMs) waitMs = firstRestartMs;
      await pause(waitMs, this.#stopping.signal);
      waitMs = Math.min(waitMs * 2, longestRestartMs);
    }
    this.#settleReady({ ok: false, problem: STOPPED });
    this.#place.remove();
    this.#setState('stopped');
  }

  /** Once it has been ready, a trouble is taken for passing: intake goes on meanwhile, and giving up would end the store. */
  #isFinal(problem: EngineProblem, sinceFirstStartMs: number): boolean {
    return !this.#wasReady && (FINAL.has(problem.code) || sinceFirstStartMs >= this.#timing.lockWaitMs);
  }

  async #live(): Promise<EngineProblem | undefined> {
    try {
      return await liveOnce({
        engine: this.#settings,
        dataDir: resolvePath(this.#settings.dataDir),
        socketPath: this.#place.path,
        timing: this.#timing,
        stopping: this.#stopping.signal,
        graceMs: () => this.#graceMs,
        onStart: (process) => {
          this.#process = process;
        },
        onReady: (version) => {
          this.#wasReady = true;
          this.#setState('ready');
          this.#settleReady({ ok: true, version });
        },
      });
    } finally {
      this.#process = undefined;
    }
  }

  #setState(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
