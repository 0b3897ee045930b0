// `search` against a fake server over real HTTP: bytes, parameters, formats, refusals.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, json, type Reply, recordRow, startFakeServer, stream } from './testing/fake-server.ts';
import { runCommand, type World } from './testing/run-command.ts';

const PATH = '/api/v1/records';
let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function search(reply: Reply, args: readonly string[], world: World = {}) {
  server = await startFakeServer({ [PATH]: reply });
  return runCommand(['search', '--server', server.url, ...args], world);
}

/** Lines that decoding anywhere would change: CR, `\N`, NUL, 0x01, invalid UTF-8, a lone ESC. */
const ODD_LINES = [
  Buffer.from('{"a":"x"}\r'),
  Buffer.from('{"a":"\\N"}'),
  Buffer.from([0x7b, 0x00, 0x01, 0x7d]),
  Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]),
  Buffer.from('{"a":"\u001b[31m\u2028\ufeff"}'),
  Buffer.from('{"n":12345678901234567890,"n":1.0e5}'),
];
const NEWLINE = Buffer.from('\n');
const ODD_BYTES = Buffer.concat(ODD_LINES.flatMap((line) => [line, NEWLINE]));
/** Cut in every awkward place: inside characters, before and after newlines. */
const ODD_CHUNKS = Array.from({ length: Math.ceil(ODD_BYTES.length / 3) }, (_, i) =>
  ODD_BYTES.subarray(i * 3, i * 3 + 3),
);

test('ndjson is the bytes of the answer, whatever they are and wherever they are cut', async () => {
  const { code, out } = await search(stream(ODD_CHUNKS), ['-o', 'ndjson']);
  expect(code).toBe(0);
  expect(out.equals(ODD_BYTES)).toBe(true);
  expect(server?.seen[0]?.params['view']).toEqual(['line']);
});

test('json is an array of the exact lines', async () => {
  const { code, out } = await search(stream(ODD_CHUNKS), ['-o', 'json']);
  const expected = Buffer.concat([
    Buffer.from('[\n'),
    ...ODD_LINES.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from(',\n'), line])),
    Buffer.from('\n]\n'),
  ]);
  expect(code).toBe(0);
  expect(out.equals(expected)).toBe(true);
});

test('on a terminal control bytes of a line cannot reach it', async () => {
  const { stdout } = await search(stream(['{"a":"\u001b]0;owned\u0007\u202e"}\n']), ['-o', 'ndjson'], { columns: 80 });
  expect(stdout).toBe('{"a":"\\x1b]0;owned\\x07\\u202e"}\n');
});

test.each([
  [['--verb', '-get'], { verb: ['-get'] }],
  [['--verb=-get'], { verb: ['-get'] }],
  [['--verb', '!get'], { verb: ['!get'] }],
  [['--user', '=!odd', '--user', 'bob'], { user: ['=!odd', 'bob'] }],
  [['-n', '-kube-system', '--failed'], { namespace: ['-kube-system'], failed: ['true'] }],
  [['-n', 'shop', '-A'], {}],
  [
    ['-nshop', '--code', '-4xx', '--limit', '0', '--order', 'oldest'],
    { namespace: ['shop'], code: ['-4xx'], limit: ['0'], order: ['oldest'] },
  ],
  [['--user', 'a&b=c d/ü%'], { user: ['a&b=c d/ü%'] }],
  [['--fields', 'userAgent,user.username', '--unique'], { fields: ['userAgent', 'user.username'], unique: ['true'] }],
  [
    ['--since', '2h', '--until', '2026-11-20', '--min-duration', '2s', '--last', '5'],
    { since: ['2h'], until: ['2026-11-20'], 'min-duration': ['2s'], last: ['5'] },
  ],
])('%j becomes the parameters %j', async (args, params) => {
  await search(stream([recordRow()]), args);
  const { view, ...rest } = server?.seen[0]?.params ?? {};
  expect(rest).toEqual(params);
  expect(view).toEqual('fields' in params ? undefined : ['table']);
});

test('the table is aligned, without borders, with <none> for what is absent', async () => {
  const rows = [
    recordRow({ status: 'open', code: 101, verb: 'create', subresource: 'exec' }),
    recordRow({
      user: 'system:anonymous',
      impersonatedUser: 'root',
      resource: '',
      namespace: '',
      name: '',
      path: '/healthz',
      code: 0,
    }),
    recordRow({ apiGroup: 'apps', resource: 'deployments', name: '日本', code: 403 }),
  ];
  const { stdout, stderr, code } = await search(stream(rows), []);
  expect(stdout).toBe(
    `TIME                  USER                      VERB    CODE    NAMESPACE  RESOURCE          NAME
2026-11-20T08:00:00Z  alice                     create  open    shop       pods/exec         web-1
2026-11-20T08:00:00Z  system:anonymous as root  get     <none>  <none>     <none>            /healthz
2026-11-20T08:00:00Z  alice                     get     403     shop       deployments.apps  日本
`,
  );
  expect([stderr, code]).toEqual(['', 0]);
});

test('values cannot steer the terminal or fake a row', async () => {
  const { stdout } = await search(stream([recordRow({ user: 'eve\u001b[2J\n2026 root', name: '\u202egpj.exe' })]), [
    '--no-headers',
  ]);
  expect(stdout).toBe('2026-11-20T08:00:00Z  eve\\x1b[2J\\n2026 root  get  200  shop  pods  \\u202egpj.exe\n');
});

test('a terminal gets rows of its width, a pipe gets everything', async () => {
  const row = recordRow({ user: `system:serviceaccount:openshift-monitoring:${'x'.repeat(60)}-end` });
  const terminal = await search(stream([row]), [], { columns: 80 });
  for (const line of terminal.stdout.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(terminal.stdout).toContain('…');
  expect(terminal.stdout).toContain('web-1');
  await server?.close();
  const pipe = await search(stream([row]), []);
  expect(pipe.stdout).toContain(`${'x'.repeat(60)}-end`);
});

test('nothing found is a sentence on standard error and no failure', async () => {
  const found = await search(stream([]), ['-n', 'shop', '--verb', '-get']);
  expect(found).toMatchObject({ code: 0, stdout: '', stderr: 'No records found in namespace shop (--verb -get).\n' });
});

test('a default limit that cut the answer is told', async () => {
  const { stderr } = await search(stream([recordRow()], { 'kubewitness-next-cursor': '1-00' }), []);
  expect(stderr).toBe('These are the newest 100; more match. Add --limit 0 for all.\n');
  await server?.close();
  const chosen = await search(stream([recordRow()], { 'kubewitness-next-cursor': '1-00' }), ['--limit', '100']);
  expect(chosen.stderr).toBe('');
  await server?.close();
  const last = await search(stream([recordRow()], { 'kubewitness-next-cursor': '1-00' }), ['--last', '1']);
  expect(last.stderr).toBe('');
});

test('fields print as a table, as csv and as they came', async () => {
  const rows = [
    '{"userAgent":"kubectl","user.username":"=cmd()"}\n',
    '{"userAgent":"a,\\"b\\"","user.username":null}\n',
  ];
  const table = await search(stream(rows), ['--fields', 'userAgent,user.username']);
  expect(table.stdout).toBe('USERAGENT  USER.USERNAME\nkubectl    =cmd()\na,"b"      <none>\n');
  await server?.close();
  const csv = await search(stream(rows), ['--fields', 'userAgent,user.username', '-o', 'csv']);
  expect(csv.stdout).toBe('userAgent,user.username\nkubectl,\'=cmd()\n"a,""b""",\n');
  await server?.close();
  const lines = await search(stream(rows), ['--fields', 'userAgent,user.username', '-o', 'ndjson']);
  expect(lines.stdout).toBe(rows.join(''));
  expect(server?.seen[0]?.params['view']).toBeUndefined();
});

test('yaml keeps large numbers, name prints what kubectl takes', async () => {
  const yaml = await search(
    stream(['{"kind":"Event","size":12345678901234567890}\n', '{"b":["2026-11-20T08:00:00.000001Z","yes"]}\n']),
    ['-o', 'yaml'],
  );
  expect(yaml.stdout).toBe(
    'kind: Event\nsize: 12345678901234567890\n---\nb:\n  - "2026-11-20T08:00:00.000001Z"\n  - "yes"\n',
  );
  await server?.close();
  const rows = [
    recordRow({ apiGroup: 'apps', resource: 'deployments', name: "we'b" }),
    recordRow({ resource: '' }),
    recordRow({ resource: 'nodes', namespace: '', name: 'n1' }),
  ];
  const name = await search(stream(rows), ['-o', 'name']);
  expect(name.stdout).toBe("'deployments.apps/we'\\''b' -n shop\nnodes/n1\n");
});

const PROBLEM = { type: '/errors/KW_X', title: 'x', status: 400, code: 'KW_X', detail: 'The sentence.' };

test('a trailer that tells a problem fails the command after what was printed', async () => {
  const { code, stdout, stderr } = await search(
    stream(['{"a":1}\n'], { 'kubewitness-problem': JSON.stringify(PROBLEM) }),
    ['-o', 'ndjson'],
  );
  expect([code, stdout, stderr]).toEqual([1, '{"a":1}\n', 'KW_X: The answer broke off: The sentence.\n']);
});

test('a cut connection fails the command', async () => {
  const cut: Reply = (_, response) => {
    response.writeHead(200);
    response.write('{"a":1}\n');
    setTimeout(() => response.destroy(), 20);
  };
  const { code, stderr } = await search(cut, ['-o', 'ndjson']);
  expect(code).toBe(1);
  expect(stderr).toContain('broke off in the middle (the connection was cut); what was printed is not all.');
});

test('refusals: 400 is wrong usage, 401 tells how to give a token, others their sentence', async () => {
  const wrong = await search(json(PROBLEM, 400), []);
  expect([wrong.code, wrong.stderr]).toEqual([2, 'KW_X: The sentence.\n']);
  await server?.close();
  const none = await search(json({ ...PROBLEM, status: 401 }, 401), []);
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('wants a token (401). Give it with --token-file FILE');
  await server?.close();
  const bad = await search(json({}, 401), ['--token', 'kw_x']);
  expect(bad.stderr).toContain('does not accept this token (401)');
  expect(server?.seen[0]?.headers['authorization']).toBe('Bearer kw_x');
  await server?.close();
  const proxy = await search((_, response) => void response.writeHead(502).end('<html>'), []);
  expect([proxy.code, proxy.stderr]).toEqual([1, expect.stringContaining('answered 502 Bad Gateway')]);
});

test('a server that is away: the sentence names the address and two ways on', async () => {
  const { code, stderr } = await runCommand(['search', '--server', 'http://127.0.0.1:1']);
  expect([code, stderr]).toEqual([
    1,
    'KW_CLI_UNREACHABLE: Cannot reach http://127.0.0.1:1 (connection refused). Start it with `kubewitness serve` or name another with --server; commands that only read also take files: --from FILE.\n',
  ]);
});

test('a unix socket is a server too', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kw-cli-'));
  try {
    server = await startFakeServer({ [PATH]: stream(['{"a":1}\n']) }, join(directory, 's'));
    const { stdout } = await runCommand(['search', '--server', server.url, '-o', 'ndjson']);
    expect(stdout).toBe('{"a":1}\n');
  } finally {
    await rm(directory, { recursive: true });
  }
});
