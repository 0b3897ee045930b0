// Golden SQL: what each question becomes. A diff in the snapshot is a review.
import { type Params, parseRecordsRequest, parseTopRequest } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import type { StoreFacts } from './plan-filter.ts';
import { planRecords } from './plan-records.ts';
import { printStats, printTop } from './plan-top.ts';

const NOW = BigInt(Date.parse('2026-11-21T12:00:00Z')) * 1_000_000n;
const FEW: StoreFacts = {
  rowsByDay: new Map([['2026-11-20', 1_000_000]]),
  hasSightings: false,
  openKeys: ['18446744073709551615', '7'],
};
const MANY: StoreFacts = { rowsByDay: new Map([['2026-11-20', 50_000_000]]), hasSightings: true, openKeys: undefined };

type Words = Readonly<Record<string, string | readonly string[]>>;
const params = (words: Words): Params =>
  new Map(Object.entries(words).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]));

const LISTINGS: readonly Words[] = [
  {},
  { view: 'line', limit: '0', order: 'oldest' },
  { view: 'table', user: ["o'brien", 'bob'], code: '4xx', since: '2h' },
  { view: 'line', limit: '0', resource: ['pods/exec', '!pods'], namespace: 'x', 'all-stages': 'true' },
  { view: 'table', host: 'm1', 'source-ip': ['10.0.0.0/8', '192.0.2.1'], 'peer-ip': '2001:db8::/32', group: '~^dev' },
  { view: 'line', annotation: ['k=v', 'k!=w', 'only'], 'min-duration': '2s', failed: 'true', last: '50' },
  { fields: 'user.username,requestObject.spec.replicas,annotations.a.b/c,sourceIPs[0]', unique: 'true', limit: '0' },
  { view: 'line', cursor: `1763640000000000000-${'0'.repeat(32)}`, 'audit-id': 'a', decision: 'none' },
];

function printListing(words: Words, facts: StoreFacts): string {
  const parsed = parseRecordsRequest(params(words), NOW);
  if (!parsed.ok) throw new Error(parsed.problem);
  const page = planRecords(parsed.value, facts).page(parsed.value.cursor, 0);
  return `-- ${JSON.stringify(words)}\n-- ${JSON.stringify(page.settings)}${page.more ? ' and on' : ''}\n${page.sql};`;
}

test('records', async () => {
  const text = LISTINGS.flatMap((words) => [printListing(words, FEW), printListing(words, MANY)]);
  const path = new URL('../../../snapshots/questions.sql', import.meta.url).pathname;
  const top = parseTopRequest(params({ by: 'group', since: '1d' }), NOW);
  const last = parseTopRequest(params({ by: 'code', last: '5000', limit: '0' }), NOW);
  if (!top.ok || !last.ok) throw new Error('a request of this test is wrong');
  const counts = [printTop(top.value, FEW), printTop(last.value, FEW), printStats(top.value.filter, FEW)];
  await expect(`${[...text, ...counts.map((sql) => `${sql};`)].join('\n\n')}\n`).toMatchFileSnapshot(path);
});
