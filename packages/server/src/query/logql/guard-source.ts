// What every question of Loki's API goes through here: acknowledged entries are waited for, and failures of the store become problems.
import type { LokiSource } from '../../loki/index.ts';

/** Waits, briefly, for entries of the tenant before `endNanos` that were acknowledged and cannot be read yet. */
export type Settle = (tenant: string, endNanos: bigint, signal: AbortSignal) => Promise<void>;

interface Guard {
  readonly settle: Settle;
  /** What the asker is told instead of the error. */
  readonly tell: (error: unknown) => Error;
}

export function guardSource(source: LokiSource, { settle, tell }: Guard): LokiSource {
  async function asProblem<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Who went away is told nothing; the reason of the end stays what it was.
      throw signal.aborted ? error : tell(error);
    }
  }

  async function* batchesAsProblem<T>(batches: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
    try {
      yield* batches;
    } catch (error) {
      throw signal.aborted ? error : tell(error);
    }
  }

  /** Reads what was acknowledged before the question, as Loki does. */
  async function read<T>(tenant: string, endNanos: bigint, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await settle(tenant, endNanos, signal);
    return asProblem(work, signal);
  }

  return {
    append: (tenant, streams, signal) => source.append(tenant, streams, signal),
    runLogQuery: (question, signal) =>
      read(question.tenant, question.endNanos, signal, async () => {
        const answer = await source.runLogQuery(question, signal);
        if (!answer.ok) return answer;
        const { batches, figures } = answer.value;
        return { ok: true, value: { batches: batchesAsProblem(batches, signal), figures } };
      }),
    runMetricQuery: (question, signal) => {
      const { window, tenant } = question;
      const endNanos = window.kind === 'instant' ? window.timeNanos : window.endNanos + window.stepNanos;
      return read(tenant, endNanos + 1n, signal, () => source.runMetricQuery(question, signal));
    },
    tail: (question, signal) =>
      asProblem(async () => {
        const answer = await source.tail(question, signal);
        return answer.ok ? { ok: true, value: batchesAsProblem(answer.value, signal) } : answer;
      }, signal),
    labelNames: (selection, signal) =>
      read(selection.tenant, selection.endNanos, signal, () => source.labelNames(selection, signal)),
    labelValues: (selection, name, signal) =>
      read(selection.tenant, selection.endNanos, signal, () => source.labelValues(selection, name, signal)),
    async series(selections, signal) {
      for (const { tenant, endNanos } of selections) await settle(tenant, endNanos, signal);
      return asProblem(() => source.series(selections, signal), signal);
    },
    indexStats: (selection, signal) =>
      read(selection.tenant, selection.endNanos, signal, () => source.indexStats(selection, signal)),
    volume: (question, signal) =>
      read(question.tenant, question.endNanos, signal, () => source.volume(question, signal)),
    detectedLabels: (selection, signal) =>
      read(selection.tenant, selection.endNanos, signal, () => source.detectedLabels(selection, signal)),
    detectedFields: (question, signal) =>
      read(question.tenant, question.endNanos, signal, () => source.detectedFields(question, signal)),
    detectedFieldValues: (question, name, signal) =>
      read(question.tenant, question.endNanos, signal, () => source.detectedFieldValues(question, name, signal)),
    patterns: (question, signal) =>
      read(question.tenant, question.endNanos, signal, () => source.patterns(question, signal)),
  };
}
