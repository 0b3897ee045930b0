// Vectors written by hand, for tests of the operators: labels and numbers in, nodes and readable answers out.
import { createSeriesIndex, type SeriesIndex } from '../series.ts';
import type { StepNode, StepResult } from '../vector.ts';

export type HandVector = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

export function createNode(index: SeriesIndex, vector: HandVector): StepNode {
  const samples = vector.map(([labels, value]) => ({ series: index.intern(Object.entries(labels)), value }));
  return { step: () => ({ ok: true, vector: samples }) };
}

export function readStep(node: StepNode): HandVector | string {
  const result: StepResult = node.step(0, 0n);
  return result.ok ? result.vector.map(({ series, value }) => [series.labels, value]) : result.problem.message;
}

export const createIndex = createSeriesIndex;
