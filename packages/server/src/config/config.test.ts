// Settings from flags, file and variables: precedence, units, and sentences for what is wrong.
import { expect, test } from 'vitest';
import { loadConfig, printConfig, printReference } from './index.ts';

function load(argv: string[], env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return loadConfig({
    argv,
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('ENOENT: no such file');
      return text;
    },
  });
}

function config(...args: Parameters<typeof load>) {
  const loaded = load(...args);
  if (!loaded.ok) throw new Error(loaded.problem.detail);
  return loaded.config;
}

function problem(...args: Parameters<typeof load>) {
  const loaded = load(...args);
  return loaded.ok ? 'no problem' : `${loaded.problem.code} ${loaded.problem.detail}`;
}

test('defaults listen on loopback with port 8440 and keep everything', () => {
  const c = config([]);
  expect(c.listen).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 8440 });
  expect([c.retentionMaxAgeMs, c.retentionMaxBytes, c.demo, c.tailPaths]).toEqual([0, 0, false, []]);
});

test('a flag beats a variable, a variable beats the file, the file beats the default', () => {
  const files = { 'c.yaml': 'cluster: from-file\nsegment-bytes: 16MiB\nlog-level: warn\n' };
  const c = config(
    ['--config', 'c.yaml', '--cluster=from-flag'],
    { KUBEWITNESS_CLUSTER: 'from-env', KUBEWITNESS_LOG_LEVEL: 'debug' },
    files,
  );
  expect([c.cluster, c.logLevel, c.segmentBytes]).toEqual(['from-flag', 'debug', 16 * 2 ** 20]);
});

test('the three ways say the same things', () => {
  const viaFlags = config([
    '--tail',
    '/a',
    '--tail=/b',
    '--retention-max-age',
    '30d',
    '--demo',
    '--listen',
    'unix:/run/kw.sock',
  ]);
  const viaEnv = config([], {
    KUBEWITNESS_TAIL: '/a,/b',
    KUBEWITNESS_RETENTION_MAX_AGE: '30d',
    KUBEWITNESS_DEMO: 'true',
    KUBEWITNESS_LISTEN: 'unix:/run/kw.sock',
  });
  const yaml = 'tail: [/a, /b]\nretention:\n  max-age: 30d\ndemo: true\nlisten: unix:/run/kw.sock\n';
  const viaFile = config(['--config=f'], {}, { f: yaml });
  expect(viaEnv).toEqual(viaFlags);
  expect({ ...viaFile, config: '' }).toEqual(viaFlags);
  expect(viaFlags.retentionMaxAgeMs).toBe(30 * 86_400_000);
});

test('a switch can be turned off again by a flag', () => {
  expect(config(['--no-demo'], { KUBEWITNESS_DEMO: 'true' }).demo).toBe(false);
});

test('unknown names are errors that name the nearest valid one', () => {
  expect(problem(['--retention-max-aeg', '30d'])).toContain('did you mean --retention-max-age?');
  expect(problem(['--lisen', 'x'])).toContain('--listen');
  expect(problem([], { KUBEWITNESS_RETENTION_AGE: '1d' })).toContain('KUBEWITNESS_RETENTION_MAX_AGE');
  expect(problem(['--config=f'], {}, { f: 'data: /x\nretention:\n  max-agee: 1d\n' })).toMatch(
    /^KW_CONFIG_UNKNOWN f:3: .*retention-max-age/,
  );
  expect(problem(['import', 'x'])).toContain('KW_CONFIG_UNKNOWN');
});

test('variables of the command line program and of Kubernetes service links are not settings', () => {
  const c = config([], {
    KUBEWITNESS_SERVER: 'https://x',
    KUBEWITNESS_TOKEN: 'kw_x',
    KUBEWITNESS_SERVICE_HOST: '10.0.0.1',
    KUBEWITNESS_PORT: 'tcp://10.0.0.1:8440',
    KUBEWITNESS_PORT_8440_TCP_ADDR: '10.0.0.1',
    KUBEWITNESS_HEADLESS_SERVICE_PORT_HTTP: '8440',
  });
  expect(c.listen).toMatchObject({ port: 8440 });
});

test.each([
  [['--segment-bytes', 'big'], 'expected a size such as 64MiB'],
  [['--retention-max-age', '30'], 'expected a duration such as 500ms, 90m or 30d'],
  [['--listen', '8440'], 'expected 127.0.0.1:8440'],
  [['--listen', '127.0.0.1:99999'], 'expected 127.0.0.1:8440'],
  [['--log-level', 'loud'], 'expected one of trace, debug'],
  [['--engine-readers', '0'], 'from 1 to 64'],
  [['--demo=maybe'], 'expected true or false'],
  [['--data'], '--data needs a value'],
  [['--data', '--demo'], '--data needs a value'],
  [['--data='], 'data is empty'],
  [['--tls-cert', 'c.pem'], 'tls-cert and tls-key belong together'],
  [['--tls-client-ca', 'c.pem'], 'needs TLS'],
  [['--segment-bytes', '64MiB', '--spool-max-bytes', '64MiB'], 'does not fit twice'],
  [['--config', 'missing'], 'missing cannot be read (ENOENT'],
])('%j says what is wrong', (argv, sentence) => {
  expect(problem(argv)).toContain(sentence);
});

test('broken YAML names its line; a value that is a map is refused', () => {
  expect(problem(['--config=f'], {}, { f: 'data: "x\n' })).toMatch(/KW_CONFIG_FILE f is not valid YAML.*line 2/);
  expect(problem(['--config=f'], {}, { f: 'data: {a: b}\n' })).toContain('f:1: data needs a plain value');
  expect(problem(['--config=f'], {}, { f: '- data\n' })).toContain('expected settings');
  expect(problem(['--config=f'], {}, { f: 'retention-max-age: 1d\nretention: {max-age: 2d}\n' })).toContain(
    'set twice',
  );
});

test('a secret comes from its file, never shows in a problem and is redacted in print', () => {
  const c = config([], { KUBEWITNESS_BOOTSTRAP_TOKEN_FILE: '/run/t' }, { '/run/t': 'kw_abc_secret\n' });
  expect(c.bootstrapToken).toBe('kw_abc_secret');
  expect(printConfig(c, { redacted: true })).not.toContain('secret\n');
  expect(printConfig(c, { redacted: true })).toContain('bootstrap-token: <redacted>');
  expect(problem([], { KUBEWITNESS_BOOTSTRAP_TOKEN_FILE: '/gone' })).toContain('KW_CONFIG_FILE');
  expect(problem([], { KUBEWITNESS_BOOTSTRAP_TOKEN_FILE: '/run/t', KUBEWITNESS_BOOTSTRAP_TOKEN: 'x' })).toContain(
    'both set',
  );
});

test('printed settings load back to the same settings', () => {
  const c = config([
    '--tail',
    '/a: #b',
    '--retention-max-bytes',
    '1500MB',
    '--segment-max-age',
    '1500ms',
    '--query-max-seconds',
    '5m',
    '--listen',
    '[::1]:1',
  ]);
  const back = config(['--config=f'], {}, { f: printConfig(c, { redacted: false }) });
  expect({ ...back, config: '' }).toEqual(c);
});

test('sections may be written with dots, as operators of Loki do', () => {
  expect(config(['--loki.tenants=required', '--no-loki.align-queries-with-step']).lokiTenants).toBe('required');
  expect(config(['--config=f'], {}, { f: 'limits.profile: loki\nloki:\n  tenants: required\n' })).toMatchObject({
    limitsProfile: 'loki',
    lokiTenants: 'required',
  });
});

test('the manual has the reference of this table', async () => {
  await expect(printReference()).toMatchFileSnapshot('../../../../docs/manual/configuration.md');
});
