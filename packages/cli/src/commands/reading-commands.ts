// The commands that ask: search, show, top, stats, tail, status, sources, quarantine, export. What they do is loaded when one runs.
import type { Command } from 'commander';
import type { RECORD_FORMATS, REPORT_FORMATS } from '../output/index.ts';
import { addConnectionFlags, addFilterFlags, addFlags, addFromFlag, addOutputFlags, GROUPS } from './add-flags.ts';
import { type FlagText, TOP_WORDS } from './flag-table.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { Run } from './run.ts';

// The words of -o, kept equal to the output room's by the compiler: loading that room would double the time of --help.
const FORMATS: typeof RECORD_FORMATS = ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name'];
const REPORTS: typeof REPORT_FORMATS = ['table', 'json', 'yaml'];

const PRINT_QUERY: FlagText = {
  name: 'print-query',
  text: 'print the LogQL that these flags stand for, and ask nothing',
};

function addReading(command: Command): Command {
  return addConnectionFlags(addFromFlag(command));
}

export function addReadingCommands(program: Command, run: Run): void {
  const search = program
    .command('search')
    .description('Find records: who did what, when, from where, with which result.');
  addFilterFlags(search);
  addFlags(search, GROUPS.output, [
    { name: 'limit', value: 'N', text: 'at most N records, 0 = all (default 100)' },
    { name: 'order', value: 'ORDER', text: 'newest (default) or oldest first', words: ['newest', 'oldest'] },
    { name: 'fields', value: 'PATHS', text: 'print these audit fields: userAgent,user.username,sourceIPs[0]' },
    { name: 'unique', text: 'print each distinct set of --fields once' },
    PRINT_QUERY,
  ]);
  addOutputFlags(search, FORMATS);
  addReading(search).action((_, self: Command) =>
    run((shell) => import('./search.ts').then((m) => m.search(shell, mergeOptions(self)))),
  );
  setExamples(
    search,
    `
# who was refused in the last two hours
kubewitness search --code 403 --since 2h
# every exec into a pod of one namespace, with the command
kubewitness search --resource pods/exec -n shop -o wide
# deletions by people, not by controllers
kubewitness search --verb delete --user '!~^system:'
# the exact lines of one user, as written
kubewitness search --user alice --limit 0 -o ndjson
# straight from a must-gather, without a server
kubewitness search --from must-gather.local.123/ --verb '!get' --failed
# each user agent of an API version once
kubewitness search --uri /apis/batch/v1beta1 --fields userAgent --unique --limit 0
# the same question as LogQL
kubewitness search --code 403 --user alice --print-query`,
  );

  const show = program.command('show').description('Show every record of an audit ID, grouped by request.');
  show.argument('[AUDIT_ID]', 'the auditID of the records');
  addOutputFlags(show, FORMATS);
  addReading(show).action((id: string | undefined, _, self: Command) =>
    run((shell) => import('./show.ts').then((m) => m.show(shell, id, mergeOptions(self)))),
  );
  setExamples(
    show,
    `
kubewitness show 4d2c1a9e-7a0b-4a53-9f3c-0d6f5b1c2e3f
# the exact lines
kubewitness show 4d2c1a9e-7a0b-4a53-9f3c-0d6f5b1c2e3f -o ndjson`,
  );

  const top = program
    .command('top')
    .description('Count by a field: the most frequent values with share, failures and durations.');
  addFlags(top, GROUPS.output, [
    {
      name: 'by',
      value: 'FIELD',
      text: `${TOP_WORDS.slice(0, 11).join(', ')},\n    ${TOP_WORDS.slice(11).join(', ')} (default user)`,
      words: TOP_WORDS,
    },
    { name: 'limit', value: 'N', text: 'at most N values, 0 = all (default 10)' },
    PRINT_QUERY,
  ]);
  addFilterFlags(top);
  addOutputFlags(top, FORMATS);
  addReading(top).action((_, self: Command) =>
    run((shell) => import('./top.ts').then((m) => m.top(shell, mergeOptions(self)))),
  );
  setExamples(
    top,
    `
# the ten busiest users
kubewitness top --by user
# response codes of the last 5,000 records, with what each tells
kubewitness top --by code --last 5000
# who fails most
kubewitness top --by user --failed --since 24h
# straight from a file
kubewitness top --by user-agent --from audit.log`,
  );

  const stats = program
    .command('stats')
    .description('Count what a filter keeps: codes, verbs, stages, levels, decisions, durations.');
  addFilterFlags(stats);
  addOutputFlags(stats, REPORTS);
  addReading(stats).action((_, self: Command) =>
    run((shell) => import('./stats.ts').then((m) => m.stats(shell, mergeOptions(self)))),
  );
  setExamples(
    stats,
    '\nkubewitness stats --since 24h\nkubewitness stats --user alice -n shop\nkubewitness stats --from audit.log.gz',
  );

  const tail = program.command('tail').description('Print the newest records, and with -f the new ones as they land.');
  addFilterFlags(tail);
  addFlags(tail, GROUPS.output, [
    { name: 'follow', short: 'f', text: 'go on until Ctrl-C' },
    { name: 'tail', value: 'N', text: 'begin with the N newest records (default 10)' },
    PRINT_QUERY,
  ]);
  addOutputFlags(
    tail,
    FORMATS.filter((format) => format !== 'json'),
  );
  addReading(tail).action((_, self: Command) =>
    run((shell) => import('./tail.ts').then((m) => m.tail(shell, mergeOptions(self)))),
  );
  setExamples(
    tail,
    `
kubewitness tail -f --failed
# sessions as they begin
kubewitness tail -f --resource pods/exec --resource pods/attach -o wide
kubewitness tail -f -n shop -o ndjson --tail 0`,
  );

  addHoldings(program, run);
}

function addHoldings(program: Command, run: Run): void {
  const status = program.command('status').description('Show what the server holds and how it is.');
  addOutputFlags(status, REPORTS);
  addReading(status).action((_, self: Command) =>
    run((shell) => import('./status.ts').then((m) => m.status(shell, mergeOptions(self)))),
  );
  setExamples(status, '\nkubewitness status\nkubewitness status -o json');

  const sources = program.command('sources').description('List where records came from, and what is being followed.');
  addOutputFlags(sources, FORMATS);
  addReading(sources).action((_, self: Command) =>
    run((shell) => import('./sources.ts').then((m) => m.sources(shell, mergeOptions(self)))),
  );
  setExamples(sources, '\nkubewitness sources\nkubewitness sources -o wide');

  const quarantine = program
    .command('quarantine')
    .description('List lines that could not be read, with the reason and where they stood.');
  addFlags(quarantine, GROUPS.output, [{ name: 'limit', value: 'N', text: 'at most N lines (default 100)' }]);
  addOutputFlags(quarantine, FORMATS);
  addReading(quarantine).action((_, self: Command) =>
    run((shell) => import('./sources.ts').then((m) => m.quarantine(shell, mergeOptions(self)))),
  );
  setExamples(quarantine, '\nkubewitness quarantine\nkubewitness quarantine --from audit.log -o wide');

  const save = program
    .command('export')
    .description('Save what a filter keeps as an archive: lines as written, a manifest with counts and SHA-256.');
  addFilterFlags(save);
  addFlags(save, GROUPS.output, [
    { name: 'out', value: 'FILE', text: 'the archive, such as case.tar.gz; - is standard output' },
    { name: 'force', text: 'replace the file when it exists' },
  ]);
  addReading(save).action((_, self: Command) =>
    run((shell) => import('./export.ts').then((m) => m.exportCase(shell, mergeOptions(self)))),
  );
  setExamples(
    save,
    `
kubewitness export --since 24h --out case.tar.gz
kubewitness export -n shop --user alice --out alice.tar.gz
# and back, anywhere
kubewitness import case.tar.gz`,
  );
}
