// Quoted literals against the engine itself: what comes back is what went in, and what binding would have given.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../testing/test-store.ts';
import { quoteInteger, quoteLiteral, quoteLiterals, quoteTime } from './quote-literal.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

/** Quotes, escapes, control bytes, comments, multi-byte text, lone surrogates. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '\\',
      '"',
      '`',
      '\0',
      '\n',
      '\r',
      '\t',
      '--',
      '/*',
      ';',
      '{',
      '}',
      '\ud800',
      'é',
      '🙂',
      'N',
      'x41',
    ),
  }),
);

const toUtf8 = (text: string) => Buffer.from(text, 'utf8').toString('hex').toUpperCase();

test('a quoted literal is the text, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 20 }), async (texts) => {
      const columns = texts.map((text, i) => `hex(${quoteLiteral(text)}) AS c${i}`);
      const [row] = await store.store.database.rows<Record<string, string>>(`SELECT ${columns.join(', ')}`);
      expect(Object.values(row ?? {})).toEqual(texts.map(toUtf8));
    }),
    { numRuns: 150 },
  );
});

test('an array of literals keeps its order and its texts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { maxLength: 20 }), async (texts) => {
      const sql = `SELECT arrayMap(x -> hex(x), CAST(${quoteLiterals(texts)} AS Array(String))) AS a`;
      const [row] = await store.store.database.rows<{ a: string[] }>(sql);
      expect(row?.a).toEqual(texts.map(toUtf8));
    }),
    { numRuns: 50 },
  );
});

test('a quoted literal means what a bound parameter means', async () => {
  // Parameters travel as escaped text, which cannot carry every byte; for printable text the two must agree.
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 30 }), async (text) => {
      const rows = await store.store.database.rows<{ same: number }>(
        `SELECT ${quoteLiteral(text)} = {p:String} AS same`,
        {
          param_p: text.replace(
            /[\\\n\t\r\0\b\f]/g,
            (c) => `\\${{ '\n': 'n', '\t': 't', '\r': 'r', '\0': '0', '\b': 'b', '\f': 'f' }[c] ?? c}`,
          ),
        },
      );
      expect(rows).toEqual([{ same: 1 }]);
    }),
    { numRuns: 100 },
  );
});

test('a quoted time is the time to the nanosecond', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), async (nanos) => {
      const rows = await store.store.database.rows(`SELECT toString(toUnixTimestamp64Nano(${quoteTime(nanos)})) AS t`);
      expect(rows).toEqual([{ t: String(nanos) }]);
    }),
    { numRuns: 50 },
  );
});

test('only integers are integers', () => {
  expect(() => quoteInteger(1.5)).toThrow(RangeError);
  expect(() => quoteInteger(Number.NaN)).toThrow(RangeError);
  expect(quoteInteger(2n ** 63n)).toBe('9223372036854775808');
});
