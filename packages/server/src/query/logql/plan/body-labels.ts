// Labels that `| json` reads out of the bodies of a sound row, as SQL over its line: the label's name in, an expression out.
import { quoteLiteral } from '../../../store/index.ts';

/** Members of an event that hold what was sent and answered: anything. */
export const BODIES: ReadonlySet<string> = new Set(['requestObject', 'responseObject']);
const LABEL = new RegExp(`^(${[...BODIES].join('|')})(?:_(.*))?$`, 's');
/** A key takes one word of the name at least, so there are as many steps down, each of which makes the statement longer. */
const MAX_WORDS = 8;

/** As core/logql's sanitizeLabelName does it below the first key. */
const SPACES = '[\\t-\\r \\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}]+';
const trimmed = (key: string): string => `replaceRegexpAll(${key}, ${quoteLiteral(`^${SPACES}|${SPACES}$`)}, '')`;
const nameOf = (key: string): string => `replaceRegexpAll(${trimmed(key)}, '[^A-Za-z0-9_]', '_')`;

/** A value's label: of objects, lists and null there is none. Numbers of sound rows are written alike in the line and anew. */
const isShown = (raw: string): string => `substring(${raw}, 1, 1) NOT IN ('{', '[', 'n')`;
const shown = (raw: string): string =>
  `if(startsWith(${raw}, '"'), replaceAll(JSONExtractString(${raw}), ${quoteLiteral('\ufffd')}, ' '), ${raw})`;

/** What is left of the name, the text of the value that the rest was made by, and whether it is the label's. */
const members = (raw: string): string => `arrayMap(m -> (${nameOf('m.1')}, m.2), JSONExtractKeysAndValuesRaw(${raw}))`;
const LEADS_ON = `if(m.1 = rest.1, ${isShown('m.2')}, startsWith(rest.1, concat(m.1, '_')) AND startsWith(m.2, '{'))`;
const STEP = `arrayMap(m -> (substring(rest.1, length(m.1) + 2), m.2, m.1 = rest.1), arrayFilter(m -> ${LEADS_ON}, ${members('rest.2')}))`;
const stepDown = (found: string): string => `arrayFlatten(arrayMap(rest -> if(rest.3, [rest], ${STEP}), ${found}))`;

/** Nobody asks for what is deeper, and each step makes the statement longer. */
const MAX_STEPS = 12;

/** Where a path into a body leads: the first value at that place counts. Undefined: only the line knows. */
export function bodyPathSql(
  body: string,
  path: readonly (string | number)[],
): { readonly sql: string; readonly unless: string } | undefined {
  if (path.length === 0 || path.length > MAX_STEPS) return undefined;
  let values = `[JSONExtractRaw(line, ${quoteLiteral(body)})]`;
  for (const key of path) {
    if (typeof key === 'number' || /[\ufffd\p{Cs}]/u.test(key)) return undefined;
    const inside = `arrayFilter(m -> m.1 = ${quoteLiteral(key)}, JSONExtractKeysAndValuesRaw(raw))`;
    values = `arrayFlatten(arrayMap(raw -> arrayMap(m -> m.2, ${inside}), ${values}))`;
  }
  const raw = `arrayElement(${values}, 1)`;
  const print = `arrayMap(raw -> if(raw = 'null', '', ${shown('raw')}), ${values})`;
  return { sql: `arrayElement(${print}, 1)`, unless: `substring(${raw}, 1, 1) IN ('{', '[')` };
}

export const isBodyLabel = (name: string): boolean => LABEL.test(name);

/**
 * Keys hold underscores, or signs that become some, so many paths may make a name: all are followed, each step keeping the order of
 * the line, and the first value counts. Undefined: a name that is too long.
 */
export function bodyLabelSql(label: string): string | undefined {
  const [, body = '', name] = LABEL.exec(label) ?? [];
  const whole = `JSONExtractRaw(line, ${quoteLiteral(body)})`;
  if (name === undefined) return `if(${isShown(whole)}, ${shown(whole)}, '')`;
  const words = name.split('_');
  if (words.length > MAX_WORDS) return undefined;
  const found = words.reduce(stepDown, `[(${quoteLiteral(name)}, ${whole}, 0)]`);
  return `arrayElement(arrayMap(rest -> ${shown('rest.2')}, arrayFilter(rest -> rest.3, ${found})), 1)`;
}
