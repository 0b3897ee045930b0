// No template text makes the engine throw, and text without braces comes out as it went in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate, makeMap } from './index.ts';

const PIECES = [
  '{{',
  '}}',
  '.a',
  '$x',
  ':=',
  '=',
  '|',
  '(',
  ')',
  ' ',
  'if',
  'range',
  'else',
  'end',
  'with',
  'define',
  'template',
  'break',
  '"s"',
  '`r`',
  "'c'",
  '1',
  '-1.5e3',
  'printf',
  'len',
  'index',
  'eq',
  'nil',
  'true',
  '-',
  '/*',
  '*/',
  '\n',
  'ü',
  '"%d"',
  ',',
];

test('never throws', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }), (pieces) => {
      const compiled = compileTemplate('t', pieces.join(''), new Map());
      if (compiled.ok) compiled.template.run(makeMap(new Map([['a', 'x']])));
    }),
    { numRuns: 3000 },
  );
});

test('text is text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('{{'));
      const compiled = compileTemplate('t', text, new Map());
      expect(compiled.ok && compiled.template.run('')).toEqual({ ok: true, text });
    }),
  );
});
