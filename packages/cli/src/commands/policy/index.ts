// Front door of `kubewitness policy`: adds the policy commands to the program.
import type { Command } from 'commander';
import { addAttributesCommand } from './attributes-command.ts';
import { addEvalCommand } from './eval-command.ts';
import { type PolicyHost, processHost } from './policy-host.ts';

export type { PolicyHost } from './policy-host.ts';

export function registerPolicyCommands(program: Command, host: PolicyHost = processHost()): void {
  const policy = program.command('policy').description('read, explain, test and write audit policies');
  addEvalCommand(policy, host);
  addAttributesCommand(policy, host);
}
