// `policy explain`: a policy in words, as a table who × what → level, and the trace of its rules for one request or record.
import {
  createSampleReader,
  explainPolicy,
  type LevelMatrix,
  type LoadedPolicy,
  nameTarget,
  type RequestAttributes,
  traceRequest,
} from '@kubewitness/core/policy';
import type { Command } from 'commander';
import { setExamples } from '../help-format.ts';
import { loadPolicyFile } from './load-policy-file.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { PolicyCommandProblem } from './policy-problem.ts';
import { printValue } from './print-json.ts';
import { readFirstLine } from './read-files.ts';
import { renderTable } from './render-table.ts';
import { addRequestFlags, type RequestFlags, readRequestFlags } from './request-flags.ts';
import { runCommand } from './run-command.ts';

interface ExplainFlags extends RequestFlags {
  readonly record?: string;
  readonly output?: string;
}

export function addExplainCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('explain')
    .description('say in words what a policy records, or why it decides as it does')
    .argument('<policy>', 'policy file, or - for standard input');
  addRequestFlags(command)
    .option('--record <file>', 'trace the first audit record in this file')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .action((policy: string, flags: ExplainFlags) => runCommand(host, () => explain(host, policy, flags)));
  setExamples(
    command,
    `
# each rule as a sentence, and who gets which level
kubewitness policy explain policy.yaml
# why this request is recorded as it is
kubewitness policy explain policy.yaml --user alice --verb create --resource pods/exec -n prod --name web-0
# the same for a record of the log
tail -1 audit.log | kubewitness policy explain policy.yaml --record -`,
  );
}

async function explain(host: PolicyHost, path: string, flags: ExplainFlags): Promise<void> {
  const output = flags.output ?? 'table';
  const request = flags.record === undefined ? readRequestFlags(flags) : await readRecord(flags.record);
  const load = await loadPolicyFile(host, path, { output, acceptOlder: true });
  if (load === undefined) return;
  if (request !== undefined) return explainRequest(host, load, request, output);
  const explanation = explainPolicy(load.policy);
  if (output !== 'table') return host.print(printValue({ ...explanation, warning: load.serverWarning }, output));
  const sentences = explanation.rules.map((row) => `${row.rule}. ${row.sentence}\n`).join('');
  const rows = explanation.rules.map((row) => [
    String(row.rule),
    row.level,
    row.who,
    row.verbs,
    row.what,
    row.where,
    row.omitStages.join(','),
  ]);
  const warning = load.serverWarning === '' ? '' : `\nThe server warns: ${load.serverWarning}\n`;
  await host.print(
    `${sentences}\n${explanation.general.join('\n')}\n${warning}\n${renderTable(['RULE', 'LEVEL', 'WHO', 'VERBS', 'WHAT', 'WHERE', 'OMIT STAGES'], rows)}\n${renderMatrix(explanation.matrix)}`,
  );
}

function renderMatrix(matrix: LevelMatrix): string {
  const headers = ['', ...matrix.rows.map(({ who }) => who.toUpperCase())];
  const rows = matrix.columns.map((column, at) => [
    column,
    ...matrix.rows.map(({ levels }) => (levels[at] ?? []).join(' or ')),
  ]);
  // People are few and kinds of requests many, so kinds go down and people across; more people would not fit a screen.
  const shown = 7;
  const cut = headers.length > shown ? `(${headers.length - shown} more who are named in rules: see -o json)\n` : '';
  return `${renderTable(
    headers.slice(0, shown).map((header) => header || 'WHAT'),
    rows.map((row) => row.slice(0, shown)),
  )}${cut}`;
}

async function readRecord(path: string): Promise<RequestAttributes> {
  const line = await readFirstLine(path);
  const sample = createSampleReader().read(line, 0, line.length);
  if (sample === undefined)
    throw new PolicyCommandProblem(
      'KW_POLICY_RECORDS',
      `the first line of ${path} is no audit record; give a file with one JSON event per line.`,
    );
  return sample.request;
}

async function explainRequest(
  host: PolicyHost,
  load: LoadedPolicy,
  request: RequestAttributes,
  output: string,
): Promise<void> {
  const trace = traceRequest(load.policy, request);
  if (output !== 'table') return host.print(printValue({ request, trace }, output));
  const asked = `${request.user || '(no user)'} ${request.verb} ${nameTarget(request)}${request.namespace === '' ? '' : ` in ${request.namespace}`}\n`;
  const steps = trace.map((step) => `rule ${step.rule} ${step.sentence}\n`).join('');
  const end = trace.at(-1)?.matched === true ? '' : 'No rule matches, so nothing is recorded.\n';
  await host.print(`${asked}${steps}${end}`);
}
