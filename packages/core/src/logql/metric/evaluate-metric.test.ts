// Metric queries over a handful of entries: what the recordings only touch, and what is ours alone.
import { expect, test } from 'vitest';
import { printMetric } from '../answer/index.ts';
import { createStreamMatcher } from '../catalog/index.ts';
import type { Entry, Labels } from '../pipeline/entry.ts';
import { type MetricQuery, parseLogql } from '../syntax/index.ts';
import { evaluateMetric, type MetricOptions, type MetricWindow, prepareMetric } from './index.ts';

const SECOND = 1_000_000_000n;
const LIMITS = { maxSeries: 500, maxPoints: 11_000, maxSamples: 1000 };

const WEB: Labels = { app: 'web', pod: 'w-1' };
const DB: Labels = { app: 'db', pod: 'd-1' };
const ENTRIES: readonly Entry[] = [
  entry(10, WEB, '{"verb":"get","size":10}'),
  entry(40, WEB, '{"verb":"get","size":20}'),
  entry(20, WEB, '{"verb":"list","size":30}', { trace: 't' }),
  entry(30, DB, '{"verb":"get","size":"oops"}'),
  entry(50, DB, 'no json'),
];

function entry(seconds: number, labels: Labels, line: string, metadata: Labels = {}): Entry {
  return { timeNanos: BigInt(seconds) * SECOND, labels, metadata, line };
}

function parse(text: string): MetricQuery {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  if (parsed.query.kind === 'log') throw new Error('a log query');
  return parsed.query;
}

function run(text: string, window: MetricWindow, options: Partial<MetricOptions> = {}) {
  const outcome = evaluateMetric(parse(text), {
    limits: LIMITS,
    ...options,
    window,
    entries: (matchers, startNanos, endNanos) => {
      const matches = createStreamMatcher(matchers);
      return ENTRIES.filter(
        ({ timeNanos, labels }) => timeNanos >= startNanos && timeNanos < endNanos && matches(labels),
      );
    },
  });
  return outcome.ok ? printMetric(outcome.result) : outcome.problem.message;
}

function at(seconds: number): MetricWindow {
  return { kind: 'instant', timeNanos: BigInt(seconds) * SECOND };
}

function every(start: number, end: number, step: number): MetricWindow {
  return {
    kind: 'range',
    startNanos: BigInt(start) * SECOND,
    endNanos: BigInt(end) * SECOND,
    stepNanos: BigInt(step) * SECOND,
  };
}

const instant = (text: string, seconds = 60) => {
  const data = run(text, at(seconds));
  return typeof data === 'string' || data.resultType !== 'vector'
    ? data
    : data.result.map(({ metric, value }) => [metric, value[1]]);
};

test('windows are open at their start and closed at their end', () => {
  const counts = run('sum(count_over_time({app="web"}[10s]))', every(0, 60, 10));
  expect(counts).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [10, '1'],
          [20, '1'],
          [40, '1'],
        ],
      },
    ],
  });
});

test('offset moves the window back, a negative one ahead', () => {
  expect(instant('sum(count_over_time({app="web"}[5s] offset 20s))', 30)).toEqual([[{}, '1']]);
  expect(instant('sum(count_over_time({app="web"}[5s] offset -20s))', 20)).toEqual([[{}, '1']]);
  expect(instant('sum(count_over_time({app="web"}[5s]))', 30)).toEqual([]);
});

test('entries are their labels, their metadata and what was parsed', () => {
  expect(instant('count_over_time({app="web"} | json | drop size [1m])')).toEqual([
    [{ ...WEB, trace: 't', verb: 'list' }, '1'],
    [{ ...WEB, verb: 'get' }, '2'],
  ]);
  expect(instant('sum by (verb, trace) (rate({app="web"} | json [1m]))')).toEqual([
    [{ trace: 't', verb: 'list' }, String(1 / 60)],
    [{ verb: 'get' }, String(2 / 60)],
  ]);
});

test('what was unwrapped is no label of the series', () => {
  expect(instant('sum_over_time({app="web"} | json | unwrap size [1m])')).toEqual([
    [{ ...WEB, trace: 't', verb: 'list' }, '30'],
    [{ ...WEB, verb: 'get' }, '30'],
  ]);
  expect(instant('max_over_time({app="web"} | json | unwrap size [1m]) by (app)')).toEqual([[{ app: 'web' }, '30']]);
  expect(instant('min_over_time({app="web"} | json | unwrap size [1m]) without (verb, trace)')).toEqual([[WEB, '10']]);
});

test('an entry with nothing to unwrap does not count, and does not fail', () => {
  expect(instant('sum_over_time({app="web"} | json x="nope" | unwrap x [1m])')).toEqual([]);
  expect(instant('sum_over_time({app="web"} | unwrap x [1m])')).toEqual([]);
});

test('a failed entry ends the query, unless nobody looks or somebody asked for it', () => {
  expect(instant('count_over_time({app="db"} | json [1m])')).toMatch(/^pipeline error: 'JSONParserErr' for series: '/);
  expect(instant('sum(count_over_time({app="db"} | json [1m]))')).toEqual([[{}, '2']]);
  // A filter that asks for errors excuses them for who groups by labels, and for nobody else.
  expect(instant('sum(count_over_time({app="db"} | json | __error__!="" [1m]))')).toEqual([[{}, '1']]);
  expect(instant('sum by (pod) (count_over_time({app="db"} | json | __error__!="" [1m]))')).toEqual([
    [{ pod: 'd-1' }, '1'],
  ]);
  for (const sum of ['', 'sum without (pod) '])
    expect(instant(`${sum}(count_over_time({app="db"} | json | __error__!="" [1m]))`)).toMatch(
      /^pipeline error: 'JSONP/,
    );
  expect(instant('sum by (__error__) (count_over_time({app="db"} | json [1m]))')).toEqual([
    [{}, '1'],
    [{ __error__: 'JSONParserErr' }, '1'],
  ]);
  expect(instant('sum(sum_over_time({app="db"} | json | unwrap size [1m]))')).toMatch(
    /^pipeline error: 'SampleExtractionErr'/,
  );
  expect(instant('sum(sum_over_time({app="db"} | json | unwrap size | __error__="" [1m]))')).toEqual([]);
});

test('steps that see no failed entry have their answer, the query has none', () => {
  expect(instant('count_over_time({app="db"} | json [15s])', 40)).toHaveLength(1);
  expect(run('count_over_time({app="db"} | json [15s])', every(40, 60, 10))).toMatch(/^pipeline error/);
});

test('absent_over_time is there when nothing else is', () => {
  expect(instant('absent_over_time({app="web", pod=~"w.*"}[5s])')).toEqual([[{ app: 'web' }, '1']]);
  expect(instant('absent_over_time({app="web", app!=""}[5s])')).toEqual([[{}, '1']]);
  expect(instant('absent_over_time({app="web"}[1m])')).toEqual([]);
});

test('bytes are those of the line as the stages leave it', () => {
  expect(instant('sum(bytes_over_time({app="db"} |= "no" [1m]))')).toEqual([[{}, '7']]);
  expect(instant('sum(bytes_over_time({app="db"} |= "no" | line_format "é" [1m]))')).toEqual([[{}, '2']]);
});

test('numbers alone are a scalar at one time and a series over many', () => {
  expect(run('1 + 1', at(60))).toEqual({ resultType: 'scalar', result: [60_000, '2'] });
  expect(run('2', every(0, 10, 10))).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [0, '2'],
          [10, '2'],
        ],
      },
    ],
  });
});

test('an instant answer is in the order of its labels, or of its values below sort', () => {
  expect(instant('sum by (app) (count_over_time({app=~".+"}[1m]))')).toEqual([
    [{ app: 'db' }, '2'],
    [{ app: 'web' }, '3'],
  ]);
  expect(instant('sort_desc(sum by (app) (count_over_time({app=~".+"}[1m]))) * 2')).toEqual([
    [{ app: 'web' }, '6'],
    [{ app: 'db' }, '4'],
  ]);
});

test('a maximum is one, unless Loki’s way of cutting instant queries is asked for', () => {
  const loki = { instantSplitNanos: 30n * SECOND };
  const value = (text: string, options: Partial<MetricOptions>) => {
    const data = run(text, at(60), options);
    return typeof data === 'string' || data.resultType !== 'vector' ? data : data.result.map(({ value: [, v] }) => v);
  };
  const counts = 'count_over_time({app=~".+"}[1m])';
  expect(value(`max(${counts})`, {})).toEqual(['2']);
  expect(value(`min(${counts})`, {})).toEqual(['1']);
  // Each of the five has a series of its own in each half, so the least of both halves is one and one.
  expect(value(`min(${counts})`, loki)).toEqual(['2']);
  expect(value('max(count_over_time({app="web"} | json verb="verb" [1m]))', {})).toEqual(['2']);
  expect(value('max(count_over_time({app="web"} | json verb="verb" [1m]))', loki)).toEqual(['1']);
  expect(value(`sum(${counts})`, loki)).toEqual(['5']);
  expect(value(`stddev(${counts})`, loki)).toEqual(value(`stddev(${counts})`, {}));
  expect(value('min(rate({app=~".+"}[1m]))', loki)).toEqual([String(2 / 60)]);
  expect(value('max(count_over_time({app="web"}[50s]))', {})).toEqual(['1']);
  expect(value('max(count_over_time({app="web"}[50s]))', loki)).toEqual(['2']);
});

test.each([
  ['sum(5)', 'sum(vector(5))'],
  ['label_replace(5, "a", "b", "c", ".*")', 'label_replace(vector(5), "a", "b", "c", ".*")'],
  ['1 + sum(2 + 3)', '1 + sum(vector(5))'],
])('%s aggregates a number that stands by itself, unless Loki’s own answer is asked for', (text, same) => {
  const own = { instantSplitNanos: 30n * SECOND };
  expect(run(text, at(60))).toEqual(run(same, at(60)));
  expect(run(text, at(60), own)).toMatch(/^unexpected expr type \(\*syntax\.LiteralExpr\) for Evaluator type .* $/);
  expect(run(same, at(60), own)).toEqual(run(same, at(60)));
});

test('approx_topk finds the greatest, unless Loki’s own answer is asked for', () => {
  const text = 'approx_topk(1, sum by (app) (count_over_time({app=~".+"}[1m])))';
  expect(instant(text)).toEqual([[{ app: 'web' }, '3']]);
  expect(run(text, every(0, 60, 60))).toEqual(run(text.replace('approx_', ''), every(0, 60, 60)));
  expect(run(text, at(60), { instantSplitNanos: 30n * SECOND })).toMatch(/^approx_topk is not enabled/);
});

test('limits are refused with their number', () => {
  expect(run('count_over_time({app=~".+"}[1m])', at(60), { limits: { ...LIMITS, maxSeries: 1 } })).toMatch(
    /^maximum number of series \(1\) reached for a single query/,
  );
  expect(run('sum(count_over_time({app=~".+"}[1m]))', at(60), { limits: { ...LIMITS, maxSamples: 2 } })).toMatch(
    /^the query would keep too many samples \(limits-max-samples: 2\)/,
  );
  expect(run('vector(1)', every(0, 1000, 1), { limits: { ...LIMITS, maxPoints: 100 } })).toMatch(/100 points/);
  let deep: MetricQuery = parse('vector(1)');
  for (let depth = 0; depth < 20_000; depth++) {
    deep = {
      kind: 'labelReplace',
      span: deep.span,
      operand: deep,
      destination: 'a',
      replacement: '',
      source: '',
      expression: '',
    };
  }
  expect(prepareMetric(deep, at(60), { limits: LIMITS })).toMatchObject({ ok: false, problem: { status: 400 } });
});

test('parts that are known already are neither read nor computed', () => {
  const query = parse('sum by (app) (count_over_time({app=~".+"}[1m])) > 1');
  if (query.kind !== 'binary') throw new Error('no operation');
  const known = new Map([[query.left, () => [{ labels: { app: 'x' }, values: [undefined, 1, 2] }]]]);
  const prepared = prepareMetric(query, every(0, 20, 10), { limits: LIMITS, known });
  if (!prepared.ok) throw new Error(prepared.problem.message);
  expect(prepared.reads).toEqual([]);
  expect(prepared.steps).toHaveLength(3);
  expect(prepared.finish()).toEqual({
    ok: true,
    result: { kind: 'matrix', series: [{ labels: { app: 'x' }, points: [[20_000, 2]] }] },
  });
});
