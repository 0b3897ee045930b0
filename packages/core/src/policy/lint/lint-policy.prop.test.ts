// Property: what the linter calls shadowed is shadowed for every request, and the compiled evaluator agrees with the plain one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { matchesRule } from '../evaluate/match-rule.ts';
import { makePolicy } from '../policy.ts';
import { allRequests, arbitraryPolicy } from '../testing/arbitrary-policy.ts';
import { coverRule, findShadowed } from './find-shadowed.ts';

const requests = allRequests();

test('a shadowed rule decides no request, and a piece called taken is taken', () => {
  let shadowed = 0;
  fc.assert(
    fc.property(arbitraryPolicy, (policy) => {
      const compiled = compilePolicy(policy);
      const deciding = new Set(requests.map((request) => compiled.findRule(request)));
      for (const finding of findShadowed(policy)) {
        if (finding.code !== 'shadowed-rule') continue;
        shadowed += 1;
        expect(deciding.has(Number(finding.path[1]))).toBe(false);
      }
    }),
    { numRuns: 150, seed: 1 },
  );
  // The property says nothing unless such rules came up.
  expect(shadowed).toBeGreaterThan(20);
});

test('coverage by an earlier rule holds for every matching request', () => {
  fc.assert(
    fc.property(arbitraryPolicy, (policy) => {
      policy.rules.forEach((rule, index) => {
        const coverage = coverRule(policy.rules, index);
        if (coverage === undefined || coverage.by.some((by) => by === -1)) return;
        const earlier = makePolicy(policy.rules.slice(0, index));
        const before = compilePolicy(earlier);
        for (const request of requests) if (matchesRule(rule, request)) expect(before.findRule(request)).not.toBe(-1);
      });
    }),
    { numRuns: 60, seed: 2 },
  );
});

test('compiled and plain evaluation agree, over 32 rules too', () => {
  fc.assert(
    fc.property(fc.array(arbitraryPolicy, { minLength: 1, maxLength: 12 }), (policies) => {
      const policy = makePolicy(policies.flatMap(({ rules }) => rules));
      const compiled = compilePolicy(policy);
      for (let i = 0; i < requests.length; i += 7) {
        const request = requests[i];
        if (request !== undefined)
          expect(compiled.findRule(request)).toBe(policy.rules.findIndex((rule) => matchesRule(rule, request)));
      }
    }),
    { numRuns: 60, seed: 3 },
  );
});
