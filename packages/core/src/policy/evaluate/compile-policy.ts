// A policy -> its compiled form, which decides requests one by one and remembers nothing of them.
import type { Level, Policy, Stage } from '../policy.ts';
import type { RequestAttributes } from './request-attributes.ts';
import { BLOCK_RULES, compileBlock, findInBlock, type RuleBlock } from './rule-block.ts';

export interface Decision {
  readonly level: Level;
  /** Sorted by name. */
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
  /** Index of the deciding rule, -1 when none matched (then nothing is recorded). */
  readonly rule: number;
}

export interface CompiledPolicy {
  readonly policy: Policy;
  /** The decision about a request; the same object for every request of the same rule. */
  readonly evaluate: (request: RequestAttributes) => Decision;
  /** Only the rule's index, -1 for none. */
  readonly findRule: (request: RequestAttributes) => number;
  /** The decisions by rule, for those that have an index. */
  readonly decisions: readonly Decision[];
  readonly unmatched: Decision;
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  const decisions = policy.rules.map(
    (rule, index): Decision => ({
      level: rule.level,
      omitStages: [...new Set([...policy.omitStages, ...rule.omitStages])].sort(),
      omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields,
      rule: index,
    }),
  );
  const unmatched: Decision = {
    level: 'None',
    omitStages: [...policy.omitStages].sort(),
    omitManagedFields: policy.omitManagedFields,
    rule: -1,
  };
  const blocks: RuleBlock[] = [];
  for (let start = 0; start < policy.rules.length; start += BLOCK_RULES) {
    blocks.push(compileBlock(policy.rules.slice(start, start + BLOCK_RULES)));
  }
  const findRule = (request: RequestAttributes): number => {
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i];
      if (block === undefined) break;
      const found = findInBlock(block, request);
      if (found !== -1) return i * BLOCK_RULES + found;
    }
    return -1;
  };
  return { policy, findRule, decisions, unmatched, evaluate: (request) => decisions[findRule(request)] ?? unmatched };
}
