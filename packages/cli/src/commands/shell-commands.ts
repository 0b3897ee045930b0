// The commands about the program itself: version, completion, and the hidden one that completion scripts call.
import type { Command } from 'commander';
import { addConnectionFlags, addFlags, addOutputFlags, GROUPS } from './add-flags.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { Run } from './run.ts';

export function addShellCommands(program: Command, run: Run): void {
  const version = program.command('version').description('Print the versions of this program and of the server.');
  addFlags(version, GROUPS.output, [{ name: 'client', text: 'only this program' }]);
  addOutputFlags(version, ['table', 'json', 'yaml']);
  addConnectionFlags(version).action((_, self: Command) =>
    run((shell) => import('./version.ts').then((m) => m.version(shell, mergeOptions(self)))),
  );
  setExamples(version, '\nkubewitness version\nkubewitness version --client -o json');

  const completion = program.command('completion').description('Print a completion script for a shell.');
  completion.argument('<SHELL>', 'bash, zsh or fish');
  completion.action((name: string) =>
    run((shell) => import('./completion.ts').then((m) => m.completion(shell, program.name(), name))),
  );
  setExamples(
    completion,
    `
source <(kubewitness completion bash)
kubewitness completion zsh > "\${fpath[1]}/_kubewitness"
kubewitness completion fish > ~/.config/fish/completions/kubewitness.fish`,
  );

  const complete = program.command('__complete', { hidden: true }).argument('[WORDS...]').helpOption(false);
  complete.allowUnknownOption().passThroughOptions();
  complete.action((words: string[]) =>
    run((shell) => import('./complete.ts').then((m) => m.complete(shell, program, words))),
  );
}
