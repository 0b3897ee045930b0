// `policy advise`: what makes up the volume, and a policy that drops the noise, proved on the same records.
import {
  type Advice,
  createAdvisor,
  createSimulation,
  printPolicy,
  type SimulationReport,
} from '@kubewitness/core/policy';
import { type Command, Option } from 'commander';
import { printBytes, printCount, printShare } from '../../output/index.ts';
import { setExamples } from '../help-format.ts';
import { createRecordFeed } from './feed-records.ts';
import { loadPolicyOrFail } from './load-policy-file.ts';
import type { PolicyHost } from './policy-host.ts';
import { usageProblem } from './policy-problem.ts';
import { printValue } from './print-json.ts';
import { renderTable } from './render-table.ts';
import { collect, readPositive, runCommand } from './run-command.ts';
import { addVolumeFlags, collectWhole } from './simulate-command.ts';
import { adviseVolume, checkVolumeFlags, renderFlags, renderMustStay, type VolumeFlags } from './simulation-text.ts';

interface AdviseFlags extends VolumeFlags {
  readonly base?: string;
  readonly needed: readonly string[];
  readonly selector: readonly string[];
  readonly top: string;
  readonly output: string;
}

/** What an advised policy keeps, always. */
const ALWAYS = ['writes', 'refusals', 'sessions', 'people', 'secrets', 'rbac'];

export function addAdviseCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('advise')
    .description('find the noise in records and write a policy that drops it, and only it')
    .argument('<records...>', 'audit logs (.gz too) or directories')
    .option('--base <policy>', 'the policy to start from; Metadata for everything when not given')
    .option('--needed <names>', 'further lists that must never be dropped', collect, [])
    .option('--selector <selector>', 'records that are needed, as {objectRef_resource="leases"}', collectWhole, []);
  addVolumeFlags(command)
    .option('--top <count>', 'rows of the table', '20')
    .addOption(
      new Option('-o, --output <format>', 'output format; "policy" prints the policy only')
        .choices(['table', 'json', 'yaml', 'policy'])
        .default('table'),
    )
    .action((records: readonly string[], flags: AdviseFlags) => runCommand(host, () => advise(host, records, flags)));
  setExamples(
    command,
    `
# what fills the log, and what could go
kubewitness policy advise audit.log
# the policy itself; then see what it does
kubewitness policy advise audit.log -o policy > lean.yaml
kubewitness policy simulate lean.yaml audit.log --must-stay writes,refusals,sessions,people`,
  );
}

async function advise(host: PolicyHost, records: readonly string[], flags: AdviseFlags): Promise<void> {
  if (records.includes('-'))
    throw usageProblem('advise reads the records twice, so it cannot read standard input; give files.');
  checkVolumeFlags(flags);
  const shown = readPositive('--top', flags.top);
  const feed = createRecordFeed(host);
  const keep = feed.watch(flags.needed, flags.selector);
  const base = flags.base === undefined ? undefined : (await loadPolicyOrFail(flags.base)).policy;
  const advisor = createAdvisor({ keep, ...(base === undefined ? {} : { base }) });
  await feed.read(records, advisor.add);
  const advice = advisor.advise();
  // The second pass proves the promise on every record instead of trusting the groups.
  const proof = createSimulation(advice.policy, { mustStay: [...feed.watch(ALWAYS, []), ...keep] });
  await feed.read(records, (sample) => void proof.add(sample));
  const report = proof.report();
  const text = printPolicy(advice.policy, { comments: advice.comments, head: [describeSaving(advice)] });
  if (flags.output === 'policy') return host.print(text);
  const top = advice.groups.slice(0, shown);
  if (flags.output !== 'table')
    return host.print(
      printValue(
        { ...advice, comments: undefined, groups: top, policy: text, mustStay: report.mustStay },
        flags.output,
      ),
    );
  await host.print(renderAdvice(advice, top, report, text, flags));
}

function describeSaving(advice: Advice): string {
  const share = advice.totalBytes === 0 ? 0 : advice.savedBytes / advice.totalBytes;
  return `Saves ${printBytes(advice.savedBytes)} of ${printBytes(advice.totalBytes)} (${printShare(share)}) and ${printCount(advice.savedRecords)} of ${printCount(advice.totalRecords)} records, measured on the records given.`;
}

function renderAdvice(
  advice: Advice,
  top: Advice['groups'],
  report: SimulationReport,
  text: string,
  flags: AdviseFlags,
): string {
  const rows = top.map((group) => [
    group.user,
    group.verb,
    group.resource,
    printCount(group.records),
    printBytes(group.bytes),
    printShare(group.share),
    group.droppable ? 'drop' : 'keep',
    group.why,
  ]);
  const table = renderTable(
    ['USER', 'VERB', 'RESOURCE', 'RECORDS', 'BYTES', 'SHARE', 'ADVICE', 'WHY'],
    rows,
    new Set([3, 4, 5]),
  );
  const volume = adviseVolume(report, flags);
  const parts = [
    table,
    `${describeSaving(advice)}\n${advice.notes.join('\n')}\n`,
    renderMustStay(report),
    volume === undefined ? '' : renderFlags(volume, flags.servers),
    text,
  ];
  return parts.filter((part) => part !== '').join('\n');
}
