// Long queries on many lines, as Loki breaks them; by example.
import { expect, test } from 'vitest';
import { foldLiterals, formatLogql, parseLogql } from '../index.ts';

function format(text: string): string {
  const parsed = parseLogql(text);
  return parsed.ok ? formatLogql(parsed.query) : parsed.problem.message;
}

test('what fits is one line', () => {
  expect(format('sum by(verb)(count_over_time({log_type="audit"}|json[1h]))')).toBe(
    'sum by (verb)(count_over_time({log_type="audit"} | json[1h]))',
  );
});

test('a pipeline: a line for each stage', () => {
  const filters = [
    '|= "/exec"',
    '| json',
    '| user_username!~"system:.*"',
    '| line_format "{{.user_username}} {{.verb}}"',
  ];
  expect(format(`{log_type="audit"} ${filters.join(' ')} | keep a,b`)).toBe(
    ['{log_type="audit"}', ...filters.map((line) => `  ${line}`), '  | keep a,b'].join('\n'),
  );
});

test('aggregations: parameters, unwrap, range and grouping', () => {
  const selector = '{container="ingress-nginx",service="hosted-grafana"}';
  expect(
    format(
      `quantile_over_time(0.99,${selector}|json|unwrap response_latency_seconds|__error__=""[1m] offset 1h) by (a,b)`,
    ),
  ).toBe(
    `
quantile_over_time(
  0.99,
  {container="ingress-nginx", service="hosted-grafana"} | json
    | unwrap response_latency_seconds
    | __error__="" [1m] offset 1h0m0s
) by (a, b)`.trim(),
  );
  expect(format(`topk by (x) (3, ${'sum('.repeat(25)}vector(1)${')'.repeat(25)})`)).toMatch(
    /^topk by \(x\)\(\n {2}3,\n {2}sum\(/,
  );
});

const SIDE = 'sum by (objectRef_namespace)(count_over_time({log_type="audit"} | json[1h]))';

test('operations: the operator on its own line between its sides', () => {
  expect(format(`${SIDE} / on (objectRef_namespace) group_left (a, b) ${SIDE}`)).toBe(
    `  ${SIDE}\n/ on (objectRef_namespace) group_left (a, b)\n  ${SIDE}`,
  );
});

test('operations in operations keep their meaning: brackets where they are needed and only there', () => {
  expect(format(`${SIDE} + ${SIDE} * ${SIDE}`)).toBe(`  ${SIDE}\n+\n    ${SIDE}\n  *\n    ${SIDE}`);
  expect(format(`(${SIDE} + ${SIDE}) * ${SIDE}`)).toBe(`  (\n      ${SIDE}\n    +\n      ${SIDE}\n  )\n*\n  ${SIDE}`);
});

test('label_replace: a line for each argument', () => {
  expect(format(`label_replace(${SIDE}, "foo", "$1", "service", "(.*):.*")`)).toBe(
    `label_replace(\n  ${SIDE},\n  "foo",\n  "$1",\n  "service",\n  "(.*):.*"\n)`,
  );
});

test.each([
  ['1+2*3', '7'],
  ['2 ^ 3 ^ 2', '512'],
  ['1 > bool 2', '0'],
  ['1 - 3', '-2'],
  ['vector(1) > 5 * 2', '(vector(1.000000) > 10)'],
  ['sum(vector(1) + (2 - 1)) * 3', '(sum((vector(1.000000) + 1)) * 3)'],
  [
    'label_replace(vector(1) * 2 * 3, "a", "b", "c", "d")',
    'label_replace(((vector(1.000000) * 2) * 3),"a","b","c","d")',
  ],
  // Nobody could read these back.
  ['1 / 0', '(1 / 0)'],
  ['0 / 0', '(0 / 0)'],
])('numbers worked out: %s', (text, expected) => {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const folded = formatLogql(foldLiterals(parsed.query));
  expect(folded).toBe(expected);
  expect(parseLogql(folded).ok).toBe(true);
});
