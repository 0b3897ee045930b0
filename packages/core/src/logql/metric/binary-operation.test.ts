// Binary operators on vectors written by hand: matching, filters and refusals.
import { expect, test } from 'vitest';
import type { BinaryOperation, BinaryOperator, MetricQuery, VectorMatching } from '../syntax/ast.ts';
import { createLiteralOperation, createVectorOperation } from './binary-operation.ts';
import { createIndex, createNode, type HandVector, readStep } from './testing/vectors.ts';

const span = { start: 0, end: 0 };
const number = (value: number): MetricQuery => ({ kind: 'number', span, value });

function operation(operator: BinaryOperator, options: Partial<BinaryOperation> = {}): BinaryOperation {
  return { kind: 'binary', span, operator, returnBool: false, left: number(0), right: number(0), ...options };
}

function matching(on: boolean, labels: readonly string[], more: Partial<VectorMatching> = {}): VectorMatching {
  return { kind: 'matching', span, on, labels, include: [], ...more };
}

function combine(query: BinaryOperation, left: HandVector, right: HandVector) {
  const index = createIndex();
  return readStep(createVectorOperation(query, createNode(index, left), createNode(index, right), index));
}

function withLiteral(query: BinaryOperation, literal: number, side: 'left' | 'right', vector: HandVector) {
  return readStep(createLiteralOperation(query, literal, side, createNode(createIndex(), vector)));
}

test('a filter passes the sample on, whichever side the number is on', () => {
  const vector: HandVector = [
    [{ a: 'x' }, 5],
    [{ a: 'y' }, 15],
  ];
  expect(withLiteral(operation('>'), 10, 'right', vector)).toEqual([[{ a: 'y' }, 15]]);
  expect(withLiteral(operation('<'), 10, 'left', vector)).toEqual([[{ a: 'y' }, 15]]);
  expect(withLiteral(operation('<', { returnBool: true }), 10, 'left', vector)).toEqual([
    [{ a: 'x' }, 0],
    [{ a: 'y' }, 1],
  ]);
  expect(withLiteral(operation('/'), 0, 'right', vector)).toEqual([
    [{ a: 'x' }, Number.NaN],
    [{ a: 'y' }, Number.NaN],
  ]);
  expect(withLiteral(operation('-'), 20, 'left', [[{}, 5]])).toEqual([[{}, 15]]);
});

test('set operators look at the labels that are matched', () => {
  const left: HandVector = [
    [{ a: 'x', b: '1' }, 1],
    [{ a: 'y' }, 2],
  ];
  const right: HandVector = [
    [{ a: 'x', c: '2' }, 3],
    [{ a: 'z' }, 4],
  ];
  const onA = { matching: matching(true, ['a']) };
  expect(combine(operation('and', onA), left, right)).toEqual([[{ a: 'x', b: '1' }, 1]]);
  expect(combine(operation('unless', onA), left, right)).toEqual([[{ a: 'y' }, 2]]);
  expect(combine(operation('or', onA), left, right)).toEqual([...left, [{ a: 'z' }, 4]]);
  expect(combine(operation('and'), left, right)).toEqual([]);
  expect(combine(operation('or'), left, [])).toEqual(left);
});

test('a pair of equals is called by what it has in common', () => {
  const left: HandVector = [[{ a: 'x', b: '1' }, 6]];
  const right: HandVector = [[{ a: 'x', c: '2' }, 3]];
  expect(combine(operation('/', { matching: matching(true, ['a']) }), left, right)).toEqual([[{ a: 'x' }, 2]]);
  expect(combine(operation('/', { matching: matching(false, ['b', 'c']) }), left, right)).toEqual([[{ a: 'x' }, 2]]);
  expect(combine(operation('/'), left, right)).toEqual([]);
  expect(combine(operation('>', { matching: matching(true, ['a']) }), left, right)).toEqual([[{ a: 'x' }, 6]]);
});

test('group_left and group_right keep the labels of the many and take some of the one', () => {
  const many: HandVector = [
    [{ a: 'x', code: '1' }, 10],
    [{ a: 'x', code: '2' }, 20],
  ];
  const one: HandVector = [[{ a: 'x', team: 't' }, 5]];
  const left = matching(true, ['a'], { group: 'left', include: ['team'] });
  const right = matching(true, ['a'], { group: 'right', include: ['team', 'code'] });
  expect(combine(operation('/', { matching: left }), many, one)).toEqual([
    [{ a: 'x', code: '1', team: 't' }, 2],
    [{ a: 'x', code: '2', team: 't' }, 4],
  ]);
  expect(combine(operation('/', { matching: right }), one, many)).toBe(
    'multiple matches for labels: grouping labels must ensure unique matches',
  );
  expect(combine(operation('-', { matching: matching(true, ['a'], { group: 'right' }) }), one, many)).toEqual([
    [{ a: 'x', code: '1' }, -5],
    [{ a: 'x', code: '2' }, -15],
  ]);
});

test('refuses what is not unique', () => {
  const two: HandVector = [
    [{ a: 'x', b: '1' }, 1],
    [{ a: 'x', b: '2' }, 2],
  ];
  const one: HandVector = [[{ a: 'x' }, 1]];
  const onA = matching(true, ['a']);
  expect(combine(operation('+', { matching: onA }), one, two)).toBe(
    'found duplicate series on the right hand-side;many-to-many matching not allowed: matching labels must be unique on one side',
  );
  expect(combine(operation('+', { matching: { ...onA, group: 'right' } }), two, one)).toMatch(/on the left hand-side/);
  expect(combine(operation('+', { matching: onA }), two, one)).toBe(
    'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
  );
});
