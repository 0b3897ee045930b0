// The strict scanner agrees with JSON.parse about what is JSON, and the canonical item with JSON.parse about what it means.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteGather } from './byte-gather.ts';
import { compactJson } from './compact-json.ts';
import { gatherCanonicalItem, parseEventList } from './event-list.ts';
import { skipSpace, skipValue } from './scan-json.ts';

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\n',
  '\t',
  '"',
  '\\',
  '\\"',
  '\\u00e9',
  '\\u12',
  '\\x',
  '"a"',
  '"a":',
  'true',
  'false',
  'null',
  'nul',
  '0',
  '1',
  '-',
  '-0',
  '01',
  '1.5',
  '1.',
  '.5',
  '1e5',
  '1e+',
  'E-7',
  '{}',
  '[]',
  '{"a":1}',
  '[1,2]',
  '\x01',
  '\x7f',
  'é',
  'x',
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function scans(bytes: Buffer): boolean {
  const end = skipValue(bytes, skipSpace(bytes, 0, bytes.length), bytes.length);
  return end >= 0 && skipSpace(bytes, end, bytes.length) === bytes.length;
}

test('accepts exactly what JSON.parse accepts', () => {
  const tokens = fc.array(fc.constantFrom(...TOKENS), { maxLength: 8 }).map((parts) => parts.join(''));
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...TOKENS, '')).map(([json, place, token]) => {
    const at = place % (json.length + 1);
    return json.slice(0, at) + token + json.slice(at + (place % 2));
  });
  fc.assert(
    fc.property(fc.oneof(tokens, damaged, fc.json()), (text) => {
      const bytes = Buffer.from(text, 'latin1');
      expect(scans(bytes)).toBe(isJson(bytes.toString('latin1')));
    }),
    { numRuns: 20_000 },
  );
});

test('an event list parses when JSON.parse says so, and each canonical line means its item', () => {
  const item = fc.dictionary(
    fc.oneof(
      fc.constantFrom('kind', 'apiVersion', 'level', 'user'),
      fc.string({ maxLength: 4 }).filter((key) => !/^\d+$/.test(key)),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), fc.constantFrom(undefined, 1, '\t'), (items, indent) => {
      const text = Buffer.from(
        JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items }, null, indent),
      );
      const list = parseEventList(text, 0, text.length);
      if (!list.ok) throw new Error(list.reason);
      const lines = items.map((_, index) => {
        const target = new ByteGather();
        gatherCanonicalItem(text, list, index, target);
        return target.bytes.toString('utf8', 0, target.length);
      });
      expect(lines).toEqual(
        items.map((each) => {
          const [kind, version] = ['kind' in each, 'apiVersion' in each];
          return JSON.stringify(
            kind ? each : { kind: 'Event', ...(version ? {} : { apiVersion: 'audit.k8s.io/v1' }), ...each },
          );
        }),
      );
    }),
  );
});

test('taking the space away leaves the value the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t', '\r\n '), (value, indent) => {
      const text = Buffer.from(JSON.stringify(value, null, indent));
      const target = new ByteGather();
      compactJson(text, 0, text.length, target);
      expect(target.bytes.toString('utf8', 0, target.length)).toBe(JSON.stringify(value));
    }),
  );
});
