// `--print-query`: the flags of search, tail and top -> the LogQL they stand for, on standard output; the rest of them as flags of `query`.
import { checkLogql } from '@kubewitness/core/logql';
import { type PrintedLogql, printFilterAsLogql, printTopAsLogql } from '@kubewitness/core/translate';
import { parseFilter, parseTopRequest } from '@kubewitness/core/wire';
import { CliProblem, type Params } from '../client/index.ts';
import { openSink } from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, filterParams, switchFlag, textFlag } from './read-flags.ts';
import { type Shell, tell } from './shell.ts';

export type PrintedCommand = 'search' | 'tail' | 'top';

/** Asks no server. */
export async function printQuery(shell: Shell, flags: Flags, command: PrintedCommand): Promise<number> {
  const params = filterParams(flags);
  const printed = translate(params, flags, command, BigInt(shell.now()) * 1_000_000n);
  if (!printed.ok) throw new CliProblem('KW_CLI_USAGE', printed.problem);
  // An expression that is none is the one thing that the filter's own parser does not look into.
  const checked = checkLogql(printed.logql);
  if (!checked.ok) throw new CliProblem('KW_CLI_USAGE', checked.problem.message);
  await openSink(shell.stdout, shell.signal).write(`${printed.logql}\n`);
  for (const note of printed.notes) tell(shell, `Note: ${note}`);
  if (command === 'top' && textFlag(flags, 'until') === undefined && textFlag(flags, 'since-time') !== undefined)
    tell(shell, 'Note: Its time counts back from the moment it is asked; for a fixed one give --until as well.');
  const rest = listRest(flags, command);
  if (rest.length > 0) tell(shell, `The rest is told to \`kubewitness query\` by flags: ${rest.join(' ')}`);
  return 0;
}

function translate(params: Params, flags: Flags, command: PrintedCommand, nowNanos: bigint): PrintedLogql {
  if (command === 'top') {
    const asked = new Map(params);
    addTexts(asked, flags, ['by', 'limit']);
    const parsed = parseTopRequest(asked, nowNanos);
    return parsed.ok ? printTopAsLogql(parsed.value, nowNanos) : parsed;
  }
  if (textFlag(flags, 'fields') !== undefined || switchFlag(flags, 'unique')) {
    const problem =
      '--fields and --unique have no LogQL form: a query gives lines. Count by labels instead: top --by FIELD --print-query.';
    return { ok: false, problem };
  }
  const parsed = parseFilter(params, nowNanos);
  return parsed.ok ? printFilterAsLogql(parsed.value, 'list') : parsed;
}

/** `top` has its time in the query, except for where that ends. */
function listRest(flags: Flags, command: PrintedCommand): readonly string[] {
  const names = command === 'top' ? ['until'] : ['since', 'since-time', 'until', 'limit', 'order'];
  const rest = names.flatMap((name) => {
    const value = textFlag(flags, name);
    return value === undefined ? [] : [`--${name} ${value}`];
  });
  const count = textFlag(flags, 'last') ?? (command === 'tail' ? textFlag(flags, 'tail') : undefined);
  if (command !== 'top' && count !== undefined) rest.push(`--limit ${count}`);
  return switchFlag(flags, 'follow') ? ['-f', ...rest] : rest;
}
