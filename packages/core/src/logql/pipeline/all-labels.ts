// The labels of a result as Loki shows them without categories: one sorted object, errors included.
import type { Labels, PipelineResult } from './entry.ts';
import { ERROR_DETAILS_LABEL, ERROR_LABEL, toLabels } from './label-state.ts';

export function allLabels(result: PipelineResult): Labels {
  const labels = [result.stream, result.metadata, result.parsed].flatMap((one) => Object.entries(one));
  if (result.error !== '') labels.push([ERROR_LABEL, result.error]);
  if (result.errorDetails !== '') labels.push([ERROR_DETAILS_LABEL, result.errorDetails]);
  return toLabels(labels.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}
