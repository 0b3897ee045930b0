// Tests of texts by RE2 expressions: a search for line filters, a whole match for labels. Plain words take the fast way.
import { RE2JS } from 're2js';

export type TextTest = (text: string) => boolean;

const PLAIN = /^[^\\.+*?()|[\]{}^$]*$/;
/** Words between bars, none of them special. */
const PLAIN_CHOICE = /^[^\\.+*?()[\]{}^$]*$/;

/** Whether the expression matches anywhere. */
export function compileSearch(expression: string): TextTest {
  if (PLAIN.test(expression)) return (text) => text.includes(expression);
  if (PLAIN_CHOICE.test(expression)) {
    const words = expression.split('|');
    return (text) => words.some((word) => text.includes(word));
  }
  const regexp = RE2JS.compile(expression);
  return (text) => regexp.test(text);
}

/** Whether the expression matches all of the text; a dot is any character there, newlines too. */
export function compileWhole(expression: string): TextTest {
  if (expression === '.*') return () => true;
  if (expression === '.+') return (text) => text !== '';
  if (PLAIN_CHOICE.test(expression)) {
    const words = new Set(expression.split('|'));
    return (text) => words.has(text);
  }
  const regexp = RE2JS.compile(`(?s:${expression})`);
  return (text) => regexp.testExact(text);
}
