// `policy lint`: what is wrong or wasteful in policies, with line and suggested edit; as a table, JSON or SARIF; and the edits made.
import { writeFile } from 'node:fs/promises';
import {
  editPolicy,
  type Finding,
  LINT_CODES,
  type LintedPolicy,
  type LoadedPolicy,
  lintPolicy,
  loadPolicy,
  printSarif,
  type Severity,
} from '@kubewitness/core/policy';
import { type Command, Option } from 'commander';
import { setExamples } from '../help-format.ts';
import { describeRefusal, loadPolicyOrFail } from './load-policy-file.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { usageProblem } from './policy-problem.ts';
import { printJson, printValue } from './print-json.ts';
import { readWhole } from './read-files.ts';
import { collect, runCommand } from './run-command.ts';

interface LintFlags {
  readonly output: string;
  readonly failOn: Severity | 'never';
  readonly fix: readonly string[];
  readonly inPlace?: boolean;
}

const RANKS: Readonly<Record<Severity | 'never', number>> = { note: 0, warning: 1, error: 2, never: 3 };

export function addLintCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('lint')
    .description('find what is wrong, dead, dangerous or wasteful in policies')
    .argument('<policies...>', 'policy files')
    .addOption(outputOption(['table', 'json', 'ndjson', 'yaml', 'sarif'], 'table'))
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that ends with exit code 1')
        .choices(['note', 'warning', 'error', 'never'])
        .default('warning'),
    )
    .option(
      '--fix <codes>',
      'make the suggested edits of these findings and print the policy ("all" for every one)',
      collect,
      [],
    )
    .option('--in-place', 'with --fix: write the policy back to its file')
    .action((paths: readonly string[], flags: LintFlags) =>
      runCommand(host, () => (flags.fix.length > 0 ? fix(host, paths, flags) : lint(host, paths, flags))),
    );
  setExamples(
    command,
    `
# all findings with line, reason and suggested edit
kubewitness policy lint policy.yaml
# for a code host, failing on errors only
kubewitness policy lint policy.yaml -o sarif --fail-on error > policy.sarif
# make two kinds of edits; comments stay
kubewitness policy lint policy.yaml --fix sensitive-body,request-received > better.yaml`,
  );
}

async function lint(host: PolicyHost, paths: readonly string[], flags: LintFlags): Promise<void> {
  const linted: LintedPolicy[] = [];
  for (const path of paths) {
    const load = loadPolicy(await readWhole(path), { acceptOlder: true });
    if (load.ok) for (const note of load.notes) host.complain(`${path}: ${note}\n`);
    linted.push(load.ok ? { path, findings: lintPolicy(load) } : { path, findings: [], refused: load });
  }
  const all = linted.flatMap(({ path, findings }) => findings.map((finding) => ({ file: path, ...finding })));
  const refused = linted.flatMap((policy) =>
    policy.refused === undefined ? [] : [{ file: policy.path, ...describeRefusal(policy.refused) }],
  );
  if (refused.length > 0 || all.some(({ severity }) => RANKS[severity] >= RANKS[flags.failOn])) host.setExitCode(1);
  if (flags.output === 'sarif') {
    // Loaded only now: that command asks a server, this one does not.
    const { readOwnVersion } = await import('../version.ts');
    return host.print(printJson(printSarif(linted, await readOwnVersion())));
  }
  if (flags.output === 'ndjson')
    return host.print([...refused, ...all].map((one) => `${JSON.stringify(one)}\n`).join(''));
  if (flags.output !== 'table') {
    const [only] = linted.length === 1 ? refused : [];
    return host.print(
      printValue(only ?? { findings: all, ...(refused.length === 0 ? {} : { refused }) }, flags.output),
    );
  }
  for (const { file, error } of refused) host.complain(`${file}: the API server refuses this policy.\n${error}\n`);
  if (all.length === 0 && refused.length < linted.length) return host.complain('No findings.\n');
  await host.print(all.map(printFinding).join('\n'));
}

function printFinding(finding: Finding & { readonly file: string }): string {
  const rule = finding.rule === -1 ? '' : ` rule ${finding.rule}`;
  const way =
    finding.suggestion === undefined
      ? ''
      : `  ${finding.suggestion.sentence}${finding.suggestion.edit === undefined ? '' : ` (--fix ${finding.code})`}\n`;
  return `${finding.file}:${finding.line}:${finding.column}: ${finding.severity} ${finding.code}${rule}\n  ${finding.why}\n${way}`;
}

/** An edit can bring or solve other findings, so the policy is read again after each. */
const MAX_EDITS = 200;

async function fix(host: PolicyHost, paths: readonly string[], flags: LintFlags): Promise<void> {
  const unknown = flags.fix.filter((code) => code !== 'all' && !Object.hasOwn(LINT_CODES, code));
  if (unknown.length > 0)
    throw usageProblem(
      `there is no finding called ${unknown.join(', ')}; known are ${Object.keys(LINT_CODES).join(', ')}.`,
    );
  if (paths.length > 1 && flags.inPlace !== true)
    throw usageProblem('--fix prints one policy; give one file, or --in-place for several.');
  for (const path of paths) {
    let load = await loadPolicyOrFail(path, true);
    const tried = new Set<string>();
    for (let edits = 0; edits < MAX_EDITS; edits++) {
      const next = editOnce(host, load, flags.fix, tried);
      if (next === undefined) break;
      load = next;
    }
    if (flags.inPlace === true && path !== '-') await writeFile(path, load.source.text);
    else await host.print(load.source.text);
  }
}

function editOnce(
  host: PolicyHost,
  load: LoadedPolicy,
  codes: readonly string[],
  tried: Set<string>,
): LoadedPolicy | undefined {
  for (const finding of lintPolicy(load)) {
    const edit = finding.suggestion?.edit;
    // The same edit twice would not help the second time either.
    const identity = `${finding.code} ${finding.path} ${JSON.stringify(edit)}`;
    if (edit === undefined || tried.has(identity) || !(codes.includes('all') || codes.includes(finding.code))) continue;
    tried.add(identity);
    const edited = editPolicy(load, edit);
    host.complain(
      `line ${finding.line}: ${finding.code}: ${edited.ok ? (finding.suggestion?.sentence ?? '') : edited.sentence}\n`,
    );
    if (edited.ok) return edited.load;
  }
  return undefined;
}
