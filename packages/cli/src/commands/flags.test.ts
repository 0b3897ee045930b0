// The flags: the same words as the contract, wrong ones named with the nearest right one.
import { FILTER_FLAGS, FILTER_PARAMS, TOP_BY } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import { FILTER_TABLE, SHAPE_TABLE, TOP_WORDS } from './flag-table.ts';
import { runCommand } from './testing/run-command.ts';

test('the flag table has the words of the contract', () => {
  expect(FILTER_TABLE.map((flag) => flag.name)).toEqual([...FILTER_FLAGS]);
  const shapes = SHAPE_TABLE.map((flag) => flag.name).filter((name) => name !== 'all-namespaces');
  expect(shapes.sort()).toEqual([...FILTER_PARAMS].sort());
  expect([...TOP_WORDS].sort()).toEqual([...TOP_BY].sort());
});

test.each([
  [['search', '--usr', 'x'], '--user'],
  [['serch'], 'search'],
  [['search', '-o', 'jsn'], 'did you mean json?'],
  [['search', '--user'], 'argument missing'],
  [['search', '--user', '--verb', 'get'], '--verb is a flag'],
  [['search', '--user', '-A'], '-A is a flag'],
  [['search', 'surplus'], 'too many arguments'],
  [['tail', '--tail', 'x'], 'is not a number'],
  [['tail', '-f', '--from', '/nonexistent'], 'tail -f follows a server'],
  [['top', '--server', 'x', '--from', '/nonexistent'], 'leave one of the two out'],
  [['search', '-o', 'name', '--fields', 'a'], 'leave one of the two out'],
  [['search', '--server', 'ftp://x'], 'is not an address'],
  [['import'], 'Name what to import'],
  [['show'], 'Which request?'],
  [['export', '--since', '2h'], 'Where to?'],
  [['webhook-config'], 'Which cluster?'],
  [['webhook-config', '--cluster', 'a/b'], 'cannot stand in an address'],
  [['help', 'serch'], 'Did you mean search?'],
  [['completion', 'tcsh'], 'bash, zsh, fish'],
  [['completion', 'bsh'], 'did you mean bash?'],
  [['token', 'create', '--role', 'ingst'], 'did you mean ingest?'],
  [['token', 'create', '--role', 'ingst', '--data', '/nonexistent'], 'did you mean ingest?'],
  [['token', 'create', '--what'], 'See `kubewitness token create --help` for'],
  [['search', '--what'], 'See `kubewitness search --help` for'],
  [['bogus'], 'See `kubewitness --help` for'],
  [['search', '--since', '-2h', '--from', '/nonexistent'], 'counts back from now; write 2h'],
  [['search', '--fields', 'user..username', '--from', '/nonexistent'], 'is not a field path'],
  [['search', '--fields', 'user.', '--from', '/nonexistent'], 'is not a field path'],
  [['search', '--limit', 'x', '--from', '/nonexistent'], 'is not a whole number; write 20, or 0 for all'],
  [['token', 'revoke', '../x'], "is not a token's ID"],
  // Checked here and not by a server: with --from a mistake would cost the import.
  [['search', '--stage', 'ResponseComplet', '--from', '/nonexistent'], 'did you mean ResponseComplete?'],
  [['top', '--by', 'usr', '--from', '/nonexistent'], '--by "usr" is unknown; did you mean user?'],
  [['search', '--code', '9999', '--from', '/nonexistent'], 'write 403, 4xx or 400-499'],
])('%j is wrong usage', async (argv, sentence) => {
  const { code, stdout, stderr } = await runCommand(argv);
  expect(stderr).toContain(sentence);
  expect([code, stdout]).toEqual([2, '']);
});

test('settings: flag before environment before file; an unknown key is an error', async () => {
  const { mkdtemp, mkdir, rm, writeFile } = await import('node:fs/promises');
  const directory = await mkdtemp('/tmp/kw-cli-');
  try {
    await mkdir(`${directory}/.config/kubewitness`, { recursive: true });
    const path = `${directory}/.config/kubewitness/config.yaml`;
    await writeFile(path, 'server: http://127.0.0.1:1\n');
    const world = { homeDirectory: directory };
    expect((await runCommand(['status'], world)).stderr).toContain('http://127.0.0.1:1 ');
    const env = { KUBEWITNESS_SERVER: 'http://127.0.0.1:2' };
    expect((await runCommand(['status'], { ...world, env })).stderr).toContain('http://127.0.0.1:2 ');
    const flag = await runCommand(['--server', 'http://127.0.0.1:3', 'status'], { ...world, env });
    expect(flag.stderr).toContain('http://127.0.0.1:3 ');
    await writeFile(path, 'servr: x\n');
    const wrong = await runCommand(['status'], world);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('"servr" is not a setting; did you mean server? valid: server'),
    ]);
    await writeFile(path, 'server: [x\n');
    expect((await runCommand(['status'], world)).stderr).toContain('is not YAML');
  } finally {
    await rm(directory, { recursive: true });
  }
});
