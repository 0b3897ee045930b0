// A policy -> what it means in words: a row and a sentence per rule, the sentences for the whole, the table who × what → level.
import { type Policy, STAGES } from '../policy.ts';
import { describeRule, listWords, type RuleRow } from './describe-rule.ts';
import { buildLevelMatrix, type LevelMatrix } from './level-matrix.ts';

export interface PolicyExplanation {
  readonly rules: readonly RuleRow[];
  readonly general: readonly string[];
  readonly matrix: LevelMatrix;
}

export function explainPolicy(policy: Policy): PolicyExplanation {
  const rules = policy.rules.flatMap((_, index) => describeRule(policy, index) ?? []);
  const general = ['The first rule that fits a request decides; later rules are not asked.'];
  const last = policy.rules.findIndex((rule) => takesEverything(rule));
  if (last === -1) general.push('A request that fits no rule is not recorded at all.');
  else if (last < policy.rules.length - 1)
    general.push(`Rule ${last} fits every request, so the rules after it are never asked.`);
  if (policy.omitStages.length > 0)
    general.push(
      `The stage${policy.omitStages.length > 1 ? 's' : ''} ${listWords(policy.omitStages)} of a request ${policy.omitStages.length > 1 ? 'are' : 'is'} never recorded.`,
    );
  else general.push(`Each request can be recorded several times, once per stage (${STAGES.join(', ')}).`);
  if (policy.omitManagedFields) general.push('managedFields are left out of recorded bodies.');
  return { rules, general, matrix: buildLevelMatrix(policy) };
}

export function takesEverything(rule: Policy['rules'][number]): boolean {
  return [rule.users, rule.userGroups, rule.verbs, rule.resources, rule.namespaces, rule.nonResourceURLs].every(
    (list) => list.length === 0,
  );
}
