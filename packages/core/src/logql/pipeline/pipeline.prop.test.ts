// What must hold for any pipeline over any line: nothing throws, names stay in one place, and short cuts are no different ways.
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { arbitraryLogQuery } from '../syntax/testing/arbitrary-query.ts';
import { compilePipeline } from './compile-pipeline.ts';
import { walkJson } from './json-scan.ts';
import { sanitizeLabelName } from './label-name.ts';
import { labelsOf } from './testing/run-stages.ts';
import { compileSearch, compileWhole } from './text-match.ts';

const word = fc.constantFrom(
  'a',
  'app',
  'b=',
  '="',
  '"',
  '{',
  '}',
  '[',
  ':',
  ',',
  '\\',
  '10.0.0.1',
  '::1',
  '5ms',
  'é',
  '😀',
  '\x1b[1m',
  ' ',
);
const line = fc.oneof(
  fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
  fc.json(),
  fc.string({ unit: 'binary' }),
);
const labels = fc.dictionary(fc.constantFrom('app', 'a', 'level', '__error__'), fc.string({ maxLength: 3 }));

test('never throws, and a name is in one of the label sets', () => {
  fc.assert(
    fc.property(arbitraryLogQuery, line, labels, labels, (query, text, stream, metadata) => {
      const pipeline = compilePipeline(query.stages);
      if (!pipeline.ok) return;
      const result = pipeline.run({ timeNanos: 0n, labels: stream, metadata, line: text });
      if (result === undefined) return;
      const names = [result.stream, result.metadata, result.parsed].flatMap(Object.keys);
      expect(new Set(names).size).toBe(names.length);
    }),
    { numRuns: 3000 },
  );
});

test('json finds what JSON.parse finds', () => {
  const key = fc.stringMatching(/^[a-z.ü0-9]{1,3}$/);
  const value = fc.letrec((tie) => ({
    object: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    any: fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('object'),
      fc.array(fc.integer()),
    ),
  }));
  fc.assert(
    fc.property(value.object, (object) => {
      const expected = new Map<string, string>();
      const flatten = (part: unknown, prefix: string) => {
        for (const [name, inner] of Object.entries(part ?? {})) {
          const label = prefix === '' ? sanitizeLabelName(name) : `${prefix}_${sanitizeLabelName(`x${name}`).slice(1)}`;
          if (Array.isArray(inner) || inner === null) continue;
          if (typeof inner === 'object') flatten(inner, label);
          else if (!expected.has(label)) expected.set(label, String(inner).replaceAll('\ufffd', ' '));
        }
      };
      flatten(object, '');
      expect(labelsOf('| json', JSON.stringify(object))).toEqual(Object.fromEntries(expected));
    }),
  );
});

test('every JSON object is one', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2), (object, space) => {
      expect(walkJson(JSON.stringify(object, null, space), () => 'descend')).toBeUndefined();
    }),
  );
});

test('plain expressions match as RE2 has it', () => {
  const expression = fc
    .array(fc.constantFrom('a', 'bc', '|', 'é', '😀', '-', '\n'), { maxLength: 6 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(expression, expression, (source, text) => {
      expect(compileSearch(source)(text)).toBe(RE2JS.compile(source).test(text));
      expect(compileWhole(source)(text)).toBe(RE2JS.compile(`(?s:${source})`).testExact(text));
    }),
  );
});
