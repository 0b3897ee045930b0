// `policy eval`: what a policy decides for one request or a file of them, as the API server would.
import { parseRequestInfo } from '@kubewitness/core/event';
import {
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type LoadedPolicy,
  NO_REQUEST,
  type RequestAttributes,
} from '@kubewitness/core/policy';
import { type Command, Option } from 'commander';
import { loadPolicyFile } from './load-policy-file.ts';
import type { PolicyHost } from './policy-host.ts';
import { usageProblem } from './policy-problem.ts';
import { printValue } from './print-json.ts';
import { readLines } from './read-files.ts';
import { parseRequestLine } from './read-request.ts';
import { renderTable } from './render-table.ts';
import { collect, runCommand } from './run-command.ts';

interface EvalFlags {
  readonly user?: string;
  readonly group: readonly string[];
  readonly verb?: string;
  readonly resource?: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly method?: string;
  readonly path?: string;
  readonly requests?: string;
  readonly output?: string;
}

export function addEvalCommand(parent: Command, host: PolicyHost): void {
  parent
    .command('eval')
    .description('say which level, stages and rule a policy gives to a request')
    .argument('<policy>', 'policy file, or - for standard input')
    .option('--user <name>', 'user name of the request')
    .option('--group <name>', 'group of the user, repeatable', collect, [])
    .option('--verb <verb>', 'verb: get, list, watch, create, update, patch, delete, deletecollection')
    .option('--resource <resource>', 'resource[/subresource], or resource.group[/subresource] such as deployments.apps')
    .option('--api-group <group>', 'API group of the resource')
    .option('-n, --namespace <name>', 'namespace of the request')
    .option('--name <name>', 'name of the object')
    .option('--method <method>', 'HTTP method, with --path: derive the attributes as the API server does')
    .option('--path <url>', 'path with query, such as /api/v1/namespaces/x/pods?watch=1')
    .option('--requests <file>', 'NDJSON file of requests, one answer line each')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json', 'ndjson', 'yaml']))
    .addHelpText('after', '\nExit codes: 0 decided, 1 the policy or a request line is refused, 2 wrong usage.')
    .action((policy: string, flags: EvalFlags) => runCommand(host, () => evaluate(host, policy, flags)));
}

async function evaluate(host: PolicyHost, path: string, flags: EvalFlags): Promise<void> {
  const output = flags.output ?? (flags.requests === undefined ? 'table' : 'ndjson');
  const request = flags.requests === undefined ? readFlags(flags) : undefined;
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

function readFlags(flags: EvalFlags): RequestAttributes | undefined {
  const who = { user: flags.user ?? '', groups: flags.group };
  if (flags.path !== undefined) {
    if (flags.resource !== undefined) throw usageProblem('--path and --resource say the same thing; give one of them.');
    const {
      longRunning: _,
      apiVersion: __,
      ...info
    } = parseRequestInfo((flags.method ?? 'GET').toUpperCase(), flags.path);
    return { ...who, ...info, ...(flags.verb === undefined ? {} : { verb: flags.verb }) };
  }
  if (flags.method !== undefined)
    throw usageProblem('--method needs --path, such as --path /api/v1/namespaces/x/pods.');
  if (flags.resource === undefined) {
    if (flags.verb === undefined && flags.user === undefined && flags.group.length === 0) return undefined;
    throw usageProblem('say what is asked for: --resource pods, or --path /healthz.');
  }
  if (flags.verb === undefined) throw usageProblem('--resource needs --verb, such as --verb get.');
  const [qualified = '', ...subresource] = flags.resource.split('/');
  const dot = flags.apiGroup === undefined ? qualified.indexOf('.') : -1;
  return {
    ...NO_REQUEST,
    ...who,
    verb: flags.verb,
    isResource: true,
    resource: dot === -1 ? qualified : qualified.slice(0, dot),
    apiGroup: flags.apiGroup ?? (dot === -1 ? '' : qualified.slice(dot + 1)),
    subresource: subresource.join('/'),
    name: flags.name ?? '',
    namespace: flags.namespace ?? '',
  };
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

const ANSWER_BATCH = 512;

async function evaluateFile(host: PolicyHost, compiled: CompiledPolicy, path: string, output: string): Promise<void> {
  const answers: object[] = [];
  let pending = Promise.resolve();
  let batch: string[] = [];
  let line = 0;
  let failed = 0;
  const decoder = new TextDecoder();
  await readLines(path, host.signal, (bytes, start, end) => {
    line += 1;
    const read = parseRequestLine(decoder.decode(bytes.subarray(start, end)));
    if (!read.ok) failed += 1;
    const answer = read.ok ? printDecision(compiled.evaluate(read.request)) : { error: `line ${line}: ${read.error}` };
    if (output !== 'ndjson') {
      answers.push(answer);
      return;
    }
    batch.push(`${JSON.stringify(answer)}\n`);
    if (batch.length < ANSWER_BATCH) return;
    const text = batch.join('');
    batch = [];
    pending = pending.then(() => host.print(text));
  });
  await pending;
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
