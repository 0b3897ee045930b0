// A loaded policy -> everything the linter finds in it, in the order of the rules.
import type { LoadedPolicy } from '../load/load-policy.ts';
import { findDead } from './find-dead.ts';
import { findGeneral, findIgnoredKeys } from './find-general.ts';
import { findLargeResponses, findNoise } from './find-noise.ts';
import { findSensitive } from './find-sensitive.ts';
import { findMissingSubresources, findWebSocketGaps } from './find-sessions.ts';
import { findShadowed } from './find-shadowed.ts';
import { type Finding, placeFinding } from './finding.ts';

export function lintPolicy(load: LoadedPolicy): readonly Finding[] {
  const { policy, source } = load;
  const raw = [
    ...findShadowed(policy),
    ...findDead(policy),
    ...findSensitive(policy),
    ...findWebSocketGaps(policy),
    ...findMissingSubresources(policy),
    ...findNoise(policy),
    ...findLargeResponses(policy),
    ...findGeneral(policy),
  ];
  const findings = [...findIgnoredKeys(load), ...raw.map((finding) => placeFinding(finding, source))];
  return findings.sort((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1));
}
