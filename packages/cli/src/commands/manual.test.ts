// The manual says what the program says: the reference is printed from the help texts, every code has its page.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { CLI_CODES } from '../client/index.ts';
import { registerPolicyCommands } from './policy/index.ts';
import { idleHost } from './policy/testing/idle-host.ts';
import { buildProgram } from './program.ts';

const addPolicy = (program: Command) => registerPolicyCommands(program, idleHost());
const DOCS = '../../../../docs';

function printReference(command: Command, path: string): string {
  const own = `## ${path}\n\n\`\`\`\n${command.helpInformation()}\`\`\`\n`;
  const subs = command.commands.filter((sub) => sub.name() !== '__complete');
  return [own, ...subs.map((sub) => printReference(sub, `${path} ${sub.name()}`))].join('\n');
}

test('the reference', async () => {
  const output = { stdout: process.stdout, stderr: process.stderr };
  const program = buildProgram('kubewitness', output, () => Promise.resolve(), [addPolicy]);
  const head =
    '# Command line reference\n\nPrinted from the program: `kubewitness help COMMAND`. How things fit together is in [The command line](cli.md).\n\n';
  await expect(head + printReference(program, 'kubewitness')).toMatchFileSnapshot(`${DOCS}/manual/cli-reference.md`);
});

test.each(CLI_CODES)('%s has its page', (code) => {
  expect(existsSync(new URL(`${DOCS}/errors/${code}.md`, import.meta.url))).toBe(true);
});
