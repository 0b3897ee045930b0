// `top --by NAME`: the most frequent values of a field, with share, time span, failures and durations.
import { API } from '@kubewitness/core/wire';
import {
  type Column,
  explainCode,
  numberOf,
  openSink,
  printCount,
  printList,
  printSeconds,
  printShare,
  printTime,
  RECORD_FORMATS,
  type Row,
  rowsOf,
  textOf,
} from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, filterParams, formatFlag, switchFlag, textFlag, wantsHeaders } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { type Shell, tell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

function seconds(key: string): (row: Row) => string {
  return (row) => {
    const value = numberOf(row, key);
    return value === undefined ? '' : printSeconds(value);
  };
}

function columnsFor(by: string): readonly Column<Row>[] {
  const meaning: Column<Row> = { header: 'MEANING', cell: (row) => explainCode(textOf(row, 'value')) };
  return [
    { header: by.toUpperCase(), cell: (row) => textOf(row, 'value') },
    { header: 'COUNT', cell: (row) => String(numberOf(row, 'count') ?? 0), right: true },
    { header: 'SHARE', cell: (row) => printShare(numberOf(row, 'share') ?? 0), right: true },
    { header: 'FAILURES', cell: (row) => String(numberOf(row, 'failures') ?? 0), right: true },
    { header: 'P50', cell: seconds('p50Seconds'), right: true },
    { header: 'P95', cell: seconds('p95Seconds'), right: true },
    { header: 'FIRST-SEEN', cell: (row) => printTime(textOf(row, 'firstSeen')) },
    { header: 'LAST-SEEN', cell: (row) => printTime(textOf(row, 'lastSeen')) },
    ...(by === 'code' ? [meaning] : []),
  ];
}

export async function top(shell: Shell, flags: Flags): Promise<number> {
  if (switchFlag(flags, 'print-query')) return (await import('./print-query.ts')).printQuery(shell, flags, 'top');
  const format = await formatFlag(flags, RECORD_FORMATS);
  const params = filterParams(flags);
  addTexts(params, flags, ['by', 'limit']);
  await checkBeforeFiles(flags, 'top', params, shell.now());
  return withClient(shell, flags, async (client) => {
    const answer = await readReport(client, { path: API.top, params, signal: shell.signal });
    const rows = rowsOf(answer, 'rows');
    if (rows.length === 0) {
      params.delete('by');
      tellNothing(shell, 'records', params);
    }
    const by = textOf(answer, 'by') || (textFlag(flags, 'by') ?? 'user');
    const look = { format, headers: wantsHeaders(flags), columns: columnsFor(by), wide: [], name: 'value', answer };
    if (rows.length > 0 || format === 'json' || format === 'yaml') {
      await printList(rows, openSink(shell.stdout, shell.signal), look);
    }
    const distinct = numberOf(answer, 'distinct') ?? 0;
    if (distinct > rows.length && !params.has('limit')) {
      tell(shell, `${rows.length} of ${printCount(distinct)} values. Add --limit 0 for all.`);
    }
    return 0;
  });
}
