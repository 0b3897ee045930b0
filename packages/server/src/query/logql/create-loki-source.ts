// Loki's questions over the store: the reference evaluator over its entries, in the words of this server's limits. A plan replaces what it can prove equal.
import { OWN_TENANT } from '@kubewitness/core/event';
import type { StepAlignment } from '@kubewitness/core/logql';
import type { ExplainAnswer } from '@kubewitness/core/wire';
import {
  type Answered,
  createReferenceSource,
  type LokiLimits,
  type LokiSource,
  type Selection,
} from '../../loki/index.ts';
import type { Log } from '../../observe/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import { readQueryProblem } from '../query-problem.ts';
import type { Landings } from '../run/run-tail.ts';
import { createSessionEntries } from '../sessions/session-entries.ts';
import { withSessions } from '../sessions/with-sessions.ts';
import { StoreFactsReader } from '../store-facts.ts';
import { guardSource, type Settle } from './guard-source.ts';
import { createPlannedSource } from './plan/create-planned-source.ts';
import type { ExplainQuestion } from './plan/explain.ts';
import { isKnownEmpty } from './plan/is-known-empty.ts';
import { LineFinds } from './plan/line-finds.ts';
import { RowChecks, type RowChecksOptions } from './plan/row-checks.ts';
import { sessionsByName } from './sessions-by-name.ts';
import { createStoreEntries, type StoreEntriesOptions } from './store-entries.ts';

export interface LokiSourceOptions {
  readonly database: Database;
  readonly log: Log;
  readonly landings: Landings;
  readonly mayLand?: RowChecksOptions['mayLand'];
  readonly firstComing?: RowChecksOptions['firstComing'];
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly append: StoreEntriesOptions['append'];
  readonly settle: Settle;
  readonly maxSeries: LokiLimits['maxSeries'];
  readonly maxPoints: LokiLimits['maxPoints'];
  readonly maxReadBytes: LokiLimits['maxReadBytes'];
  readonly maxSamples: LokiLimits['maxSamples'];
  readonly alignment: StepAlignment;
  /** For who compares with Loki: its mistakes with long instant queries, and nothing that nobody pushed unless it is named. */
  readonly likeLoki: boolean;
}

/** Loki's `split_instant_metric_queries_by_interval`. */
const LOKI_SPLIT_NANOS = 3_600_000_000_000n;

export interface LokiAnswers {
  readonly source: LokiSource;
  readonly explain: (question: ExplainQuestion, signal: AbortSignal) => Promise<Answered<ExplainAnswer>>;
  /** Looks at what has landed, so that plans know what columns may speak for; until the signal aborts. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
}

export function createLokiSource(options: LokiSourceOptions): LokiAnswers {
  const { database, landings, clock, log, maxSeconds, settle } = options;
  const limits: SqlSettings = {
    max_execution_time: maxSeconds,
    max_memory_usage: options.maxMemoryBytes,
    // A label out of a body takes some thousand characters wherever it stands.
    max_query_size: 8_388_608,
  };
  const facts = new StoreFactsReader(database, () => landings.newest());
  const { mayLand, firstComing } = options;
  const checks = new RowChecks({ database, landings, limits, mayLand, firstComing });
  const reader = {
    ...{ database, landings, clock, limits, maxSeconds },
    facts: () => facts.get(),
    isEmpty: (selection: Selection) => isKnownEmpty(selection, checks.peek()),
    labels: () => checks.peek()?.labels,
  };
  const stored = createStoreEntries({ ...reader, append: options.append });
  const computed = createSessionEntries({ database, landings, clock, limits, tenant: OWN_TENANT });
  const sessions = options.likeLoki ? sessionsByName(computed) : computed;
  const { maxSeries, maxPoints, alignment } = options;
  const evaluation = {
    ...{ entries: withSessions(stored, sessions), maxSeries, maxPoints, alignment },
    instantSplitNanos: options.likeLoki ? LOKI_SPLIT_NANOS : undefined,
    maxSamples: options.maxSamples,
    nowNanos: clock,
  };
  const planned = createPlannedSource(createReferenceSource(evaluation), {
    ...evaluation,
    reader,
    checks,
    finds: new LineFinds({ database, limits, newest: (signal) => checks.newest(signal) }),
    maxReadBytes: options.maxReadBytes,
    isStored: (tenant, matchers) => !sessions.canMatch(tenant, matchers),
  });
  const tell = (error: unknown) => {
    const problem = readQueryProblem(error);
    if (problem.code === 'KW_QUERY_FAILED') log.error({ err: problem.cause }, problem.message);
    return problem;
  };
  return {
    source: guardSource(planned, { settle, tell }),
    async explain(question, signal) {
      try {
        return await planned.explain(question, signal);
      } catch (error) {
        throw signal.aborted ? error : tell(error);
      }
    },
    watch: (signal) => checks.watch(signal, (error) => log.warn({ err: error }, 'Rows could not be looked at.')),
  };
}
