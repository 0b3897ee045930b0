import { expect, test } from 'vitest';
import { canonicalHead, IDENTITIES, type IdentityKind, printIdentity } from './identity.ts';

type Values = Readonly<Record<string, string>>;
const seen: Values = {
  cluster: 'prod',
  host: 'master-0',
  tenant: 't1',
  labels: '{app="a", level="info"}',
  timeNanos: '1795204368366430000',
  uid: '0c5f',
  count: '3',
  lastTime: '2026-11-20T19:52:48Z',
  line: '{"kind":"Event","auditID":"my-own-id"}',
  component: 'kube-apiserver',
};

/** Per row of the table: what may differ in one and the same record, and what makes two. */
const pairs: readonly [IdentityKind, Values, Values][] = [
  [
    'audit-event',
    { host: 'master-1', component: '', timeNanos: '0' },
    { line: '{"kind":"Event","auditID":"my-own-id" }' },
  ],
  ['audit-event', { host: '' }, { cluster: 'test' }],
  ['pushed-entry', { host: 'master-1', cluster: 'test' }, { timeNanos: '1795204368366430001' }],
  ['pushed-entry', { uid: '' }, { labels: '{app="a", level="warn"}' }],
  ['pushed-entry', { uid: '' }, { tenant: 't2' }],
  ['cluster-event', { line: 'another spelling', host: 'x' }, { count: '4' }],
  ['cluster-event', { line: 'another spelling' }, { lastTime: '2026-11-20T19:52:49Z' }],
  ['host-line', { component: 'auditd', timeNanos: '0' }, { host: 'worker-1' }],
];

test.each(pairs)('%s: %j merges, %j does not', (kind, same, other) => {
  const text = printIdentity(kind, seen);
  expect(printIdentity(kind, { ...seen, ...same })).toBe(text);
  expect(printIdentity(kind, { ...seen, ...other })).not.toBe(text);
});

test('every kind of the table has a pair above', () => {
  expect(new Set(pairs.map(([kind]) => kind))).toEqual(new Set(IDENTITIES.map(({ kind }) => kind)));
});

test('parts do not run into each other', () => {
  expect(printIdentity('host-line', { ...seen, cluster: 'a', host: 'bc' })).not.toBe(
    printIdentity('host-line', { ...seen, cluster: 'ab', host: 'c' }),
  );
});

test('a missing part is a surprise', () => {
  expect(() => printIdentity('host-line', { cluster: 'a', line: 'x' })).toThrow('needs host');
});

test('an item of a list becomes a line of the log', () => {
  const item = '{"level":"Metadata","auditID":"1"}';
  expect(canonicalHead('audit.k8s.io/v1') + item.slice(1)).toBe(
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1"}',
  );
});
