// A policy -> the OpenShift profile with customRules that comes closest, and every difference that stays.
import { stringify } from 'yaml';
import { type CompiledPolicy, compilePolicy } from '../evaluate/compile-policy.ts';
import { findPeople } from '../evaluate/people.ts';
import { NO_REQUEST } from '../evaluate/request-attributes.ts';
import { buildLevelMatrix } from '../explain/level-matrix.ts';
import { type Level, levelRank, type Policy } from '../policy.ts';
import {
  buildOpenshiftPatch,
  buildOpenshiftPolicy,
  type CustomRule,
  type OpenshiftAudit,
  type OpenshiftProfile,
  printOpenshiftCommand,
} from '../profile/openshift-profile.ts';
import type { Conversion, ConversionNote } from './conversion.ts';

export function convertToOpenshift(policy: Policy): Conversion {
  const audit = findNearest(policy);
  const notes: ConversionNote[] = [];
  const target = buildOpenshiftPolicy(audit);
  if (JSON.stringify(target.rules) !== JSON.stringify(policy.rules)) {
    notes.push({
      rule: -1,
      lossy: true,
      sentence: `OpenShift runs no policies of your own, only profiles per group; ${describe(audit)} comes closest.`,
    });
    notes.push(...describeRules(policy, target), ...describeDecisions(policy, target));
  }
  if (!policy.omitStages.includes('RequestReceived'))
    notes.push({ rule: -1, lossy: true, sentence: 'OpenShift never records the stage RequestReceived.' });
  if (!policy.omitManagedFields && target.rules.some(({ level }) => levelRank(level) > 1))
    notes.push({ rule: -1, lossy: true, sentence: 'OpenShift leaves managedFields out of recorded bodies.' });
  const documents = [
    { place: 'APIServer cluster', text: stringify(buildOpenshiftPatch(audit), { lineWidth: 0 }) },
    { place: 'command', text: `${printOpenshiftCommand(audit)}\n` },
  ];
  return { documents, notes };
}

function describe(audit: OpenshiftAudit): string {
  const custom = audit.customRules.map(({ group, profile }) => `${profile} for ${group}`);
  return `profile ${audit.profile}${custom.length === 0 ? '' : ` with ${custom.join(', ')}`}`;
}

export function findNearest(policy: Policy): OpenshiftAudit {
  const compiled = compilePolicy(policy);
  const profile = nearestProfile(compiled, ['system:authenticated']);
  const groups = [...new Set(policy.rules.flatMap((rule) => (rule.users.length === 0 ? rule.userGroups : [])))].filter(
    (group) => group !== 'system:authenticated' && group !== 'system:unauthenticated',
  );
  const customRules = groups.map(
    (group): CustomRule => ({ group, profile: nearestProfile(compiled, [group, 'system:authenticated']) }),
  );
  return { profile, customRules: customRules.filter((rule) => rule.profile !== profile) };
}

function nearestProfile(compiled: CompiledPolicy, groups: readonly string[]): OpenshiftProfile {
  const level = (verb: string): Level => {
    const asked = {
      ...NO_REQUEST,
      isResource: true,
      user: 'somebody@example.com',
      groups,
      verb,
      apiGroup: 'apps',
      resource: 'deployments',
      namespace: 'some-namespace',
      name: 'some-name',
    };
    return compiled.evaluate(asked).level;
  };
  const rank = (of: Level) => levelRank(of);
  const [read, write] = [level('get'), level('update')];
  // A read has no request body, so at Request it is recorded as at Metadata.
  if (read === 'RequestResponse' && rank(write) >= rank('Request')) return 'AllRequestBodies';
  if (rank(write) >= rank('Request')) return 'WriteRequestBodies';
  return read === 'None' && write === 'None' ? 'None' : 'Default';
}

/** Rules that the profile has not: by user, verb, namespace, name, or of a level that OpenShift does not offer. */
function describeRules(policy: Policy, target: Policy): readonly ConversionNote[] {
  const known = new Set(target.rules.map((rule) => JSON.stringify(rule)));
  return policy.rules.flatMap((rule, index): readonly ConversionNote[] => {
    if (known.has(JSON.stringify(rule))) return [];
    const reasons: string[] = [];
    if (rule.users.length > 0) reasons.push('single users');
    if (rule.namespaces.length > 0) reasons.push('namespaces');
    if (rule.verbs.length > 0) reasons.push('verbs');
    if (rule.resources.length > 0) reasons.push('resources');
    if (rule.nonResourceURLs.length > 0) reasons.push('URLs');
    if (rule.level === 'Request') reasons.push('the level Request without responses');
    if (reasons.length === 0) return [];
    return [
      {
        rule: index,
        lossy: true,
        sentence: `cannot be expressed: OpenShift offers no choice by ${reasons.join(', ')}.`,
      },
    ];
  });
}

/** More differences than these say that it is another policy. */
const MAX_DIFFERENCES = 20;

/** What typical requests of everybody whom the policy names get from either. */
function describeDecisions(policy: Policy, target: Policy): readonly ConversionNote[] {
  const people = findPeople(policy);
  const [ours, theirs] = [buildLevelMatrix(policy, people), buildLevelMatrix(target, people)];
  const notes = ours.rows.flatMap(({ who, levels }, row) =>
    ours.columns.flatMap((column, at): readonly ConversionNote[] => {
      const [here, there] = [levels[at] ?? [], theirs.rows[row]?.levels[at] ?? []];
      if (here.join() === there.join()) return [];
      const sentence = `${column} by ${who}: ${here.join(' or ')} by the policy, ${there.join(' or ')} by OpenShift.`;
      return [{ rule: -1, lossy: true, sentence }];
    }),
  );
  if (notes.length <= MAX_DIFFERENCES) return notes;
  const more = `${notes.length - MAX_DIFFERENCES} more differences of this kind; compare the policies with \`policy diff\`.`;
  return [...notes.slice(0, MAX_DIFFERENCES), { rule: -1, lossy: true, sentence: more }];
}
