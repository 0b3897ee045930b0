// `policy simulate` and `policy diff`: what a policy would keep and drop of real records, and what a new one changes.
import {
  type AuditSample,
  compilePolicy,
  createPolicyDiff,
  createSimulation,
  type DiffReport,
  nameTarget,
  type Policy,
} from '@kubewitness/core/policy';
import type { Command } from 'commander';
import { printBytes, printCount } from '../../output/index.ts';
import { setExamples } from '../help-format.ts';
import { createRecordFeed } from './feed-records.ts';
import { loadPolicyOrFail } from './load-policy-file.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { printValue } from './print-json.ts';
import { addRecordSource, type SourceSettings, withRecordSource } from './record-source.ts';
import { renderTable } from './render-table.ts';
import { collect, readPositive, runCommand } from './run-command.ts';
import {
  adviseVolume,
  checkVolumeFlags,
  renderFlags,
  renderMustStay,
  renderSimulation,
  type VolumeFlags,
} from './simulation-text.ts';

interface SimulateFlags extends VolumeFlags {
  readonly mustStay: readonly string[];
  readonly selector: readonly string[];
  readonly top: string;
  readonly output: string;
}

/** A selector may hold commas, so it is not cut at them. */
export function collectWhole(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

export function addVolumeFlags(command: Command): Command {
  return command
    .option('--keep-days <days>', 'how long the log files of an API server must reach back (default 30)', '30')
    .option('--disk <size>', 'disk for the log files of an API server, such as 20GiB')
    .option('--servers <count>', 'API servers that wrote the records together (default 1)', '1');
}

export function addSimulateCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('simulate')
    .description('replay records against a policy: kept and dropped, bytes per day, what must stay')
    .argument('<policy>', 'policy file')
    .option(
      '--must-stay <names>',
      'writes, refusals, sessions, secrets, rbac, people; exit code 1 when one loses a record',
      collect,
      [],
    )
    .option(
      '--selector <selector>',
      'records that must stay, as {verb="delete", objectRef_resource=~"sec.*"}',
      collectWhole,
      [],
    );
  addVolumeFlags(command)
    .option('--top <count>', 'rows of users, verbs and resources (default 10)', '10')
    .addOption(outputOption(['table', 'json', 'ndjson', 'yaml'], 'table'))
    .action((policy: string, paths: readonly string[], flags: SimulateFlags, self: Command) =>
      runCommand(host, () => simulate(host, policy, { paths, command: self }, flags)),
    );
  addRecordSource(command);
  setExamples(
    command,
    `
# what stays of this log under a new policy
kubewitness policy simulate new.yaml /var/log/kube-apiserver/
# the same for the records of a week that a server has stored
kubewitness policy simulate new.yaml --since 7d --server http://127.0.0.1:8440
# the level that each record would have, one line each
kubewitness policy simulate new.yaml audit.log -o ndjson
# fail when the policy would lose a write, a refusal or a shell
kubewitness policy simulate new.yaml audit.log.gz --must-stay writes,refusals,sessions
# or anything else that must stay
kubewitness policy simulate new.yaml audit.log --selector '{verb="delete", objectRef_namespace=~"prod-.*"}'`,
  );
}

async function simulate(host: PolicyHost, path: string, settings: SourceSettings, flags: SimulateFlags): Promise<void> {
  checkVolumeFlags(flags);
  const top = readPositive('--top', flags.top);
  const feed = createRecordFeed(host);
  const mustStay = feed.watch(flags.mustStay, flags.selector);
  const { policy } = await loadPolicyOrFail(path);
  const simulation = createSimulation(policy, { mustStay });
  const lines = flags.output === 'ndjson' ? createDecisionLines(policy) : undefined;
  await withRecordSource(host, settings, async (source) => {
    const add = (sample: AuditSample): void => {
      const kept = simulation.add(sample);
      lines?.add(sample, kept);
    };
    await feed.read(source, add, async () => {
      if (lines !== undefined) await host.print(lines.take());
    });
  });
  const report = simulation.report();
  const volume = adviseVolume(report, flags);
  if (report.mustStay.some(({ lost }) => lost > 0)) host.setExitCode(1);
  if (lines !== undefined) {
    await host.print(lines.take());
    host.complain(renderMustStay(report));
    return;
  }
  if (flags.output !== 'table') return host.print(printValue({ ...report, flags: volume ?? null }, flags.output));
  const text = renderSimulation(report, top);
  await host.print(volume === undefined ? text : `${text}\n${renderFlags(volume, flags.servers)}`);
}

/** One line for each record: what was recorded, and what the policy would do. */
function createDecisionLines(policy: Policy) {
  const compiled = compilePolicy(policy);
  let lines: string[] = [];
  return {
    add: (sample: AuditSample, kept: boolean): void => {
      const { auditId: auditID, stage, level, request } = sample;
      const { level: candidate, rule } = compiled.evaluate(request);
      const { user, verb } = request;
      const decided = { level, candidate: kept ? candidate : 'None', rule };
      lines.push(`${JSON.stringify({ auditID, stage, user, verb, resource: nameTarget(request), ...decided })}\n`);
    },
    take: (): string => {
      const text = lines.join('');
      lines = [];
      return text;
    },
  };
}

export function addDiffCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('diff')
    .description('what a new policy changes for the same records')
    .argument('<old>', 'policy file')
    .argument('<new>', 'policy file')
    .option('--exit-code', 'exit with 1 when something changes')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .action(
      (
        first: string,
        second: string,
        paths: readonly string[],
        flags: { readonly output: string; readonly exitCode?: boolean },
        self: Command,
      ) =>
        runCommand(host, async () => {
          const [one, two] = [await loadPolicyOrFail(first), await loadPolicyOrFail(second)];
          const diff = createPolicyDiff(one.policy, two.policy);
          await withRecordSource(host, { paths, command: self }, async (source) => {
            await createRecordFeed(host).read(source, diff.add);
          });
          const report = diff.report();
          if (flags.exitCode === true && report.changed > 0) host.setExitCode(1);
          await host.print(flags.output === 'table' ? renderDiff(report) : printValue(report, flags.output));
        }),
    );
  addRecordSource(command);
  setExamples(
    command,
    `
# which requests change their level, by which rules
kubewitness policy diff old.yaml new.yaml audit.log
# the same on what a server has stored
kubewitness policy diff old.yaml new.yaml --since 24h`,
  );
}

function renderDiff(report: DiffReport): string {
  const head = `${printCount(report.changed)} of ${printCount(report.records)} records change: ${printCount(report.lost)} lost (the outcome of ${printCount(report.lostRequests)} requests), ${printCount(report.gained)} gained (${printCount(report.gainedRequests)}); ${printGuess(report.beforeBytes, report.beforeEstimatedBytes)} before, ${printGuess(report.afterBytes, report.afterEstimatedBytes)} after.\n`;
  if (report.changes.length === 0) return head;
  const name = (rule: number) => (rule === -1 ? 'none' : String(rule));
  const rows = report.changes.slice(0, 50).map((change) => {
    const [example] = change.examples;
    return [
      change.from,
      change.to,
      name(change.fromRule),
      name(change.toRule),
      printCount(change.records),
      example === undefined ? '' : `${example.user} ${example.verb} ${example.resource}`,
    ];
  });
  return `${head}\n${renderTable(['FROM', 'TO', 'OLD RULE', 'NEW RULE', 'RECORDS', 'MOST OFTEN'], rows, new Set([4]))}`;
}

/** `~` stands before what is not known exactly, as in a simulation. */
function printGuess(bytes: number, estimated: number): string {
  return estimated > 0 ? `~${printBytes(bytes)} (${printBytes(estimated)} of it estimated)` : printBytes(bytes);
}
