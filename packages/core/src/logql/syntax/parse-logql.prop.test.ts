// The parser over the whole language and over nonsense: what is printed reads back, what is no query is refused with a place, in bounded time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from './ast.ts';
import { explainSyntaxError } from './errors/explain.ts';
import { formatLogql, parseLogql, printLogql } from './index.ts';
import { lex } from './lexer/lex.ts';
import { arbitraryQuery } from './testing/arbitrary-query.ts';
import { readQueryVectors } from './testing/vectors.ts';
import { withoutSpans } from './testing/without-spans.ts';

const reads = (text: string): Query => {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.message} in ${text}`);
  return parsed.query;
};

test('what is printed reads back, on one line and on many', () => {
  fc.assert(
    fc.property(arbitraryQuery, (query) => {
      const line = printLogql(query);
      expect(withoutSpans(reads(line))).toEqual(withoutSpans(query));
      expect(printLogql(reads(line))).toBe(line);
      expect(withoutSpans(reads(formatLogql(query)))).toEqual(withoutSpans(query));
    }),
    { numRuns: 1500 },
  );
});

/** Pieces of queries, so that nonsense gets far into the grammar. */
const pieces = fc.constantFrom(
  ...[
    '{a="b"}',
    '{',
    '}',
    'a',
    '=',
    '=~',
    '!=',
    '"x"',
    '`y`',
    '|',
    '|=',
    '|~',
    '|>',
    'json',
    'logfmt',
    '--strict',
    ',',
  ],
  ...[
    'or',
    'and',
    'unless',
    '(',
    ')',
    '[5m]',
    '[',
    'offset',
    '5m',
    '5KB',
    '1',
    '-',
    '+',
    '^',
    '>',
    '==',
    'bool',
    'on',
    '.',
  ],
  ...['ignoring', 'group_left', 'by', 'without', 'sum', 'topk', 'rate', 'quantile_over_time', 'unwrap', 'bytes', 'ip'],
  ...[
    'label_format',
    'line_format',
    'drop',
    'keep',
    'decolorize',
    'unpack',
    'regexp',
    'pattern',
    'vector',
    "'",
    '#',
    '/*',
  ],
  ...['label_replace', 'rate({a="b"}[5m])', 'sum(', '\n', 'é', '@', '"', '\u00a0', '\ud800', '0x', '1e', '08', '\\'],
);
const nonsense = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((some) => some.join(' ')),
  fc.array(pieces, { maxLength: 40 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
);
const vectors = readQueryVectors().map(({ query }) => query);
/** A query that was, with a part cut out or another put in. */
const mutated = fc
  .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat(8), fc.oneof(fc.constant(''), pieces))
  .map(([query, at, length, piece]) => {
    const start = at % (query.length + 1);
    return query.slice(0, start) + piece + query.slice(start + length);
  });

test('no text makes it throw; a refusal has a sentence and a place in the text', () => {
  fc.assert(
    fc.property(fc.oneof(nonsense, mutated), (text) => {
      const parsed = parseLogql(text);
      if (parsed.ok) return;
      const { message, line, column, offset } = parsed.problem;
      expect(message).toMatch(/^parse error(?: at line \d+, col \d+:| :) \S/);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
      expect(line).toBe(text.slice(0, offset).split('\n').length);
      expect(column).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});

test('the rules behind the sentences take the same texts as the parser', () => {
  fc.assert(
    fc.property(fc.oneof(nonsense, mutated), (text) => {
      const explained = explainSyntaxError(lex(text));
      const parsed = parseLogql(text);
      if (explained === undefined) expect(parsed.ok ? '' : parsed.problem.message).not.toMatch(/^parse error at/);
      // A mistake of another kind may stop the reading before the syntax error does.
      else if (!parsed.ok) expect(parsed.problem.offset).toBeLessThanOrEqual(explained.at.start);
      else throw new Error(`${text} is read, yet ${explained.message}`);
    }),
    { numRuns: 3000 },
  );
});

const LONG: Readonly<Record<string, (size: number) => string>> = {
  'open brackets': (size) => '('.repeat(size),
  'closed brackets': (size) => `${'('.repeat(size / 2)}1${')'.repeat(size / 2)}`,
  'brackets in a filter': (size) => `{a="b"} | ${'('.repeat(size / 2)}x=1`,
  'functions in functions': (size) => 'sum('.repeat(size / 4),
  'a chain of additions': (size) => '1+'.repeat(size / 2),
  'a chain of powers': (size) => `1${'^1'.repeat(size / 2)}`,
  'a chain of filters': (size) => `{a="b"} | x=1${' or x=1'.repeat(size / 7)}`,
  'many stages': (size) => `{a="b"}${' | json'.repeat(size / 7)}`,
  'many line filters': (size) => `{a="b"}${' |= "x"'.repeat(size / 7)}`,
  'many matchers': (size) => `{${'a="b",'.repeat(size / 6)}c="d"}`,
  'one long text': (size) => `{a="${'\\n'.repeat(size / 2)}"}`,
  'an unfinished text': (size) => `{a="${'x'.repeat(size)}`,
  'an unfinished comment': (size) => `{a="b"} /*${'*'.repeat(size)}`,
  'many comments': (size) => `{a="b"}${'/**/'.repeat(size / 4)}`,
  spaces: (size) => `{a="b"}${' '.repeat(size)}`,
  'functions and spaces': (size) => `sum${' '.repeat(8)}`.repeat(size / 11),
  quotes: (size) => "'a'".repeat(size / 3),
  'unfinished ranges': (size) => `rate({a="b"}${'[5m'.repeat(size / 3)}`,
  digits: (size) => '1'.repeat(size),
  'a long duration': (size) => `{a="b"} | x > ${'1h'.repeat(size / 2)}`,
  'a long range': (size) => `rate({a="b"}[${'1ns'.repeat(size / 3)}])`,
};

// The largest texts that are read at all: each takes a tenth of a second, quadratic work on it would take minutes.
test.each(Object.entries(LONG))('ends soon and never throws: %s', { timeout: 20_000 }, (_, make) => {
  const parsed = parseLogql(make(130_000));
  expect(parsed.ok || parsed.problem.message.startsWith('parse error')).toBe(true);
});

test('a text beyond the limit is refused before it is read', () => {
  const parsed = parseLogql('é'.repeat(65_537));
  expect(parsed).toMatchObject({ problem: { message: 'parse error : input size too long (131074 > 131072)' } });
});
