// Help texts: what the command does, examples, then usage and flags under headings. commander's parts in, one text out.
import type { Command, Help, Option } from 'commander';

const examplesOf = new WeakMap<Command, string>();

/** Examples stand before everything that has to be looked up. */
export function setExamples(command: Command, examples: string): Command {
  examplesOf.set(command, examples);
  return command;
}

const EXIT_CODES = `Exit codes:
  0  done, also when nothing was found
  1  failed, or something could not be read
  2  wrong usage
  130  ended by Ctrl-C`;

function formatItems(heading: string, items: readonly (readonly [string, string])[]): readonly string[] {
  if (items.length === 0) return [];
  const width = Math.max(...items.map(([term]) => term.length)) + 2;
  return [[heading, ...items.map(([term, text]) => `  ${term.padEnd(width)}${text}`.trimEnd())].join('\n')];
}

function groupOptions(command: Command, helper: Help): readonly string[] {
  const groups = new Map<string, Option[]>();
  for (const option of helper.visibleOptions(command)) {
    const heading = option.helpGroupHeading ?? 'Other flags:';
    groups.set(heading, [...(groups.get(heading) ?? []), option]);
  }
  return [...groups].flatMap(([heading, options]) =>
    formatItems(
      heading,
      options.map((option) => [helper.optionTerm(option), option.description]),
    ),
  );
}

/** The same at every terminal width: the texts are short, and a committed snapshot shows each change. */
export function formatHelp(command: Command, helper: Help): string {
  const examples = examplesOf.get(command);
  const parts = [
    helper.commandDescription(command),
    ...(examples === undefined ? [] : [`Examples:\n${examples.trim().replaceAll(/^/gm, '  ')}`]),
    `Usage:\n  ${helper.commandUsage(command)}`,
    ...formatItems(
      'Arguments:',
      helper.visibleArguments(command).map((argument) => [argument.name(), argument.description]),
    ),
    ...formatItems(
      'Commands:',
      helper.visibleCommands(command).map((sub) => [helper.subcommandTerm(sub), helper.subcommandDescription(sub)]),
    ),
    ...groupOptions(command, helper),
    ...(command.parent === null ? [EXIT_CODES] : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
