// The commands about LogQL that need no server.
import type { Command } from 'commander';
import { addFlags, GROUPS } from './add-flags.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { Run } from './run.ts';

export function addLogqlCommands(program: Command, run: Run): void {
  const fmt = program
    .command('fmt')
    .description('Check a LogQL query and print it as people read it, without a server.');
  fmt.argument('[QUERY]', 'the query; without it, or as -, standard input');
  addFlags(fmt, GROUPS.output, [{ name: 'one-line', text: 'on one line, however long' }]);
  fmt.action((query: string | undefined, _, self: Command) =>
    run((shell) => import('./fmt.ts').then((m) => m.fmt(shell, query, mergeOptions(self)))),
  );
  setExamples(
    fmt,
    `
kubewitness fmt 'sum by(verb)(count_over_time({log_type="audit"}|json[1h]))>0'
# from a file, as one line
kubewitness fmt --one-line < query.logql`,
  );
}
