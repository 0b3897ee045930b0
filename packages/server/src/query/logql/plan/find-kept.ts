// Which rows certainly become samples that the server keeps: range aggregation and plan of its stages in, conditions out, where columns can tell.
import type { MetricRead } from '@kubewitness/core/logql';
import { readsLine } from '../../../store/index.ts';
import { mayDrop, type StagesPlan } from './plan-stages.ts';
import type { RowFacts } from './row-facts.ts';
import { NO_FACTS, needsFacts, splitRows } from './split-rows.ts';

/** Anything that may keep an entry from being a sample. */
const dropsEntries = ({ query: { query, unwrap } }: MetricRead): boolean =>
  unwrap !== undefined || mayDrop(query.stages);

/** `facts` are asked for only when the conditions are. */
export function findKept(
  read: MetricRead,
  stages: StagesPlan,
  facts: () => Promise<RowFacts>,
): (() => Promise<readonly string[]>) | undefined {
  const { unwrap } = read.query;
  if (!dropsEntries(read)) return async () => [];
  if (!stages.exact || stages.conditions.some(({ sql }) => readsLine(sql))) return undefined;
  if (unwrap !== undefined && (unwrap.conversion !== undefined || stages.find(unwrap.label)?.kind !== 'code'))
    return undefined;
  const needs = new Set(stages.needs);
  if (unwrap !== undefined) needs.add('event');
  return async () => [
    ...stages.conditions.map(({ sql }) => sql),
    ...(unwrap === undefined ? [] : ['code != 0']),
    ...splitRows(needs, needsFacts(needs) ? await facts() : NO_FACTS, read).sound,
  ];
}
