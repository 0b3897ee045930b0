// The engine against what Go's text/template does: syntax, control flow, values, and its error sentences.
import { expect, test } from 'vitest';
import { compileTemplate, makeMap, type TemplateFunctions, type Value } from './index.ts';

const FUNCTIONS: TemplateFunctions = new Map([
  ['upper', { parameters: ['string'] as const, call: ([text]: readonly Value[]) => String(text).toUpperCase() }],
]);
const DATA = makeMap(
  new Map<string, Value>([
    ['a', 'xü'],
    ['empty', ''],
    ['list', ['p', 'q', null, 2n]],
    [
      'map',
      makeMap(
        new Map<string, Value>([
          ['k', 1.5],
          ['b', makeMap(new Map())],
        ]),
      ),
    ],
  ]),
);

function run(text: string): string {
  const compiled = compileTemplate('line', text, FUNCTIONS);
  if (!compiled.ok) return compiled.problem;
  const output = compiled.template.run(DATA);
  return output.ok ? output.text : output.problem;
}

test.each([
  ['plain', 'plain'],
  ['{{.a}} {{ .a | upper }} {{upper .a}}', 'xü XÜ XÜ'],
  ['{{.nope}}|{{.map.k}}|{{.map}}|{{.list}}', '<no value>|1.5|map[b:map[] k:1.5]|[p q <nil> 2]'],
  ['a {{- " b " -}} c', 'a b c'],
  ['x {{- /* gone */ -}} y', 'xy'],
  ['{{if .empty}}a{{else if eq .a "x" "xü"}}b{{else}}c{{end}}', 'b'],
  ['{{with .empty}}a{{else with .a}}{{.}}{{end}}', 'xü'],
  ['{{range $i, $e := .list}}{{$i}}={{$e}};{{end}}', '0=p;1=q;2=<no value>;3=2;'],
  ['{{range .map}}x{{end}}{{range $k, $v := .map}}{{$k}}{{end}}{{range .none}}{{else}}none{{end}}', 'xxbknone'],
  ['{{range 4}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}', '02'],
  ['{{$x := 1}}{{range .list}}{{$x = len $.a}}{{end}}{{$x}}', '3'],
  ['{{define "t"}}<{{.}}>{{end}}{{template "t" .a}}{{block "u" 5}}[{{.}}]{{end}}', '<xü>[5]'],
  ['{{len .a}} {{slice .a 0 1}} {{index .a 0}} {{index .list 1}} {{index .map "k"}}', '3 x 120 q 1.5'],
  ['{{and .a .empty}}|{{or .empty "z"}}|{{not .a}}|{{and true 0}}', '|z|false|0'],
  ['{{lt 1 2}} {{ge "b" "a"}} {{ne 1.5 1.5}} {{eq true true}}', 'true true false true'],
  ['{{print 1 2 "x" 3 nil}} {{println 1 "x"}}', '1 2x3 <nil> 1 x\n'],
  [
    '{{1e3}} {{1.5}} {{0x1F}} {{1_000}} {{100000.0}} {{1234567.0}} {{\'a\'}} {{"\\u00fc\\t"}} {{`raw\\n`}}',
    '1000 1.5 31 1000 100000 1.234567e+06 97 ü\t raw\\n',
  ],
  ['{{html "<a href=\'x\'>"}} {{js "it\'s"}} {{urlquery "a b"}}', "&lt;a href=&#39;x&#39;&gt; it\\'s a+b"],
  [
    '{{printf "%d %s" "x" 5}}{{printf "%d"}}{{printf "a" 1}}{{printf "%"}}{{printf "%[2]d %[1]d" 1 2}}',
    '%!d(string=x) %!s(int=5)%!d(MISSING)a%!(EXTRA int=1)%!(NOVERB)2 1',
  ],
])('%s', (text, output) => {
  expect(run(text)).toBe(output);
});

test.each([
  ['{{.x', 'template: line:1: unclosed action'],
  ['a\n{{ "x }}', 'template: line:2: unterminated quoted string'],
  ['{{/* x }}', 'template: line:1: unclosed comment'],
  ['{{foo}}', 'template: line:1: function "foo" not defined'],
  ['{{$x}}', 'template: line:1: undefined variable "$x"'],
  ['{{end}}', 'template: line:1: unexpected {{end}}'],
  ['{{if .a}}', 'template: line:1: unexpected EOF'],
  ['{{if}}x{{end}}', 'template: line:1: missing value for if'],
  ['{{ .a } }}', 'template: line:1: unexpected "}" in operand'],
  ['{{(.a}}', 'template: line:1: unclosed left paren'],
  ['{{.a)}}', 'template: line:1: unexpected right paren'],
  ['{{3 | 4}}', 'template: line:1: non executable command in pipeline stage 2'],
  ['{{break}}', 'template: line:1: {{break}} outside {{range}}'],
  ['{{.a.b}}', 'template: line:1:4: executing "line" at <.a.b>: can\'t evaluate field b in type string'],
  ['{{.map.none.x}}', 'template: line:1:6: executing "line" at <.map.none.x>: nil pointer evaluating interface {}.x'],
  ['ü\n {{upper 5}}', 'template: line:2:9: executing "line" at <5>: expected string; found 5'],
  [
    '{{.map.k | upper}}',
    'template: line:1:11: executing "line" at <upper>: wrong type for value; expected string; got float64',
  ],
  [
    '{{lt 1 "a"}}',
    'template: line:1:2: executing "line" at <lt 1 "a">: error calling lt: incompatible types for comparison: int and string',
  ],
  ['{{range 1.5}}{{end}}', 'template: line:1:8: executing "line" at <1.5>: range can\'t iterate over 1.5'],
])('%s is refused', (text, problem) => {
  expect(run(text)).toBe(problem);
});

test('names the fields it reads', () => {
  const compiled = compileTemplate(
    'line',
    '{{.a.b}}{{if .c}}{{(upper .d)}}{{else}}{{range .e}}{{.f}}{{end}}{{end}}',
    FUNCTIONS,
  );
  expect(compiled.ok && [...compiled.template.fields].sort()).toEqual(['a', 'c', 'd', 'e', 'f']);
});
