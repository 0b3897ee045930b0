// `version`: this program's version, and the server's when one answers.
import { readFile } from 'node:fs/promises';
import { API } from '@kubewitness/core/wire';
import { CliProblem } from '../client/index.ts';
import {
  memberOf,
  openSink,
  parseRow,
  printDescription,
  printReport,
  REPORT_FORMATS,
  type Row,
  textOf,
} from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { connectionFlags, formatFlag, switchFlag } from './read-flags.ts';
import { readReport } from './read-report.ts';
import { type Shell, tell } from './shell.ts';
import { connect } from './with-client.ts';

export async function readOwnVersion(): Promise<string> {
  // The package's own file, two folders up from src/commands and from dist/commands alike.
  return textOf(parseRow(await readFile(new URL('../../package.json', import.meta.url), 'utf8')), 'version');
}

export async function version(shell: Shell, flags: Flags): Promise<number> {
  const format = await formatFlag(flags, REPORT_FORMATS);
  const own = { version: await readOwnVersion(), node: process.versions.node };
  const server = switchFlag(flags, 'client') ? undefined : await askServer(shell, flags);
  const sink = openSink(shell.stdout, shell.signal);
  if (format !== 'table') await printReport({ client: own, ...(server === undefined ? {} : { server }) }, sink, format);
  else {
    const engine = textOf(memberOf(server ?? {}, 'engine'), 'version');
    await sink.write(
      printDescription([
        ['Client', `${own.version} (Node ${own.node})`],
        ...(server === undefined
          ? []
          : [['Server', `${textOf(server, 'version')}${engine === '' ? '' : ` (engine ${engine})`}`] as const]),
      ]),
    );
  }
  return 0;
}

/** A server that is away is worth a sentence, not a failure: people ask for the version to see what they have. */
async function askServer(shell: Shell, flags: Flags): Promise<Row | undefined> {
  const client = await connect(shell, connectionFlags(flags));
  try {
    return await readReport(client, { path: API.version, signal: shell.signal });
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    tell(shell, `${error.code}: ${error.message}`);
    return undefined;
  } finally {
    client.close();
  }
}
