// `policy check`: whether the records of a cluster are what its policy says they should be.
import { createRecordCheck } from '@kubewitness/core/policy';
import type { Command } from 'commander';
import { printCount } from '../../output/index.ts';
import { setExamples } from '../help-format.ts';
import { createRecordFeed } from './feed-records.ts';
import { loadPolicyOrFail } from './load-policy-file.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { printValue } from './print-json.ts';
import { addRecordSource, type SourceSettings, withRecordSource } from './record-source.ts';
import { runCommand } from './run-command.ts';

export function addCheckCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('check')
    .description('compare the records of a running cluster with the policy it should run')
    .argument('<policy>', 'policy file')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .action((path: string, paths: readonly string[], flags: { readonly output: string }, self: Command) =>
      runCommand(host, () => check(host, path, { paths, command: self }, flags.output)),
    );
  addRecordSource(command);
  setExamples(
    command,
    `
# are requests recorded at the level that the policy says; exit code 1 when not
kubewitness policy check policy.yaml /var/log/kube-apiserver/audit.log
# the last hour of one cluster, as a server has stored it
kubewitness policy check policy.yaml --cluster prod --since 1h`,
  );
}

async function check(host: PolicyHost, path: string, settings: SourceSettings, output: string): Promise<void> {
  const { policy } = await loadPolicyOrFail(path);
  const checking = createRecordCheck(policy);
  await withRecordSource(host, settings, async (source) => {
    await createRecordFeed(host).read(source, checking.add);
  });
  const report = checking.report();
  if (report.mismatches.length > 0) host.setExitCode(1);
  if (output !== 'table') return host.print(printValue(report, output));
  const lines = [`${printCount(report.matching)} of ${printCount(report.records)} records are as the policy says.\n`];
  for (const mismatch of report.mismatches) {
    lines.push(`${mismatch.kind}: ${mismatch.why}\n`);
    for (const { user, verb, resource } of mismatch.examples) lines.push(`  such as ${user} ${verb} ${resource}\n`);
  }
  await host.print(`${lines.join('')}${report.notes.join('\n')}\n`);
}
