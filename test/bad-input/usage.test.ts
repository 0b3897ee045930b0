// Wrong flags, values, keys and variables: exit code 2, and the sentence names the nearest valid word or says how to write it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, runServerProgram } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();

/** No server is needed to find these; nothing listens there. */
const NOWHERE = ['--server', `unix:${join(folder, 'no.sock')}`];

test.each([
  ['serach', /unknown command 'serach'\s*\(Did you mean search\?\)/],
  ['search --usr alice', /unknown option '--usr'\s*\(Did you mean --user\?\)/],
  ['search --user', /option '--user <NAME>' argument missing/],
  ['search extra', /too many arguments/],
  ['search -o jsn', /-o "jsn" is not a format; did you mean json\? valid: table/],
  ['import', /Name what to import: kubewitness import FILE\|DIR/],
  ['show', /Which request\?/],
  ['token create x', /Add --role ingest/],
  ['webhook-config', /Which cluster\? Write --cluster NAME/],
  ['webhook-config --cluster a/b', /--cluster "a\/b" cannot stand in an address/],
  ['export', /Where to\? Write --out/],
  ['completion tcsh', /"tcsh" is not a shell known here; did you mean bash\? valid: bash, zsh, fish/],
  ['search --server ftp://x', /is not an address; write http:\/\/host:8440/],
])('kubewitness %s', async (line, sentence) => {
  const ran = await runCli(line.split(' '));
  expect(ran.stderr).toMatch(sentence);
  expect([ran.code, ran.stdout.length]).toEqual([2, 0]);
});

// The same words are checked before files are read, so these need no server.
test.each([
  ['--code', 'abc', /--code "abc" is not a response code; write 403, 4xx or 400-499/],
  ['--stage', 'ResponseCompleted', /did you mean ResponseComplete\?/],
  ['--level', 'metdata', /did you mean Metadata\?/],
  ['--decision', 'alow', /did you mean allow\?/],
  ['--order', 'newst', /did you mean newest\?/],
  ['--since', 'yesterday', /--since "yesterday" is not a time; write/],
  ['--limit', 'ten', /--limit "ten" is not a whole number/],
  ['--source-ip', '10.0.0.300', /is not an address; write 10\.0\.0\.7/],
  ['--resource', 'a b', /is not a resource; write pods/],
  ['--resource', '~^pods', /--resource takes no regular expression; write pods, 'pods\/\*'/],
  ['--resource', '!~^pods', /--resource takes no regular expression/],
  ['--annotation', '~k', /--annotation takes no regular expression; write key/],
  ['--min-duration', '-5s', /--min-duration "-5s" is not a duration/],
  ['--fields', 'a b', /is not a field path/],
  ['--unique', '--all-stages', /--unique needs --fields/],
  ['--uri', '~(', /is not a regular expression/],
])('search %s %s', async (flag, value, sentence) => {
  const empty = join(folder, 'empty.log');
  writeFileSync(empty, '');
  const ran = await runCli(['search', flag, value, '--from', empty]);
  expect(ran.stderr).toMatch(sentence);
  expect([ran.code, ran.stdout.length]).toEqual([2, 0]);
});

test('a TMPDIR that takes no directory', async () => {
  const log = join(folder, 'one.log');
  writeFileSync(log, '');
  const ran = await runCli(['search', '--from', log], { env: { TMPDIR: join(folder, 'nowhere') } });
  expect(ran.stderr).toMatch(
    /^KW_CLI_TEMPORARY_SERVER: No temporary directory for --from can be made in \S+nowhere .*let TMPDIR name one/,
  );
  expect([ran.code, ran.stdout.length]).toEqual([1, 0]);
});

test('top --by usr', async () => {
  const ran = await runCli(['top', '--by', 'usr', '--from', folder]);
  expect(ran.stderr).toMatch(/did you mean user\?/);
  expect(ran.code).toBe(2);
});

test.each([
  [['search'], /Cannot reach unix:.*no\.sock \(no such socket\).*kubewitness serve.*--from FILE/s],
  [['import', '-'], /Cannot reach/],
  [['status'], /Cannot reach/],
  [['tail', '-f'], /Cannot reach/],
])('server away: %j', async (args, sentence) => {
  const ran = await runCli([...args, ...NOWHERE], { input: '{"kind":"Event"}\n' });
  expect(ran.stderr).toMatch(sentence);
  expect([ran.code, ran.stdout.length]).toEqual([1, 0]);
});

test('server away: refused, and a name that nobody knows', async () => {
  const refused = await runCli(['search', '--server', 'http://127.0.0.1:1']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('(connection refused)')]);
  const unknown = await runCli(['search', '--server', 'http://no-such-host.invalid:8440']);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('Cannot reach http://no-such-host.invalid:8440'),
  ]);
});

test.each([
  [['--dat', 'x'], /KW_CONFIG_UNKNOWN: --dat is not a flag; did you mean --data\?/],
  [['--log-level', 'wrn'], /KW_CONFIG_VALUE: --log-level is "wrn".*did you mean warn\?/],
  [['extra'], /KW_CONFIG_UNKNOWN: "extra" stands alone/],
  [['--segment-bytes', '5x'], /expected a size such as 64MiB/],
  [['--segment-max-age', '5'], /expected a duration such as 500ms/],
  [['--engine-readers', '0'], /a whole number from 1 to/],
  [['--data'], /--data needs a value after it/],
  [['--listen', '127.0.0.1:99999'], /KW_CONFIG_VALUE: --listen/],
  [['--tls-cert', 'x.crt'], /tls-cert and tls-key belong together/],
  [['--config', join(folder, 'no.yaml')], /KW_CONFIG_FILE: .*no\.yaml cannot be read/],
  [['token', 'bogus'], /write token create --role/],
])('server program %j', async (args, sentence) => {
  const ran = await runServerProgram(args, { cwd: folder });
  expect(ran.stderr).toMatch(sentence);
  expect(ran.code).toBe(2);
});

test('unknown keys of the file and unknown variables', async () => {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, 'listen: 127.0.0.1:0\ndta: x\n');
  const file = await runServerProgram(['--config', path]);
  expect([file.code, file.stderr]).toEqual([
    2,
    expect.stringMatching(/config\.yaml:2: "dta" is not a setting of this file; did you mean data\?/),
  ]);
  writeFileSync(path, 'listen: [1\n');
  const broken = await runServerProgram(['--config', path]);
  expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('is not valid YAML')]);
  const variable = await runServerProgram([], { env: { KUBEWITNESS_DTA: 'x' } });
  expect([variable.code, variable.stderr]).toEqual([
    2,
    expect.stringMatching(/KUBEWITNESS_DTA is not a setting; did you mean KUBEWITNESS_DATA\?/),
  ]);
});
