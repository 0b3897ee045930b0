// Property: whatever the bytes, loading ends in a policy or in problems with a place; it never throws. Lines of logs likewise.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { NO_REQUEST } from '../evaluate/request-attributes.ts';
import { createSampleReader } from '../simulate/sample-reader.ts';
import { busyLines } from '../testing/audit-lines.ts';
import { readVectors } from '../testing/vectors.ts';
import { loadPolicy } from './load-policy.ts';

const texts = readVectors()
  .map(({ policy }) => policy)
  .filter((policy) => policy.length < 2_000);
const splinters = [
  '\t',
  ':',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '<<: ',
  '!!int ',
  '"',
  "'",
  '|\n',
  '#',
  '\n',
  '\r',
  '---\n',
  '? ',
  '\u0000',
  '\ufeff',
  '\ud800',
  'null',
  '%',
  '0x',
  '{"',
];

const mutated = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...splinters)), { minLength: 1, maxLength: 6 }),
  )
  .map(([text, cuts]) =>
    cuts.reduce(
      (held, [where, length, put]) =>
        held.slice(0, where % (held.length + 1)) + put + held.slice((where % (held.length + 1)) + length),
      text,
    ),
  );

function loadAny(input: string | Uint8Array): void {
  const load = loadPolicy(input);
  if (load.ok) compilePolicy(load.policy).evaluate(NO_REQUEST);
  else {
    expect(load.problems.length).toBeGreaterThan(0);
    for (const { code, sentence, wayOut, line, column } of load.problems) {
      expect(code).toMatch(/^KW_POLICY_/);
      expect(sentence).toMatch(/[.)]$/);
      expect(wayOut).not.toBe('');
      expect(Math.min(line, column)).toBeGreaterThan(0);
    }
  }
}

test('mutated policies never throw', () => {
  fc.assert(fc.property(mutated, loadAny), { numRuns: 1_500, seed: 11 });
});

test('random bytes never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), loadAny), { numRuns: 500, seed: 12 });
});

test('mutated log lines never throw', () => {
  const lines = busyLines(50);
  const encoder = new TextEncoder();
  const reader = createSampleReader();
  const broken = fc
    .tuple(fc.constantFrom(...lines), fc.nat(), fc.nat(3), fc.constantFrom(...splinters, '\\', '{}', '[]', ','))
    .map(([line, where, length, put]) => {
      const at = where % line.length;
      return encoder.encode(line.slice(0, at) + put + line.slice(at + length));
    });
  fc.assert(
    fc.property(broken, (bytes) => {
      const sample = reader.read(bytes, 0, bytes.length);
      if (sample !== undefined) expect(sample.bytes).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 3_000, seed: 13 },
  );
});
