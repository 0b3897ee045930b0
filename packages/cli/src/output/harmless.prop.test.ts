// Whatever a record holds, what is printed of it cannot steer a terminal.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printHarmless, printHarmlessLines } from './harmless.ts';
import { cutText, textWidth } from './text-width.ts';

const anyText = fc.string({ unit: 'binary' });

test('no control character, no bidirectional mark, no lone surrogate is left', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const printed = printHarmless(text);
      expect(printed).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(printHarmlessLines(text)).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Bidi_Control}\p{Cs}]/u);
    }),
  );
});

test('what is harmless stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(printHarmless(text)).toBe(text);
    }),
  );
  expect(printHarmless('Zürich 日本 😀 naïve')).toBe('Zürich 日本 😀 naïve');
});

test('a text that was cut takes no more than its width', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(textWidth(cutText(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
