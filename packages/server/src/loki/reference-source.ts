// Loki's questions answered by the reference evaluator over any EntryStore: plain and right. A planner replaces what it can prove equal.
import {
  createPatternFinder,
  detectFields,
  detectFieldValues,
  detectLabels,
  listLabelNames,
  listLabelValues,
  listStreams,
  measureStats,
  measureVolume,
  measureVolumeRange,
  prepareMetric,
  type StepAlignment,
  type StreamRow,
} from '@kubewitness/core/logql';
import { acceptEntries } from './accept-entries.ts';
import type { EntryStore } from './entry-store.ts';
import { followRows } from './follow-rows.ts';
import { compileStages, readRows } from './read-rows.ts';
import { type Answered, answeredWith, type FieldsQuestion, type LokiSource, type ReadFigures } from './source.ts';

export interface ReferenceOptions {
  readonly entries: EntryStore;
  readonly maxSeries: number;
  readonly maxPoints: number;
  /** Entries that one question may keep in memory. */
  readonly maxSamples: number;
  readonly alignment: StepAlignment;
  /** As prepareMetric has it: Loki's own mistakes with instant queries over long ranges. */
  readonly instantSplitNanos?: bigint | undefined;
  readonly nowNanos: () => bigint;
}

const PATTERN_LIMITS = { maxPatterns: 300, maxTokens: 100 };

export function createReferenceSource(options: ReferenceOptions): LokiSource {
  const { entries: store, maxSamples, nowNanos } = options;
  /** The newest lines of the question, through its pipeline. */
  async function gatherRows(question: FieldsQuestion, signal: AbortSignal): Promise<Answered<readonly StreamRow[]>> {
    const { lineLimit, limit, ...rest } = question;
    const found = readRows(
      store,
      { ...rest, direction: 'backward', limit: lineLimit, intervalNanos: 0n },
      nowNanos,
      signal,
    );
    if (!found.ok) return found;
    const rows: StreamRow[] = [];
    for await (const batch of found.value.batches) rows.push(...batch);
    return answeredWith(rows);
  }

  return {
    append: (tenant, streams, signal) => store.append(tenant, streams, signal),
    runLogQuery: async (question, signal) => readRows(store, question, nowNanos, signal),

    async runMetricQuery({ tenant, query, window }, signal) {
      const { maxSeries, maxPoints, alignment, instantSplitNanos } = options;
      const prepared = prepareMetric(query, window, {
        limits: { maxSeries, maxPoints, maxSamples },
        alignment,
        nowNanos,
        ...(instantSplitNanos === undefined ? {} : { instantSplitNanos }),
      });
      if (!prepared.ok) return prepared;
      const figures: ReadFigures = { lines: 0, bytes: 0 };
      for (const read of prepared.reads) {
        const { matchers, startNanos, endNanos } = read;
        const batches = store.select({ tenant, matchers, startNanos, endNanos }, 'forward', signal);
        const accepted = await acceptEntries(read, batches, figures);
        if (!accepted.ok) return accepted;
      }
      const outcome = prepared.finish();
      return outcome.ok ? answeredWith({ result: outcome.result, figures }) : outcome;
    },

    tail: async (question, signal) => followRows(store, question, nowNanos, signal),
    labelNames: async (selection, signal) => listLabelNames(await store.streams(selection, signal)),
    labelValues: async (selection, name, signal) => listLabelValues(await store.streams(selection, signal), name),
    async series(selections, signal) {
      const found = await Promise.all(selections.map((selection) => store.streams(selection, signal)));
      return listStreams(found.flat());
    },
    indexStats: async (selection, signal) => answeredWith(measureStats(await store.sums(selection, undefined, signal))),
    async volume(question, signal) {
      const { startNanos, endNanos, stepNanos } = question;
      const sums = await store.sums(question, stepNanos, signal);
      return answeredWith(
        stepNanos === undefined
          ? measureVolume(sums, question, endNanos)
          : measureVolumeRange(sums, question, { startNanos, endNanos, stepNanos }),
      );
    },
    detectedLabels: async (selection, signal) => detectLabels(await store.streams(selection, signal)),
    async detectedFields(question, signal) {
      const rows = await gatherRows(question, signal);
      return rows.ok ? answeredWith(detectFields(rows.value, question.limit)) : rows;
    },
    async detectedFieldValues(question, name, signal) {
      const rows = await gatherRows(question, signal);
      return rows.ok ? answeredWith(detectFieldValues(rows.value, name, question.limit)) : rows;
    },
    async patterns({ tenant, query, startNanos, endNanos, stepNanos }, signal) {
      const run = compileStages(query, nowNanos);
      if (!run.ok) return run;
      const finder = createPatternFinder(stepNanos, PATTERN_LIMITS);
      const selection = { tenant, matchers: query.matchers, startNanos, endNanos };
      for await (const batch of store.select(selection, 'forward', signal)) {
        for (const entry of batch) if (run.value(entry) !== undefined) finder.add(entry);
      }
      return answeredWith(finder.finish());
    },
  };
}
