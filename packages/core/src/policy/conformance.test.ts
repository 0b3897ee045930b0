// Every recorded decision of the real kube-apiserver: loading, warnings, evaluation.
import { expect, test } from 'vitest';
import { compilePolicy } from './evaluate/compile-policy.ts';
import { matchesRule } from './evaluate/match-rule.ts';
import { loadPolicy } from './load/load-policy.ts';
import { type PolicyVector, readRandomVectors, readVectors } from './testing/vectors.ts';

const handmade = readVectors();
const random = readRandomVectors();

/** Runs one policy's vectors and gives how many decisions were compared. */
function compare(vector: PolicyVector): number {
  const load = loadPolicy(vector.policy);
  expect(load.ok, load.ok ? '' : load.error).toBe(vector.loads);
  expect(load.serverWarning).toBe(vector.warning ?? '');
  if (!load.ok) {
    expect(load.problems.length).toBeGreaterThan(0);
    for (const problem of load.problems) expect(problem.line).toBeGreaterThan(0);
    return 0;
  }
  const compiled = compilePolicy(load.policy);
  const differing: unknown[] = [];
  vector.requests.forEach((request, index) => {
    const { level, omitStages, omitManagedFields, rule } = compiled.evaluate(request);
    const ours = [level, omitStages, omitManagedFields, rule];
    if (JSON.stringify(ours) !== JSON.stringify(vector.results[index]))
      differing.push({ request, ours, theirs: vector.results[index] });
    const plain = load.policy.rules.findIndex((candidate) => matchesRule(candidate, request));
    if (plain !== rule) differing.push({ request, plain, rule });
  });
  expect(differing).toEqual([]);
  return vector.requests.length;
}

let compared = 0;

test.each(handmade.map((vector) => [vector.id, vector] as const))('decides as the server: %s', (_id, vector) => {
  compared += compare(vector);
});

test('decides as the server for random policies', () => {
  for (const vector of random) compared += compare(vector);
});

test('every vector ran', () => {
  expect(handmade).toHaveLength(70);
  expect(random).toHaveLength(300);
  expect(compared).toBe(45 * 180 + 300 * 100);
});

test.each(handmade.filter((vector) => !vector.loads).map((vector) => [vector.id, vector] as const))(
  'refuses for the same causes: %s',
  (_id, vector) => {
    const load = loadPolicy(vector.policy);
    if (load.ok) throw new Error('loaded');
    // Validation errors carry the field's path; ours must name as many fields as the server does.
    const theirs = [...(vector.error ?? '').matchAll(/(?:^\[?|, )(rules\[\d+\]|omitStages\[\d+\])/g)].length;
    if (theirs > 0) expect(load.problems).toHaveLength(theirs);
    else expect(load.problems).toHaveLength(1);
  },
);
