// `sessions`: who was inside what, the oldest first; with -w those that begin and end from now on, too.
import { API } from '@kubewitness/core/wire';
import { CliProblem, type HttpClient, type Params } from '../client/index.ts';
import {
  openSink,
  parseRow,
  printList,
  RECORD_FORMATS,
  type RecordFormat,
  type Row,
  rowsOf,
  SESSION_COLUMNS,
  SESSION_WIDE,
  splitLines,
  Table,
  textOf,
} from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, formatFlag, listFlag, switchFlag, wantsHeaders } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { type Shell, tell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

const LISTS = ['kind', 'user', 'namespace', 'pod', 'node', 'cluster'] as const;
const WATCH_FORMATS: readonly RecordFormat[] = ['table', 'wide', 'ndjson'];

export async function sessions(shell: Shell, flags: Flags): Promise<number> {
  const watch = switchFlag(flags, 'watch');
  const format = await formatFlag(flags, watch ? WATCH_FORMATS : RECORD_FORMATS);
  if (watch && listFlag(flags, 'from').length > 0) {
    throw new CliProblem('KW_CLI_USAGE', 'sessions -w follows a server; --from reads what files hold now.');
  }
  const params = sessionParams(flags);
  await checkBeforeFiles(flags, 'sessions', params, shell.now());
  const look = { format, headers: wantsHeaders(flags) };
  return withClient(shell, flags, (client) =>
    watch ? follow(shell, client, params, look) : list(shell, client, params, look),
  );
}

function sessionParams(flags: Flags): Map<string, readonly string[]> {
  const params = new Map<string, readonly string[]>();
  for (const name of LISTS) {
    const values = listFlag(flags, name);
    if (values.length > 0 && !(name === 'namespace' && switchFlag(flags, 'all-namespaces'))) params.set(name, values);
  }
  addTexts(params, flags, ['since', 'since-time', 'until', 'limit']);
  for (const name of ['open', 'denied']) if (switchFlag(flags, name)) params.set(name, ['true']);
  return params;
}

interface Look {
  readonly format: RecordFormat;
  readonly headers: boolean;
}

async function list(shell: Shell, client: HttpClient, params: Params, look: Look): Promise<number> {
  const answer = await readReport(client, { path: API.sessions, params, signal: shell.signal });
  const rows = rowsOf(answer, 'sessions');
  tellNotes(shell, answer);
  if (rows.length === 0) tellNothing(shell, 'sessions', params);
  await printList(rows, openSink(shell.stdout, shell.signal), {
    ...look,
    columns: SESSION_COLUMNS,
    wide: SESSION_WIDE,
    name: 'id',
    answer: rows,
  });
  // A default must not look like an answer to "how many".
  if (answer['more'] === true && !params.has('limit')) {
    tell(shell, 'These are the newest 100; there are more. Add --limit 0 for all.');
  }
  return 0;
}

export function tellNotes(shell: Shell, answer: Row): void {
  const notes = answer['notes'];
  for (const note of Array.isArray(notes) ? notes : []) tell(shell, `Note: ${String(note)}`);
}

/** The live stream is opened before the list is read: what begins in between comes twice, and is then left out once. */
async function follow(shell: Shell, client: HttpClient, params: Params, look: Look): Promise<number> {
  const live = new Map([...params].filter(([name]) => name !== 'limit'));
  const stream = await client.open({ path: API.sessionsTail, params: live, signal: shell.signal });
  const sink = openSink(shell.stdout, shell.signal);
  const columns = look.format === 'wide' ? [...SESSION_COLUMNS, ...SESSION_WIDE] : SESSION_COLUMNS;
  const table = look.format === 'ndjson' ? undefined : new Table<Row>(columns, sink, { headers: look.headers });
  const shown = new Map<string, string>();
  const print = async (row: Row): Promise<void> => {
    const last = textOf(row, 'state') === 'attempt' ? 'code' : 'endedAt';
    const facts = ['kind', 'state', last].map((key) => textOf(row, key)).join(' ');
    if (shown.get(textOf(row, 'id')) === facts) return;
    shown.set(textOf(row, 'id'), facts);
    if (table === undefined) await sink.write(`${JSON.stringify(row)}\n`);
    else await table.add(row);
  };
  const answer = await readReport(client, { path: API.sessions, params, signal: shell.signal });
  for (const row of rowsOf(answer, 'sessions')) await print(row);
  await table?.flush();
  for await (const lines of splitLines(stream.chunks)) {
    for (const line of lines) if (line.length > 0) await print(parseRow(line));
    await table?.flush();
  }
  throw new CliProblem(
    'KW_CLI_STREAM_CUT',
    `${client.address} ended the stream; it may be restarting. Run the command again.`,
  );
}
