// `token create|list|revoke`: the server's bearer tokens.
import { API, ROLES, suggest } from '@kubewitness/core/wire';
import { CliProblem } from '../client/index.ts';
import {
  type Column,
  openSink,
  printHarmless,
  printList,
  printTime,
  RECORD_FORMATS,
  type Row,
  rowsOf,
  textOf,
} from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { connectionFlags, formatFlag, textFlag, wantsHeaders } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { serve } from './serve.ts';
import { type Shell, tell } from './shell.ts';
import { connect } from './with-client.ts';

/** With --data the installed server program does the same to the directory itself, and prints plain text only. */
function withDirectory(shell: Shell, format: string, args: readonly string[]): Promise<number> {
  if (format === 'table') return serve(shell, ['token', ...args]);
  throw new CliProblem('KW_CLI_USAGE', '--data prints plain text; leave -o out, or ask a running server.');
}

export async function createToken(shell: Shell, given: string | undefined, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, ['table', 'json'] as const);
  const role = textFlag(flags, 'role');
  if (role === undefined) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      'What may its owner do? Add --role ingest (send records), --role read (ask) or --role admin (everything).',
    );
  }
  if (!ROLES.some((one) => one === role))
    throw new CliProblem('KW_CLI_USAGE', `--role ${JSON.stringify(role)} is not a role; ${suggest(role, ROLES)}`);
  const name = given ?? role;
  const data = textFlag(flags, 'data');
  if (data !== undefined)
    return withDirectory(shell, format, ['create', '--data', data, '--role', role, '--name', name]);
  const client = await connect(shell, connectionFlags(flags));
  try {
    const call = { method: 'POST', path: API.tokens, json: { name, role }, signal: shell.signal } as const;
    const made = await readReport(client, call);
    // Only the token goes to standard output, so that `> file` gives a token file.
    shell.stdout.write(format === 'json' ? `${JSON.stringify(made)}\n` : `${textOf(made, 'token')}\n`);
    tell(
      shell,
      `Token ${textOf(made, 'id')} for ${printHarmless(name)} with the role ${textOf(made, 'role')}. It is not shown again.`,
    );
    return 0;
  } finally {
    client.close();
  }
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'ID', cell: (row) => textOf(row, 'id') },
  { header: 'NAME', cell: (row) => textOf(row, 'name') },
  { header: 'ROLE', cell: (row) => textOf(row, 'role') },
  { header: 'CREATED', cell: (row) => printTime(textOf(row, 'createdAt')) },
  { header: 'LAST-USED', cell: (row) => printTime(textOf(row, 'lastUsedAt')) },
];

export async function listTokens(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, RECORD_FORMATS);
  const data = textFlag(flags, 'data');
  if (data !== undefined) return withDirectory(shell, format, ['list', '--data', data]);
  const client = await connect(shell, connectionFlags(flags));
  try {
    const answer = await client.getJson({ path: API.tokens, signal: shell.signal });
    // Either a list or an object that holds one.
    const rows = Array.isArray(answer)
      ? rowsOf({ answer }, 'answer')
      : rowsOf(rowsOf({ list: [answer] }, 'list')[0] ?? {}, 'tokens');
    if (rows.length === 0) tell(shell, 'No tokens. `kubewitness token create NAME --role ROLE` makes one.');
    const look = { format, headers: wantsHeaders(flags), columns: COLUMNS, wide: [], name: 'id', answer };
    await printList(rows, openSink(shell.stdout, shell.signal), look);
    return 0;
  } finally {
    client.close();
  }
}

export async function revokeToken(shell: Shell, id: string, flags: Flags): Promise<number> {
  if (!/^[\w-]{1,128}$/.test(id)) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      `${JSON.stringify(id)} is not a token's ID; \`kubewitness token list\` prints them.`,
    );
  }
  const data = textFlag(flags, 'data');
  if (data !== undefined) return withDirectory(shell, 'table', ['revoke', id, '--data', data]);
  const client = await connect(shell, connectionFlags(flags));
  try {
    const answer = await client.open({ method: 'DELETE', path: `${API.tokens}/${id}`, signal: shell.signal });
    for await (const _ of answer.chunks);
    tell(shell, `Token ${id} is revoked.`);
    return 0;
  } finally {
    client.close();
  }
}
