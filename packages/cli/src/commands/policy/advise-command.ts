// `policy advise`: what makes up the volume, and a policy that drops the noise, proved on the same records.
import {
  ADVISED_LISTS,
  type Advice,
  type Advisor,
  createAdvisor,
  createSimulation,
  type MustStay,
  printPolicy,
  type SimulationReport,
} from '@kubewitness/core/policy';
import { type Command, Option } from 'commander';
import { printBytes, printCount, printShare } from '../../output/index.ts';
import { setExamples } from '../help-format.ts';
import { createRecordFeed, type RecordFeed } from './feed-records.ts';
import { loadPolicyOrFail } from './load-policy-file.ts';
import type { PolicyHost } from './policy-host.ts';
import { printValue } from './print-json.ts';
import { addRecordSource, type SourceSettings, withRecordSource } from './record-source.ts';
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

export function addAdviseCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('advise')
    .description('find the noise in records and write a policy that drops it, and only it')
    .option('--base <policy>', 'the policy to start from; Metadata for everything when not given')
    .option('--needed <names>', 'further lists that must never be dropped', collect, [])
    .option('--selector <selector>', 'records that are needed, as {objectRef_resource="leases"}', collectWhole, []);
  addVolumeFlags(command)
    .option('--top <count>', 'rows of the table (default 20)', '20')
    .addOption(
      new Option('-o, --output <FORMAT>', 'table (default), json, yaml, or policy: the policy alone')
        .choices(['table', 'json', 'yaml', 'policy'])
        .default('table'),
    )
    .action((paths: readonly string[], flags: AdviseFlags, self: Command) =>
      runCommand(host, () => advise(host, { paths, command: self, twice: true }, flags)),
    );
  addRecordSource(command);
  setExamples(
    command,
    `
# what fills the log, and what could go
kubewitness policy advise audit.log
# the same for a day that a server has stored
kubewitness policy advise --since 24h
# the policy itself; then see what it does
kubewitness policy advise audit.log -o policy > lean.yaml
kubewitness policy simulate lean.yaml audit.log --must-stay writes,refusals,sessions,people`,
  );
}

async function advise(host: PolicyHost, settings: SourceSettings, flags: AdviseFlags): Promise<void> {
  checkVolumeFlags(flags);
  const shown = readPositive('--top', flags.top);
  const feed = createRecordFeed(host);
  const keep = feed.watch(flags.needed, flags.selector);
  const base = flags.base === undefined ? undefined : (await loadPolicyOrFail(flags.base)).policy;
  const advisor = createAdvisor({ keep, ...(base === undefined ? {} : { base }) });
  const { advice, report } = await prove(host, settings, feed, advisor, keep);
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

/** The advice on the records of the source, and what its policy does to the same records. */
function prove(
  host: PolicyHost,
  settings: SourceSettings,
  feed: RecordFeed,
  advisor: Advisor,
  keep: readonly MustStay[],
): Promise<{ readonly advice: Advice; readonly report: SimulationReport }> {
  return withRecordSource(host, settings, async (source) => {
    await feed.read(source, advisor.add);
    const advice = advisor.advise();
    // The second pass proves the promise on every record instead of trusting the groups.
    const proof = createSimulation(advice.policy, { mustStay: [...feed.watch(ADVISED_LISTS, []), ...keep] });
    await feed.read(source, (sample) => void proof.add(sample));
    return { advice, report: proof.report() };
  });
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
