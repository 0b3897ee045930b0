// A LogQL query of the command line: from an argument or standard input, checked before anything is asked; what is wrong is pointed at.
import type { Readable } from 'node:stream';
import { checkLogql, type LogqlProblem, type Query } from '@kubewitness/core/logql';
import { CliProblem } from '../client/index.ts';
import { prepareWidths, textWidth } from '../output/index.ts';

/** Far above the longest query that is read, so that its own sentence is told. */
const MAX_INPUT_BYTES = 1_048_576;

/** `example` is shown to somebody at a terminal who forgot the query and would wait for ever. */
export async function readLogqlText(
  stdin: Readable & { readonly isTTY?: boolean },
  argument: string | undefined,
  example: string,
): Promise<string> {
  if (argument !== undefined && argument !== '-') return argument;
  if (stdin.isTTY === true) throw new CliProblem('KW_CLI_USAGE', `There is no query. Write one: ${example}`);
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

export async function parseLogqlText(text: string): Promise<Query> {
  const checked = checkLogql(text);
  if (checked.ok) return checked.query;
  await prepareWidths([text]);
  throw new CliProblem('KW_CLI_USAGE', pointAt(text, checked.problem));
}

/** Of a long line so many characters are shown, and of those so many before the fault. */
const MAX_SHOWN = 160;
const MAX_BEFORE = 120;

/** The sentence, the line it is about, and a caret under the column. */
function pointAt(text: string, { message, line, offset }: LogqlProblem): string {
  const source = [...(text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd()];
  if (source.length === 0) return message;
  const before = [...text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replaceAll('\t', ' ')];
  const from = Math.max(0, before.length - MAX_BEFORE);
  const cut = from === 0 ? '' : '…';
  const shown = `${cut}${source.slice(from, from + MAX_SHOWN).join('')}${source.length > from + MAX_SHOWN ? '…' : ''}`;
  return `${message}\n\n  ${shown}\n  ${' '.repeat(textWidth(cut + before.slice(from).join('')))}^`;
}
