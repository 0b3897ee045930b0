// Framing by example: every shape that audit logs come in, and every way they break.
import { expect, test } from 'vitest';
import { frameChunks, frameText } from './testing/frame-text.ts';

const EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a"}';
const OTHER = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"b"}';
const ITEM = '{"level":"Metadata","auditID":"a"}';

test('gives one event a line with its offset', () => {
  const lines = frameChunks([Buffer.from(`${EVENT}\n${OTHER}\n`)]);
  expect(lines.map(({ line, position }) => [line.toString(), position])).toEqual([
    [EVENT, 0],
    [OTHER, EVENT.length + 1],
  ]);
});

test('gives the last line without a newline, and nothing for an empty text', () => {
  expect(frameText(`${EVENT}\n${OTHER}`)).toEqual([EVENT, OTHER]);
  expect(frameText('')).toEqual([]);
});

test('keeps every byte but the newline', () => {
  for (const odd of [
    `${EVENT}\r`,
    '\\N',
    'a\0b',
    '\x01',
    '{"a":"\\u0000\x7f"}',
    ' {"a":1}',
    'x\xff\xfey',
    '{"a": 1}\t',
  ]) {
    expect(frameText(Buffer.from(`${odd}\n${EVENT}\n`, 'latin1'))).toEqual([odd, EVENT]);
  }
});

test('skips blank lines and a byte order mark', () => {
  expect(frameText(`\n\r\n \t\n${EVENT}\n\n`)).toEqual([EVENT]);
  expect(frameChunks([Buffer.from(`\ufeff${EVENT}\n`)])).toMatchObject([{ line: Buffer.from(EVENT), position: 3 }]);
});

test('splits concatenated objects and leaves strings that look so alone', () => {
  expect(frameText(`${EVENT}${OTHER}\n${EVENT} ${OTHER}\n`)).toEqual([EVENT, OTHER, EVENT, OTHER]);
  const tricky = '{"kind":"Event","m":"}{ } {"}';
  expect(frameText(`${tricky}\n${tricky}${EVENT}\n`)).toEqual([tricky, tricky, EVENT]);
  expect(frameText(`${EVENT}{"kind":"Ev\n${OTHER}\n`)).toEqual([EVENT, '{"kind":"Ev', OTHER]);
});

test('takes the items of a list on one line, with kind and apiVersion put back', () => {
  const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${ITEM},${OTHER}]}`;
  const lines = frameChunks([Buffer.from(`${list}\n${EVENT}\n`)]);
  expect(lines.map(({ line }) => line.toString())).toEqual([EVENT, OTHER, EVENT]);
  expect(lines[0]?.position).toBe(list.indexOf(ITEM));
  expect(lines[1]?.position).toBe(list.indexOf(OTHER));
});

test('takes a list whose keys come in another order', () => {
  const list = `{"items":[${ITEM}],"apiVersion":"audit.k8s.io/v1beta1","kind":"EventList"}`;
  expect(frameText(list)).toEqual([EVENT.replace('/v1"', '/v1beta1"')]);
});

test('takes a pretty-printed list, array and object', () => {
  const events = [JSON.parse(EVENT), JSON.parse(OTHER)];
  const { kind: _kind, apiVersion: _version, ...item } = events[0];
  for (const indent of [1, 2, 4, '\t']) {
    const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [item, events[1]] };
    expect(frameText(JSON.stringify(list, null, indent))).toEqual([EVENT, OTHER]);
    expect(frameText(JSON.stringify(events, null, indent))).toEqual([EVENT, OTHER]);
    const objects = events.map((event) => JSON.stringify(event, null, indent)).join('\n');
    expect(frameText(`${objects}\r\n${EVENT}\n`)).toEqual([EVENT, OTHER, EVENT]);
    expect(frameText(objects.replaceAll('\n', '\r\n'))).toEqual([EVENT, OTHER]);
  }
});

test('keeps what is inside strings when it takes the space between tokens away', () => {
  const odd = '{\n  "a": "x \\" { [ ,\\\\",\n  "b": [ 1, -2.5e3, {} ]\n}';
  expect(frameText(odd)).toEqual(['{"a":"x \\" { [ ,\\\\","b":[1,-2.5e3,{}]}']);
});

test('takes arrays in all layouts', () => {
  for (const array of [
    `[${EVENT},${OTHER}]`,
    `[\n${EVENT},\n${OTHER}\n]`,
    `[${EVENT}\n,${OTHER}]`,
    `[ ${EVENT} , ${OTHER} ]`,
  ]) {
    expect(frameText(`${array}\n${EVENT}\n`)).toEqual([EVENT, OTHER, EVENT]);
  }
  expect(frameText('[]\n[ ]\n[\n]\n')).toEqual([]);
});

test('takes a list with one item a line', () => {
  const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[\n${ITEM},\n${OTHER}\n]}`;
  expect(frameText(`${list}\n${OTHER}\n`)).toEqual([EVENT, OTHER, OTHER]);
});

test('takes the node in front of a line as its host', () => {
  expect(frameText(`master-0 ${EVENT}\nip-10-0-1-2.ec2.internal ${OTHER}\n`)).toEqual([
    `master-0|${EVENT}`,
    `ip-10-0-1-2.ec2.internal|${OTHER}`,
  ]);
  expect(frameChunks([Buffer.from(`m ${EVENT}`)])[0]?.position).toBe(2);
  expect(frameText(`2021-03-09T00:12:19.834Z ${EVENT}`)).toEqual([EVENT]);
  expect(frameText(`2021-03-09T00:12:19.834567891Z stdout F ${EVENT}`)).toEqual([EVENT]);
  expect(frameText(`master-0 {"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${ITEM}]}`)).toEqual([
    `master-0|${EVENT}`,
  ]);
});

test('leaves other text as it is', () => {
  const klog = 'I0921 05:17:13.712071   21526 audit.go:97] AUDIT: {"a":1}';
  expect(frameText(`${klog}\n[restful] 2018/01/01 log.go:33: x\n[{bad\nnode {bad\n`)).toEqual([
    klog,
    '[restful] 2018/01/01 log.go:33: x',
    '!{bad',
    '!node {bad',
  ]);
});

test('a torn line never swallows the good ones after it', () => {
  const pretty = JSON.stringify(JSON.parse(EVENT), null, 2).split('\n');
  for (let cut = 1; cut < pretty.length; cut++) {
    const torn = pretty.slice(0, cut);
    const half = torn.map((line, index) => (index === cut - 1 ? line.slice(0, Math.ceil(line.length / 2)) : line));
    for (const lines of [torn, half]) {
      const framed = frameText(`${lines.join('\n')}\n${OTHER}\n${EVENT}\n${EVENT}\n`);
      expect(framed.slice(-3)).toEqual([OTHER, EVENT, EVENT]);
      expect(framed.slice(0, -3)).toEqual(lines.map((line) => `!${line}`));
    }
  }
});

test('a torn list, array or compact line never swallows the good ones after it', () => {
  for (const torn of [
    '{"kind":"EventList","apiVersion":"v1","items":[',
    '[',
    '[\n{',
    '[{"a":',
    '{"kind":"Event","a":["',
    '{"a":[',
    '{\n"sourceIPs": [',
  ]) {
    const framed = frameText(`${torn}\n${OTHER}\n${EVENT}\n${EVENT}\n`);
    expect(framed.slice(-3), torn).toEqual([OTHER, EVENT, EVENT]);
  }
});

test('a torn pretty-printed object does not swallow the next pretty-printed one', () => {
  const pretty = JSON.stringify(JSON.parse(EVENT), null, 2);
  expect(frameText(`{\n  "kind": "Event",\n${pretty}\n${pretty}\n`)).toEqual([
    '!{',
    '!  "kind": "Event",',
    EVENT,
    EVENT,
  ]);
  expect(frameText(`{\n  "kind": "Ev\n${pretty}\n`)).toEqual(['!{', '!  "kind": "Ev', EVENT]);
});

test('cuts a line over the limit and says its true length', () => {
  const long = `{"a":"${'x'.repeat(500)}"}`;
  const limits = { maxLineBytes: 100, keptOfLongLineBytes: 10 };
  for (const size of [7, 64, 1000]) {
    const text = Buffer.from(`${EVENT}\n${long}\n${OTHER}\n`);
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.subarray(at * size, (at + 1) * size),
    );
    const lines = frameChunks(chunks, limits);
    expect(lines.map(({ line }) => line.toString())).toEqual([EVENT, long.slice(0, 10), OTHER]);
    expect(lines[1]?.problem).toBe(
      `KW_FRAME_LINE_TOO_LONG: the line has ${long.length} bytes, the limit is 100; its first 10 bytes are kept`,
    );
    expect(lines[1]?.position).toBe(EVENT.length + 1);
  }
});

test('an array on one line may be longer than any line', () => {
  const array = Buffer.from(`[${Array.from({ length: 5000 }, () => EVENT).join(',')}]\n${OTHER}\n`);
  const chunks = Array.from({ length: Math.ceil(array.length / 1000) }, (_, at) =>
    array.subarray(at * 1000, (at + 1) * 1000),
  );
  const lines = frameChunks(chunks, { maxLineBytes: 100_000 });
  expect(lines.length).toBe(5001);
  expect(lines[4999]?.line.toString()).toBe(EVENT);
  expect(lines[4999]?.position).toBe(1 + 4999 * (EVENT.length + 1));
  expect(lines[5000]?.line.toString()).toBe(OTHER);
});

test('5 MiB lines and a pretty-printed object over the limit', () => {
  const big = `{"kind":"Event","a":"${'y'.repeat(5 * 1024 * 1024)}"}`;
  expect(frameText(`${big}\n${EVENT}\n`)).toEqual([big, EVENT]);
  const endless = `{\n${'  "a": 1,\n'.repeat(50)}\n${EVENT}\n`;
  const framed = frameText(endless, { maxLineBytes: 200 });
  expect(framed[0]).toBe('!{');
  expect(framed.at(-1)).toBe(EVENT);
  expect(framed.length).toBe(52);
});

test('a line of a million small arrays is framed without a deep stack', () => {
  expect(frameText(`${'[]'.repeat(300_000)}${'[{}]'.repeat(100_000)}\n${EVENT}\n`).length).toBe(100_001);
  expect(frameText(`{"a":${'['.repeat(100_000)}\n${EVENT}\n`).length).toBe(2);
  expect(frameText(`${'{"a":'.repeat(100_000)}}{\n${EVENT}\n`).at(-1)).toBe(EVENT);
});
