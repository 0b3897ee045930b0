// `policy eval`: what a policy decides for one request or a file of them, as the API server would.
import {
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type LoadedPolicy,
  parseRequestLine,
} from '@kubewitness/core/policy';
import type { Command } from 'commander';
import { setExamples } from '../help-format.ts';
import { loadPolicyFile } from './load-policy-file.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { printValue } from './print-json.ts';
import { readLines } from './read-files.ts';
import { renderTable } from './render-table.ts';
import { addRequestFlags, type RequestFlags, readRequestFlags } from './request-flags.ts';
import { runCommand } from './run-command.ts';

interface EvalFlags extends RequestFlags {
  readonly requests?: string;
  readonly output?: string;
}

export function addEvalCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('eval')
    .description('say which level, stages and rule a policy gives to a request')
    .argument('<policy>', 'policy file, or - for standard input');
  addRequestFlags(command)
    .option('--requests <file>', 'NDJSON file of requests, one answer line each')
    .addOption(outputOption(['table', 'json', 'ndjson', 'yaml']))
    .action((policy: string, flags: EvalFlags) => runCommand(host, () => evaluate(host, policy, flags)));
  setExamples(
    command,
    `
# what is recorded when alice reads a secret
kubewitness policy eval policy.yaml --user alice --group ops --verb get --resource secrets -n prod
# the same for a URL, as the API server derives it
kubewitness policy eval policy.yaml --method GET --path /api/v1/namespaces/x/pods
# a file of requests, one answer line each
kubewitness policy eval policy.yaml --requests requests.ndjson -o ndjson`,
  );
}

async function evaluate(host: PolicyHost, path: string, flags: EvalFlags): Promise<void> {
  const output = flags.output ?? (flags.requests === undefined ? 'table' : 'ndjson');
  const request = flags.requests === undefined ? readRequestFlags(flags) : undefined;
  const load = await loadPolicyFile(host, path, { output });
  if (load === undefined) return;
  const compiled = compilePolicy(load.policy);
  if (flags.requests !== undefined) {
    // In bulk the warning goes to standard error, so that answers and requests stay line by line.
    if (load.serverWarning !== '') host.complain(`${path}: ${load.serverWarning}\n`);
    return evaluateFile(host, compiled, flags.requests, output);
  }
  const decision = request === undefined ? undefined : compiled.evaluate(request);
  const answer = { loads: true, ...(decision ?? { rules: load.policy.rules.length }), warning: load.serverWarning };
  if (output !== 'table')
    return host.print(printValue(request === undefined ? answer : { ...answer, request }, output));
  await host.print(decision === undefined ? describeLoad(load) : describeDecision(decision, load));
}

function describeLoad(load: LoadedPolicy): string {
  return `The policy loads: ${load.policy.rules.length} rules.\n${load.serverWarning === '' ? '' : `The server warns: ${load.serverWarning}\n`}`;
}

function describeDecision(decision: Decision, load: LoadedPolicy): string {
  const place = decision.rule === -1 ? undefined : load.source.root;
  const rows = [
    [
      decision.level,
      decision.rule === -1 ? 'none' : String(decision.rule),
      decision.omitStages.join(','),
      String(decision.omitManagedFields),
    ],
  ];
  const table = renderTable(['LEVEL', 'RULE', 'OMIT STAGES', 'OMIT MANAGED FIELDS'], rows);
  return place === undefined ? `${table}No rule matches, so nothing is recorded.\n` : table;
}

async function evaluateFile(host: PolicyHost, compiled: CompiledPolicy, path: string, output: string): Promise<void> {
  const answers: object[] = [];
  let batch: string[] = [];
  let line = 0;
  let failed = 0;
  const decoder = new TextDecoder();
  const answerLine = (bytes: Uint8Array, start: number, end: number): void => {
    line += 1;
    const read = parseRequestLine(decoder.decode(bytes.subarray(start, end)));
    if (!read.ok) failed += 1;
    const answer = read.ok ? printDecision(compiled.evaluate(read.request)) : { error: `line ${line}: ${read.error}` };
    if (output === 'ndjson') batch.push(`${JSON.stringify(answer)}\n`);
    else answers.push(answer);
  };
  await readLines(path, host.signal, answerLine, async () => {
    const text = batch.join('');
    batch = [];
    await host.print(text);
  });
  if (output === 'ndjson') await host.print(batch.join(''));
  else if (output === 'table') await host.print(renderAnswers(answers));
  else await host.print(printValue(answers, output));
  if (failed === 0) return;
  host.complain(
    `KW_POLICY_REQUESTS: ${failed} of ${line} lines in ${path} are no requests; see "error" in the answers.\n`,
  );
  host.setExitCode(1);
}

function printDecision({ level, omitStages, omitManagedFields, rule }: Decision): object {
  return { level, omitStages, omitManagedFields, rule };
}

function renderAnswers(answers: readonly object[]): string {
  const rows = answers.map((answer, index) => {
    const cells: Readonly<Record<string, unknown>> = { ...answer };
    return [
      String(index + 1),
      ...['level', 'rule', 'omitStages', 'omitManagedFields', 'error'].map((key) => String(cells[key] ?? '')),
    ];
  });
  return renderTable(['LINE', 'LEVEL', 'RULE', 'OMIT STAGES', 'OMIT MANAGED FIELDS', 'ERROR'], rows);
}
