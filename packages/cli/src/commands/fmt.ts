// `fmt`: a LogQL query in, from the command line or standard input; the same query as people read it out, or what is wrong and where.
import type { Readable } from 'node:stream';
import { checkLogql, formatLogql, type LogqlProblem, printLogql } from '@kubewitness/core/logql';
import { CliProblem } from '../client/index.ts';
import { openSink, prepareWidths, textWidth } from '../output/index.ts';
import type { Flags } from './merge-options.ts';
import { switchFlag } from './read-flags.ts';
import type { Shell } from './shell.ts';

/** Far above the longest query that is read, so that its own sentence is told. */
const MAX_INPUT_BYTES = 1_048_576;

export async function fmt(shell: Shell, argument: string | undefined, flags: Flags): Promise<number> {
  const text = argument === undefined || argument === '-' ? await readInput(shell.stdin) : argument;
  const checked = checkLogql(text);
  if (!checked.ok) {
    await prepareWidths([text]);
    throw new CliProblem('KW_CLI_USAGE', pointAt(text, checked.problem));
  }
  const print = switchFlag(flags, 'one-line') ? printLogql : formatLogql;
  await openSink(shell.stdout, shell.signal).write(`${print(checked.query)}\n`);
  return 0;
}

async function readInput(stdin: Readable & { readonly isTTY?: boolean }): Promise<string> {
  // Somebody at a terminal who forgot the query would wait for ever.
  if (stdin.isTTY === true)
    throw new CliProblem('KW_CLI_USAGE', 'fmt needs a query: kubewitness fmt \'{log_type="audit"}\'');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_INPUT_BYTES)
      throw new CliProblem('KW_CLI_USAGE', 'Standard input is longer than 1 MiB: that is no query.');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The sentence, the line it is about, and a caret under the column. */
function pointAt(text: string, { message, line, offset }: LogqlProblem): string {
  const source = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replaceAll('\t', ' ');
  return `${message}\n\n  ${source}\n  ${' '.repeat(textWidth(before))}^`;
}
