// Texts inside a query: values and expressions -> LogQL's strings, written so that people can read them.
import { quoteGo } from '../logql/index.ts';

/** In backticks where quotes or backslashes would have to be escaped: regular expressions stay as they were typed. */
export function quoteText(text: string): string {
  return /["\\]/.test(text) && /^[\x20-\x5f\x61-\x7e]*$/.test(text) ? `\`${text}\`` : quoteGo(text);
}

/** An expression that matches just this text. */
export function escapeRegexp(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Words with escaped signs between them; nothing that a dot, a bar or a bracket would make wider. */
const PLAIN = /^\^?(?:[\w:/@ ,=-]|\\[.\-/?*+()[\]{}|^$])+\$?$/;

/**
 * LogQL compares expressions with the whole of a label, and a dot is any character there. `search` finds its expressions anywhere, and
 * its dot is no line feed.
 */
export function widenRegexp(pattern: string): string {
  if (!PLAIN.test(pattern)) return `.*(?-s:${pattern}).*`;
  const fromStart = pattern.startsWith('^');
  const toEnd = pattern.endsWith('$') && !pattern.endsWith('\\$');
  const inner = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  return `${fromStart ? '' : '.*'}${inner}${toEnd ? '' : '.*'}`;
}
