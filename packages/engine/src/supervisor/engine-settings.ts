// What a caller of the supervisor gives and gets: settings and their defaults, states, and the handle of an engine.
import type { EngineProblem } from './engine-problem.ts';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped';

export type EngineStart =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly problem: EngineProblem };

export interface EngineSettings {
  readonly dataDir: string;
  /** Default: inside the data directory, or in a private temporary folder when that path is too long for a socket. */
  readonly socketPath?: string | undefined;
  readonly readers: number;
  readonly maxMemoryBytes: number;
  /** Lines the engine prints, and what the supervisor does. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that only grow. */
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

export const TIMING: EngineTiming = {
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

export interface Engine {
  readonly socketPath: string;
  /** Settles once: the engine has answered a query, or it will not be had and state is `stopped`. */
  readonly ready: Promise<EngineStart>;
  state(): EngineState;
  restarts(): number;
  pid(): number | undefined;
  /** Calls back at each change; the function it returns ends that. */
  onState(callback: (state: EngineState) => void): () => void;
  /** Resolves when the process is gone, at the latest after the grace period. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** SIGKILL to the present process; the supervisor starts the next. */
  kill(): void;
}
