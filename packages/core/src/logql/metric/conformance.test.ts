// Every recorded metric query of the real Loki, instant and over ranges: parsed, evaluated over the recorded entries, printed, compared.
import { expect, test } from 'vitest';
import { printMetric } from '../answer/index.ts';
import { parseLogql } from '../syntax/index.ts';
import { defaultStepNanos, evaluateMetric, findStepProblem, type MetricWindow, type StepAlignment } from './index.ts';
import { type Answer, findDifference } from './testing/compare.ts';
import { createSource, readEntries, readVectors, type Vector } from './testing/corpus.ts';
import { readStep, readTime } from './testing/request.ts';

const LIMITS = { maxSeries: 500, maxPoints: 11_000, maxSamples: 1_000_000 };

/** Answered before a query is looked at, or never: the HTTP API's tests have the first three. */
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['request-029', 'a step that is no duration is refused by who reads parameters'],
  ['request-032', 'so is a time'],
  ['request-031', 'log queries are refused by the endpoint'],
  ['request-045', 'a bug of Loki, recorded for information'],
]);

const source = createSource(readEntries());
const split = readVectors('vectors.ndjson.gz').filter(isMetric);
const aligned = readVectors('vectors-align.ndjson.gz').filter(isMetric);

function isMetric({ endpoint, query = '' }: Vector): boolean {
  if (endpoint === '/loki/api/v1/query') return true;
  return endpoint === '/loki/api/v1/query_range' && query !== '' && !query.startsWith('{');
}

function answer(vector: Vector, alignment: StepAlignment): Answer {
  const instant = vector.endpoint === '/loki/api/v1/query';
  let window: MetricWindow;
  if (instant)
    window = { kind: 'instant', timeNanos: vector.params['time'] === undefined ? 0n : readTime(vector, 'time') };
  else {
    const [startNanos, endNanos] = [readTime(vector, 'start'), readTime(vector, 'end')];
    const stepNanos = readStep(vector) ?? defaultStepNanos(startNanos, endNanos);
    const problem = findStepProblem(startNanos, endNanos, stepNanos, LIMITS.maxPoints);
    if (problem !== undefined) return { status: problem.status, error: problem.message };
    window = { kind: 'range', startNanos, endNanos, stepNanos };
  }
  const parsed = parseLogql(vector.query ?? '');
  if (!parsed.ok) return { status: 400, error: parsed.problem.message };
  if (parsed.query.kind === 'log') return { status: 400, error: 'a log query' };
  const tenant = vector.headers?.['X-Scope-OrgID'] ?? 'audit';
  const outcome = evaluateMetric(parsed.query, {
    entries: tenant === 'audit' ? source : () => [],
    window,
    alignment,
    limits: LIMITS,
    instantSplitNanos: 3_600_000_000_000n,
  });
  if (!outcome.ok) return { status: outcome.problem.status, error: outcome.problem.message };
  return { status: 200, response: { status: 'success', data: printMetric(outcome.result) } };
}

let ran = 0;

test.each([
  ...split.map((vector) => [`${vector.id} ${vector.query}`, vector, 'split'] as const),
  ...aligned.map((vector) => [`aligned ${vector.id} ${vector.query}`, vector, 'align'] as const),
])('%s', (_name, vector, alignment) => {
  ran++;
  if (NOT_HERE.has(vector.id)) return;
  const difference = findDifference(vector, answer(vector, alignment));
  if (difference !== undefined) throw new Error(difference);
});

test('every metric query of the recording ran', () => {
  console.log(`${ran} metric queries, ${NOT_HERE.size} of them left to others`);
  expect(split.length).toBe(155);
  expect(aligned.length).toBe(12);
  expect(ran).toBe(split.length + aligned.length);
});
