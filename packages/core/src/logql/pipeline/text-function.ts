// How functions over texts are declared, and how long a text they may make.
import type { TemplateFunction, Value } from '../../template/index.ts';

/** In UTF-16 units. */
export const MAX_TEXT = 1024 * 1024;

/** A function whose parameters are all texts. */
export function ofTexts(count: number, call: (...values: string[]) => Value): TemplateFunction {
  return { parameters: new Array<'string'>(count).fill('string'), call: (values) => call(...values.map(String)) };
}
