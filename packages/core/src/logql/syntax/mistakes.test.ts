// Mistakes beyond the recorded ones, and the sentences for them: the same grammar, so the same words.
import { expect, test } from 'vitest';
import { parseLogql } from './index.ts';

function mistake(text: string): string {
  const parsed = parseLogql(text);
  return parsed.ok ? 'no mistake' : parsed.problem.message;
}

const AT = 'parse error at line 1, col';

test.each([
  ['{', `${AT} 2: syntax error: unexpected $end, expecting IDENTIFIER or }`],
  ['{by="x"}', `${AT} 2: syntax error: unexpected by, expecting IDENTIFIER or }`],
  ['{a="b"', `${AT} 7: syntax error: unexpected $end, expecting } or ,`],
  ['{a="b" c="d"}', `${AT} 8: syntax error: unexpected IDENTIFIER, expecting } or ,`],
  ['{a=b}', `${AT} 4: syntax error: unexpected IDENTIFIER, expecting STRING`],
  ['{a="b"} | regexp', `${AT} 17: syntax error: unexpected $end, expecting STRING`],
  ['{a="b"} | label_format', `${AT} 23: syntax error: unexpected $end, expecting IDENTIFIER`],
  ['{a="b"} | label_format a', `${AT} 25: syntax error: unexpected $end, expecting =`],
  ['{a="b"} | label_format a=', `${AT} 26: syntax error: unexpected $end, expecting IDENTIFIER or STRING`],
  ['{a="b"} | json a=b', `${AT} 18: syntax error: unexpected IDENTIFIER, expecting STRING`],
  ['{a="b"} | drop', `${AT} 15: syntax error: unexpected $end, expecting IDENTIFIER`],
  ['{a="b"} | x=~5', `${AT} 14: syntax error: unexpected NUMBER, expecting STRING`],
  ['{a="b"} | unwrap x', `${AT} 11: syntax error: unexpected unwrap`],
  ['rate(', `${AT} 6: syntax error: unexpected $end, expecting NUMBER or { or (`],
  ['rate(sum(1))', `${AT} 6: syntax error: unexpected SUM, expecting NUMBER or { or (`],
  ['sum({a="b"})', `${AT} 12: syntax error: unexpected )`],
  ['sum by (a', `${AT} 10: syntax error: unexpected $end, expecting , or )`],
  ['sum by a (vector(1))', `${AT} 8: syntax error: unexpected IDENTIFIER, expecting (`],
  ['rate({a="b"}[5m] offset x)', `${AT} 25: syntax error: unexpected IDENTIFIER, expecting DURATION`],
  ['rate(label_replace(1))', `${AT} 6: syntax error: unexpected label_replace, expecting NUMBER or { or (`],
  ['label_replace', `${AT} 14: syntax error: unexpected $end, expecting (`],
  ['{a="b"} | label_replace="x"', `${AT} 11: syntax error: unexpected label_replace`],
  ['{a="b"} |= ip("1.2.3.4") or', `${AT} 28: syntax error: unexpected $end, expecting STRING or ip`],
  ['-(1)', `${AT} 2: syntax error: unexpected (, expecting NUMBER`],
  ['sum(1) +\n\n )', 'parse error at line 3, col 2: syntax error: unexpected )'],
  ['', 'parse error : syntax error: unexpected $end'],
  // Behind what Loki reads sign by sign it has lost the line.
  ['{a="b"}[5m]', 'parse error at line 0, col 8: syntax error: unexpected RANGE'],
  ['1 + 5m', 'parse error at line 0, col 5: syntax error: unexpected DURATION'],
  ['rate({a="b"}[5minutes])', 'parse error at line 0, col 13: unknown unit "minutes" in duration "5minutes"'],
  ['rate({a="b"}[5])', 'parse error at line 0, col 13: missing unit in duration "5"'],
  ['{a="b"} |= "c"\n |= |= "d"', 'parse error at line 0, col 5: syntax error: unexpected |=, expecting STRING or ip'],
  ['|= "c"', 'parse error at line 0, col 1: syntax error: unexpected |='],
  ['1 =~ 2', 'parse error at line 0, col 3: syntax error: unexpected =~'],
  ['{a=="b"}', 'parse error at line 0, col 3: syntax error: unexpected ==, expecting = or =~ or !~ or !='],
  ['rate({a="b"}[5m', "parse error at line 0, col 13: missing closing ']' in duration"],
])('%s', (text, expected) => {
  expect(mistake(text)).toBe(expected);
});

test.each([
  ['{a=~"10\\.1"}', `${AT} 5: invalid char escape`],
  ['{a="b}', `${AT} 4: literal not terminated`],
  ['{a=`b}', `${AT} 4: literal not terminated`],
  ["{a='bcd'}", `${AT} 4: invalid char literal`],
  ['{a="\\400"}', `${AT} 4: invalid syntax`],
  ['{a="\\U00110000"}', `${AT} 4: invalid syntax`],
  ['{a="\\x4"}', `${AT} 4: invalid char escape`],
  ['08', `${AT} 1: invalid digit '8' in octal literal`],
  ['1e', `${AT} 1: exponent has no digits`],
  ['{a="b"} /* c', `${AT} 9: comment not terminated`],
  ['0x1F', 'parse error : unable to parse literal as a float: strconv.ParseFloat: parsing "0x1F": invalid syntax'],
  [
    '1e400',
    'parse error : unable to parse literal as a float: strconv.ParseFloat: parsing "1e400": value out of range',
  ],
])('words that are none: %s', (text, expected) => {
  expect(mistake(text)).toBe(expected);
});

const stage = (text: string) => mistake(`{a="b"} ${text}`).replace(/^parse error : /, '');

test.each([
  [
    '| json x="a["',
    `stage '| json x="a["' : cannot parse expression [a[]: syntax error: unexpected $end, expecting STRING or INDEX`,
  ],
  [
    '| json x="a[0"',
    `stage '| json x="a[0"' : cannot parse expression [a[0]: syntax error: unexpected $end, expecting STRING or INDEX`,
  ],
  [
    '| json x=""',
    `stage '| json x=""' : cannot parse expression []: syntax error: unexpected $end, expecting LSB or FIELD`,
  ],
  ['| json x="b 1x"', `stage '| json x="b 1x"' : cannot parse expression [b 1x]: non-integer value: x`],
  ['| json x="b 1.5"', `stage '| json x="b 1.5"' : cannot parse expression [b 1.5]: cannot use float as array index`],
  [
    '| json x="b[0 0]"',
    `stage '| json x="b[0 0]"' : cannot parse expression [b[0 0]]: syntax error: unexpected INDEX, expecting RSB`,
  ],
  [
    '| logfmt x=""',
    `stage '| logfmt x=""' : cannot parse expression []: syntax error: unexpected $end, expecting STRING or KEY`,
  ],
  [
    '| logfmt x="é"',
    `stage '| logfmt x="é"' : cannot parse expression [é]: syntax error: unexpected $end, expecting STRING or KEY`,
  ],
  ['| logfmt x="a b"', `stage '| logfmt x="a b"' : cannot parse expression [a b]: syntax error: unexpected KEY`],
  ['| logfmt x="a.b"', `stage '| logfmt x="a.b"' : cannot parse expression [a.b]: unexpected char .`],
  ['| json y, x="a-b"', `stage '| json y="y",x="a-b"' : cannot parse expression [a-b]: unexpected char -`],
  ['|= "a" |~ "("', `stage '|= "a" |~ "("' : error parsing regexp: missing closing ): \`(\``],
  ['|~ "a\\\\"', `stage '|~ "a\\\\"' : error parsing regexp: trailing backslash at end of expression: \`\``],
  ['| x=ip("1.2.3")', `stage '| x=ip("1.2.3")' : ip: invalid pattern: "1.2.3"`],
  [
    '| label_format x=y,x="z"',
    `stage '| label_format x=y,x="z"' : multiple label name 'x' not allowed in a single format operation`,
  ],
  ['| label_format __error__="z"', `stage '| label_format __error__="z"' : __error__ cannot be formatted`],
  ['| regexp "("', 'invalid regexp parser: error parsing regexp: missing closing ): `(`'],
  ['| regexp "a"', 'invalid regexp parser: at least one named capture must be supplied'],
  ['| regexp "(?P<x>a)(?P<x>b)"', "invalid regexp parser: duplicate extracted label name 'x'"],
  [
    '| pattern ""',
    'invalid pattern parser: parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL',
  ],
  ['| pattern "<_><_>"', 'invalid pattern parser: at least one capture is required'],
  ['| pattern "a"', 'invalid pattern parser: at least one capture is required'],
  ['| pattern "<x> <x>"', 'invalid pattern parser: duplicate capture name (x): invalid expression'],
])('stages that cannot work: %s', (text, expected) => {
  expect(stage(text)).toBe(expected);
});

test.each([
  ['topk(0, vector(1))', 'invalid parameter (must be greater than 0) topk(0'],
  ['approx_topk by (a) (3, vector(1))', 'grouping not allowed for approx_topk aggregation'],
  ['quantile_over_time({a="b"} | unwrap x [1m])', 'parameter required for operation quantile_over_time'],
  ['rate(1, {a="b"}[1m])', 'parameter 1 not supported for operation rate'],
  ['rate({a="b"}[1m]) by (x)', 'grouping not allowed for rate aggregation'],
  ['vector(1) and 1 + 1', 'unexpected literal for right leg of logical/set binary operation (and): 2.000000'],
  ['{a="b"} | json + 1', 'unexpected type for left leg of binary operation (+): *syntax.PipelineExpr'],
  [
    'label_replace(vector(1), "a", "b", "c", "(")',
    'invalid regex in label_replace: error parsing regexp: missing closing ): `^(?:()$`',
  ],
])('aggregations and operations: %s', (text, expected) => {
  expect(mistake(text)).toBe(`parse error : ${expected}`);
});

test('of many mistakes the one that Loki meets first', () => {
  expect(mistake('{a=~"("} | json |')).toContain('error parsing regexp');
  expect(mistake('topk(vector(1)) )')).toContain('unexpected )');
  expect(mistake('topk(sum_over_time({a="b"}[1m]))')).toContain('parameter required for operation topk');
  expect(mistake('sum(rate({}[1m])) + topk(vector(1))')).toContain('queries require');
});

test.each([
  '{a="b"} |= ip("1.2.3.4") or "c" or ip("::1") or "d"',
  '{a="b"} | regexp "(?P<1st>x)"',
  '{a="b"} | json x="c[ 0 ]", y="d[ \\"e\\" ]", z="f . g "',
  '{a="b"} | logfmt x="\\"c d\\"", y="c \\"d\\""',
  '{a="b"} | c=ip("no") or d="e"',
])('can be read: %s', (text) => {
  expect(mistake(text)).toBe('no mistake');
});

test.each(['{a!=""}', '{a=~".+"}', '{a!~".*"}', '{a="", b="c"}'])('selects something: %s', (text) => {
  expect(mistake(text)).toBe('no mistake');
});

test('depth and length have bounds that say so', () => {
  expect(mistake(`${'('.repeat(600)}1${')'.repeat(600)}`)).toBe(
    'parse error : the query is nested too deeply: more than 500 levels',
  );
  expect(mistake(`1${'+1'.repeat(3000)}`)).toBe('parse error : the query has too many operators: more than 2000');
});

test('a place for editors, also where the sentence has none', () => {
  const parsed = parseLogql('{a="b"}\n  |= "é😀" |~ "("');
  expect(parsed).toMatchObject({ ok: false, problem: { line: 2, column: 11, offset: 19 } });
});
