// Numbers as Loki writes them read back as they were.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFloat } from './format-float.ts';

test('reads back as the same number, without an exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatFloat(value);
      expect(text).not.toContain('e');
      expect(Object.is(Number(text), value)).toBe(true);
    }),
  );
});
