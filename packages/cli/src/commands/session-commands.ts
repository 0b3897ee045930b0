// The commands about sessions: list, show, who-can. What they do is loaded when one runs.
import type { Command } from 'commander';
import type { RECORD_FORMATS, REPORT_FORMATS } from '../output/index.ts';
import { addConnectionFlags, addFlags, addFromFlag, addListFlags, addOutputFlags, GROUPS } from './add-flags.ts';
import type { FlagText } from './flag-table.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { Run } from './run.ts';

const FORMATS: typeof RECORD_FORMATS = ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name'];
const REPORTS: typeof REPORT_FORMATS = ['table', 'json', 'yaml'];

const KIND_WORDS = [
  'exec',
  'attach',
  'port-forward',
  'debug-pod',
  'debug-node',
  'ephemeral-container',
  'look-alike',
  'kubelet-proxy',
  'login',
];

const WHO_AND_WHERE: readonly FlagText[] = [
  {
    name: 'kind',
    value: 'KIND',
    text: `${KIND_WORDS.slice(0, 5).join(', ')},\n    ${KIND_WORDS.slice(5).join(', ')}`,
    words: KIND_WORDS,
  },
  { name: 'user', value: 'NAME', text: "who, on whose behalf (--as), or the name typed at a login; '~regexp'" },
  { name: 'namespace', short: 'n', value: 'NAMESPACE', text: 'namespace; without it all namespaces' },
  { name: 'pod', value: 'NAME', text: 'the pod somebody was in, or the pod that was debugged' },
  { name: 'node', value: 'NAME', text: 'the node of the pod, where the records tell it' },
  { name: 'cluster', value: 'NAME', text: 'cluster' },
];

const TIMES: readonly FlagText[] = [
  { name: 'since', value: 'DURATION|TIME', text: 'going on since: 90m, 2h, 7d, or a time' },
  { name: 'since-time', value: 'TIME', text: '2026-11-20T08:00:00Z, 2026-11-20' },
  { name: 'until', value: 'DURATION|TIME', text: 'begun before that time' },
];

const SHAPE: readonly FlagText[] = [
  { name: 'all-namespaces', short: 'A', text: 'all namespaces (the default; wins over -n)' },
  { name: 'open', text: 'only those that are still open' },
  { name: 'denied', text: 'only refused and failed attempts' },
  ...TIMES,
];

export function addSessionCommands(program: Command, run: Run): void {
  const sessions = program
    .command('sessions')
    .description('List sessions: who was inside what, from when to when, and what they ran.');
  addListFlags(sessions, GROUPS.filter, WHO_AND_WHERE);
  addFlags(sessions, GROUPS.time, SHAPE);
  addFlags(sessions, GROUPS.output, [
    { name: 'limit', value: 'N', text: 'the N newest sessions, 0 = all (default 100)' },
    { name: 'watch', short: 'w', text: 'go on with those that begin and end, until Ctrl-C' },
  ]);
  addOutputFlags(sessions, FORMATS);
  addConnectionFlags(addFromFlag(sessions)).action((_, self: Command) =>
    run((shell) => import('./sessions.ts').then((m) => m.sessions(shell, mergeOptions(self)))),
  );
  setExamples(
    sessions,
    `
# who is inside a pod right now
kubewitness sessions --open
# every debug session on a node of the last week
kubewitness sessions --kind debug-node --since 7d -o wide
# what alice ran in one namespace
kubewitness sessions --user alice -n shop
# refused attempts
kubewitness sessions --denied --since 24h
# straight from a log, as JSON
kubewitness sessions --from audit.log -o json
# as they begin and end
kubewitness sessions -w`,
  );
  addShow(sessions, run);
  addWhoCan(sessions, run);
}

function addShow(sessions: Command, run: Run): void {
  const show = sessions
    .command('show')
    .description('Show one session: its records, what its user did around it, what the pod was.');
  show.argument('[ID]', 'the id of the session, as the list prints it');
  addOutputFlags(show, REPORTS);
  addConnectionFlags(addFromFlag(show)).action((id: string | undefined, _, self: Command) =>
    run((shell) => import('./show-session.ts').then((m) => m.showSession(shell, id, mergeOptions(self)))),
  );
  setExamples(
    show,
    `
kubewitness sessions show 8c1f0b5a2d3e4f60
kubewitness sessions show 8c1f0b5a2d3e4f60 --from audit.log -o json`,
  );
}

function addWhoCan(sessions: Command, run: Run): void {
  const words = ['exec', 'attach', 'debug'];
  const whoCan = sessions
    .command('who-can')
    .description('List who did and who was refused, under which binding and role, and what to remove.');
  whoCan.argument('[VERB]', `${words.join(', ')} (default exec)`);
  addFlags(whoCan, GROUPS.filter, [
    { name: 'namespace', short: 'n', value: 'NAMESPACE', text: 'namespace; without it all namespaces' },
  ]);
  addFlags(whoCan, GROUPS.time, [
    { name: 'all-namespaces', short: 'A', text: 'all namespaces (the default; wins over -n)' },
    ...TIMES,
  ]);
  addOutputFlags(whoCan, FORMATS);
  addConnectionFlags(addFromFlag(whoCan)).action((verb: string | undefined, _, self: Command) =>
    run((shell) => import('./who-can.ts').then((m) => m.whoCan(shell, verb, mergeOptions(self)))),
  );
  setExamples(
    whoCan,
    `
kubewitness sessions who-can exec -n shop
kubewitness sessions who-can debug --since 30d -o wide`,
  );
}
