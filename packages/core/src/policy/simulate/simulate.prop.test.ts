// Property: a simulated policy keeps exactly what the plain evaluator says, of any policy and any records, and its sums are those of its parts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesRule } from '../evaluate/match-rule.ts';
import { LEVELS, levelRank, type Policy, STAGES } from '../policy.ts';
import { allRequests, arbitraryPolicy } from '../testing/arbitrary-policy.ts';
import type { AuditSample } from './audit-sample.ts';
import { createPolicyDiff } from './policy-diff.ts';
import { createSimulation } from './simulation.ts';

const requests = allRequests();
const size = fc.integer({ min: 0, max: 5_000 });

const arbitrarySample: fc.Arbitrary<AuditSample> = fc
  .record({
    request: fc.constantFrom(...requests),
    auditId: fc.constantFrom('a', 'b', 'c', 'd', ''),
    actingFor: fc.constantFrom('', 'alice'),
    level: fc.constantFrom(...LEVELS.slice(1)),
    stage: fc.constantFrom(...STAGES),
    code: fc.constantFrom(0, 101, 200, 201, 401, 403),
    timeMs: fc.integer({ min: 0, max: 1e9 }),
    receivedMs: fc.integer({ min: 0, max: 1e9 }),
    head: fc.integer({ min: 300, max: 900 }),
    requestBytes: size,
    responseBytes: size,
    truncated: fc.boolean(),
  })
  .map(({ head, ...sample }) => ({
    ...sample,
    requestBytes: levelRank(sample.level) < 2 ? 0 : sample.requestBytes,
    responseBytes: levelRank(sample.level) < 3 ? 0 : sample.responseBytes,
    bytes: head + sample.requestBytes + sample.responseBytes,
    requestManagedBytes: 0,
    responseManagedBytes: 0,
  }));

/** The server's words: first rule that matches, its level, its stages and the policy's left out. */
function decide(policy: Policy, sample: AuditSample) {
  const index = policy.rules.findIndex((rule) => matchesRule(rule, sample.request));
  const rule = policy.rules[index];
  const omitted = [...policy.omitStages, ...(rule?.omitStages ?? [])].includes(sample.stage);
  return { index, level: rule === undefined || omitted ? ('None' as const) : rule.level };
}

test('every record is kept or dropped as the evaluator says, and counted where it belongs', () => {
  let kept = 0;
  let dropped = 0;
  fc.assert(
    fc.property(arbitraryPolicy, fc.array(arbitrarySample, { minLength: 1, maxLength: 60 }), (policy, samples) => {
      const everything = { name: 'all', matches: () => true, everyStage: true };
      const simulation = createSimulation(policy, { mustStay: [everything] });
      const byRule = new Map<number, number>();
      for (const sample of samples) {
        const { index, level } = decide(policy, sample);
        expect(simulation.add(sample)).toBe(level !== 'None');
        byRule.set(index, (byRule.get(index) ?? 0) + (level === 'None' ? 0 : 1));
        if (level === 'None') dropped += 1;
        else kept += 1;
      }
      const report = simulation.report();
      for (const row of report.rules) expect(row.keptRecords).toBe(byRule.get(row.rule) ?? 0);
      for (const rows of [report.rules, report.users, report.verbs, report.resources])
        for (const key of ['records', 'keptRecords', 'bytes', 'keptBytes', 'estimatedBytes'] as const)
          expect(rows.reduce((sum, row) => sum + row[key], 0)).toBe(report.total[key]);
      const lost = samples.filter((sample) => decide(policy, sample).level === 'None').length;
      expect(report.mustStay[0]).toMatchObject({ records: samples.length, lost });
      for (const { recorded, candidate, records } of report.levels)
        expect(records).toBe(
          samples.filter((sample) => sample.level === recorded && decide(policy, sample).level === candidate).length,
        );
      // Nothing is estimated where no policy asks for more than was recorded.
      const asksMore = samples.some((sample) => levelRank(decide(policy, sample).level) > levelRank(sample.level));
      if (!asksMore) expect(report.total.estimatedBytes).toBe(0);
      if (!asksMore) expect(report.total.keptBytes).toBeLessThanOrEqual(report.total.bytes);
    }),
    { numRuns: 300, seed: 21 },
  );
  expect(Math.min(kept, dropped)).toBeGreaterThan(400);
});

test('a diff says of every record what each of the two policies does', () => {
  fc.assert(
    fc.property(
      arbitraryPolicy,
      arbitraryPolicy,
      fc.array(arbitrarySample, { minLength: 1, maxLength: 40 }),
      (one, two, samples) => {
        const diff = createPolicyDiff(one, two);
        for (const sample of samples) diff.add(sample);
        const pairs = samples.map((sample) => [decide(one, sample).level, decide(two, sample).level] as const);
        const report = diff.report();
        expect(report).toMatchObject({
          changed: pairs.filter(([from, to]) => from !== to).length,
          lost: pairs.filter(([from, to]) => from !== 'None' && to === 'None').length,
          gained: pairs.filter(([from, to]) => from === 'None' && to !== 'None').length,
        });
        for (const { from, to } of report.changes)
          expect(
            report.changes
              .filter((row) => row.from === from && row.to === to)
              .reduce((sum, row) => sum + row.records, 0),
          ).toBe(pairs.filter(([a, b]) => a === from && b === to).length);
      },
    ),
    { numRuns: 100, seed: 22 },
  );
});
