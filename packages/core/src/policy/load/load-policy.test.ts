// Loading beyond the recorded vectors: places of problems, YAML spellings, hostile input.
import { expect, test } from 'vitest';
import { loadPolicy } from './load-policy.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

function rulesOf(text: string | Uint8Array) {
  const load = loadPolicy(text);
  if (!load.ok) throw new Error(load.error);
  return load.policy.rules;
}

function problemOf(text: string | Uint8Array) {
  const load = loadPolicy(text);
  if (load.ok) throw new Error('loaded');
  return load.problems[0];
}

test('a problem says code, line, column and a way out', () => {
  const problem = problemOf(
    `${HEAD}rules:\n- level: Metadata\n  resources:\n  - group: apps/v1\n    resources: [deployments]\n`,
  );
  expect(problem).toMatchObject({ code: 'KW_POLICY_GROUP', path: 'rules[0].resources[0].group', line: 6, column: 5 });
  expect(problem?.wayOut).toContain('"apps"');
});

test('all mismatched types are told, not only the first', () => {
  const load = loadPolicy(`${HEAD}rules:\n- level: Metadata\n  users: [no, 1]\n  verbs: get\n`);
  expect(load.ok).toBe(false);
  if (!load.ok)
    expect(load.problems.map((problem) => [problem.path, problem.line])).toEqual([
      ['rules[0].users[0]', 5],
      ['rules[0].users[1]', 5],
      ['rules[0].verbs', 6],
    ]);
});

test.each(['y', 'N', 'on', 'Off', 'TRUE', '0x1F', '0o17', '017', '1_000', '1.5', '.5', '-1', '1e3', '.inf'])(
  'the bare word %s is not a text',
  (word) => {
    expect(problemOf(`${HEAD}rules:\n- level: Metadata\n  users: [${word}]\n`)?.code).toMatch(
      /KW_POLICY_(TYPE|SYNTAX)/,
    );
  },
);

test.each(['2026-01-02', '1.2.3', 'yEs', '0x', '1e', '"no"', "'1'", 'no way', '!!str 1', '09a'])(
  '%s is a text',
  (word) => {
    expect(rulesOf(`${HEAD}rules:\n- level: Metadata\n  users: [${word}]\n`)[0]?.users).toHaveLength(1);
  },
);

test('null in a list of texts is the empty text', () => {
  expect(rulesOf(`${HEAD}rules:\n- level: Metadata\n  users: [~, null, a]\n`)[0]?.users).toEqual(['', '', 'a']);
});

test('merges apply where they stand and later keys win', () => {
  const text = `${HEAD}metadata: &m {name: x}\nrules:\n- &base\n  level: Metadata\n  verbs: [get]\n- <<: *base\n  users: [a]\n- users: [b]\n  level: None\n  <<: *base\n`;
  const load = loadPolicy(text);
  if (!load.ok) throw new Error(load.error);
  expect(load.policy.rules.map((rule) => [rule.level, rule.verbs, rule.users])).toEqual([
    ['Metadata', ['get'], []],
    ['Metadata', ['get'], ['a']],
    ['Metadata', ['get'], ['b']],
  ]);
  expect(load.serverWarning).toContain('key "level" already set in map');
});

test('duplicate lists in JSON are decoded over each other, as the server does', () => {
  const rules = rulesOf(
    '{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"Request","users":["a","b"]},{"level":"None"}],"rules":[{"users":["c"]}]}',
  );
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({ level: 'Request', users: ['c'] });
});

test('apiVersion is found without regard to case, and then warned about', () => {
  const load = loadPolicy('APIVERSION: audit.k8s.io/v1\nKind: Policy\nrules:\n- level: None\n');
  expect(load.ok).toBe(true);
  expect(load.serverWarning).toContain('unknown field "APIVERSION", unknown field "Kind"');
});

test('older versions are refused, and read when asked for', () => {
  const text = 'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: Metadata\n';
  expect(problemOf(text)?.wayOut).toContain('audit.k8s.io/v1');
  const load = loadPolicy(text, { acceptOlder: true });
  expect(load.ok && load.notes).toHaveLength(1);
});

test.each([
  ['flow YAML is JSON to the server', '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None}]}'],
  [
    'JSON with a second document',
    '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"None"}]}\n---\n{}',
  ],
  ['another YAML version', `%YAML 1.2\n---\n${HEAD}rules:\n- level: None\n`],
  ['an unknown alias', `${HEAD}rules:\n- *x\n`],
  ['a self-containing anchor', `${HEAD}rules: &r\n- level: None\n  users: *r\n`],
  ['metadata of a wrong type', `${HEAD}metadata: {name: 5}\nrules:\n- level: None\n`],
  ['a null key', `${HEAD}~: 1\nrules:\n- level: None\n`],
])('%s is refused', (_name, text) => {
  expect(problemOf(text)?.line).toBeGreaterThan(0);
});

test('UTF-16 files and byte order marks are read', () => {
  const text = `${HEAD}rules:\n- level: None\n  users: ["é"]\n`;
  const little = new Uint8Array(2 + text.length * 2);
  little.set([0xff, 0xfe]);
  for (let i = 0; i < text.length; i++) little.set([text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8], 2 + i * 2);
  expect(rulesOf(little)[0]?.users).toEqual(['é']);
  expect(rulesOf(new TextEncoder().encode(`\ufeff${text}`))[0]?.users).toEqual(['é']);
  expect(rulesOf(text.replaceAll('\n', '\r\n'))[0]?.users).toEqual(['é']);
});

test('binary, huge, deep and alias-ridden input ends in a clear refusal', () => {
  const binary = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
  expect(problemOf(binary)?.sentence).not.toBe('');
  expect(problemOf(`${HEAD}rules:\n- level: "\u0001"\n`)?.code).toBe('KW_POLICY_BINARY');
  expect(problemOf('a'.repeat(50 * 1024 * 1024))?.code).toBe('KW_POLICY_TOO_LARGE');
  expect(problemOf(`${HEAD}rules: ${'['.repeat(100_000)}`)?.line).toBeGreaterThan(0);
  expect(problemOf(`{"rules":${'['.repeat(100_000)}`)?.code).toBe('KW_POLICY_TOO_DEEP');
  let bomb = `${HEAD}a0: &a0 [x]\n`;
  for (let i = 1; i < 30; i++)
    bomb += `a${i}: &a${i} [${Array(9)
      .fill(`*a${i - 1}`)
      .join(', ')}]\n`;
  expect(problemOf(`${bomb}rules:\n- level: None\n`)?.code).toBe('KW_POLICY_ALIASES');
});

test.each([
  ['brackets', `${HEAD}rules: ${'['.repeat(4_000_000)}`, 'KW_POLICY_TOO_DEEP'],
  ['dashes', `${HEAD}rules:\n${'- '.repeat(2_000_000)}`, 'KW_POLICY_TOO_DEEP'],
  ['question marks', `${HEAD}${'? '.repeat(500_000)}`, 'KW_POLICY_TOO_DEEP'],
  ['tiny items', `${HEAD}rules:\n${'- a\n'.repeat(1_000_000)}`, 'KW_POLICY_TOO_LARGE'],
  ['tags', `${HEAD}x: ${'!a '.repeat(1_000_000)}`, 'KW_POLICY_SYNTAX'],
  ['nested JSON', '{"a":'.repeat(700_000), 'KW_POLICY_TOO_DEEP'],
])('megabytes of %s are refused before they cost anything', (_name, text, code) => {
  expect(problemOf(text)?.code).toBe(code);
});

test('10,000 rules load', () => {
  const rule = (i: number) => `- level: Metadata\n  users: [u${i}]\n`;
  expect(rulesOf(`${HEAD}rules:\n${Array.from({ length: 10_000 }, (_, i) => rule(i)).join('')}`)).toHaveLength(10_000);
});

test.each([
  ['a flow list less indented than its key', `${HEAD}rules:\n- level: Metadata\n  users: [a,\nb,\n  c\n]\n`],
  ['a quoted text over two lines', `${HEAD}rules:\n- level: Metadata\n  users: ["a\nb", b, c]\n`],
  ['a comment right after a bracket', `${HEAD}rules:\n- level: Metadata\n  users: [a, b, c]# those\n`],
  [
    'what stands further left than the first key',
    `  apiVersion: audit.k8s.io/v1\n  rules:\n  - level: None\n    users: [a, b, c]\nkind: [\n`,
  ],
  ['lone carriage returns', `${HEAD}rules:\n- level: Metadata\r  users: [a, b, c]\r`],
])('%s is read as the server reads it', (_name, text) => {
  expect(rulesOf(text)[0]?.users).toHaveLength(3);
});

test('places stay true behind lines that had to be indented for the parser', () => {
  const problem = problemOf(`${HEAD}rules:\n- level: Metadata\n  users: [a,\nb]\n- level: Nothing\n`);
  expect(problem).toMatchObject({ code: 'KW_POLICY_LEVEL', line: 7, column: 3 });
});

test.each(['\t\n', '  \t# x\n'])('a line with nothing but a tab is refused, as by the server', (line) => {
  expect(problemOf(`${HEAD}${line}rules:\n- level: None\n`)?.sentence).toContain('tab');
  expect(rulesOf(`${HEAD}rules:\n- level: None\n  users: [\n${line}  a]\n`)).toHaveLength(1);
});
