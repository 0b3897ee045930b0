// Binary operators between two vectors, or a vector and a number: vectors of the same step in, one vector out.
import type { BinaryOperation } from '../syntax/ast.ts';
import { calculate, compare, isComparison } from './arithmetic.ts';
import { GROUPING_NOT_UNIQUE, MANY_TO_ONE, manyToMany } from './metric-problem.ts';
import type { Series, SeriesIndex } from './series.ts';
import type { Sample, StepNode, StepResult, Vector } from './vector.ts';
import { createMatching, type Matching } from './vector-matching.ts';

/** What an operator makes of two numbers; nothing where a comparison filters the sample out. `kept` is what a filter passes on. */
type Operate = (left: number, right: number, kept: number) => number | undefined;

function selectOperate({ operator, returnBool }: BinaryOperation): Operate {
  if (operator === 'and' || operator === 'or' || operator === 'unless') return () => undefined;
  if (!isComparison(operator)) return (left, right) => calculate(operator, left, right);
  if (returnBool) return (left, right) => (compare(operator, left, right) ? 1 : 0);
  return (left, right, kept) => (compare(operator, left, right) ? kept : undefined);
}

/** The number is matched with every sample; a filter passes the sample's own value on, whichever side it is on. */
export function createLiteralOperation(
  query: BinaryOperation,
  literal: number,
  literalSide: 'left' | 'right',
  operand: StepNode,
): StepNode {
  const operate = selectOperate(query);
  return {
    step(index, timeNanos) {
      const result = operand.step(index, timeNanos);
      if (!result.ok) return result;
      const vector: Sample[] = [];
      for (const { series, value } of result.vector) {
        const outcome = literalSide === 'left' ? operate(literal, value, value) : operate(value, literal, value);
        if (outcome !== undefined) vector.push({ series, value: outcome });
      }
      return { ok: true, vector };
    },
  };
}

export function createVectorOperation(
  query: BinaryOperation,
  left: StepNode,
  right: StepNode,
  index: SeriesIndex,
): StepNode {
  const matching = createMatching(query.matching, index);
  const combine = selectCombination(query, matching);
  return {
    step(at, timeNanos) {
      const lefts = left.step(at, timeNanos);
      if (!lefts.ok) return lefts;
      const rights = right.step(at, timeNanos);
      return rights.ok ? combine(lefts.vector, rights.vector) : rights;
    },
  };
}

function selectCombination(query: BinaryOperation, matching: Matching): (left: Vector, right: Vector) => StepResult {
  const { signature } = matching;
  switch (query.operator) {
    case 'and':
      return (left, right) => ({ ok: true, vector: selectBySignature(left, right, signature, true) });
    case 'unless':
      return (left, right) => ({ ok: true, vector: selectBySignature(left, right, signature, false) });
    case 'or':
      return (left, right) => ({
        ok: true,
        vector: [...left, ...selectBySignature(right, left, signature, false)],
      });
    default: {
      const operate = selectOperate(query);
      return (left, right) => matchVectors(left, right, matching, operate);
    }
  }
}

function selectBySignature(
  vector: Vector,
  other: Vector,
  signature: (series: Series) => Series,
  wanted: boolean,
): Vector {
  const there = new Set(other.map(({ series }) => signature(series)));
  return vector.filter(({ series }) => there.has(signature(series)) === wanted);
}

function matchVectors(left: Vector, right: Vector, matching: Matching, operate: Operate): StepResult {
  const swapped = matching.cardinality === 'one-to-many';
  const many = swapped ? right : left;
  const ones = new Map<Series, Sample>();
  for (const sample of swapped ? left : right) {
    const signature = matching.signature(sample.series);
    if (ones.has(signature)) return { ok: false, problem: manyToMany(swapped ? 'left' : 'right') };
    ones.set(signature, sample);
  }
  const matched = new Map<Series, Set<Series>>();
  const vector: Sample[] = [];
  for (const sample of many) {
    const signature = matching.signature(sample.series);
    const one = ones.get(signature);
    if (one === undefined) continue;
    const series = matching.resultSeries(sample.series, one.series);
    const results = matched.get(signature);
    if (results === undefined) matched.set(signature, new Set([series]));
    else if (matching.cardinality === 'one-to-one') return { ok: false, problem: MANY_TO_ONE };
    else if (results.has(series)) return { ok: false, problem: GROUPING_NOT_UNIQUE };
    else results.add(series);
    const [first, second] = swapped ? [one.value, sample.value] : [sample.value, one.value];
    const value = operate(first, second, first);
    if (value !== undefined) vector.push({ series, value });
  }
  return { ok: true, vector };
}
