// List options of a query -> the object name that a field selector asks for, or nothing when any option is malformed.

/** The name in `metadata.name=<name>`; the server drops it when any of the list options cannot be decoded. */
export function findSelectedName(query: ReadonlyMap<string, readonly string[]>): string | undefined {
  const selector = query.get('fieldSelector')?.[0];
  if (selector === undefined || selector === '') return undefined;
  for (const option of ['limit', 'timeoutSeconds']) {
    const value = query.get(option)?.[0];
    if (value !== undefined && !isInt64(value)) return undefined;
  }
  if (!isLabelSelector(query.get('labelSelector')?.[0] ?? '')) return undefined;
  const terms = parseFieldSelector(selector);
  const name = terms?.find((term) => term.field === 'metadata.name' && term.equal)?.value;
  if (name === undefined || name === '.' || name === '..' || /[/%]/.test(name)) return undefined;
  return name;
}

interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

function parseFieldSelector(selector: string): readonly FieldTerm[] | undefined {
  const terms: FieldTerm[] = [];
  for (const text of splitTerms(selector)) {
    if (text === '') continue;
    const match = /^([\s\S]*?)(!=|==|=)([\s\S]*)$/.exec(text);
    const value = match === null ? undefined : unescapeValue(match[3] ?? '');
    if (match === null || value === undefined) return undefined;
    terms.push({ field: match[1] ?? '', equal: match[2] !== '!=', value });
  }
  return terms;
}

/** Commas part the terms unless a backslash stands before them. */
function splitTerms(selector: string): readonly string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < selector.length; at++) {
    if (selector[at] === '\\') at++;
    else if (selector[at] === ',') {
      terms.push(selector.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(selector.slice(start));
  return terms;
}

function unescapeValue(value: string): string | undefined {
  let text = '';
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? '';
    if (char === ',' || char === '=') return undefined;
    if (char !== '\\') text += char;
    else {
      const next = value[++at] ?? '';
      if (next !== '\\' && next !== ',' && next !== '=') return undefined;
      text += next;
    }
  }
  return text;
}

function isInt64(value: string): boolean {
  if (!/^[-+]?[0-9]{1,40}$/.test(value)) return false;
  const number = BigInt(value.replace('+', ''));
  return number >= -(2n ** 63n) && number < 2n ** 63n;
}

const LABEL_KEY = String.raw`(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const LABEL_VALUE = `(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const LABEL_TERM = new RegExp(
  String.raw`^\s*(?:!\s*${LABEL_KEY}|${LABEL_KEY}(?:\s*(?:=|==|!=)\s*${LABEL_VALUE}|\s+(?:in|notin)\s*\(\s*${LABEL_VALUE}(?:\s*,\s*${LABEL_VALUE})*\s*\)|\s*[<>]\s*[-+]?[0-9]+)?)\s*$`,
);

function isLabelSelector(selector: string): boolean {
  if (selector.trim() === '') return true;
  // Commas inside the brackets of `in (a,b)` do not part the terms.
  return selector.split(/,(?![^(]*\))/).every((term) => LABEL_TERM.test(term));
}
