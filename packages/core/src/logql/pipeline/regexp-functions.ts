// Template functions with RE2 expressions: replacing and counting matches.
import { RE2JS } from 're2js';
import { TemplateFault, type TemplateFunction } from '../../template/index.ts';
import { MAX_TEXT, ofTexts } from './text-function.ts';

const expressions = new Map<string, RE2JS>();

function compileExpression(source: string): RE2JS {
  const known = expressions.get(source);
  if (known !== undefined) return known;
  try {
    const compiled = RE2JS.compile(source);
    // Expressions are constants nearly always; made of labels they must not pile up.
    if (expressions.size >= 100) expressions.clear();
    expressions.set(source, compiled);
    return compiled;
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault;
    throw new TemplateFault(fault.message);
  }
}

export const REGEXP_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['regexReplaceAll', ofTexts(3, (source = '', value = '', fresh = '') => replaceAll(source, value, fresh, true))],
  [
    'regexReplaceAllLiteral',
    ofTexts(3, (source = '', value = '', fresh = '') => replaceAll(source, value, fresh, false)),
  ],
  ['count', ofTexts(2, countMatches)],
]);

/** With `groups`, `$1` and `${name}` in the replacement stand for groups; unknown ones for nothing. */
function replaceAll(source: string, value: string, fresh: string, groups: boolean): string {
  const expression = compileExpression(source);
  const names = expression.namedGroups();
  const matcher = expression.matcher(value);
  let replaced = '';
  let at = 0;
  while (matcher.find()) {
    const start = matcher.start();
    // Go takes no empty match right behind another match.
    if (matcher.end() === start && start === at && at > 0 && replaced !== '') continue;
    replaced += value.slice(at, start) + (groups ? expand(fresh, (name) => groupText(matcher, names, name)) : fresh);
    at = matcher.end();
    if (replaced.length > MAX_TEXT) throw new TemplateFault(`a text longer than ${MAX_TEXT} characters`);
  }
  return replaced + value.slice(at);
}

interface GroupReader {
  readonly groupCount: () => number;
  readonly group: (index: number) => string | null;
}

function groupText(matcher: GroupReader, names: Readonly<Record<string, number>>, name: string): string {
  const index = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
  return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
}

function expand(fresh: string, read: (name: string) => string): string {
  return fresh.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (whole, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      return name === undefined ? (whole === '$$' ? '$' : whole) : read(name);
    },
  );
}

function countMatches(source = '', value = ''): bigint {
  const matcher = compileExpression(source).matcher(value);
  let count = 0n;
  while (matcher.find()) count += 1n;
  return count;
}
