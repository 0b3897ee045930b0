// `policy profile` and `policy convert`: policies of profiles and distributions, written in the form each of them takes.
import {
  buildOpenshiftPatch,
  buildOpenshiftPolicy,
  CONVERT_TARGETS,
  type Conversion,
  type ConvertTarget,
  type CustomRule,
  convertPolicy,
  describeOpenshiftProfile,
  extractPolicy,
  findPreset,
  OPENSHIFT_PROFILES,
  type OpenshiftProfile,
  PRESETS,
  printOpenshiftCommand,
  printPolicy,
  toPlainPolicy,
} from '@kubewitness/core/policy';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { setExamples } from '../help-format.ts';
import { outputOption } from './output-option.ts';
import type { PolicyHost } from './policy-host.ts';
import { PolicyCommandProblem, usageProblem } from './policy-problem.ts';
import { printJson, printValue } from './print-json.ts';
import { readWhole } from './read-files.ts';
import { renderTable } from './render-table.ts';
import { collect, runCommand } from './run-command.ts';

interface ProfileFlags {
  readonly customRule: readonly string[];
  readonly before418?: boolean;
  readonly output: string;
}

export function addProfileCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('profile')
    .description('print the policy of an OpenShift profile with custom rules, or of another distribution')
    .argument('[name]', `${OPENSHIFT_PROFILES.join(', ')}, or a name of the list that is printed without one`)
    .option(
      '--custom-rule <group=profile>',
      'a profile for a group, as system:authenticated:oauth=WriteRequestBodies; repeatable, the first match decides',
      collect,
      [],
    )
    .option('--before-4.18', 'as clusters before 4.18, which dropped core events')
    .addOption(
      new Option(
        '-o, --output <FORMAT>',
        'policy (default), patch (the APIServer resource), command (oc patch), json, yaml',
      )
        .choices(['policy', 'patch', 'command', 'json', 'yaml'])
        .default('policy'),
    )
    .action((name: string | undefined, flags: ProfileFlags & { readonly 'before4.18'?: boolean }) =>
      runCommand(host, () => writeProfile(host, name, flags)),
    );
  setExamples(
    command,
    `
# which ready-made policies there are
kubewitness policy profile
# the policy that this cluster would run
kubewitness policy profile Default --custom-rule system:authenticated:oauth=WriteRequestBodies
# and the resource that asks for it
kubewitness policy profile Default --custom-rule system:authenticated:oauth=WriteRequestBodies -o patch`,
  );
}

async function writeProfile(
  host: PolicyHost,
  name: string | undefined,
  flags: ProfileFlags & { readonly 'before4.18'?: boolean },
): Promise<void> {
  if (name === undefined)
    return host.print(
      renderTable(
        ['NAME', 'WHAT IT IS'],
        PRESETS.map((preset) => [preset.name, preset.about]),
      ),
    );
  const profile = OPENSHIFT_PROFILES.find(
    (known) => known.toLowerCase() === name.toLowerCase().replace(/^openshift-/, ''),
  );
  if (profile === undefined) {
    const preset = findPreset(name);
    if (preset === undefined)
      throw usageProblem(
        `there is no profile or policy called ${name}; known are ${PRESETS.map((known) => known.name).join(', ')}.`,
      );
    if (flags.customRule.length > 0 || flags.output === 'patch' || flags.output === 'command')
      throw usageProblem(`${name} is no OpenShift profile, so it has no custom rules and no patch.`);
    return host.print(
      flags.output === 'policy'
        ? printPolicy(preset.policy, { head: [preset.about] })
        : printValue(toPlainPolicy(preset.policy), flags.output),
    );
  }
  const audit = { profile, customRules: flags.customRule.map(parseCustomRule) };
  for (const note of describeOpenshiftProfile(audit)) host.complain(`${note}\n`);
  if (flags.output === 'patch') return host.print(stringify(buildOpenshiftPatch(audit), { lineWidth: 0 }));
  if (flags.output === 'command') return host.print(`${printOpenshiftCommand(audit)}\n`);
  const policy = buildOpenshiftPolicy(audit, { before418: flags['before4.18'] === true });
  await host.print(flags.output === 'policy' ? printPolicy(policy) : printValue(toPlainPolicy(policy), flags.output));
}

function parseCustomRule(text: string): CustomRule {
  const at = text.lastIndexOf('=');
  const profile = OPENSHIFT_PROFILES.find(
    (known): known is OpenshiftProfile => known.toLowerCase() === text.slice(at + 1).toLowerCase(),
  );
  if (at <= 0 || profile === undefined)
    throw usageProblem(`--custom-rule ${text} is not GROUP=PROFILE with one of ${OPENSHIFT_PROFILES.join(', ')}.`);
  return { group: text.slice(0, at), profile };
}

interface ConvertFlags {
  readonly to: ConvertTarget | 'policy';
  readonly output: string;
}

export function addConvertCommand(parent: Command, host: PolicyHost): void {
  const command = parent
    .command('convert')
    .description('write a policy in the form of another distribution, and say what that cannot express')
    .argument(
      '<file>',
      'a policy of any version, or an APIServer resource, Talos or kOps file, ConfigMap or ClusterLogForwarder that holds one',
    )
    .addOption(new Option('--to <target>', 'what to write').choices(['policy', ...CONVERT_TARGETS]).default('policy'))
    .addOption(outputOption(['text', 'json'], 'text'))
    .action((path: string, flags: ConvertFlags) => runCommand(host, () => convert(host, path, flags)));
  setExamples(
    command,
    `
# an old policy as audit.k8s.io/v1
kubewitness policy convert old.yaml
# for Talos, kOps, RKE2, k3s, kubeadm, kind, OpenShift or a ClusterLogForwarder
kubewitness policy convert policy.yaml --to talos
# what an OpenShift cluster runs
oc get apiserver cluster -o yaml | kubewitness policy convert -`,
  );
}

async function convert(host: PolicyHost, path: string, flags: ConvertFlags): Promise<void> {
  const found = extractPolicy(await readWhole(path));
  if (!found.load.ok)
    throw new PolicyCommandProblem(
      'KW_POLICY_REFUSED',
      `${path}: this holds no policy that can be read.\n${found.load.error}`,
    );
  const { policy, warnings } = found.load;
  for (const warning of warnings) host.complain(`${path}:${warning.line}: ${warning.sentence}\n`);
  const notes = found.notes.map((sentence) => ({ rule: -1, lossy: false, sentence }));
  const conversion: Conversion =
    flags.to === 'policy'
      ? { documents: [{ place: 'policy', text: printPolicy(policy) }], notes: [] }
      : convertPolicy(policy, flags.to);
  const all = { from: found.from, documents: conversion.documents, notes: [...notes, ...conversion.notes] };
  if (flags.output === 'json') return host.print(printJson(all));
  for (const note of all.notes) host.complain(`${note.rule === -1 ? '' : `rule ${note.rule} `}${note.sentence}\n`);
  const single = all.documents.length === 1 && flags.to === 'policy';
  await host.print(all.documents.map(({ place, text }) => (single ? text : `# ${place}\n${text}`)).join('---\n'));
}
