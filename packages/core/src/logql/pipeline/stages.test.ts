// Filters and label stages on single lines.
import { expect, test } from 'vitest';
import { labelsOf, runResult, runStages } from './testing/run-stages.ts';

const kept = (stages: string, line: string) => runStages(stages, line) !== undefined;

test('line filters and their alternatives', () => {
  expect(kept('|= "a" or "b"', 'xb')).toBe(true);
  expect(kept('!= "a" or "b"', 'xb')).toBe(false);
  expect(kept('|~ "one.two"', 'one\ntwo')).toBe(false);
  expect(kept('|~ "(?s)one.two"', 'one\ntwo')).toBe(true);
  expect(kept('|~ "(?i)GRÜSSE"', 'grüsse')).toBe(true);
  expect(kept('|~ "a|b|c.d"', 'c.d')).toBe(true);
  expect(kept('|~ "^😀$"', '😀')).toBe(true);
});

test('pattern filters match whole lines, captures take something', () => {
  expect(kept('|> "<_>b<_>"', 'abc')).toBe(true);
  expect(kept('|> "<_>b<_>"', 'abx')).toBe(true);
  expect(kept('|> "<_>b<_>"', 'ab')).toBe(false);
  expect(kept('|> "<_>b<_>"', 'bc')).toBe(false);
  expect(kept('|> "a<_>"', 'xa1')).toBe(false);
  expect(kept('!> "a<_>c"', 'abc')).toBe(false);
});

test('ip filters find addresses in lines and in labels', () => {
  expect(kept('|= ip("10.0.0.0/8")', 'from 10.1.2.3 to x')).toBe(true);
  expect(kept('|= ip("10.0.0.0/8")', 'from 110.1.2.3')).toBe(false);
  expect(kept('|= ip("10.0.0.1-10.0.0.9")', 'a=10.0.0.9,')).toBe(true);
  expect(kept('|= ip("2001:db8::/32")', 'x [2001:db8::1]:443')).toBe(true);
  expect(kept('!= ip("192.168.4.5")', '192.168.4.5')).toBe(false);
  expect(kept('| logfmt | a=ip("10.0.0.0/8")', 'a=10.2.3.4')).toBe(true);
  expect(kept('| logfmt | a=ip("10.0.0.0/8")', 'b=10.2.3.4')).toBe(false);
  expect(kept('| json | a=ip("10.0.0.0/8")', 'no json')).toBe(true);
});

test('an ip pattern that is none, inside `and` and `or`, matches nothing, whichever way it is asked', () => {
  expect(kept('| logfmt | a=ip("no") or b="x"', 'a=10.2.3.4 b=y')).toBe(false);
  expect(kept('| logfmt | a!=ip("no") or b="x"', 'a=10.2.3.4 b=y')).toBe(false);
  expect(labelsOf('| logfmt | a!=ip("no") or b="y"', 'a=10.2.3.4 b=y')).toEqual({ a: '10.2.3.4', b: 'y' });
  expect(kept('| json | a=ip("no") or b="x"', 'no json')).toBe(true);
});

test('comparisons convert; what does not convert stays with an error, the first error stays', () => {
  expect(kept('| logfmt | a>1.5', 'a=1.6')).toBe(true);
  expect(kept('| logfmt | a>=1h', 'a=59m')).toBe(false);
  expect(kept('| logfmt | a==1KiB', 'a=1024')).toBe(true);
  expect(kept('| logfmt | a>1', 'b=1')).toBe(false);
  expect(labelsOf('| logfmt | a>1 | b>1s', 'a=x b=y')).toEqual({
    a: 'x',
    b: 'y',
    __error__: 'LabelFilterErr',
    __error_details__: 'strconv.ParseFloat: parsing "x": invalid syntax',
  });
  expect(labelsOf('| logfmt | a<1s', 'a=5')).toMatchObject({ __error_details__: 'time: missing unit in duration "5"' });
  expect(labelsOf('| logfmt | a<1s', 'a=5x')).toMatchObject({
    __error_details__: 'time: unknown unit "x" in duration "5x"',
  });
  expect(labelsOf('| logfmt | a<1KB', 'a=5xb')).toMatchObject({ __error_details__: 'unhandled size name: xb' });
});

test('string comparisons are anchored, and a missing label is empty', () => {
  expect(kept('| logfmt | a=~"b.*"', 'a=abc')).toBe(false);
  expect(kept('| logfmt | a=~"a|abc"', 'a=abc')).toBe(true);
  expect(kept('| logfmt | z=""', 'a=abc')).toBe(true);
  expect(kept('| logfmt | z!~".+" and a!="x"', 'a=abc')).toBe(true);
});

test('label_format renames, sets and keeps order', () => {
  expect(labelsOf('| logfmt | label_format b=a, c="{{.a}}{{.b}}"', 'a=1')).toEqual({ b: '1', c: '1' });
  expect(labelsOf('| logfmt | label_format x="{{.a}}", y="{{.x}}"', 'a=1')).toEqual({ a: '1', x: '1', y: '' });
  expect(labelsOf('| label_format app="y"', '', { labels: { app: 'x' } })).toEqual({ app: 'y' });
  expect(labelsOf('| label_format z=nope', '', { labels: { app: 'x' } })).toEqual({ app: 'x' });
  expect(labelsOf('| label_format a="{{.b | int | nope}}"', '')).toContain('function "nope" not defined');
});

test('drop and keep look at names and values; errors can be dropped, not kept away', () => {
  const entry = { labels: { app: 'x' }, metadata: { t: '1' } };
  expect(labelsOf('| drop app, t="2"', '', entry)).toEqual({ t: '1' });
  expect(labelsOf('| keep t=~"1|2"', '', entry)).toEqual({ t: '1' });
  expect(labelsOf('| json | keep none', 'x', entry)).toMatchObject({ __error__: 'JSONParserErr' });
  expect(labelsOf('| json | drop __error__', 'x', { labels: { app: 'x' } })).toEqual({ app: 'x' });
  expect(labelsOf('| json | drop __error__, __error_details__', 'x', entry)).toEqual({ app: 'x', t: '1' });
});

test('decolorize takes escape sequences out', () => {
  expect(runStages('| decolorize', '\x1b[1;31mred\x1b[0m \x1b[2Kx')).toMatchObject({ line: 'red x' });
});

test('unwrap reads numbers, durations in seconds and sizes in bytes', () => {
  const unwrap = (line: string, conversion?: 'bytes' | 'duration' | 'duration_seconds') =>
    runResult(
      '| logfmt',
      line,
      {},
      {
        unwrap: {
          kind: 'unwrap',
          span: { start: 0, end: 0 },
          label: 'v',
          filters: [],
          ...(conversion ? { conversion } : {}),
        },
      },
    );
  expect(unwrap('v=1.5')).toMatchObject({ value: 1.5, error: '' });
  expect(unwrap('v=1m30s', 'duration')).toMatchObject({ value: 90 });
  expect(unwrap('v=1.5KiB', 'bytes')).toMatchObject({ value: 1536 });
  expect(unwrap('w=1')).toBeUndefined();
  expect(unwrap('v=x')).toMatchObject({
    value: 0,
    error: 'SampleExtractionErr',
    errorDetails: 'strconv.ParseFloat: parsing "x": invalid syntax',
  });
});

test('names like __proto__ are names', () => {
  expect(Object.entries(labelsOf('| json', '{"__proto__":"x","constructor":"y"}') ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(labelsOf('| constructor=""', '')).toEqual({});
});
