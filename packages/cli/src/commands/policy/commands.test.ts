// The other policy commands as users call them, on records of the corpus.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runPolicy } from './testing/run-policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'kw-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const log = gunzipSync(
  readFileSync(new URL('../../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url)),
).subarray(0, 4_000_000);
const whole = log.subarray(0, log.lastIndexOf(10) + 1);
const lines = whole.toString('utf8').trim().split('\n');
const records = file('audit.log', whole);
const packed = file('audit.log.gz', gzipSync(whole));

const METADATA = file(
  'metadata.yaml',
  '# ours\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
);
const NO_READS = file(
  'no-reads.yaml',
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verbs: [get, list, watch]\n- level: Metadata\n',
);
const REFUSED = file('refused.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n');

test('simulate counts the same for plain, packed and chunked input', async () => {
  const plain = await runPolicy('simulate', NO_READS, records, '-o', 'json');
  const zipped = await runPolicy('simulate', NO_READS, packed, '-o', 'json');
  expect(plain.exitCode).toBe(0);
  expect(zipped.stdout).toBe(plain.stdout);
  const report = JSON.parse(plain.stdout);
  expect(report.total.records).toBe(lines.length);
  const reads = lines.filter((line) => ['get', 'list', 'watch'].includes(JSON.parse(line).verb)).length;
  expect(report.total.keptRecords).toBe(lines.length - reads);
});

test('simulate fails when something that must stay is lost, and says what', async () => {
  const kept = await runPolicy('simulate', NO_READS, records, '--must-stay', 'writes');
  expect(kept).toMatchObject({ exitCode: 0 });
  expect(kept.stdout).toContain('must stay: writes: all');
  const lost = await runPolicy(
    'simulate',
    NO_READS,
    records,
    '--must-stay',
    'refusals',
    '--selector',
    '{verb="get", responseStatus_code="403"}',
  );
  expect(lost.exitCode).toBe(1);
  expect(lost.stdout).toMatch(/refusals: LOSES/);
  expect(lost.stdout).toMatch(/\{verb="get".*LOSES/);
  expect((await runPolicy('simulate', NO_READS, records, '--must-stay', 'nonsense')).exitCode).toBe(2);
  expect((await runPolicy('simulate', NO_READS, records, '--selector', 'verb')).stderr).toContain('wrong at column 1');
});

test('webhook bodies are read item by item', async () => {
  const items = lines.slice(0, 50).map((line) => JSON.parse(line));
  const list = file(
    'batch.json',
    JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items }),
  );
  const { stdout } = await runPolicy('simulate', METADATA, list, '-o', 'json');
  expect(JSON.parse(stdout).total.records).toBe(50);
});

test('files without records, missing files and refused policies end with a sentence', async () => {
  const none = await runPolicy('simulate', METADATA, file('other.log', 'hello\n'));
  expect(none).toMatchObject({ exitCode: 1, stdout: '' });
  expect(none.stderr).toContain('there is no audit record');
  expect((await runPolicy('simulate', METADATA, join(folder, 'nothing'))).stderr).toContain('there is no such file');
  for (const command of ['simulate', 'check']) {
    const refused = await runPolicy(command, REFUSED, records);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('KW_POLICY_NO_RULES');
  }
  expect((await runPolicy('lint', REFUSED, '-o', 'json')).stdout).toContain('"loads": false');
  for (const flag of ['--top', '--servers', '--keep-days', '--disk'])
    expect((await runPolicy('simulate', METADATA, records, flag, 'x')).exitCode).toBe(2);
});

test('diff says what changes', async () => {
  const { stdout, exitCode } = await runPolicy('diff', METADATA, NO_READS, records, '-o', 'json', '--exit-code');
  expect(exitCode).toBe(1);
  const report = JSON.parse(stdout);
  expect(report.gained).toBe(0);
  expect(report.lost).toBe(report.changed);
  expect((await runPolicy('diff', METADATA, METADATA, records, '--exit-code')).exitCode).toBe(0);
});

test('advise writes a policy that keeps what it promises', async () => {
  const policy = await runPolicy('advise', records, '-o', 'policy');
  expect(policy.exitCode).toBe(0);
  const advised = file('advised.yaml', policy.stdout);
  const proof = await runPolicy('simulate', advised, records, '--must-stay', 'writes,refusals,sessions,people');
  expect(proof.exitCode).toBe(0);
  const json = JSON.parse((await runPolicy('advise', records, '-o', 'json', '--base', METADATA)).stdout);
  expect(json.mustStay.every(({ lost }: { lost: number }) => lost === 0)).toBe(true);
  expect((await runPolicy('advise', '-')).exitCode).toBe(2);
});

test('lint prints findings, SARIF, and makes edits with the comments kept', async () => {
  const path = file(
    'loose.yaml',
    '# the head\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n# all\n- level: RequestResponse\n',
  );
  const table = await runPolicy('lint', path);
  expect(table.exitCode).toBe(1);
  expect(table.stdout).toMatch(/loose\.yaml:6:3: error sensitive-body rule 0/);
  expect(JSON.parse((await runPolicy('lint', path, '-o', 'sarif')).stdout).runs[0].results.length).toBeGreaterThan(5);
  expect((await runPolicy('lint', path, '--fail-on', 'never')).exitCode).toBe(0);
  const fixed = await runPolicy('lint', path, '--fix', 'all');
  expect(fixed.stdout).toContain('# the head');
  expect(fixed.stdout).toContain('# all');
  const again = await runPolicy('lint', file('fixed.yaml', fixed.stdout), '-o', 'json', '--fail-on', 'error');
  expect(again.exitCode).toBe(0);
  expect((await runPolicy('lint', path, '--fix', 'nonsense')).exitCode).toBe(2);
});

test('explain prints sentences, and the trace of a record', async () => {
  expect((await runPolicy('explain', NO_READS)).stdout).toContain(
    '0. Nothing is recorded when anybody does get, list and watch',
  );
  const read = lines.find((line) => JSON.parse(line).verb === 'get') ?? '';
  const { stdout } = await runPolicy('explain', NO_READS, '--record', file('one.json', read));
  expect(stdout).toContain('rule 0 matches, so the level is None.');
});

test('profile and convert lead from a profile to its resource and back', async () => {
  const flags = ['profile', 'Default', '--custom-rule', 'system:authenticated:oauth=AllRequestBodies'];
  const policy = await runPolicy(...flags);
  const patch = await runPolicy(...flags, '-o', 'patch');
  expect(parse(patch.stdout).spec.audit.customRules).toEqual([
    { group: 'system:authenticated:oauth', profile: 'AllRequestBodies' },
  ]);
  expect((await runPolicy('convert', file('apiserver.yaml', patch.stdout))).stdout).toBe(policy.stdout);
  expect((await runPolicy(...flags, '-o', 'command')).stdout).toContain('oc patch apiserver cluster');
  const clf = await runPolicy('convert', file('default.yaml', policy.stdout), '--to', 'clusterlogforwarder');
  expect(clf.stdout).toContain('omitResponseCodes: []');
  expect(clf.stderr).toContain('never matches in the filter');
  expect((await runPolicy('profile', 'Default', '--custom-rule', 'x')).exitCode).toBe(2);
  expect((await runPolicy('profile')).stdout).toContain('openshift-default');
});

test('check finds records that another policy wrote', async () => {
  const { stdout, exitCode } = await runPolicy('check', NO_READS, records, '-o', 'json');
  expect(exitCode).toBe(1);
  const kinds = JSON.parse(stdout).mismatches.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toContain('not-wanted');
  expect(kinds).toContain('other-level');
});

test('simulate says of each record which level it would have', async () => {
  const { stdout, stderr, exitCode } = await runPolicy(
    'simulate',
    NO_READS,
    records,
    '-o',
    'ndjson',
    '--must-stay',
    'refusals',
  );
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(lines.length);
  const first = JSON.parse(lines[0] ?? '');
  expect(JSON.parse(answers[0] ?? '')).toMatchObject({ auditID: first.auditID, stage: first.stage, verb: first.verb });
  const wrong = answers.filter((text) => {
    const { verb, candidate, rule } = JSON.parse(text);
    const read = ['get', 'list', 'watch'].includes(verb);
    return candidate !== (read ? 'None' : 'Metadata') || rule !== (read ? 0 : 1);
  });
  expect(wrong).toEqual([]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('refusals: LOSES')]);
});

test('several policies are linted into one JSON answer, refused ones too', async () => {
  const { stdout, exitCode } = await runPolicy('lint', REFUSED, METADATA, '-o', 'json');
  const answer = JSON.parse(stdout);
  expect(answer.refused).toMatchObject([{ file: REFUSED, loads: false, problems: [{ code: 'KW_POLICY_NO_RULES' }] }]);
  expect(answer.findings.length).toBeGreaterThan(0);
  expect(exitCode).toBe(1);
  const { stdout: sarif } = await runPolicy('lint', REFUSED, '-o', 'sarif', '--fail-on', 'never');
  expect(JSON.parse(sarif).runs[0].results).toMatchObject([{ ruleId: 'KW_POLICY_NO_RULES', level: 'error' }]);
});

test('a diff marks what it estimates', async () => {
  const more = file('more.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n');
  expect((await runPolicy('diff', METADATA, more, records)).stdout).toMatch(/ before, ~.* of it estimated\) after\./);
  expect((await runPolicy('diff', METADATA, NO_READS, records)).stdout).not.toContain('estimated');
});

test('the first record of a log is traced, packed or not, without reading the rest', async () => {
  const plain = await runPolicy('explain', NO_READS, '--record', records);
  expect(plain.stdout).toMatch(/rule \d matches, so the level is (None|Metadata)\.\n$/);
  expect((await runPolicy('explain', NO_READS, '--record', packed)).stdout).toBe(plain.stdout);
  const none = await runPolicy('explain', NO_READS, '--record', METADATA);
  expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining('KW_POLICY_RECORDS: the first line of')]);
});
