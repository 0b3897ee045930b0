// The hidden `__complete`: the words of a command line so far -> what may come next, one a line. Shell scripts call it.
import type { Command, Option } from 'commander';
import { optionWords } from './add-flags.ts';
import type { Shell } from './shell.ts';

/** The last word is the one being typed; it may be empty. */
export async function complete(shell: Shell, program: Command, words: readonly string[]): Promise<number> {
  const found = findCompletions(program, words);
  shell.stdout.write(found.map((word) => `${word}\n`).join(''));
  return 0;
}

/** Nothing for file names: the scripts fall back to the shell's own. */
export function findCompletions(program: Command, words: readonly string[]): readonly string[] {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = findCommand(program, before);
  const equal = /^(--[a-z-]+)=(.*)$/s.exec(typed);
  if (equal?.[1] !== undefined) {
    const prefix = equal[2] ?? '';
    return wordsOf(findOption(command, equal[1]))
      .filter((w) => w.startsWith(prefix))
      .map((w) => `${equal[1]}=${w}`);
  }
  const previous = findOption(command, before.at(-1) ?? '');
  if (previous?.required === true) return wordsOf(previous).filter((word) => word.startsWith(typed));
  const names = typed.startsWith('-')
    ? command
        .createHelp()
        .visibleOptions(command)
        .flatMap((option) => (option.long === null || option.long === undefined ? [] : [option.long]))
    : [
        ...command
          .createHelp()
          .visibleCommands(command)
          .map((sub) => sub.name()),
        ...argumentWords(command),
      ];
  return names.filter((name) => name.startsWith(typed));
}

function findCommand(program: Command, words: readonly string[]): Command {
  let at = program;
  for (const word of words) {
    if (word === 'help') continue;
    const next = at.commands.find((command) => command.name() === word);
    if (next !== undefined) at = next;
  }
  return at;
}

function findOption(command: Command, flag: string): Option | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find((option) => flag !== '' && (option.long === flag || option.short === flag));
    if (found !== undefined) return found;
  }
  return undefined;
}

function wordsOf(option: Option | undefined): readonly string[] {
  return option === undefined ? [] : (optionWords.get(option) ?? option.argChoices ?? []);
}

function argumentWords(command: Command): readonly string[] {
  return command.name() === 'completion' ? ['bash', 'zsh', 'fish'] : [];
}
