// `stats`: how many records a filter keeps, and what they are made of.
import { API } from '@kubewitness/core/wire';
import {
  explainCode,
  memberOf,
  numberOf,
  openSink,
  printCount,
  printDescription,
  printReport,
  printSeconds,
  printShare,
  REPORT_FORMATS,
  type Row,
  rowsOf,
  textOf,
} from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { filterParams, formatFlag } from './read-flags.ts';
import { readReport } from './read-report.ts';
import type { Shell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

/** One line a value: count, share, value, remark. */
function tallies(stats: Row, key: string, remark: (value: string) => string = () => ''): string {
  const rows = rowsOf(stats, key);
  const total = rows.reduce((sum, row) => sum + (numberOf(row, 'count') ?? 0), 0);
  const width = Math.max(0, ...rows.map((row) => printCount(numberOf(row, 'count') ?? 0).length));
  const lines = rows.map((row) => {
    const count = numberOf(row, 'count') ?? 0;
    const note = remark(textOf(row, 'value'));
    const share = printShare(total === 0 ? 0 : count / total);
    return `${printCount(count).padStart(width)}  ${share.padStart(6)}  ${textOf(row, 'value') || '<none>'}${note === '' ? '' : `  ${note}`}`;
  });
  return lines.length === 0 ? '<none>' : lines.join('\n');
}

function describe(stats: Row): string {
  const durations = memberOf(stats, 'durationSeconds');
  const seconds = (['p50', 'p90', 'p99', 'max'] as const).map(
    (key) => `${key} ${printSeconds(numberOf(durations, key) ?? 0)}`,
  );
  return printDescription([
    ['Records', printCount(numberOf(stats, 'records') ?? 0)],
    ['Failures', printCount(numberOf(stats, 'failures') ?? 0)],
    ['Users', printCount(numberOf(stats, 'users') ?? 0)],
    ['Oldest', textOf(stats, 'oldest')],
    ['Newest', textOf(stats, 'newest')],
    ['Durations', seconds.join(', ')],
    ['Codes', tallies(stats, 'codes', explainCode)],
    ['Verbs', tallies(stats, 'verbs')],
    ['Decisions', tallies(stats, 'decisions')],
    ['Stages', tallies(stats, 'stages')],
    ['Levels', tallies(stats, 'levels')],
  ]);
}

export async function stats(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, REPORT_FORMATS);
  const params = filterParams(flags);
  await checkBeforeFiles(flags, 'filter', params, shell.now());
  return withClient(shell, flags, async (client) => {
    const answer = await readReport(client, { path: API.stats, params, signal: shell.signal });
    const sink = openSink(shell.stdout, shell.signal);
    if (format !== 'table') await printReport(answer, sink, format);
    else if (numberOf(answer, 'records') === 0) tellNothing(shell, 'records', params);
    else await sink.write(describe(answer));
    return 0;
  });
}
