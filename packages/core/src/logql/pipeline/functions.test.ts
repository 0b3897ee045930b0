// The functions of templates, each as Loki's manual or its function library describes it.
import { expect, test } from 'vitest';
import { format } from './testing/run-stages.ts';

const CASES: readonly (readonly [template: string, output: string])[] = [
  [
    '{{ alignLeft 5 "hello world"}}|{{ alignLeft 5 "hi"}}|{{alignRight 5 "hello world"}}|{{alignRight 5 "hi"}}',
    'hello|hi   |world|   hi',
  ],
  [
    '{{ "grüße" | b64enc }} {{ "Z3LDvMOfZQ==" | b64dec }} {{ b64dec "?" }}',
    'Z3LDvMOfZQ== grüße illegal base64 data at input byte 0',
  ],
  ['{{ bytes "2KiB" }} {{ duration "1h30m" }} {{ duration_seconds "250ms" }}', '2048 5400 0.25'],
  ['{{ default "-" "" }}{{ default "-" "foo" }}{{ default "-" 0 }}{{ default "x" "0" }}', '-foo-0'],
  ['{{ fromJson "{\\"a\\":[1,null,{\\"b\\":1.5}]}" }} {{ fromJson "{" }}', 'map[a:[1 <nil> map[b:1.5]]] <no value>'],
  ['{{ indent 2 "a\\nb" }}{{ nindent 1 "c" }}', '  a\n  b\n c'],
  ['{{ repeat 3 "ab" }} {{ replace "l" "L" "hello" }} {{ Replace "hello" "l" "L" 1 }}', 'ababab heLLo heLlo'],
  ['{{ substr 6 11 "hello world"}} {{ substr -1 2 "abc" }} {{ substr 1 -1 "abc" }}', 'world ab bc'],
  ['{{ trunc 5 "hello world"}} {{ trunc -5 "hello world"}} {{ trunc 9 "abc" }}', 'hello world abc'],
  ['{{ title "hello wide-world don\'t" }} {{ upper "grüße" }} {{ lower "ÄB" }}', "Hello Wide-World Don'T GRÜßE äb"],
  [
    '{{ trimAll "$" "$5.00$" }} {{ trimPrefix "-" "-hello" }} {{ trimSuffix "-" "hello-" }} {{ trim "  x " }}',
    '5.00 hello hello x',
  ],
  [
    '{{ Trim "xxaxx" "x" }} {{ TrimLeft "xxaxx" "x" }} {{ TrimRight "xxaxx" "x" }} {{ TrimSpace " b " }}',
    'a axx xxa b',
  ],
  ['{{ contains "he" "hello" }} {{ hasPrefix "he" "hello" }} {{ hasSuffix "he" "hello" }}', 'true true false'],
  ['{{ add 3 2 5 }} {{ sub 5 2 }} {{ mul 5 2 3 }} {{ div 7 2 }} {{ mod 10 3 }} {{ add "3" "x" 1.9 }}', '10 3 30 3 1 4'],
  [
    '{{ addf 0.1 0.2 }} {{ subf 5.5 2 1.5 }} {{ mulf 5.5 2 2.5 }} {{ divf 10 2 4 }} {{ divf 1 3 }}',
    '0.3 2 27.5 1.25 0.3333333333333333',
  ],
  ['{{ max 1 2 3 }} {{ min 3 1 2 }} {{ maxf 1 2.5 3 }} {{ minf 1.5 2.5 }}', '3 1 3 1.5'],
  [
    '{{ ceil 123.001 }} {{ floor 123.9999 }} {{ round 123.555555 3 }} {{ round 123.88571428571 5 .2 }}',
    '124 123 123.556 123.88572',
  ],
  [
    '{{ "3" | int }} {{ int "0x1F" }} {{ int "12.00" }} {{ int "1.5" }} {{ float64 "3.5" }} {{ float64 "x" }}',
    '3 31 12 1 3.5 0',
  ],
  ['{{ count "a|b" "abab" }} {{ count "" "abc" }}', '4 4'],
  ['{{ regexReplaceAll "(a*)bc" "aabc" "$1-a" }} {{ regexReplaceAll "(?P<x>.)b" "ab" "$x-$y-$$" }}', 'aa-a a--$'],
  ['{{ regexReplaceAllLiteral "(ts=)" "ts=1" "$1=" }} {{ regexReplaceAll "x*" "axb" "-" }}', '$1=1 -a-b-'],
  ['{{ urlencode "a b/ü&" }} {{ urldecode "a+b%2F%C3%BC" }}', 'a+b%2F%C3%BC%26 a b/ü'],
  [
    '{{ __timestamp__ | date "2006-01-02T15:04:05.00Z07:00 Mon Jan _2 3PM" }}',
    '2026-11-18T10:00:00.00Z Wed Nov 18 10AM',
  ],
  [
    '{{ __timestamp__ }} {{ __timestamp__ | unixEpoch }} {{ __timestamp__.UnixNano }}',
    '2026-11-18 10:00:00 +0000 UTC 1794996000 1794996000000000000',
  ],
  [
    '{{ toDate "2006-01-02" "2021-11-02" | unixEpoch }} {{ toDate "2006" "x" }}',
    '1635811200 0001-01-01 00:00:00 +0000 UTC',
  ],
  ['{{ toDateInZone "2006-01-02 15:04" "Europe/Berlin" "2026-07-01 12:00" | unixEpochMillis }}', '1782900000000'],
  [
    '{{ date "2006-01-02" (unixToTime "1679577215") }} {{ "1679577215123" | unixToTime | unixEpochMillis }}',
    '2023-03-23 1679577215123',
  ],
  [
    '{{ $t := unixToTime "1673798889" }}{{ $t.Month }}|{{ $t.Weekday }}|{{ $t.YearDay }}|{{ $t.IsZero }}|{{ $t.AddDate -1 0 17 }}|{{ $t.Add 3600000000000 }}',
    'January|Sunday|15|false|2022-02-01 16:08:09 +0000 UTC|2023-01-15 17:08:09 +0000 UTC',
  ],
  [
    '{{ printf "%-6.3s|%6.2f|%+d|%q|%x|%t|%v|%5t" "abcdef" 3.14159 5 "a\\"b" 255 true 1e21 false }}',
    'abc   |  3.14|+5|"a\\"b"|ff|true|1e+21|false',
  ],
];

test.each(CASES)('%s', (template, output) => {
  expect(format(template)).toBe(output);
});

test('what a function refuses becomes the error of the line', () => {
  expect(format('{{ div 1 0 }}')).toBe(
    'template: line:1:3: executing "line" at <div 1 0>: error calling div: runtime error: integer divide by zero',
  );
  expect(format('{{ bytes .x }}')).toBe(
    'template: line:1:3: executing "line" at <bytes .x>: error calling bytes: strconv.ParseFloat: parsing "": invalid syntax',
  );
  expect(format('{{ trunc "a" "b" }}')).toBe(
    'template: line:1:9: executing "line" at <"a">: expected integer; found "a"',
  );
  expect(format('{{ unixToTime "123" }}')).toContain("unable to parse time '123': %!w(<nil>)");
  expect(format('{{ substr -1 -2 "abc" }}')).toMatch(/slice bounds out of range \[:-2\]$/);
  expect(format('{{ repeat 1000000000000000000 "xxxxxxxxxxxxxxxxx" }}')).toContain(
    'strings: Repeat output length overflow',
  );
  expect(format('{{ addf (mulf 1e308 10) 1 }}')).toMatch(/error calling addf: Cannot create a Decimal from \+Inf$/);
  expect(format('{{ duration "aµb" }}')).toContain('time: invalid duration "a\\xc2\\xb5b"');
  expect(format('{{ eq .n 200 }}')).toContain('error calling eq: incompatible types for comparison: string and int');
  expect(format('{{ lt 1 2.5 }}')).toContain('error calling lt: incompatible types for comparison: int and float64');
  expect(format('{{ .n | upper 1 }}')).toContain('wrong number of args for upper: want 1 got 2');
  expect(format('{{ split .n }}')).toBe('invalid line template: template: line:1: function "split" not defined');
});

test('nothing grows without bound', () => {
  expect(format('{{ repeat 1000000000 "x" }}')).toContain('longer than');
  expect(format('{{ range 1000000000 }}{{ end }}')).toContain('steps');
  expect(format('{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}')).toContain('depth');
  expect(format('{{ printf "%999999999d" 1 }}')).toContain('width');
});
