// A command's client: the named server, or a temporary one over the files of --from, open while the command runs.
import {
  CliProblem,
  type ConnectionFlags,
  type FoundFiles,
  findLogFiles,
  type HttpClient,
  importFiles,
  openHttpClient,
  openTemporaryServer,
  resolveConnection,
} from '../client/index.ts';
import { printCount } from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { openProgress } from './progress.ts';
import { connectionFlags, listFlag, textFlag } from './read-flags.ts';
import { isWatched, type Shell, tell } from './shell.ts';
import { tellUnread } from './tell-unread.ts';

/** The client of a server; `--from` is not looked at. */
export async function connect(shell: Shell, flags: ConnectionFlags): Promise<HttpClient> {
  const warn = (sentence: string): void => tell(shell, `Note: ${sentence}`);
  return openHttpClient(await resolveConnection(flags, { env: shell.env, homeDirectory: shell.homeDirectory, warn }));
}

/** Runs the question and gives its exit code; with --from never 0 when a file could not be read. */
export async function withClient(
  shell: Shell,
  flags: Flags,
  ask: (client: HttpClient) => Promise<number>,
): Promise<number> {
  const paths = listFlag(flags, 'from');
  if (paths.length > 0) {
    if (textFlag(flags, 'server') !== undefined)
      throw new CliProblem('KW_CLI_USAGE', '--from asks files, --server asks a server; leave one of the two out.');
    return withFiles(shell, paths, ask);
  }
  const client = await connect(shell, connectionFlags(flags));
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

async function withFiles(
  shell: Shell,
  paths: readonly string[],
  ask: (client: HttpClient) => Promise<number>,
): Promise<number> {
  const found = await findLogFiles(paths);
  if (found.files.length === 0) throw new CliProblem('KW_CLI_FILE', found.problems.join('\n'));
  const server = await openTemporaryServer(shell.env, shell.signal);
  try {
    const complete = await load(shell, server.client, found);
    const code = await ask(server.client);
    return code === 0 && !complete ? 1 : code;
  } finally {
    await server.close();
  }
}

/** Imports the files; false when something could not be read, which is told. */
async function load(shell: Shell, client: HttpClient, found: FoundFiles): Promise<boolean> {
  const progress = openProgress(shell.stderr, found.files, isWatched(shell));
  const job = { client, files: found.files, origin: {}, stdin: shell.stdin, listener: progress, signal: shell.signal };
  const report = await importFiles(job).finally(() => progress.close());
  const problems = [...found.problems, ...report.problems];
  for (const problem of problems) tellUnread(shell, problem);
  if (report.quarantined > 0) {
    tell(
      shell,
      `Left out: ${printCount(report.quarantined)} of ${printCount(report.read)} lines are no audit events; \`kubewitness quarantine --from …\` shows why.`,
    );
  }
  return problems.length === 0;
}
