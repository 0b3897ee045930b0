// `policy eval` and `policy attributes` as users call them, on the recorded vectors.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { runPolicy } from './testing/run-policy.ts';

const CORPUS = new URL('../../../../../corpus/policy/', import.meta.url);
const unpack = (name: string) => gunzipSync(readFileSync(new URL(name, CORPUS))).toString('utf8');
const folder = mkdtempSync(join(tmpdir(), 'kw-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const ndjson = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

interface Vectors {
  readonly requests: readonly object[];
  readonly policies: readonly { id: string; policy: string; loads: boolean; results: readonly unknown[] }[];
}
const vectors: Vectors = JSON.parse(unpack('vectors.json.gz'));

test('in bulk every recorded decision comes out, one line each', async () => {
  const requests = file('requests.ndjson', ndjson(vectors.requests));
  let compared = 0;
  for (const vector of vectors.policies) {
    const { stdout, exitCode } = await runPolicy(
      'eval',
      file('policy.yaml', vector.policy),
      '--requests',
      requests,
      '-o',
      'ndjson',
    );
    expect(exitCode).toBe(vector.loads ? 0 : 1);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    if (!vector.loads) {
      expect(answers[0]).toMatchObject({ loads: false });
      continue;
    }
    expect(
      answers.map(({ level, omitStages, omitManagedFields, rule }) => [level, omitStages, omitManagedFields, rule]),
    ).toEqual(vector.results);
    compared += answers.length;
  }
  expect(compared).toBe(45 * 180);
});

test('a refused policy is told as JSON, with line and column', async () => {
  const path = file('bad.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: All\n');
  const { stdout, exitCode } = await runPolicy('eval', path, '-o', 'json');
  expect(exitCode).toBe(1);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ loads: false, problems: [{ code: 'KW_POLICY_LEVEL', line: 4, column: 3 }] });
  expect(answer.error).toContain('line 4, column 3');
});

test('one request by flags, one by URL', async () => {
  const path = file(
    'one.yaml',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  resources: [{group: apps, resources: [deployments/scale]}]\n- level: Metadata\n',
  );
  const byFlags = await runPolicy(
    'eval',
    path,
    '--user',
    'a',
    '--verb',
    'update',
    '--resource',
    'deployments.apps/scale',
    '-n',
    'x',
    '-o',
    'json',
  );
  expect(JSON.parse(byFlags.stdout)).toMatchObject({ loads: true, level: 'Request', rule: 0 });
  const byUrl = await runPolicy(
    'eval',
    path,
    '--method',
    'get',
    '--path',
    '/api/v1/namespaces/x/pods?watch=1',
    '-o',
    'json',
  );
  expect(JSON.parse(byUrl.stdout)).toMatchObject({
    level: 'Metadata',
    rule: 1,
    request: { verb: 'watch', resource: 'pods' },
  });
  expect((await runPolicy('eval', path, '--resource', 'pods')).exitCode).toBe(2);
  expect((await runPolicy('eval', path, '-o', 'xml')).exitCode).toBe(2);
  expect((await runPolicy('eval', join(folder, 'none.yaml'))).stderr).toContain('there is no such file');
});

test('a bad request line keeps its place among the answers', async () => {
  const path = file('all.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n');
  const requests = file('broken.ndjson.gz', gzipSync('{"verb":"get","path":"/x"}\nnonsense\n{"verb":"get"}'));
  const { stdout, exitCode } = await runPolicy('eval', path, '--requests', requests);
  expect(exitCode).toBe(1);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => Object.keys(JSON.parse(line))[0]),
  ).toEqual(['level', 'error', 'level']);
});

test('attributes come out with the recorded keys and values', async () => {
  const lines = unpack('requestinfo.ndjson.gz')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const asked = file('urls.ndjson', ndjson(lines.map(({ method, url }) => ({ method, url }))));
  const { stdout, exitCode } = await runPolicy('attributes', '--requests', asked);
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(lines);
  expect(lines).toHaveLength(92);
});

test.each(['eval', 'attributes'])('%s says that the file of requests cannot be read', async (name) => {
  const policy = name === 'eval' ? [file('policy.yaml', 'apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n')] : [];
  const { stderr, exitCode } = await runPolicy(name, ...policy, '--requests', join(folder, 'nowhere.ndjson'));
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^KW_POLICY_FILE: cannot read .*nowhere\.ndjson: there is no such file; check the path\.\n$/);
});
