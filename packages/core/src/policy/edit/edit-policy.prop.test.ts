// Property: an edited policy keeps its comments and decides every request that the edit does not concern as before.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { matchesRule } from '../evaluate/match-rule.ts';
import { lintPolicy } from '../lint/lint-policy.ts';
import { loadPolicy } from '../load/load-policy.ts';
import { allRequests, arbitraryPolicy, arbitraryRule } from '../testing/arbitrary-policy.ts';
import { editPolicy } from './edit-policy.ts';
import { printPolicy, toPlainPolicy } from './print-policy.ts';

const requests = allRequests().filter((_, index) => index % 5 === 0);

const comment = (index: number) => `kept ${index}`;

test('printing and loading give the same policy', () => {
  fc.assert(
    fc.property(arbitraryPolicy, (policy) => {
      for (const text of [printPolicy(policy), JSON.stringify(toPlainPolicy(policy))]) {
        const load = loadPolicy(text);
        if (!load.ok) throw new Error(load.error);
        expect(load.policy).toEqual(policy);
        expect(load.serverWarning).toBe('');
      }
    }),
    { numRuns: 100, seed: 5 },
  );
});

test('an inserted rule changes only what it matches; all comments stay', () => {
  fc.assert(
    fc.property(arbitraryPolicy, arbitraryRule, fc.nat(), (policy, rule, where) => {
      const comments = new Map(policy.rules.map((_, index) => [index, comment(index)]));
      const text = printPolicy(policy, { comments, head: ['the head'] }).replace('rules:\n', 'rules: # the key\n');
      const load = loadPolicy(text);
      if (!load.ok) throw new Error(load.error);
      const at = where % (policy.rules.length + 1);
      const edited = editPolicy(load, { kind: 'insert-rule', at, rule, comment: 'new' });
      if (!edited.ok) throw new Error(edited.sentence);
      for (const kept of ['the head', 'the key', 'new', ...comments.values()])
        expect(edited.text).toContain(`# ${kept}`);
      const before = compilePolicy(policy);
      const after = compilePolicy(edited.load.policy);
      for (const request of requests) {
        const old = before.findRule(request);
        const shifted = old >= at ? old + 1 : old;
        const taken = matchesRule(rule, request) && (old === -1 || old >= at);
        expect(after.findRule(request)).toBe(taken ? at : shifted);
      }
    }),
    { numRuns: 60, seed: 6 },
  );
});

test('removing and moving keep the comments and the other lines', () => {
  fc.assert(
    fc.property(arbitraryPolicy, fc.nat(), fc.nat(), (policy, a, b) => {
      if (policy.rules.length < 2) return;
      const comments = new Map(policy.rules.map((_, index) => [index, comment(index)]));
      const load = loadPolicy(printPolicy(policy, { comments }));
      if (!load.ok) throw new Error(load.error);
      const from = 1 + (a % (policy.rules.length - 1));
      for (const edit of [
        { kind: 'remove-rule', at: from },
        { kind: 'move-rule', from, to: b % from },
      ] as const) {
        const edited = editPolicy(load, edit);
        if (!edited.ok) throw new Error(edited.sentence);
        for (const kept of comments.values()) expect(edited.text).toContain(`# ${kept}`);
        expect(edited.load.policy.rules).toHaveLength(policy.rules.length - (edit.kind === 'remove-rule' ? 1 : 0));
        const rest = policy.rules.filter((_, index) => index !== from);
        const rule = policy.rules[from];
        if (rule === undefined) throw new Error('no such rule');
        expect(edited.load.policy.rules).toEqual(edit.kind === 'remove-rule' ? rest : rest.toSpliced(edit.to, 0, rule));
        const [before, after] = [compilePolicy(policy), compilePolicy(edited.load.policy)];
        for (const request of requests)
          if (!matchesRule(rule, request)) expect(after.evaluate(request).level).toBe(before.evaluate(request).level);
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});

test('the edits that lint suggests change nothing for requests that the changed rule never takes', () => {
  let edits = 0;
  fc.assert(
    fc.property(arbitraryPolicy, (policy) => {
      const comments = new Map(policy.rules.map((_, index) => [index, comment(index)]));
      const load = loadPolicy(printPolicy(policy, { comments }));
      if (!load.ok) throw new Error(load.error);
      for (const { suggestion, code } of lintPolicy(load)) {
        const edit = suggestion?.edit;
        if (edit === undefined) continue;
        const edited = editPolicy(load, edit);
        if (!edited.ok) throw new Error(`${code}: ${edited.sentence}`);
        edits += 1;
        const removed = edit.kind === 'remove-rule' ? edit.at : -1;
        for (const [index, text] of comments) if (index !== removed) expect(edited.text).toContain(`# ${text}`);
        const [before, after] = [compilePolicy(policy), compilePolicy(edited.load.policy)];
        const [old, fresh] = [policy.rules, edited.load.policy.rules];
        const same = new Set(old.map((rule) => JSON.stringify(rule)));
        const changed = [
          ...fresh.filter((rule) => !same.has(JSON.stringify(rule))),
          ...old.filter((rule, index) => JSON.stringify(rule) !== JSON.stringify(fresh[index])),
        ];
        // Only what some changed, new or moved rule takes may be decided otherwise.
        for (const request of requests)
          if (!changed.some((rule) => matchesRule(rule, request)))
            expect(after.evaluate(request).level).toBe(before.evaluate(request).level);
      }
    }),
    { numRuns: 40, seed: 8 },
  );
  expect(edits).toBeGreaterThan(100);
});

test.each([
  ['JSON', '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"None","users":["a"]}]}'],
  ['flow style', '# top\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, users: [a]}] # here\n'],
  [
    'Windows lines',
    'apiVersion: audit.k8s.io/v1\r\nkind: Policy\r\nrules:\r\n# one\r\n- level: None\r\n  users:\r\n  - a\r\n',
  ],
  ['no last line feed', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: None\n    users: [a]'],
  [
    'indented, two documents',
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n    -   level: None # l\n        users: [a]\n\n# the end\n---\nfoo: [\n',
  ],
])('edits work in %s', (_name, text) => {
  const load = loadPolicy(text);
  if (!load.ok) throw new Error(load.error);
  for (const edit of [
    { kind: 'insert-rule', at: 1, rule: { ...load.policy.rules[0], level: 'Metadata', users: ['no'] } },
    { kind: 'add-text', path: ['omitStages'], text: 'Panic' },
    { kind: 'add-text', path: ['rules', 0, 'users'], text: 'b: c' },
    { kind: 'replace-text', path: ['rules', 0, 'users', 0], text: 'yes' },
    { kind: 'set-flag', key: 'omitManagedFields', value: true },
  ] as Parameters<typeof editPolicy>[1][]) {
    const edited = editPolicy(load, edit);
    if (!edited.ok) throw new Error(`${edit.kind}: ${edited.sentence}`);
    for (const [kept] of text.matchAll(/# \w+/g)) expect(edited.text).toContain(kept);
    if (text.includes('\r\n')) expect(edited.text.replaceAll('\r\n', '')).not.toContain('\n');
  }
});
