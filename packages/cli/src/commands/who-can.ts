// `sessions who-can VERB`: who did it under which right, who was refused, and what to remove so that it stops.
import { API } from '@kubewitness/core/wire';
import {
  openSink,
  printHarmless,
  printList,
  RECORD_FORMATS,
  type Row,
  rowsOf,
  textOf,
  WHO_CAN_COLUMNS,
  WHO_CAN_WIDE,
} from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, formatFlag, switchFlag, textFlag, wantsHeaders } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { tellNotes } from './sessions.ts';
import { type Shell, tell } from './shell.ts';
import { withClient } from './with-client.ts';

export async function whoCan(shell: Shell, verb: string | undefined, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, RECORD_FORMATS);
  const params = new Map<string, readonly string[]>([['verb', [verb ?? 'exec']]]);
  const namespace = textFlag(flags, 'namespace');
  if (namespace !== undefined && !switchFlag(flags, 'all-namespaces')) params.set('namespace', [namespace]);
  addTexts(params, flags, ['since', 'since-time', 'until']);
  await checkBeforeFiles(flags, 'whoCan', params, shell.now());
  return withClient(shell, flags, async (client) => {
    const answer = await readReport(client, { path: API.whoCan, params, signal: shell.signal });
    const granted = rowsOf(answer, 'granted');
    const refused = rowsOf(answer, 'refused');
    tellNotes(shell, answer);
    const sink = openSink(shell.stdout, shell.signal);
    const look = {
      format,
      headers: wantsHeaders(flags),
      columns: WHO_CAN_COLUMNS,
      wide: WHO_CAN_WIDE,
      name: 'user',
      answer,
    };
    if (format !== 'table' && format !== 'wide') {
      await printList([...granted, ...refused], sink, look);
      return 0;
    }
    const scope = namespace === undefined ? 'any namespace' : `namespace ${namespace}`;
    if (granted.length === 0) tell(shell, `Nobody was recorded doing this in ${scope}.`);
    await printList(granted, sink, look);
    await printSentences(shell, '\nTo stop it:', granted);
    if (refused.length > 0) await sink.write('\nRefused:\n');
    await printList(refused, sink, { ...look, columns: WHO_CAN_COLUMNS.slice(0, 5), wide: WHO_CAN_WIDE.slice(1, 4) });
    await printSentences(shell, '\nWhat the refusals mean:', refused);
    return 0;
  });
}

/** Each advice once, as it was given. */
async function printSentences(shell: Shell, title: string, rows: readonly Row[]): Promise<void> {
  const sentences = [...new Set(rows.map((row) => textOf(row, 'advice')))].filter((one) => one !== '');
  if (sentences.length === 0) return;
  const text = sentences.map((one) => `  ${printHarmless(one)}\n`).join('');
  await openSink(shell.stdout, shell.signal).write(`${title}\n${text}`);
}
