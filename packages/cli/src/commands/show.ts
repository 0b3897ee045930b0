// `show AUDIT_ID`: every record with that audit ID, grouped into the requests they belong to.
import { existsSync } from 'node:fs';
import { API } from '@kubewitness/core/wire';
import { CliProblem, type HttpClient, type Params } from '../client/index.ts';
import {
  openSink,
  parseRow,
  printRecords,
  RECORD_FORMATS,
  type RecordFormat,
  type Row,
  splitLines,
} from '../output/index.ts';
import { describeRequest } from './describe-request.ts';
import { groupRequests } from './group-requests.ts';
import type { Flags } from './merge-options.ts';
import { formatFlag, listFlag, wantsHeaders } from './read-flags.ts';
import type { Shell } from './shell.ts';
import { withClient } from './with-client.ts';

/** More than this under one ID is a client that sends one ID with everything; `search --audit-id` streams those. */
const MAX_SHOWN_RECORDS = 10_000;

export async function show(shell: Shell, id: string | undefined, flags: Flags): Promise<number> {
  const [auditId, rest] = chooseId(id, flags);
  const format = await formatFlag(flags, RECORD_FORMATS);
  // `=` takes the ID literally: clients choose it, and it may begin with a dash.
  const params: Params = new Map([
    ['audit-id', [`=${auditId}`]],
    ['all-stages', ['true']],
    ['order', ['oldest']],
    ['limit', [String(MAX_SHOWN_RECORDS)]],
  ]);
  return withClient(shell, rest, async (client) => {
    const records = await (format === 'table'
      ? showRequests(shell, client, params, auditId)
      : list(shell, client, params, format, flags));
    if (records > 0) return 0;
    throw new CliProblem(
      'KW_CLI_NOT_FOUND',
      `No record has the audit ID ${JSON.stringify(auditId)}; \`search -o wide\` prints the IDs.`,
    );
  });
}

/** `show --from a.log ID`: the flag takes several files and so took the ID too; it is the last one and no file. */
function chooseId(id: string | undefined, flags: Flags): readonly [string, Flags] {
  if (id !== undefined) return [id, flags];
  const from = listFlag(flags, 'from');
  const last = from.at(-1);
  if (from.length > 1 && last !== undefined && !existsSync(last)) return [last, { ...flags, from: from.slice(0, -1) }];
  throw new CliProblem(
    'KW_CLI_USAGE',
    'Which request? Write kubewitness show AUDIT_ID; `search -o wide` prints the IDs.',
  );
}

async function list(
  shell: Shell,
  client: HttpClient,
  params: Params,
  format: RecordFormat,
  flags: Flags,
): Promise<number> {
  const view = format === 'wide' || format === 'csv' || format === 'name' ? 'row' : 'line';
  const answer = await client.open({
    path: API.records,
    params: new Map([...params, ['view', [view]]]),
    signal: shell.signal,
  });
  const look = { format, headers: wantsHeaders(flags), allStages: true, fields: [], live: false };
  return printRecords(answer.chunks, openSink(shell.stdout, shell.signal), look);
}

async function showRequests(shell: Shell, client: HttpClient, params: Params, auditId: string): Promise<number> {
  const answer = await client.open({ path: API.records, params, signal: shell.signal });
  const rows: Row[] = [];
  for await (const lines of splitLines(answer.chunks)) rows.push(...lines.map(parseRow));
  const records = rows.length;
  if (records === 0) return 0;
  const requests = groupRequests(rows);
  const sink = openSink(shell.stdout, shell.signal);
  const count =
    requests.length === 1 ? '1 request' : `${requests.length} requests share this ID, which the client chooses`;
  const more =
    answer.nextCursor() === undefined
      ? ''
      : ` (only the first ${MAX_SHOWN_RECORDS} records; search --audit-id has all)`;
  await sink.write(
    `Audit ID ${JSON.stringify(auditId)}: ${count}, ${records} ${records === 1 ? 'record' : 'records'}${more}.\n`,
  );
  for (const request of requests) await sink.write(`\n${describeRequest(request)}`);
  return records;
}
