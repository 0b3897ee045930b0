// One life of the engine program, from its start to its end: watched while it lives, told to stop when asked.
import { setTimeout as sleep } from 'node:timers/promises';
import { askEngine } from './ask-engine.ts';
import type { EngineProblem } from './engine-problem.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import type { EngineSettings, EngineTiming } from './engine-settings.ts';

export interface LifeSettings {
  readonly engine: EngineSettings;
  readonly dataDir: string;
  readonly socketPath: string;
  readonly timing: EngineTiming;
  readonly stopping: AbortSignal;
  readonly graceMs: () => number;
  readonly onStart: (process: EngineProcess) => void;
  /** The engine has answered its first query. */
  readonly onReady: (version: string) => void;
}

/** Returns when the process is gone; with a problem when it never got ready. */
export async function liveOnce(settings: LifeSettings): Promise<EngineProblem | undefined> {
  const { engine, stopping } = settings;
  const child = startEngineProcess({
    dataDir: settings.dataDir,
    socketPath: settings.socketPath,
    readers: engine.readers,
    maxMemoryBytes: engine.maxMemoryBytes,
    onLine: (line) => engine.log('warn', `engine: ${line}`),
  });
  settings.onStart(child);
  const life = new AbortController();
  const onStop = (): void => void endLife(child, settings.graceMs(), life.signal);
  stopping.addEventListener('abort', onStop, { once: true });
  if (stopping.aborted) onStop();
  try {
    const problem = await waitUntilReady(child, settings);
    if (problem !== undefined) {
      child.kill();
      await child.exited;
      return problem;
    }
    void watchHealth(child, settings, life.signal);
    const { code, signal } = await child.exited;
    engine.log('info', `engine process ${child.pid} ended (${signal ?? code})`);
    return undefined;
  } finally {
    life.abort();
    stopping.removeEventListener('abort', onStop);
  }
}

async function waitUntilReady(child: EngineProcess, settings: LifeSettings): Promise<EngineProblem | undefined> {
  const { timing, engine } = settings;
  const timer = setTimeout(() => child.kill(), timing.startDeadlineMs);
  try {
    const word = await child.firstWord;
    if (!word.ok) return word.problem;
    if (!(await askEngine(settings.socketPath, timing.healthDeadlineMs))) {
      return { code: 'KW_ENGINE_START', message: 'the engine started but does not answer queries.' };
    }
    engine.log('info', `engine ${word.version} is ready (pid ${child.pid})`);
    if (!settings.stopping.aborted) settings.onReady(word.version);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** A native fault may leave the process up but silent for minutes, so only an answered query counts as life. */
async function watchHealth(child: EngineProcess, settings: LifeSettings, life: AbortSignal): Promise<void> {
  const { healthEveryMs, healthDeadlineMs, healthSilences } = settings.timing;
  let silences = 0;
  while (silences < healthSilences) {
    await pause(healthEveryMs, life);
    if (life.aborted || settings.stopping.aborted) return;
    silences = (await askEngine(settings.socketPath, healthDeadlineMs)) ? 0 : silences + 1;
  }
  if (life.aborted || settings.stopping.aborted) return;
  settings.engine.log('error', `engine process ${child.pid} did not answer ${silences} times; killing it`);
  child.kill();
}

async function endLife(child: EngineProcess, graceMs: number, life: AbortSignal): Promise<void> {
  child.stop(graceMs);
  await pause(graceMs, life);
  if (!life.aborted) child.kill();
}

/** Ends early, and quietly, when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
