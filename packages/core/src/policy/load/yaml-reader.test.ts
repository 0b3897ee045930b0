// Texts with mistakes against what the YAML reader of API servers makes of them: loads or not, and the same policy.
import { expect, test } from 'vitest';
import { readReaderVectors } from '../testing/vectors.ts';
import { loadPolicy } from './load-policy.ts';

const vectors = readReaderVectors();

/** What the server would load: it decodes the JSON that its YAML reader gives. */
function loadTheirs(json: unknown) {
  const isMapping = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isMapping ? loadPolicy(JSON.stringify(json, (_, value) => (value === '#num' ? 7 : value))) : undefined;
}

test('mutated texts load, or not, as the YAML reader of the server reads them', () => {
  let loading = 0;
  const differing = vectors.filter(({ text, json, error }) => {
    const ours = loadPolicy(text);
    const theirs = error === undefined ? loadTheirs(json) : undefined;
    if (theirs?.ok === true) loading += 1;
    if (!ours.ok) return theirs?.ok === true;
    return theirs?.ok !== true || JSON.stringify(ours.policy) !== JSON.stringify(theirs.policy);
  });
  expect(differing.map(({ text, error }) => ({ text, error }))).toEqual([]);
  expect(loading).toBeGreaterThan(200);
});

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

test.each([
  ['a key in brackets over two lines', `${HEAD}  resources: [{group: "", resour\nces: [pods]}]\n`, 'one line'],
  ['an escaped slash', `${HEAD}  nonResourceURLs: ["\\/healthz"]\n`, 'escapes of JSON'],
  ['a pair of escapes', `${HEAD}  users: ["\\ud83d\\ude00"]\n`, 'escapes of JSON'],
  ['a question mark in brackets', `${HEAD}  nonResourceURLs: [/healthz?verbose]\n`, 'quotes'],
  ['a colon before a word in brackets', `${HEAD}  users: [:a]\n`, 'quotes'],
  ['a dotted anchor', `${HEAD}  users: &a.b [x]\n`, 'anchor'],
  ['a document mark in a text', `${HEAD}  users: ["a\n--- b"]\n`, 'document'],
  ['a control character in the block after the document', `${HEAD}---\nx: "\u0007"\n`, 'control character'],
])('%s is refused, as by the server', (_name, text, word) => {
  const load = loadPolicy(text);
  expect(load.ok ? '' : load.problems[0]?.sentence).toContain(word);
});

test('what stands far behind the first document is not looked at', () => {
  expect(loadPolicy(`${HEAD}---\n${'# \n'.repeat(500)}\u0007`).ok).toBe(true);
});
