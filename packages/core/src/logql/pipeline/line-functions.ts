// The functions of templates in LogQL: what Loki documents, gathered from their kinds, and the two that look at the entry.
import { makeTime, type TemplateFunction, type TemplateFunctions } from '../../template/index.ts';
import { MATH_FUNCTIONS } from './math-functions.ts';
import { REGEXP_FUNCTIONS } from './regexp-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { createTimeFunctions } from './time-functions.ts';

/** The entry a template runs over at the moment; changed before each run. */
export interface LineMoment {
  line: string;
  timeNanos: bigint;
}

export function createLineFunctions(moment: LineMoment, nowNanos: () => bigint): TemplateFunctions {
  return new Map<string, TemplateFunction>([
    ...TEXT_FUNCTIONS,
    ...REGEXP_FUNCTIONS,
    ...MATH_FUNCTIONS,
    ...createTimeFunctions(nowNanos),
    ['__line__', { parameters: [], call: () => moment.line }],
    ['__timestamp__', { parameters: [], call: () => makeTime(moment.timeNanos) }],
  ]);
}
