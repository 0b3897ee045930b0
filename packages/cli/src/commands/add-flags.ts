// Flags onto commander's commands: filters, output, connection. What a flag means is decided elsewhere; here its text is taken whole.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FILTER_TABLE, type FlagText, SHAPE_TABLE } from './flag-table.ts';

export const GROUPS = {
  filter: 'Filter (repeat a flag for "or"; a leading ! or - negates; =TEXT takes TEXT literally):',
  time: 'Time and scope:',
  output: 'Output:',
  server: 'Server:',
} as const;

/** Words that completion offers for an option, kept beside commander's own object. */
export const optionWords = new WeakMap<Option, readonly string[]>();

/**
 * Commander gives an option that needs a value whatever comes next, also `-get` of `--verb -get`, which is what negation needs.
 * So only here can `--user --verb get` be told from a value: it is one of the command's own flags.
 */
function takeText(command: Command, value: string): string {
  const flag = value.split('=', 1)[0] ?? '';
  const known = command.options.find((option) => option.long === flag || option.short === value);
  if (known === undefined) return value;
  throw new InvalidArgumentError(`It needs a value, and ${flag} is a flag.`);
}

function addFlag(command: Command, flag: FlagText, group: string, repeats: boolean): void {
  const names = `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}`;
  const option = new Option(flag.value === undefined ? names : `${names} <${flag.value}>`, flag.text).helpGroup(group);
  if (flag.value !== undefined) {
    option.argParser<string | readonly string[]>((value, previous) =>
      repeats && Array.isArray(previous)
        ? [...previous, takeText(command, value)]
        : repeats
          ? [takeText(command, value)]
          : takeText(command, value),
    );
  }
  if (flag.words !== undefined) optionWords.set(option, flag.words);
  command.addOption(option);
}

/** `without` leaves out what the command decides itself. */
export function addFilterFlags(command: Command, without: readonly string[] = []): Command {
  for (const flag of FILTER_TABLE) addFlag(command, flag, GROUPS.filter, true);
  for (const flag of SHAPE_TABLE.filter(({ name }) => !without.includes(name)))
    addFlag(command, flag, GROUPS.time, false);
  return command;
}

/** Flags that may be repeated, under a heading. */
export function addListFlags(command: Command, group: string, flags: readonly FlagText[]): Command {
  for (const flag of flags) addFlag(command, flag, group, true);
  return command;
}

/** Flags of one value each under a heading. */
export function addFlags(command: Command, group: string, flags: readonly FlagText[]): Command {
  for (const flag of flags) addFlag(command, flag, group, false);
  return command;
}

export function addOutputFlags(command: Command, formats: readonly string[]): Command {
  addFlags(command, GROUPS.output, [
    { name: 'output', short: 'o', value: 'FORMAT', text: formats.join(', '), words: formats },
  ]);
  if (formats.includes('wide'))
    addFlags(command, GROUPS.output, [{ name: 'no-headers', text: 'no line of column names' }]);
  return command;
}

export function addConnectionFlags(command: Command): Command {
  return addFlags(command, GROUPS.server, [
    { name: 'server', value: 'URL', text: 'http://127.0.0.1:8440 by default; also unix:///path (KUBEWITNESS_SERVER)' },
    { name: 'token', value: 'TOKEN', text: 'bearer token (KUBEWITNESS_TOKEN)' },
    { name: 'token-file', value: 'FILE', text: 'file that holds the token (KUBEWITNESS_TOKEN_FILE)' },
    { name: 'ca-file', value: 'FILE', text: 'authority of the certificate, PEM (KUBEWITNESS_CA_FILE)' },
  ]);
}

/** `--from`, for commands that only read: the answer comes from files, without a server. */
export function addFromFlag(command: Command): Command {
  const option = new Option(
    '--from <FILE|DIR...>',
    'answer from these files, with no server (a temporary store, removed at the end)',
  );
  return command.addOption(option.helpGroup(GROUPS.server));
}
