// `fmt`: what it prints, where its caret stands, and what it does with standard input.
import { expect, test } from 'vitest';
import { runCommand } from './testing/run-command.ts';

const LONG = `sum by (objectRef_namespace, objectRef_name, user_username) (count_over_time({log_type="audit"} |~ "/exec?" | json [2h])) > 0`;

test('prints a query for people, and on one line when asked', async () => {
  expect(await runCommand(['fmt', LONG])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `  sum by (objectRef_namespace, objectRef_name, user_username)(
    count_over_time({log_type="audit"} |~ "/exec?" | json[2h])
  )
>
  0
`,
  });
  const line = `(sum by (objectRef_namespace,objectRef_name,user_username)(count_over_time({log_type="audit"} |~ "/exec?" | json[2h])) > 0)\n`;
  expect(await runCommand(['fmt', '--one-line', LONG])).toMatchObject({ code: 0, stdout: line });
  expect(await runCommand(['fmt', '--one-line'], { stdin: Buffer.from(`# who went in\n${LONG}\n`) })).toMatchObject({
    stdout: line,
  });
});

test('points at what is wrong', async () => {
  expect(await runCommand(['fmt', '{log_type=}'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `KW_CLI_USAGE: parse error at line 1, col 11: syntax error: unexpected }, expecting STRING

  {log_type=}
            ^
`,
  });
});

test('the caret stands under the line it means, behind wide letters and tabs too', async () => {
  const { stderr } = await runCommand(['fmt', '-'], { stdin: Buffer.from('{a="b"}\n\t|= "日本" |~ "("\n| json') });
  expect(stderr.split('\n').slice(2, 4)).toEqual(['   |= "日本" |~ "("', '             ^']);
});

test('of a long line the part around the fault is shown, of no line none', async () => {
  const long = `{a="b"} |= "${'é'.repeat(9_000)}" | jsn | json`;
  const { stderr } = await runCommand(['fmt', long]);
  const [sentence = '', , shown = '', caret = ''] = stderr.split('\n');
  expect(sentence).toMatch(/^KW_CLI_USAGE: parse error at line 1, col \d+: /);
  expect(shown).toMatch(/^ {2}…é+" \| jsn \| json$/);
  expect(shown.slice(caret.indexOf('^'))).toBe('| json');
  const early = await runCommand(['fmt', `{a=} |= "${'x'.repeat(90_000)}"`]);
  expect(early.stderr.split('\n')[2]).toMatch(/^ {2}\{a=\} \|= "x+…$/);
  expect(early.stderr.length).toBeLessThan(400);
  const none = await runCommand(['fmt'], { stdin: Buffer.from('') });
  expect(none.stderr).toBe('KW_CLI_USAGE: parse error : syntax error: unexpected $end\n');
});

test('templates are checked as well', async () => {
  const { code, stderr } = await runCommand(['fmt', '{a="b"} | line_format "{{nope}}"']);
  expect(code).toBe(2);
  expect(stderr).toContain('function "nope" not defined\n\n  {a="b"} | line_format "{{nope}}"\n          ^\n');
});

test('input that is far too long for a query is not read to its end', async () => {
  const { code, stderr } = await runCommand(['fmt'], { stdin: Buffer.alloc(1_100_000, 'x') });
  expect([code, stderr]).toEqual([2, 'KW_CLI_USAGE: Standard input is longer than 1 MiB: that is no query.\n']);
});
