// `sessions show ID`: the session, its records, what its user did around it, and what the pod was.
import { API } from '@kubewitness/core/wire';
import { CliProblem } from '../client/index.ts';
import {
  describeSession,
  memberOf,
  openSink,
  printHarmless,
  printReport,
  printTime,
  REPORT_FORMATS,
  type Row,
  rowsOf,
  Table,
  textOf,
} from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { formatFlag, listFlag } from './read-flags.ts';
import { readReport } from './read-report.ts';
import type { Shell } from './shell.ts';
import { withClient } from './with-client.ts';

const ID = /^[0-9a-f]{16}$/;

export async function showSession(shell: Shell, given: string | undefined, flags: Flags): Promise<number> {
  const [id, rest] = chooseId(given, flags);
  const format = await formatFlag(flags, REPORT_FORMATS);
  return withClient(shell, rest, async (client) => {
    const answer = await readReport(client, { path: `${API.sessions}/${id}`, params: new Map(), signal: shell.signal });
    const sink = openSink(shell.stdout, shell.signal);
    if (format !== 'table') {
      await printReport(answer, sink, format);
      return 0;
    }
    await sink.write(describeSession(memberOf(answer, 'session')));
    const told = answer['podWas'];
    const sentences = Array.isArray(told) ? told.map(String) : [];
    if (sentences.length > 0) {
      await sink.write(`\nThe pod:\n${sentences.map((one) => `  ${printHarmless(one)}\n`).join('')}`);
    }
    await printSteps(shell, 'Records:', rowsOf(answer, 'records'));
    await printSteps(
      shell,
      'What else the user did, five minutes before to five minutes after:',
      rowsOf(answer, 'around'),
    );
    if (answer['moreAround'] === true) await sink.write('  … and more; `kubewitness search --user` has all.\n');
    return 0;
  });
}

/** `show --from a.log ID`: the flag takes several files and so took the id too. */
function chooseId(id: string | undefined, flags: Flags): readonly [string, Flags] {
  if (id !== undefined && ID.test(id)) return [id, flags];
  const from = listFlag(flags, 'from');
  const last = from.at(-1);
  if (id === undefined && last !== undefined && ID.test(last)) return [last, { ...flags, from: from.slice(0, -1) }];
  throw new CliProblem(
    'KW_CLI_USAGE',
    'Which session? Write kubewitness sessions show ID; `kubewitness sessions` prints the ids, 16 hex digits each.',
  );
}

/** What is no object of the cluster has nothing else to be known by. */
const printName = (row: Row): string =>
  textOf(row, 'name') || (textOf(row, 'resource') === '' ? textOf(row, 'requestURI') : '');

async function printSteps(shell: Shell, title: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const sink = openSink(shell.stdout, shell.signal);
  await sink.write(`\n${title}\n`);
  const table = new Table<Row>(
    [
      { header: 'TIME', cell: (row) => printTime(textOf(row, 'time')) },
      { header: 'STAGE', cell: (row) => textOf(row, 'stage') },
      { header: 'VERB', cell: (row) => textOf(row, 'verb') },
      { header: 'CODE', cell: (row) => textOf(row, 'code'), right: true },
      { header: 'RESOURCE', cell: (row) => textOf(row, 'resource') },
      { header: 'NAMESPACE', cell: (row) => textOf(row, 'namespace') },
      { header: 'NAME', cell: printName },
    ],
    sink,
    { headers: true },
  );
  for (const row of rows) await table.add(row);
  await table.flush();
}
