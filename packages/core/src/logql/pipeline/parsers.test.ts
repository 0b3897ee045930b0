// Parsers on single lines: what the recordings show in passing, pinned where it is easy to see.
import { expect, test } from 'vitest';
import { labelsOf, runResult, runStages } from './testing/run-stages.ts';

test('json flattens objects, skips arrays and null, keeps the text of numbers', () => {
  const line = '{"a":1.50,"b":{"c-d":{"e":true}},"f":[1,{"g":2}],"n":null,"":"x","9":"y","ü ":"z","e":""}';
  expect(labelsOf('| json', line)).toEqual({ a: '1.50', b_c_d_e: 'true', _9: 'y', _: 'z', e: '' });
});

test('json keeps what stands before a fault and says what is wrong', () => {
  const error = (line: string) => labelsOf('| json', line);
  expect(error('{"a":1,"b":{"c":2}')).toMatchObject({ a: '1', b_c: '2', __error__: 'JSONParserErr' });
  expect(error('{"a":1,"b":{"c":2')).toEqual({
    a: '1',
    __error__: 'JSONParserErr',
    __error_details__: "Value looks like object, but can't find closing '}' symbol",
  });
  expect(error('{"a":"x')).toMatchObject({ __error_details__: "Value is string, but can't find closing '\"' symbol" });
  expect(error('{"a":[1')).toMatchObject({ __error_details__: "Value is array, but can't find closing ']' symbol" });
  expect(error('{"a":tru}')).toMatchObject({ __error_details__: 'Unknown value type' });
  expect(error('{"a" 1}')).toMatchObject({ __error_details__: 'Malformed JSON error' });
  expect(error('{"a":1 "b":2}')).toMatchObject({ a: '1', __error_details__: expect.stringContaining('object') });
  expect(error('{"a\\q":1}')).toMatchObject({
    __error_details__: 'Encountered an invalid escape sequence in a string',
  });
});

test('the first of two values counts, whatever parser finds the second', () => {
  expect(labelsOf('| json', '{"a":1,"a":2}')).toEqual({ a: '1' });
  expect(labelsOf('| logfmt | regexp "(?P<a>y)"', 'a=x b=y')).toEqual({ a: 'x', b: 'y' });
});

test('names of the stream and of its metadata are not overwritten', () => {
  const entry = { labels: { app: 'x' }, metadata: { trace: 't', app: 'm', 'k8s.pod': 'p' } };
  expect(labelsOf('', '', entry)).toEqual({ app: 'x', app_extracted: 'm', k8s_pod: 'p', trace: 't' });
  expect(labelsOf('| json', '{"app":1,"trace":2,"new":3}', entry)).toEqual({
    app: 'x',
    app_extracted: '1',
    k8s_pod: 'p',
    new: '3',
    trace: 't',
    trace_extracted: '2',
  });
});

test('labels stay with their origin', () => {
  const entry = { labels: { app: 'x' }, metadata: { trace: 't' } };
  expect(runResult('| logfmt', 'a=1', entry)).toMatchObject({
    stream: { app: 'x' },
    metadata: { trace: 't' },
    parsed: { a: '1' },
  });
});

test('a label of the stream under a new name gives way to what is parsed', () => {
  expect(runResult('| label_format x=app | logfmt', 'x=1', { labels: { app: 'y', z: 'z' } })).toMatchObject({
    stream: { z: 'z' },
    parsed: { x: '1' },
  });
});

test('json paths give a label each, also for what is not there', () => {
  const line = '{"a":{"b":[{"c":"x\\u0041"},2]},"n":null,"a":{"b":[9]}}';
  expect(labelsOf('| json x="a.b[0].c", y="a.b", z="no.way", n="n"', line)).toEqual({
    x: 'xA',
    y: '[{"c":"xA"},2]',
    z: '',
    n: '',
  });
  expect(labelsOf('| json x="[1].a"', '[{"a":1},{"a":2}]')).toEqual({ x: '2' });
  expect(labelsOf('| json x="a"', 'nonsense')).toEqual({ __error__: 'JSONParserErr' });
});

test('logfmt skips what is no pair, strict says so', () => {
  const line = 'a=1 =x b="q \\"r\\"" c d= e=f=g h="open';
  expect(labelsOf('| logfmt', line)).toEqual({ a: '1', b: 'q "r"' });
  expect(labelsOf('| logfmt --keep-empty', line)).toEqual({ a: '1', b: 'q "r"', c: '', d: '' });
  expect(labelsOf('| logfmt --strict', line)).toEqual({
    a: '1',
    __error__: 'LogfmtParserErr',
    __error_details__: "logfmt syntax error at pos 5 : unexpected '='",
  });
  expect(labelsOf('| logfmt --strict', 'ü="x')).toMatchObject({
    __error_details__: 'logfmt syntax error at pos 6 : unterminated quoted value',
  });
  expect(labelsOf('| logfmt x="b", y="nope"', line)).toEqual({ x: 'q "r"', y: '' });
});

test('logfmt with names: a key of the line counts under its own name too, the last stays, quotes are no part of a key', () => {
  expect(labelsOf('| logfmt a="x", b="nope"', 'b=1 x=3')).toEqual({ a: '3', b: '1' });
  expect(labelsOf('| logfmt a="b"', 'b=2 a=1')).toEqual({ a: '1' });
  expect(labelsOf('| logfmt a="b"', 'a=1 b=2')).toEqual({ a: '2' });
  expect(labelsOf('| logfmt a="a_b"', 'a_b=1 a-b=2')).toEqual({ a: '2' });
  expect(labelsOf('| logfmt a="b", a="nope"', 'b=1')).toEqual({ a: '' });
  expect(labelsOf('| logfmt a="x" | logfmt a="nope"', 'x=1')).toEqual({ a: '' });
  expect(labelsOf('| logfmt a="\\"b\\""', 'b=1')).toEqual({ a: '1' });
  expect(labelsOf('| logfmt a="a"', 'a=x\ufffdy')).toEqual({ a: '' });
  expect(labelsOf('| logfmt --strict a="b"', '=x b=1')).toMatchObject({ a: '', __error__: 'LogfmtParserErr' });
});

test('a pattern takes the rest when a literal is missing', () => {
  expect(labelsOf('| pattern "<a> - <b> [<_>] <c>"', 'x - y [z] w v')).toEqual({ a: 'x', b: 'y', c: 'w v' });
  expect(labelsOf('| pattern "<a> - <b> [<_>] <c>"', 'x - y z')).toEqual({ a: 'x', b: 'y z' });
  expect(labelsOf('| pattern "lvl=<a>"', 'no lvl=x')).toEqual({});
});

test('regexp names its groups; a group that took no part is empty', () => {
  expect(labelsOf('| regexp "(?P<a>x)|(?P<b>y)"', 'y')).toEqual({ a: '', b: 'y' });
});

test('unpack needs the packed entry', () => {
  expect(runStages('| unpack', '{"a":"1","n":2,"_entry":"the line"}')).toEqual({
    line: 'the line',
    labels: { a: '1' },
  });
  expect(runStages('| unpack', '{"a":"1"}')).toEqual({ line: '{"a":"1"}', labels: {} });
});

test('metric queries parse only what somebody reads', () => {
  const some = (names: readonly string[], stages = '| json', line = '{"a":1,"b":2') =>
    runResult(stages, line, {}, { wanted: { kind: 'some', names } });
  expect(some(['a'])).toMatchObject({ parsed: { a: '1' }, error: '' });
  expect(some(['a', 'z'])).toMatchObject({ parsed: { a: '1' }, error: 'JSONParserErr', errorWanted: false });
  expect(some([])).toMatchObject({ parsed: {}, error: '' });
  expect(some([], '| json | b="2"')).toMatchObject({ parsed: { b: '2' } });
  expect(some([], '| json | __error__="JSONParserErr"')).toMatchObject({ error: 'JSONParserErr', errorWanted: true });
});

test('json with paths: an object as it is written, an array with its escapes resolved', () => {
  expect(labelsOf('| json o="o"', '{"o":{"k":"a\\u0041b",  "l":1}}')).toEqual({ o: '{"k":"a\\u0041b",  "l":1}' });
  expect(labelsOf('| json o="o"', '{"o":["a\\u0041b",  "c\\"d"]}')).toEqual({ o: '["aAb",  "c"d"]' });
});

test('what label_format has named no later parser names again', () => {
  expect(labelsOf('| label_format x="1" | json', '{"x":2,"y":3}')).toEqual({ x: '1', y: '3' });
  expect(labelsOf('| json | label_format x=x | json', '{"x":2}')).toEqual({});
});

test('a filter on the details of an error sees only details that a stage wrote', () => {
  expect(labelsOf('| json | __error_details__=""', 'no json')).toMatchObject({ __error__: 'JSONParserErr' });
  expect(labelsOf('| json | __error_details__!=""', 'no json')).toBe(undefined);
  expect(labelsOf('| logfmt | label_format __error_details__=a | __error_details__="b"', 'a=b')).toBeDefined();
});
