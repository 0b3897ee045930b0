// `sources` and `quarantine`: where records came from, and what could not be read.
import { API } from '@kubewitness/core/wire';
import {
  type Column,
  numberOf,
  openSink,
  parseRow,
  printBytes,
  printList,
  printTime,
  RECORD_FORMATS,
  type Row,
  rowsOf,
  splitLines,
  textOf,
} from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, formatFlag, wantsHeaders } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { type Shell, tell } from './shell.ts';
import { withClient } from './with-client.ts';

const field = (header: string, key: string): Column<Row> => ({ header, cell: (row) => textOf(row, key) });
const time = (header: string, key: string): Column<Row> => ({ header, cell: (row) => printTime(textOf(row, key)) });
const count = (header: string, key: string): Column<Row> => ({
  header,
  cell: (row) => String(numberOf(row, key) ?? 0),
  right: true,
});

const SOURCE_COLUMNS: readonly Column<Row>[] = [
  field('KIND', 'kind'),
  field('NAME', 'name'),
  field('STATE', 'state'),
  count('STORED', 'stored'),
  count('DUPLICATE', 'duplicate'),
  count('QUARANTINED', 'quarantined'),
  time('NEWEST', 'newest'),
  field('PROBLEM', 'problem'),
];
const SOURCE_WIDE: readonly Column<Row>[] = [
  field('CLUSTER', 'cluster'),
  field('HOST', 'host'),
  field('COMPONENT', 'component'),
  time('OLDEST', 'oldest'),
  time('LAST-ARRIVAL', 'lastArrival'),
  {
    header: 'LAG',
    cell: (row) => (numberOf(row, 'lagBytes') === undefined ? '' : printBytes(numberOf(row, 'lagBytes') ?? 0)),
    right: true,
  },
];

export async function sources(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, RECORD_FORMATS);
  return withClient(shell, flags, async (client) => {
    const answer = await readReport(client, { path: API.sources, signal: shell.signal });
    const rows = rowsOf(answer, 'sources');
    if (rows.length === 0)
      tell(shell, 'No sources yet. `kubewitness import FILE` and `kubewitness webhook-config` are two ways to begin.');
    const look = {
      format,
      headers: wantsHeaders(flags),
      columns: SOURCE_COLUMNS,
      wide: SOURCE_WIDE,
      name: 'name',
      answer,
    };
    await printList(rows, openSink(shell.stdout, shell.signal), look);
    return 0;
  });
}

const QUARANTINE_COLUMNS: readonly Column<Row>[] = [
  time('ARRIVAL', 'arrival'),
  field('SOURCE', 'source'),
  count('POSITION', 'position'),
  count('BYTES', 'bytes'),
  field('REASON', 'reason'),
  { header: 'LINE', cell: (row) => textOf(row, 'line').slice(0, 80) },
];
const QUARANTINE_WIDE: readonly Column<Row>[] = [field('WHOLE-LINE', 'line')];

export async function quarantine(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, RECORD_FORMATS);
  const params = new Map<string, readonly string[]>();
  addTexts(params, flags, ['limit']);
  return withClient(shell, flags, async (client) => {
    const answer = await client.open({ path: API.quarantine, params, signal: shell.signal });
    const rows: Row[] = [];
    for await (const lines of splitLines(answer.chunks)) {
      for (const line of lines) rows.push(...readRows(line));
    }
    if (rows.length === 0) tell(shell, 'Nothing is in quarantine.');
    const columns = format === 'wide' ? QUARANTINE_COLUMNS.slice(0, -1) : QUARANTINE_COLUMNS;
    const look = { format, headers: wantsHeaders(flags), columns, wide: QUARANTINE_WIDE, name: 'source', answer: rows };
    await printList(rows, openSink(shell.stdout, shell.signal), look);
    return 0;
  });
}

/** One row a line, or one list of rows: the contract leaves both open. */
function readRows(line: Uint8Array): readonly Row[] {
  const text = Buffer.from(line).toString('utf8');
  return text.startsWith('[') ? rowsOf({ rows: JSON.parse(text) }, 'rows') : [parseRow(text)];
}
