// Vector aggregations and label_replace on vectors written by hand.
import { expect, test } from 'vitest';
import type { VectorAggregation, VectorOperation } from '../syntax/ast.ts';
import { createLabelReplace, expandReplacement } from './label-replace.ts';
import { createIndex, createNode, type HandVector, readStep } from './testing/vectors.ts';
import { createVectorAggregation } from './vector-aggregation.ts';

const span = { start: 0, end: 0 };
const operand = { kind: 'number', span, value: 0 } as const;

const VECTOR: HandVector = [
  [{ a: 'x', b: '1' }, 4],
  [{ a: 'x', b: '2' }, 2],
  [{ a: 'y', b: '1' }, 9],
  [{ b: '3' }, 1],
];

function run(
  operation: VectorOperation,
  grouping?: readonly [without: boolean, labels: readonly string[]],
  parameter?: number,
  vector = VECTOR,
) {
  const query: VectorAggregation = {
    kind: 'vectorAggregation',
    span,
    operation,
    operand,
    ...(grouping === undefined
      ? {}
      : { grouping: { kind: 'grouping' as const, span, without: grouping[0], labels: grouping[1] } }),
    ...(parameter === undefined ? {} : { parameter }),
  };
  const index = createIndex();
  return readStep(createVectorAggregation(query, createNode(index, vector), index));
}

test('groups by labels, a missing one like an empty one', () => {
  expect(run('sum', [false, ['a']])).toEqual([
    [{ a: 'x' }, 6],
    [{ a: 'y' }, 9],
    [{}, 1],
  ]);
  expect(run('sum', [true, ['b']])).toEqual(run('sum', [false, ['a']]));
  expect(run('sum')).toEqual([[{}, 16]]);
  expect(run('sum', [false, []])).toEqual([[{}, 16]]);
  expect(run('sum', [true, []])).toEqual(VECTOR);
  expect(run('count', [false, ['constructor']])).toEqual([[{}, 4]]);
  expect(run('sum', undefined, undefined, [])).toEqual([]);
});

test('aggregates', () => {
  expect(run('min')).toEqual([[{}, 1]]);
  expect(run('max')).toEqual([[{}, 9]]);
  expect(run('avg')).toEqual([[{}, 4]]);
  expect(run('count')).toEqual([[{}, 4]]);
  expect(run('stdvar')).toEqual([[{}, 9.5]]);
  expect(run('stddev')).toEqual([[{}, Math.sqrt(9.5)]]);
});

test('topk and bottomk choose samples as they are, in each group', () => {
  expect(run('topk', undefined, 2)).toEqual([VECTOR[2], VECTOR[0]]);
  expect(run('bottomk', undefined, 2)).toEqual([VECTOR[3], VECTOR[1]]);
  expect(run('topk', [false, ['a']], 1)).toEqual([VECTOR[0], VECTOR[2], VECTOR[3]]);
  expect(
    run('topk', undefined, 1, [
      [{ a: '1' }, Number.NaN],
      [{ a: '2' }, 1],
    ]),
  ).toEqual([[{ a: '2' }, 1]]);
});

test('sorts by value, no numbers last', () => {
  const vector: HandVector = [
    [{ a: '1' }, Number.NaN],
    [{ a: '3' }, 2],
    [{ a: '2' }, 2],
    [{ a: '4' }, 5],
  ];
  const order = (operation: VectorOperation) => {
    const sorted = run(operation, undefined, undefined, vector);
    return typeof sorted === 'string' ? sorted : sorted.map(([labels]) => labels['a']).join('');
  };
  expect(order('sort')).toBe('2341');
  expect(order('sort_desc')).toBe('4231');
});

test('label_replace writes where the whole value matches', () => {
  const replace = (destination: string, replacement: string, source: string, expression: string) => {
    const index = createIndex();
    const query = { kind: 'labelReplace', span, operand, destination, replacement, source, expression } as const;
    return readStep(createLabelReplace(query, createNode(index, [[{ verb: 'get', v: 'old' }, 1]]), index));
  };
  expect(replace('v', '$1', 'verb', '(.).*')).toEqual([[{ v: 'g', verb: 'get' }, 1]]);
  expect(replace('v', 'new', 'verb', 'ge')).toEqual([[{ v: 'old', verb: 'get' }, 1]]);
  expect(replace('v', '', 'verb', '.*')).toEqual([[{ verb: 'get' }, 1]]);
  expect(replace('w', `\${rest}-$1x`, 'verb', '(g)(?P<rest>.*)')).toEqual([[{ v: 'old', verb: 'get', w: 'et-' }, 1]]);
  expect(replace('a', 'b', '', '')).toEqual([[{ a: 'b', v: 'old', verb: 'get' }, 1]]);
});

test('replacements expand as in Go', () => {
  const group = (name: string) => `<${name}>`;
  expect(expandReplacement(`$1-\${2}-$a_b-$$-$-\${`, group)).toBe(`<1>-<2>-<a_b>-$-$-\${`);
});
