// Front door of `kubewitness policy`: adds the policy commands to the program.
import type { Command } from 'commander';
import { addAdviseCommand } from './advise-command.ts';
import { addAttributesCommand } from './attributes-command.ts';
import { addCheckCommand } from './check-command.ts';
import { addEvalCommand } from './eval-command.ts';
import { addExplainCommand } from './explain-command.ts';
import { addLintCommand } from './lint-command.ts';
import type { PolicyHost } from './policy-host.ts';
import { addDiffCommand, addSimulateCommand } from './simulate-command.ts';
import { addConvertCommand, addProfileCommand } from './write-commands.ts';

export { type PolicyHost, shellHost } from './policy-host.ts';

export function registerPolicyCommands(program: Command, host: PolicyHost): void {
  const policy = program.command('policy').description('read, explain, test and write audit policies');
  addEvalCommand(policy, host);
  addAttributesCommand(policy, host);
  addExplainCommand(policy, host);
  addLintCommand(policy, host);
  addSimulateCommand(policy, host);
  addDiffCommand(policy, host);
  addAdviseCommand(policy, host);
  addProfileCommand(policy, host);
  addConvertCommand(policy, host);
  addCheckCommand(policy, host);
}
