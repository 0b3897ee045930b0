// `search`: records that a filter keeps, newest first, in the chosen format.
import { API } from '@kubewitness/core/wire';
import { CliProblem, type HttpClient, type Params } from '../client/index.ts';
import { openSink, printRecords, RECORD_FORMATS, type RecordLook, viewOf } from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { addTexts, filterParams, formatFlag, switchFlag, textFlag, wantsHeaders } from './read-flags.ts';
import { type Shell, tell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

export async function search(shell: Shell, flags: Flags): Promise<number> {
  if (switchFlag(flags, 'print-query')) return (await import('./print-query.ts')).printQuery(shell, flags, 'search');
  const look = await readLook(flags);
  const params = filterParams(flags);
  addTexts(params, flags, ['limit', 'order']);
  if (look.fields.length > 0) params.set('fields', look.fields);
  if (switchFlag(flags, 'unique')) params.set('unique', ['true']);
  if (viewOf(look) !== 'row') params.set('view', [viewOf(look)]);
  await checkBeforeFiles(flags, 'records', params, shell.now());
  if (look.fields.length > 0) {
    const { noteFields } = await import('./note-fields.ts');
    for (const note of noteFields(look.fields)) tell(shell, `Note: ${note}`);
  }
  return withClient(shell, flags, (client) => askRecords(shell, client, params, look));
}

async function readLook(flags: Flags): Promise<RecordLook> {
  const format = await formatFlag(flags, RECORD_FORMATS);
  const fields = (textFlag(flags, 'fields') ?? '').split(',').filter((field) => field !== '');
  if (fields.length > 0 && format === 'name') {
    throw new CliProblem('KW_CLI_USAGE', '-o name prints objects, --fields prints fields; leave one of the two out.');
  }
  return { format, headers: wantsHeaders(flags), allStages: switchFlag(flags, 'all-stages'), fields, live: false };
}

async function askRecords(shell: Shell, client: HttpClient, params: Params, look: RecordLook): Promise<number> {
  const answer = await client.open({ path: API.records, params, signal: shell.signal });
  const records = await printRecords(answer.chunks, openSink(shell.stdout, shell.signal), look);
  if (records === 0) tellNothing(shell, 'records', params);
  else if (answer.nextCursor() !== undefined && !params.has('limit') && !params.has('last')) {
    // A default must not look like an answer to "how many".
    tell(
      shell,
      `These are the ${params.get('order')?.[0] === 'oldest' ? 'oldest' : 'newest'} 100; more match. Add --limit 0 for all.`,
    );
  }
  return 0;
}
