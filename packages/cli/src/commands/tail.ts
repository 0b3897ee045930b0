// `tail`: the newest records in order of time, and with -f those that land from now on, each once.
import { API } from '@kubewitness/core/wire';
import { CliProblem, type HttpClient, type Params } from '../client/index.ts';
import { openSink, printRecords, RECORD_FORMATS, type RecordLook, splitLines, viewOf } from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { filterParams, formatFlag, listFlag, switchFlag, textFlag, wantsHeaders } from './read-flags.ts';
import type { Shell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

const DEFAULT_HISTORY = '10';
/** The history is turned round in memory, and remembered until the live records have passed it. */
const MAX_HISTORY = 10_000;

export async function tail(shell: Shell, flags: Flags): Promise<number> {
  if (switchFlag(flags, 'print-query')) return (await import('./print-query.ts')).printQuery(shell, flags, 'tail');
  const format = await formatFlag(
    flags,
    RECORD_FORMATS.filter((word) => word !== 'json'),
  );
  const follow = switchFlag(flags, 'follow');
  if (follow && listFlag(flags, 'from').length > 0) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      'tail -f follows a server; --from reads what files hold now. For a live file run `kubewitness serve --tail FILE`.',
    );
  }
  const history = textFlag(flags, 'tail') ?? DEFAULT_HISTORY;
  if (!/^\d{1,5}$/.test(history) || Number(history) > MAX_HISTORY) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      `--tail ${JSON.stringify(history)} is not a number from 0 to ${MAX_HISTORY}; for more use search --limit.`,
    );
  }
  const look: RecordLook = {
    format,
    headers: wantsHeaders(flags),
    allStages: switchFlag(flags, 'all-stages'),
    fields: [],
    live: follow,
  };
  const params = filterParams(flags);
  if (viewOf(look) !== 'row') params.set('view', [viewOf(look)]);
  await checkBeforeFiles(flags, 'records', params, shell.now());
  return withClient(shell, flags, async (client) => {
    const lines = follow ? followLines(shell, client, params, history) : readHistory(shell, client, params, history);
    const records = await printRecords(joinLines(lines), openSink(shell.stdout, shell.signal), look);
    if (records === 0) tellNothing(shell, 'records', params);
    return 0;
  });
}

/** The newest records, oldest of them first. */
async function* readHistory(
  shell: Shell,
  client: HttpClient,
  params: Params,
  count: string,
): AsyncGenerator<readonly Uint8Array[]> {
  if (count === '0') return;
  const newest = new Map([...params, ['limit', [count]] as const, ['order', ['newest']] as const]);
  const answer = await client.open({ path: API.records, params: newest, signal: shell.signal });
  const lines: Uint8Array[] = [];
  for await (const batch of splitLines(answer.chunks)) lines.push(...batch);
  yield lines.reverse();
}

/** The live stream is opened before the history is read: what lands in between comes twice, and is then left out once. */
async function* followLines(
  shell: Shell,
  client: HttpClient,
  params: Params,
  count: string,
): AsyncGenerator<readonly Uint8Array[]> {
  const live = await client.open({ path: API.tail, params, signal: shell.signal });
  const seen = new Map<string, number>();
  for await (const batch of readHistory(shell, client, params, count)) {
    for (const line of batch) {
      const key = Buffer.from(line).toString('latin1');
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    yield batch;
  }
  for await (const batch of splitLines(live.chunks)) {
    yield seen.size === 0 ? batch : batch.filter((line) => !forget(seen, Buffer.from(line).toString('latin1')));
  }
  throw new CliProblem(
    'KW_CLI_STREAM_CUT',
    `${client.address} ended the tail; it may be restarting. Run the command again.`,
  );
}

function forget(seen: Map<string, number>, key: string): boolean {
  const times = seen.get(key);
  if (times === undefined) return false;
  if (times === 1) seen.delete(key);
  else seen.set(key, times - 1);
  return true;
}

async function* joinLines(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  const newline = Buffer.from('\n');
  for await (const batch of batches) {
    if (batch.length > 0) yield Buffer.concat(batch.flatMap((line) => [line, newline]));
  }
}
