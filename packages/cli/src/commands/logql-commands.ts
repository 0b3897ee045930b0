// The commands about LogQL: query asks, fmt only reads. What they do is loaded when one runs.
import type { Command } from 'commander';
import { addConnectionFlags, addFlags, addFromFlag, addOutputFlags, GROUPS } from './add-flags.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { QUERY_FORMATS } from './query/query-request.ts';
import type { Run } from './run.ts';

const FORMATS: typeof QUERY_FORMATS = ['raw', 'table', 'wide', 'chart', 'json', 'ndjson', 'csv'];

export function addLogqlCommands(program: Command, run: Run): void {
  addQuery(program, run);
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

function addQuery(program: Command, run: Run): void {
  const query = program
    .command('query')
    .description('Ask in LogQL: lines of a log query, or the numbers of a metric query as a table or a chart.');
  query.argument('[QUERY]', 'the query; without it, or as -, standard input');
  addFlags(query, GROUPS.time, [
    { name: 'since', value: 'DURATION|TIME', text: '90m, 2h, 7d, or a time; makes a metric a chart over that time' },
    { name: 'since-time', value: 'TIME', text: '2026-11-20T08:00:00Z, 2026-11-20' },
    { name: 'until', value: 'DURATION|TIME', text: 'before that time; default now, with --from the newest record' },
    { name: 'step', value: 'DURATION', text: 'a metric at each step: 30s, 5m (default: a 250th of the time)' },
    { name: 'instant', text: 'a metric at the end of the time only (default without --since and --step)' },
    {
      name: 'follow',
      short: 'f',
      text: 'begin with the newest lines of the last hour, or of --since, and go on until Ctrl-C',
    },
    {
      name: 'org-id',
      value: 'TENANT',
      text: 'whose entries, where the server has tenants (default audit: its own records)',
    },
  ]);
  addFlags(query, GROUPS.output, [
    { name: 'limit', value: 'N', text: 'at most N lines, 0 = all (default 100, with -f 10)' },
    { name: 'order', value: 'ORDER', text: 'newest (default) or oldest first', words: ['newest', 'oldest'] },
    { name: 'explain', text: 'print the plan, the SQL, what was read and how long it took' },
  ]);
  addOutputFlags(query, FORMATS);
  addConnectionFlags(addFromFlag(query)).action((text: string | undefined, _, self: Command) =>
    run((shell) => import('./query/index.ts').then((m) => m.query(shell, text, mergeOptions(self)))),
  );
  setExamples(
    query,
    `
# the newest lines about exec, as written
kubewitness query '{log_type="audit"} |= "/exec" | json | verb="create"' --since 24h
# the ten busiest users of a day
kubewitness query 'topk(10, sum by (user_username) (count_over_time({log_type="audit"} | json [24h])))'
# failures over a day, drawn
kubewitness query 'sum by (responseStatus_code) (count_over_time({log_type="audit"} | json | responseStatus_code >= 400 [10m]))' --since 24h
# as they land
kubewitness query -f '{log_type="audit"} |= "/exec"' -o table
# what happens in the server for it
kubewitness query --explain 'count_over_time({log_type="audit"} | json | verb="delete" [1h])'
# straight from a log, without a server
kubewitness query 'sum by (verb) (count_over_time({log_type="audit"} | json [24h]))' --from audit.log`,
  );
}
