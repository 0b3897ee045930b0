// The shape of a LogQL query: plain readonly nodes, each with its `kind` and the place in the text it was read from. Nothing flows; everyone who reads a query reads this.
import type { LogQuery } from './ast/log-query.ts';
import type { MetricQuery } from './ast/metric-query.ts';

export type * from './ast/condition.ts';
export type * from './ast/log-query.ts';
export type * from './ast/matcher.ts';
export type * from './ast/metric-query.ts';
export type * from './ast/span.ts';
export type * from './ast/stage.ts';

export type Query = LogQuery | MetricQuery;
