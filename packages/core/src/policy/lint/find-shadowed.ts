// Rules that earlier rules hide, whole or in part.
import type { Policy, PolicyRule } from '../policy.ts';
import type { RawFinding } from './finding.ts';
import { coversPiece, cutRule, describePiece, type RulePiece } from './rule-piece.ts';

/** Comparing is quadratic; policies longer than this are compared with their last so many rules only. */
const MAX_COMPARISONS = 4_000_000;

export interface Coverage {
  /** The earlier rule that takes each piece whole, -1 for none. */
  readonly by: readonly number[];
  readonly pieces: readonly RulePiece[];
}

/** Which earlier rule takes each piece of a rule; undefined when the rule has too many pieces. */
export function coverRule(rules: readonly PolicyRule[], index: number): Coverage | undefined {
  const rule = rules[index];
  const pieces = rule === undefined ? undefined : cutRule(rule);
  if (pieces === undefined) return undefined;
  const earlier = rules.slice(0, index);
  return { pieces, by: pieces.map((piece) => earlier.findIndex((candidate) => coversPiece(candidate, piece))) };
}

export function findShadowed(policy: Policy): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  let comparisons = 0;
  for (const [index, rule] of policy.rules.entries()) {
    comparisons += index * (cutRule(rule)?.length ?? 1);
    if (comparisons > MAX_COMPARISONS) break;
    const coverage = coverRule(policy.rules, index);
    if (coverage === undefined) continue;
    const covered = coverage.by.filter((by) => by !== -1).length;
    if (covered === 0) continue;
    findings.push(
      covered === coverage.by.length ? describeWhole(policy, index, coverage) : describePart(policy, index, coverage),
    );
  }
  return findings;
}

function describeWhole(policy: Policy, index: number, coverage: Coverage): RawFinding {
  const by = [...new Set(coverage.by)].sort((a, b) => a - b);
  const level = policy.rules[index]?.level ?? 'None';
  const levels = [...new Set(by.map((rule) => policy.rules[rule]?.level ?? 'None'))];
  const first = by[0] ?? 0;
  const same = levels.length === 1 && levels[0] === level;
  const suggestion = same
    ? { sentence: `Remove rule ${index}; it changes nothing.`, edit: { kind: 'remove-rule', at: index } as const }
    : {
        sentence: `Move rule ${index} before rule ${first}, or remove it.`,
        edit: { kind: 'move-rule', from: index, to: first } as const,
      };
  return {
    code: 'shadowed-rule',
    severity: same ? 'warning' : 'error',
    path: ['rules', index],
    why: `No request ever reaches this rule (${level}): rule${by.length > 1 ? 's' : ''} ${by.join(', ')} take${by.length > 1 ? '' : 's'} all of them before, at ${levels.join(' or ')}.`,
    suggestion,
  };
}

function describePart(policy: Policy, index: number, coverage: Coverage): RawFinding {
  const hidden = coverage.pieces.flatMap((piece, at) => {
    const by = coverage.by[at] ?? -1;
    return by === -1 ? [] : [{ piece, by }];
  });
  const level = policy.rules[index]?.level ?? 'None';
  const changes = hidden.some(({ by }) => policy.rules[by]?.level !== level);
  const shown = hidden
    .slice(0, 3)
    .map(({ piece, by }) => `"${describePiece(piece)}" by rule ${by} (${policy.rules[by]?.level ?? 'None'})`);
  const more = hidden.length > shown.length ? ` and ${hidden.length - shown.length} more` : '';
  return {
    code: 'partly-shadowed-rule',
    severity: changes ? 'warning' : 'note',
    path: ['rules', index],
    why: `${hidden.length} of the ${coverage.pieces.length} combinations of this rule (${level}) are taken before it: ${shown.join('; ')}${more}.`,
    suggestion: {
      sentence: changes
        ? 'Move the more particular rule up, or take these entries out.'
        : 'Take these entries out; they change nothing.',
    },
  };
}
