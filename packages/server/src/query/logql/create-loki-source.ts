// Loki's questions over the store: the reference evaluator over its entries, in the words of this server's limits. A plan replaces what it can prove equal.
import type { StepAlignment } from '@kubewitness/core/logql';
import { createReferenceSource, type LokiLimits, type LokiSource } from '../../loki/index.ts';
import type { Log } from '../../observe/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import { readQueryProblem } from '../query-problem.ts';
import type { Landings } from '../run/run-tail.ts';
import { createSessionEntries } from '../sessions/session-entries.ts';
import { withSessions } from '../sessions/with-sessions.ts';
import { StoreFactsReader } from '../store-facts.ts';
import { guardSource, type Settle } from './guard-source.ts';
import { sessionsByName } from './sessions-by-name.ts';
import { createStoreEntries, type StoreEntriesOptions } from './store-entries.ts';

export interface LokiSourceOptions {
  readonly database: Database;
  readonly log: Log;
  readonly landings: Landings;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly append: StoreEntriesOptions['append'];
  readonly settle: Settle;
  readonly maxSeries: LokiLimits['maxSeries'];
  readonly maxPoints: LokiLimits['maxPoints'];
  readonly alignment: StepAlignment;
  /** For who compares with Loki: its mistakes with long instant queries, and nothing that nobody pushed unless it is named. */
  readonly likeLoki: boolean;
}

/** Entries that one question of the reference may keep in memory. */
const MAX_SAMPLES = 1_000_000;
/** Loki's `split_instant_metric_queries_by_interval`. */
const LOKI_SPLIT_NANOS = 3_600_000_000_000n;
/** Owns what KubeWitness collects. */
const OWN_TENANT = 'audit';

export function createLokiSource(options: LokiSourceOptions): LokiSource {
  const { database, landings, clock, log, maxSeconds, settle } = options;
  const limits: SqlSettings = { max_execution_time: maxSeconds, max_memory_usage: options.maxMemoryBytes };
  const facts = new StoreFactsReader(database, () => landings.newest());
  const stored = createStoreEntries({
    ...{ database, landings, clock, limits, maxSeconds },
    facts: () => facts.get(),
    append: options.append,
  });
  const sessions = createSessionEntries({ database, landings, clock, limits, tenant: OWN_TENANT });
  const entries = withSessions(stored, options.likeLoki ? sessionsByName(sessions) : sessions);
  const { maxSeries, maxPoints, alignment } = options;
  const instantSplitNanos = options.likeLoki ? LOKI_SPLIT_NANOS : undefined;
  const source = createReferenceSource({
    ...{ entries, maxSeries, maxPoints, alignment, instantSplitNanos },
    maxSamples: MAX_SAMPLES,
    nowNanos: clock,
  });
  return guardSource(source, {
    settle,
    tell(error) {
      const problem = readQueryProblem(error);
      if (problem.code === 'KW_QUERY_FAILED') log.error({ err: problem.cause }, problem.message);
      return problem;
    },
  });
}
