// `sessions`, `sessions show` and `sessions who-can` against a fake server over real HTTP: parameters, formats, sentences.
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, json, type Reply, startFakeServer, stream } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const ROW = {
  id: '8c1f0b5a2d3e4f60',
  kind: 'exec',
  form: 'command',
  state: 'ended',
  startedAt: '2026-11-20T08:00:00.123456Z',
  endedAt: '2026-11-20T08:02:05.123456Z',
  durationSeconds: 125,
  user: 'alice',
  impersonatedUser: '',
  loginName: '',
  loginDecision: '',
  sourceIP: '10.0.0.9',
  sourceIPs: ['203.0.113.7', '10.0.0.9'],
  namespace: 'shop',
  pod: 'web-0',
  container: 'main',
  node: 'n1',
  nodeBy: 'reported by its kubelet',
  command: ['sh', '-c', 'echo a b'],
  code: 101,
  binding: 'devs/shop',
  bindingKind: 'RoleBinding',
  role: 'developer',
  roleKind: 'ClusterRole',
  auditIDs: ['a-1'],
  notKnown: ['Exit status and output of the command are not in the API audit log.'],
};
const OPEN = { ...ROW, id: '1111111111111111', state: 'open', endedAt: null, durationSeconds: 61 };
const TRIED = {
  ...ROW,
  id: '2222222222222222',
  kind: 'login',
  form: '',
  state: 'attempt',
  loginName: 'kubeadmin',
  loginDecision: 'deny',
  command: [],
};

async function ask(replies: Record<string, Reply>, args: readonly string[]) {
  server = await startFakeServer(replies);
  return runCommand([...args.slice(0, 1), '--server', server.url, ...args.slice(1)], {});
}

const LIST = '/api/v1/sessions';
const listOf = (...sessions: readonly object[]): Reply => json({ sessions, more: false, notes: [] });

test('the table: who, how long, what', async () => {
  const { code, stdout } = await ask({ [LIST]: listOf(ROW, OPEN, TRIED) }, ['sessions']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      'ID                STARTED               LENGTH     USER       KIND   NAMESPACE  POD    COMMAND',
      "8c1f0b5a2d3e4f60  2026-11-20T08:00:00Z  2m5s       alice      exec   shop       web-0  sh -c 'echo a b'",
      "1111111111111111  2026-11-20T08:00:00Z  open 1m1s  alice      exec   shop       web-0  sh -c 'echo a b'",
      '2222222222222222  2026-11-20T08:00:00Z  deny       kubeadmin  login  shop       web-0  <none>',
      '',
    ].join('\n'),
  );
});

test('flags become parameters, json is the list', async () => {
  const { stdout } = await ask({ [LIST]: listOf(ROW) }, [
    'sessions',
    '--kind',
    'exec',
    '--kind',
    'attach',
    '--user',
    '!bob',
    '-n',
    'shop',
    '--pod',
    '~^web',
    '--node',
    'n1',
    '--open',
    '--since',
    '2h',
    '--limit',
    '0',
    '-o',
    'json',
  ]);
  expect(JSON.parse(stdout)).toEqual([ROW]);
  expect(server?.seen[0]?.params).toEqual({
    kind: ['exec', 'attach'],
    user: ['!bob'],
    namespace: ['shop'],
    pod: ['~^web'],
    node: ['n1'],
    open: ['true'],
    since: ['2h'],
    limit: ['0'],
  });
});

test('nothing found, more than shown, and notes go to standard error', async () => {
  const none = await ask({ [LIST]: json({ sessions: [], more: false, notes: ['Only the newest were read.'] }) }, [
    'sessions',
    '-n',
    'shop',
  ]);
  expect([none.code, none.stdout]).toEqual([0, '']);
  expect(none.stderr).toBe('Note: Only the newest were read.\nNo sessions found in namespace shop.\n');
  await server?.close();
  const more = await ask({ [LIST]: json({ sessions: [ROW], more: true, notes: [] }) }, ['sessions']);
  expect(more.stderr).toMatch(/newest 100/);
});

test('-w prints the list, then what begins and ends, each once', async () => {
  const ended = { ...OPEN, state: 'ended', endedAt: '2026-11-20T08:09:00.000000Z' };
  const attempt = { ...OPEN, id: '0123456789abcdef', state: 'attempt', endedAt: '2026-11-20T08:09:01.000000Z' };
  const second = { ...attempt, endedAt: '2026-11-20T08:09:01.300000Z', verbs: ['get', 'create'] };
  const all = [ended, attempt, second];
  const lines = [`${JSON.stringify(OPEN)}\n`, '\n', ...all.map((row) => `${JSON.stringify(row)}\n`)];
  const { code, stdout, stderr } = await ask({ [LIST]: listOf(OPEN), [`${LIST}/tail`]: stream(lines) }, [
    'sessions',
    '-w',
    '-o',
    'ndjson',
  ]);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.map(({ state }) => state)).toEqual(['open', 'ended', 'attempt']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^KW_CLI_STREAM_CUT/)]);
});

test('show: the session in words, its records and what was around it', async () => {
  const step = {
    time: '2026-11-20T08:00:00.1Z',
    verb: 'get',
    resource: 'pods/exec',
    namespace: 'shop',
    name: 'web-0',
    stage: 'ResponseStarted',
    code: 101,
    requestURI: '/x',
    auditID: 'a-1',
  };
  const story = {
    session: ROW,
    records: [step],
    around: [{ ...step, resource: 'secrets', name: 'db' }],
    moreAround: true,
    podWas: ['It was created by bob.'],
  };
  const { code, stdout } = await ask({ [`${LIST}/${ROW.id}`]: json(story) }, ['sessions', 'show', ROW.id]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Allowed by: +RoleBinding devs\/shop, ClusterRole developer\n/);
  expect(stdout).toMatch(
    /Source: +10\.0\.0\.9 \(as the API server saw it\)\nClaimed hops: +203\.0\.113\.7 \(said by client/,
  );
  expect(stdout).toMatch(/Not known: +Exit status/);
  expect(stdout).toMatch(/The pod:\n {2}It was created by bob\.\n/);
  expect(stdout).toMatch(/Records:\nTIME .*\n.* pods\/exec .*web-0/);
  expect(stdout).toMatch(/secrets .* db\n {2}… and more/);
});

test('show wants an id', async () => {
  const { code, stderr } = await ask({}, ['sessions', 'show', 'web-0']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Which session\? /)]);
});

test('who-can: rights, what to remove, and refusals', async () => {
  const right = {
    user: 'alice',
    impersonatedBy: '',
    namespace: 'shop',
    action: 'exec, rsh or cp',
    right: 'get pods/exec',
    role: 'developer',
    binding: 'devs/shop',
    count: 3,
    lastSeen: '2026-11-20T08:00:00Z',
    advice: 'Remove it.',
  };
  const refused = { ...right, user: 'eve', role: '', binding: '', advice: 'A refused exec.' };
  const answer = { verb: 'exec', namespace: 'shop', granted: [right], refused: [refused], notes: [] };
  const { stdout } = await ask({ [`${LIST}/who-can`]: json(answer) }, ['sessions', 'who-can', 'exec', '-n', 'shop']);
  expect(server?.seen[0]?.params).toEqual({ verb: ['exec'], namespace: ['shop'] });
  expect(stdout).toMatch(
    /alice +shop +get pods\/exec +3 .*developer +devs\/shop\n\nTo stop it:\n {2}Remove it\.\n\nRefused:\n/,
  );
  expect(stdout).toMatch(/eve .*\n\nWhat the refusals mean:\n {2}A refused exec\.\n$/);
});
