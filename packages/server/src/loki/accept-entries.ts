// Entries of a range aggregation -> the reference's own accumulation, counted on the way; how many there were, or the problem that ends the query.
import type { Entry, MetricRead } from '@kubewitness/core/logql';
import { type Answered, answeredWith, type ReadFigures } from './source.ts';

export async function acceptEntries(
  { accept }: Pick<MetricRead, 'accept'>,
  batches: AsyncIterable<readonly Entry[]> | Iterable<readonly Entry[]>,
  figures: ReadFigures,
): Promise<Answered<number>> {
  let entries = 0;
  for await (const batch of batches) {
    for (const entry of batch) {
      entries++;
      figures.lines++;
      figures.bytes += entry.line.length;
      const problem = accept(entry);
      if (problem !== undefined) return { ok: false, problem };
    }
  }
  return answeredWith(entries);
}
