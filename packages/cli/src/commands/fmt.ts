// `fmt`: a LogQL query in, from the command line or standard input; the same query as people read it out, or what is wrong and where.
import { formatLogql, printLogql } from '@kubewitness/core/logql';
import { openSink } from '../output/index.ts';
import { parseLogqlText, readLogqlText } from './logql-text.ts';
import type { Flags } from './merge-options.ts';
import { switchFlag } from './read-flags.ts';
import type { Shell } from './shell.ts';

export async function fmt(shell: Shell, argument: string | undefined, flags: Flags): Promise<number> {
  const text = await readLogqlText(shell.stdin, argument, 'kubewitness fmt \'{log_type="audit"}\'');
  const query = await parseLogqlText(text);
  const print = switchFlag(flags, 'one-line') ? printLogql : formatLogql;
  await openSink(shell.stdout, shell.signal).write(`${print(query)}\n`);
  return 0;
}
