// Where records come from: files that are named, or the store of a server behind the filter flags -> their lines as bytes, as often as asked.
import { printTime } from '@kubewitness/core/event';
import { API, parseFilter } from '@kubewitness/core/wire';
import { Argument, type Command } from 'commander';
import type { HttpClient, Params } from '../../client/index.ts';
import { addConnectionFlags, addFilterFlags, addFromFlag } from '../add-flags.ts';
import { type Flags, mergeOptions } from '../merge-options.ts';
import { filterParams, listFlag, printScope, textFlag } from '../read-flags.ts';
import { withClient } from '../with-client.ts';
import { LineCutter, type LineReader } from './line-cutter.ts';
import type { PolicyHost } from './policy-host.ts';
import { usageProblem } from './policy-problem.ts';
import { findRecordFiles, readLines } from './read-files.ts';
import { openReadProgress } from './read-progress.ts';

export interface RecordSource {
  /** For messages: the paths, or where in the store. */
  readonly name: string;
  /** What to do when there is no record in it. */
  readonly advice: string;
  /**
   * Calls `read` for every line; a second call gives the same lines again, except for standard input. `rest` is awaited between
   * chunks, so that what is printed for each line holds up the reading.
   */
  readonly read: (read: LineReader, rest?: () => Promise<void>) => Promise<void>;
}

export interface SourceSettings {
  readonly paths: readonly string[];
  readonly command: Command;
  /** The records are read twice, so what lands meanwhile must be left out. */
  readonly twice?: boolean;
}

/** The argument and flags of every command that reads records. */
export function addRecordSource(command: Command): Command {
  command.addArgument(
    new Argument(
      '[records...]',
      'audit logs (.gz too), directories, or - for standard input; without any, the records that a server has stored',
    ),
  );
  return addConnectionFlags(addFromFlag(addFilterFlags(command, ['all-stages'])));
}

/** Opens the source, runs the work on it and closes it again. Wrong flags are refused before anything is read. */
export async function withRecordSource<T>(
  host: PolicyHost,
  { paths, command, twice = false }: SourceSettings,
  work: (source: RecordSource) => Promise<T>,
): Promise<T> {
  const flags = mergeOptions(command);
  const params = filterParams(flags);
  if (paths.length > 0) {
    const vain = findVainFlag(flags, params);
    if (vain !== undefined)
      throw usageProblem(
        `${vain} chooses records of a server, but files are named; leave one of the two out (--from FILE takes filters too).`,
      );
    if (twice && paths.includes('-'))
      throw usageProblem(
        'the records are read twice, so they cannot come from standard input; name files, or --server.',
      );
    return work(openFiles(host, paths));
  }
  const asked = fixTimes(params, BigInt(host.shell.now()) * 1_000_000n, twice);
  const answers: T[] = [];
  const code = await withClient(host.shell, flags, async (client) => {
    answers.push(await work(openStore(host, client, asked, printScope(params))));
    return 0;
  });
  if (code !== 0) host.setExitCode(code);
  for (const answer of answers) return answer;
  throw new Error('the work on the records was not done');
}

function findVainFlag(flags: Flags, params: Params): string | undefined {
  if (textFlag(flags, 'server') !== undefined) return '--server';
  if (listFlag(flags, 'from').length > 0) return '--from';
  const [name] = params.keys();
  return name === undefined ? undefined : `--${name}`;
}

/** `--since 7d` means another moment in the second of two requests, so durations become moments once. */
function fixTimes(params: Params, nowNanos: bigint, twice: boolean): Params {
  const filter = parseFilter(params, nowNanos);
  if (!filter.ok) throw usageProblem(filter.problem);
  const fixed = new Map(params);
  for (const name of ['since', 'since-time', 'until']) fixed.delete(name);
  const { fromNanos, untilNanos } = filter.value;
  if (fromNanos !== undefined) fixed.set('since-time', [printTime(fromNanos)]);
  if (untilNanos !== undefined || twice) fixed.set('until', [printTime(untilNanos ?? nowNanos)]);
  for (const [name, value] of ALL_LINES) fixed.set(name, [value]);
  return fixed;
}

/** Every stage, as written, in the order of time: what the log files of the API servers would give. */
const ALL_LINES: readonly (readonly [string, string])[] = [
  ['all-stages', 'true'],
  ['view', 'line'],
  ['limit', '0'],
  ['order', 'oldest'],
];

function openFiles(host: PolicyHost, paths: readonly string[]): RecordSource {
  return {
    name: paths.join(', '),
    advice: 'give log files of API servers, one JSON event per line.',
    read: async (read, rest) => {
      const progress = openReadProgress(host.shell);
      try {
        for (const path of await findRecordFiles(paths)) await readLines(path, host.signal, progress.watch(read), rest);
      } finally {
        progress.close();
      }
    },
  };
}

function openStore(host: PolicyHost, client: HttpClient, params: Params, scope: string): RecordSource {
  return {
    name: `the store of ${client.address} (${scope})`,
    advice: '`kubewitness status` shows what is stored; or name log files.',
    read: async (read, rest) => {
      const progress = openReadProgress(host.shell);
      try {
        const cutter = new LineCutter(progress.watch(read));
        const { chunks } = await client.open({ path: API.records, params, signal: host.signal });
        for await (const chunk of chunks) {
          cutter.add(chunk);
          await rest?.();
        }
        cutter.end();
      } finally {
        progress.close();
      }
    },
  };
}
