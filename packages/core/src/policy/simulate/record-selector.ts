// A selector in LogQL's form over the fields of an audit record, `{verb="delete", objectRef_namespace=~"prod-.*"}` -> a predicate.
import { RE2JS } from 're2js';

export type SelectorField = (name: string) => string | undefined;

export type ParsedSelector =
  | { readonly ok: true; readonly matches: (field: SelectorField) => boolean }
  | { readonly ok: false; readonly sentence: string; readonly column: number };

interface Matcher {
  readonly name: string;
  readonly holds: (value: string) => boolean;
}

/** Labels as `| json` names them; a label that is absent is the empty text, as in LogQL. Stages after the braces take the same form. */
export function parseRecordSelector(text: string): ParsedSelector {
  const matchers: Matcher[] = [];
  let at = 0;
  const fail = (sentence: string): ParsedSelector => ({ ok: false, sentence, column: at + 1 });
  const skip = (pattern: RegExp): string | undefined => {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = at;
    const match = sticky.exec(text);
    if (match === null) return undefined;
    at += match[0].length;
    return match[0];
  };
  skip(/\s*/);
  if (skip(/\{/) === undefined) return fail('a selector starts with "{"');
  skip(/\s*/);
  let open = skip(/\}/) === undefined;
  for (;;) {
    skip(/\s*/);
    if (!open) {
      if (at === text.length)
        return { ok: true, matches: (field) => matchers.every(({ name, holds }) => holds(field(name) ?? '')) };
      if (skip(/\|\s*/) === undefined) return fail('expected "|" or the end');
      if (skip(/json\b/) !== undefined) continue;
    }
    const name = skip(/[A-Za-z_][A-Za-z0-9_]*/);
    if (name === undefined) return fail('expected the name of a field, such as verb or objectRef_resource');
    skip(/\s*/);
    const operator = skip(/=~|!~|!=|=/);
    if (operator === undefined) return fail('expected =, !=, =~ or !~');
    skip(/\s*/);
    const value = skip(/"(?:[^"\\]|\\.)*"|`[^`]*`/);
    if (value === undefined) return fail('expected a text in quotes');
    const matcher = buildMatcher(name, operator, value);
    if (matcher === undefined) return fail(`${value} is no text or regular expression`);
    matchers.push(matcher);
    skip(/\s*/);
    if (open && skip(/,/) === undefined) {
      if (skip(/\}/) === undefined) return fail('expected "," or "}"');
      open = false;
    }
  }
}

function buildMatcher(name: string, operator: string, quoted: string): Matcher | undefined {
  let value: string;
  try {
    value = quoted.startsWith('`') ? quoted.slice(1, -1) : String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
  if (operator === '=') return { name, holds: (text) => text === value };
  if (operator === '!=') return { name, holds: (text) => text !== value };
  try {
    const pattern = RE2JS.compile(value, RE2JS.DOTALL);
    const wanted = operator === '=~';
    return { name, holds: (text) => pattern.matches(text) === wanted };
  } catch {
    return undefined;
  }
}

/** The field of a record's JSON by its flattened name: `user_username`, `annotations_authorization_k8s_io_decision`. */
export function readFlattened(record: unknown): SelectorField {
  const fields = new Map<string, string>();
  const visit = (value: unknown, name: string, depth: number): void => {
    if (typeof value === 'string') fields.set(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') fields.set(name, String(value));
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < 16) {
      for (const [key, inner] of Object.entries(value)) {
        const part = key.replace(/[^A-Za-z0-9_]/g, '_');
        visit(inner, name === '' ? part : `${name}_${part}`, depth + 1);
      }
    }
  };
  visit(record, '', 0);
  return (name) => fields.get(name);
}
