// argv -> the commands that live in folders of their own, loaded only when the command line is about them.
import type { Command } from 'commander';
import type { Extension } from './program.ts';
import type { Shell } from './shell.ts';

/** The policy commands bring the whole policy room; for the others it is enough to show that they exist. */
export async function loadExtensions(argv: readonly string[], shell: Shell): Promise<readonly Extension[]> {
  const asked = argv[0] === 'help' || argv[0] === '__complete' ? argv[1] : argv[0];
  if (asked !== 'policy') return [announcePolicy];
  const { registerPolicyCommands, shellHost } = await import('./policy/index.ts');
  return [(program: Command) => registerPolicyCommands(program, shellHost(shell))];
}

/** Named, so that the help of the program shows it. */
function announcePolicy(program: Command): void {
  program.command('policy').description('read, explain, test and write audit policies');
}
