// All help texts, as a contract: a change there is reviewed in the snapshot.
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { registerPolicyCommands } from './policy/index.ts';
import { idleHost } from './policy/testing/idle-host.ts';
import { buildProgram } from './program.ts';
import { runCommand } from './testing/run-command.ts';

const addPolicy = (program: Command) => registerPolicyCommands(program, idleHost());

function printHelps(command: Command, path: string): string {
  const own = `$ ${path} --help\n${command.helpInformation()}`;
  const subs = command.commands
    .filter((sub) => sub.name() !== '__complete')
    .map((sub) => printHelps(sub, `${path} ${sub.name()}`));
  return [own, ...subs].join('\n');
}

const output = { stdout: process.stdout, stderr: process.stderr };

test('the help texts', async () => {
  const program = buildProgram('kubewitness', output, () => Promise.resolve(), [addPolicy]);
  await expect(printHelps(program, 'kubewitness')).toMatchFileSnapshot('../../snapshots/cli-help.txt');
});

test('every command shows how it is used before its flags', () => {
  const program = buildProgram('kubewitness', output, () => Promise.resolve(), [addPolicy]);
  for (const command of [program, ...program.commands.flatMap((sub) => [sub, ...sub.commands])]) {
    if (['__complete', 'policy'].includes(command.name())) continue;
    const help = command.helpInformation();
    expect(help.indexOf('\nExamples:\n'), command.name()).toBeGreaterThan(0);
    expect(help.indexOf('\nExamples:\n')).toBeLessThan(help.indexOf('\nUsage:\n'));
  }
});

test('help is asked for in three ways, and nothing at all is one of them', async () => {
  const asked = await runCommand(['--help']);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect((await runCommand([])).stdout).toBe(asked.stdout);
  const search = await runCommand(['search', '--help']);
  expect((await runCommand(['--version'])).stdout).toMatch(/^Client: +\d+\.\d+\.\d+ /);
  expect(await runCommand(['help', 'search'])).toMatchObject({ code: 0, stdout: search.stdout });
});

test.each([
  [['--listen', '127.0.0.1:8441'], 'kubewitness serve --listen …'],
  [['--user=alice'], 'kubewitness search --user …'],
  [['-n', 'shop'], 'kubewitness search -n …'],
])('%j: an option without its command is told where it belongs', async (argv, example) => {
  const { code, stderr } = await runCommand(argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`unknown option '${argv[0]}'`)]);
  expect(stderr).toContain(`The command comes first, as in \`${example}\`.`);
});
