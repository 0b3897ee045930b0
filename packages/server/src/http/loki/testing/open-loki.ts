// A real HTTP server whose Loki API answers from plain arrays: settings in, server with its pushes out. Its clock stands still.

import { loadConfig } from '../../../config/index.ts';
import { createReferenceSource, readLimits } from '../../../loki/index.ts';
import { createMemoryEntries } from '../../../loki/testing/memory-entries.ts';
import { openServer, type ServerSetup } from '../../testing/open-server.ts';

/** When the answers of the corpus were recorded. */
export const THEN_NANOS = 1_795_205_214_000_000_000n;

export async function openLoki(setup: ServerSetup & { readonly nowNanos?: () => bigint } = {}) {
  const { nowNanos = () => THEN_NANOS, argv = [] } = setup;
  const loaded = loadConfig({ argv, env: {}, readFile: () => '' });
  if (!loaded.ok) throw new Error(loaded.problem.detail);
  const { maxSeries, maxPoints } = readLimits(loaded.config);
  const source = createReferenceSource({
    entries: createMemoryEntries(nowNanos),
    maxSeries,
    maxPoints,
    maxSamples: 1_000_000,
    alignment: loaded.config.lokiAlignSteps ? 'align' : 'split',
    nowNanos,
    instantSplitNanos: loaded.config.limitsProfile === 'loki' ? 3_600_000_000_000n : undefined,
  });
  const clock = () => Number(nowNanos() / 1_000_000n);
  return openServer({ ...setup, options: { loki: source, clock, ...setup.options } });
}
