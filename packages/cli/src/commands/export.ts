// `export`: a filter -> an archive of the exact lines, written beside its final name and renamed when whole.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, link, rename, rm } from 'node:fs/promises';
import { API } from '@kubewitness/core/wire';
import { CliProblem, errorCode, errorText, type HttpClient, type Params } from '../client/index.ts';
import { openSink, printBytes, printCount } from '../output/index.ts';
import { checkBeforeFiles } from './check-params.ts';
import type { Flags } from './merge-options.ts';
import { filterParams, switchFlag, textFlag } from './read-flags.ts';
import { type Shell, tell } from './shell.ts';
import { tellNothing } from './tell-nothing.ts';
import { withClient } from './with-client.ts';

export async function exportCase(shell: Shell, flags: Flags): Promise<number> {
  const out = textFlag(flags, 'out');
  if (out === undefined || out === '') {
    throw new CliProblem('KW_CLI_USAGE', 'Where to? Write --out case.tar.gz, or --out - for standard output.');
  }
  if (out === '-' && shell.stdout.isTTY === true) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      'An archive would wreck the terminal; name a file with --out, or send it on with a pipe.',
    );
  }
  const force = switchFlag(flags, 'force');
  if (out !== '-' && !force && (await exists(out))) throw taken(out);
  const params = filterParams(flags);
  await checkBeforeFiles(flags, 'filter', params, shell.now());
  return withClient(shell, flags, (client) => save(shell, client, params, out, force));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function taken(path: string): CliProblem {
  return new CliProblem('KW_CLI_FILE', `${path} exists already; choose another name, or replace it with --force.`);
}

async function save(shell: Shell, client: HttpClient, params: Params, out: string, force: boolean): Promise<number> {
  const answer = await client.open({ path: API.export, params, signal: shell.signal });
  if (out === '-') {
    const sink = openSink(shell.stdout, shell.signal);
    for await (const chunk of answer.chunks) await sink.write(chunk);
    return 0;
  }
  // In the same directory: a rename across file systems would be a copy that can stop half-way.
  const unfinished = `${out}.${process.pid}.part`;
  try {
    const bytes = await writeChunks(unfinished, answer.chunks);
    if (force) await rename(unfinished, out);
    else await publish(unfinished, out);
    const records = answer.records();
    // An archive of nothing looks like any other.
    if (records === 0) tellNothing(shell, 'records', params);
    const held = records === undefined ? '' : `${printCount(records)} ${records === 1 ? 'record' : 'records'}, `;
    tell(shell, `Saved ${out} (${held}${printBytes(bytes)}).`);
    return 0;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof CliProblem || errorCode(error) === '') throw error;
    throw new CliProblem(
      'KW_CLI_FILE',
      `${out} cannot be written (${errorText(error)}); name another place with --out.`,
      error,
    );
  }
}

/** Unlike rename, link fails when somebody made the file in the meantime. */
async function publish(unfinished: string, out: string): Promise<void> {
  try {
    await link(unfinished, out);
    await rm(unfinished);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw taken(out);
    // File systems without hard links.
    await rename(unfinished, out);
  }
}

/** Mode 0600: a case file holds what the audit log holds. */
async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  const failed = once(file, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  let bytes = 0;
  try {
    await Promise.race([once(file, 'open'), failed]);
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (!file.write(chunk)) await Promise.race([once(file, 'drain'), failed]);
    }
    file.end();
    await Promise.race([once(file, 'close'), failed]);
    return bytes;
  } finally {
    file.destroy();
  }
}
