// The shape of what is read, by example: places, defaults, precedences.
import { expect, test } from 'vitest';
import type { LogQuery, MetricQuery, Query } from './ast.ts';
import { parseLogql, parseSelectorText, printLogql } from './index.ts';
import { withoutSpans } from './testing/without-spans.ts';

function read(text: string): Query {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.message} in ${text}`);
  return parsed.query;
}

function readLog(text: string): LogQuery {
  const query = read(text);
  if (query.kind !== 'log') throw new Error(`${text} is no log query`);
  return query;
}

const stagesOf = (pipeline: string) => withoutSpans(readLog(`{a="b"} ${pipeline}`)) as { readonly stages: unknown[] };
const printed = (text: string) => printLogql(read(text));

test('every node knows where it was read', () => {
  const text = 'sum by (x) (rate({a="b"} |= "c" | json [5m])) > 1';
  const seen: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('span' in node && 'kind' in node) {
      const { start, end } = node.span as { start: number; end: number };
      seen.push(`${String(node.kind)} ${text.slice(start, end)}`);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(read(text));
  expect(seen.sort()).toEqual(
    [
      `binary ${text}`,
      'vectorAggregation sum by (x) (rate({a="b"} |= "c" | json [5m]))',
      'grouping by (x)',
      'rangeAggregation rate({a="b"} |= "c" | json [5m])',
      'log {a="b"} |= "c" | json',
      'matcher a="b"',
      'lineFilter |= "c"',
      'text "c"',
      'json | json',
      'number 1',
    ].sort(),
  );
});

test('operators bind as in arithmetic, powers from the right', () => {
  const shape = (query: MetricQuery): unknown =>
    query.kind === 'binary' ? [shape(query.left), query.operator, shape(query.right)] : 'value' in query && query.value;
  expect(shape(read('1 + 2 * 3 ^ 4 ^ 5 - 6') as MetricQuery)).toEqual([
    [1, '+', [2, '*', [3, '^', [4, '^', 5]]]],
    '-',
    6,
  ]);
  expect(shape(read('vector(1) or vector(2) and vector(3) unless vector(4) > 5') as MetricQuery)).toEqual([
    1,
    'or',
    [[2, 'and', 3], 'unless', [4, '>', 5]],
  ]);
  expect(shape(read('2 - -1') as MetricQuery)).toEqual([2, '-', -1]);
});

// The manual of Loki says "left to right"; its tests and its answers say this.
test.each([
  ['a=1 or b=2 and c=3', '( a==1 or ( b==2 , c==3 ) )'],
  ['a=1 and b=2 or c=3', '( ( a==1 , b==2 ) or c==3 )'],
  ['a=1 or b=2 or c=3', '( ( a==1 or b==2 ) or c==3 )'],
  ['(a=1 or b=2) and c=3', '( ( a==1 or b==2 ) , c==3 )'],
  ['a=1, b=2 or c=3', '( a==1 , ( b==2 or c==3 ) )'],
  ['a=1 b=2 or c=3', '( a==1 , ( b==2 or c==3 ) )'],
  ['a=1 (b=2)', '( a==1 , b==2 )'],
  ['a=1 and b=2, c=3', '( a==1 , ( b==2 , c==3 ) )'],
])('filters of labels: %s', (filter, expected) => {
  expect(printed(`{a="b"} | ${filter}`)).toBe(`{a="b"} | ${expected}`);
});

test('values of label filters have types', () => {
  const compare = (filter: string) => stagesOf(`| ${filter}`).stages[0];
  const is = (condition: object) => ({ kind: 'labelFilter', condition });
  expect(compare('a="1"')).toEqual(is({ kind: 'string', label: 'a', operator: '=', value: '1' }));
  expect(compare('a=1')).toEqual(is({ kind: 'number', label: 'a', operator: '==', value: 1 }));
  expect(compare('a>=-1.5e3')).toEqual(is({ kind: 'number', label: 'a', operator: '>=', value: -1500 }));
  expect(compare('a==1h30m')).toEqual(is({ kind: 'duration', label: 'a', operator: '==', nanos: '5400000000000n' }));
  expect(compare('a<1w')).toEqual(is({ kind: 'duration', label: 'a', operator: '<', nanos: '604800000000000n' }));
  expect(compare('a>-5s')).toEqual(is({ kind: 'duration', label: 'a', operator: '>', nanos: '-5000000000n' }));
  expect(compare('a!=5KB')).toEqual(is({ kind: 'bytes', label: 'a', operator: '!=', bytes: 5000 }));
  expect(compare('a<1.5MiB')).toEqual(is({ kind: 'bytes', label: 'a', operator: '<', bytes: 1_572_864 }));
  expect(compare('ip!=ip("::1")')).toEqual(is({ kind: 'ip', label: 'ip', operator: '!=', value: '::1' }));
});

test('stages with their parts', () => {
  expect(stagesOf('| logfmt --keep-empty --strict a, b="c"').stages).toEqual([
    {
      kind: 'logfmt',
      strict: true,
      keepEmpty: true,
      extractions: [
        { kind: 'extraction', label: 'a', path: 'a' },
        { kind: 'extraction', label: 'b', path: 'c' },
      ],
    },
  ]);
  expect(stagesOf('!~ "a" or "b" |= `c` or ip("10.0.0.1")').stages).toMatchObject([
    { operator: '!~', alternatives: [{ value: 'a' }, { value: 'b' }] },
    { operator: '|=', alternatives: [{ kind: 'text' }, { kind: 'ip', value: '10.0.0.1' }] },
  ]);
  expect(stagesOf('| drop a, b=~"c" != "d" | keep e').stages).toMatchObject([
    { kind: 'drop', targets: [{ kind: 'labelName', name: 'a' }, { operator: '=~' }] },
    { kind: 'lineFilter', operator: '!=' },
    { kind: 'keep' },
  ]);
  expect(stagesOf('| label_format a=b, c="{{.d}}"').stages).toMatchObject([
    {
      assignments: [
        { kind: 'rename', source: 'b' },
        { kind: 'template', template: '{{.d}}' },
      ],
    },
  ]);
});

test.each([
  'rate({a="b"} | json | x="1" [5m] offset 1h)',
  'rate({a="b"}[5m] offset 1h | json | x="1")',
  'rate(({a="b"} | json | x="1")[5m] offset 1h)',
  'rate((({a="b"}[5m] offset 1h | json | x="1")))',
  'RATE ( {a="b"} | JSON | x="1" [5m] OFFSET 1h ) # and so on',
  'rate({a="b"} // of them\n | json /* all */ | x="1" [300s] offset 60m)',
])('one range written in many ways: %s', (text) => {
  expect(printed(text)).toBe('rate({a="b"} | json | x="1"[5m] offset 1h0m0s)');
});

test('unwrap, its conversion and the filters behind it', () => {
  expect(
    withoutSpans(read('avg_over_time({a="b"} | json | unwrap bytes(size) | __error__="" [1m]) by (c)')),
  ).toMatchObject({
    query: { stages: [{ kind: 'json' }] },
    unwrap: { label: 'size', conversion: 'bytes', filters: [{ condition: { label: '__error__' } }] },
    grouping: { without: false, labels: ['c'] },
  });
  expect(read('sum_over_time({a="b"} | unwrap bytes [1m])')).toMatchObject({ unwrap: { label: 'bytes' } });
});

test('grouping before or behind, and by nothing', () => {
  expect(printed('sum(vector(1)) without (a, b)')).toBe('sum without (a,b)(vector(1.000000))');
  expect(printed('topk by (a) (3, vector(1))')).toBe('topk by (a)(3,vector(1.000000))');
  expect(read('sum by () (vector(1))')).toMatchObject({ grouping: { labels: [] } });
  expect(read('sum(vector(1))')).not.toHaveProperty('grouping');
});

test('modifiers of operations', () => {
  expect(read('vector(1) > bool on (a) group_left (b) vector(2)')).toMatchObject({
    returnBool: true,
    matching: { on: true, labels: ['a'], group: 'left', include: ['b'] },
  });
  expect(printed('vector(1) / ignoring() group_right vector(2)')).toBe(
    '(vector(1.000000) / ignoring () group_right () vector(2.000000))',
  );
});

test('texts in all their forms', () => {
  const value = (text: string) => readLog(`{a=${text}, b="c"}`).matchers[0]?.value;
  expect(value('"\\x41\\102\\u00e9\\U0001F600\\xc3\\xa9\\n\\"\\\\"')).toBe('ABé😀é\n"\\');
  expect(value('`\\n"`')).toBe('\\n"');
  expect(value('`two\nlines`')).toBe('two\nlines');
});

test('words of functions are names where no bracket follows', () => {
  const text = '{sum="a", rate="b", ip="c", duration="d", vector="e", topk="f"}';
  expect(printed(text)).toBe(text);
});

test('selectors of streams, the empty one included', () => {
  expect(parseSelectorText('{}')).toEqual({ ok: true, matchers: [] });
  expect(parseSelectorText('{a=~".*"}')).toMatchObject({ ok: true, matchers: [{ name: 'a' }] });
  expect(parseSelectorText('{a="b"} |= "x"')).toMatchObject({
    problem: { message: 'only label matchers are supported' },
  });
  expect(parseSelectorText('{a')).toMatchObject({ problem: { line: 1, column: 3, offset: 2 } });
});
