// Template functions over text: case, trimming, replacing, padding, encoding, JSON.
import { RE2JS } from 're2js';
import {
  byteLength,
  escapeQuery,
  goQuote,
  isTrue,
  makeMap,
  sliceBytes,
  TemplateFault,
  type TemplateFunction,
  unescapeQuery,
  type Value,
} from '../../template/index.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';

/** Of one text that a function makes. */
const MAX_TEXT = 1024 * 1024;
const GO_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`^[${GO_SPACE}]+|[${GO_SPACE}]+$`, 'g');

type TextCall = (...values: string[]) => Value;

/** A function of texts only. */
function text(count: number, call: TextCall): TemplateFunction {
  return { parameters: new Array<'string'>(count).fill('string'), call: (values) => call(...values.map(String)) };
}

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

export const TEXT_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['ToLower', text(1, (value = '') => value.toLowerCase())],
  ['ToUpper', text(1, (value = '') => value.toUpperCase())],
  ['lower', text(1, (value = '') => value.toLowerCase())],
  ['upper', text(1, (value = '') => value.toUpperCase())],
  ['title', text(1, toTitle)],
  [
    'Replace',
    {
      parameters: ['string', 'string', 'string', 'int'],
      call: ([value, old, fresh, count]) => replaceSome(String(value), String(old), String(fresh), Number(count)),
    },
  ],
  ['replace', text(3, (old = '', fresh = '', value = '') => replaceSome(value, old, fresh, -1))],
  ['Trim', text(2, (value = '', cutset = '') => trimSet(value, cutset, true, true))],
  ['TrimLeft', text(2, (value = '', cutset = '') => trimSet(value, cutset, true, false))],
  ['TrimRight', text(2, (value = '', cutset = '') => trimSet(value, cutset, false, true))],
  ['TrimPrefix', text(2, (value = '', prefix = '') => trimPrefix(value, prefix))],
  ['TrimSuffix', text(2, (value = '', suffix = '') => trimSuffix(value, suffix))],
  ['TrimSpace', text(1, (value = '') => value.replace(SPACES, ''))],
  ['trim', text(1, (value = '') => value.replace(SPACES, ''))],
  ['trimAll', text(2, (cutset = '', value = '') => trimSet(value, cutset, true, true))],
  ['trimPrefix', text(2, (prefix = '', value = '') => trimPrefix(value, prefix))],
  ['trimSuffix', text(2, (suffix = '', value = '') => trimSuffix(value, suffix))],
  ['trunc', { parameters: ['int', 'string'], call: ([count, value]) => truncate(Number(count), String(value)) }],
  [
    'substr',
    {
      parameters: ['int', 'int', 'string'],
      call: ([start, end, value]) => substring(Number(start), Number(end), String(value)),
    },
  ],
  ['contains', text(2, (part = '', value = '') => value.includes(part))],
  ['hasPrefix', text(2, (prefix = '', value = '') => value.startsWith(prefix))],
  ['hasSuffix', text(2, (suffix = '', value = '') => value.endsWith(suffix))],
  ['indent', { parameters: ['int', 'string'], call: ([count, value]) => indent(Number(count), String(value)) }],
  ['nindent', { parameters: ['int', 'string'], call: ([count, value]) => `\n${indent(Number(count), String(value))}` }],
  ['repeat', { parameters: ['int', 'string'], call: ([count, value]) => repeat(String(value), Number(count)) }],
  [
    'alignLeft',
    { parameters: ['int', 'string'], call: ([count, value]) => align(Number(count), String(value), 'left') },
  ],
  [
    'alignRight',
    { parameters: ['int', 'string'], call: ([count, value]) => align(Number(count), String(value), 'right') },
  ],
  ['regexReplaceAll', text(3, (source = '', value = '', fresh = '') => replaceAll(source, value, fresh, true))],
  ['regexReplaceAllLiteral', text(3, (source = '', value = '', fresh = '') => replaceAll(source, value, fresh, false))],
  ['count', text(2, countMatches)],
  ['urlencode', text(1, (value = '') => escapeQuery(value))],
  ['urldecode', text(1, decodeUrl)],
  ['b64enc', text(1, (value = '') => encodeBase64(value))],
  ['b64dec', text(1, (value = '') => decodeBase64(value))],
  ['fromJson', text(1, (value = '') => readJson(value))],
  [
    'default',
    {
      parameters: ['any'],
      rest: 'any',
      call: ([fallback = null, value = null]) => (isEmpty(value) ? fallback : value),
    },
  ],
]);

/** What Go calls a zero value; a time is never one here. */
function isEmpty(value: Value): boolean {
  return !isTrue(value);
}

/** The first letter of each word; a word ends at what is neither letter, digit nor underscore. */
function toTitle(value = ''): string {
  return value.replace(
    /(^|[^\p{L}\p{Nd}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function replaceSome(value: string, old: string, fresh: string, count: number): string {
  if (count === 0 || old === fresh) return value;
  const pieces = old === '' ? ['', ...value, ''] : value.split(old);
  const most = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1);
  if (most * fresh.length + value.length > MAX_TEXT)
    throw new TemplateFault(`a text longer than ${MAX_TEXT} characters`);
  return (
    pieces.slice(0, most + 1).join(fresh) +
    pieces
      .slice(most + 1)
      .map((piece) => old + piece)
      .join('')
  );
}

function trimSet(value: string, cutset: string, left: boolean, right: boolean): string {
  const cut = new Set(cutset);
  const chars = [...value];
  let start = 0;
  let end = chars.length;
  if (left) while (start < end && cut.has(chars[start] ?? '')) start += 1;
  if (right) while (end > start && cut.has(chars[end - 1] ?? '')) end -= 1;
  return chars.slice(start, end).join('');
}

function trimPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

function trimSuffix(value: string, suffix: string): string {
  return value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value;
}

function truncate(count: number, value: string): string {
  const size = byteLength(value);
  if (count < 0 && size + count > 0) return sliceBytes(value, size + count, size) ?? '';
  return count >= 0 && size > count ? (sliceBytes(value, 0, count) ?? '') : value;
}

function substring(start: number, end: number, value: string): string {
  const size = byteLength(value);
  const from = start < 0 ? 0 : start;
  const to = start < 0 ? end : end < 0 || end > size ? size : end;
  const slice = sliceBytes(value, from, to);
  if (slice !== undefined) return slice;
  const bounds =
    from > to && to >= 0 && to <= size
      ? `[${from}:${to}]`
      : to > size || to < 0
        ? `[:${to}] with length ${size}`
        : `[${from}:${to}]`;
  throw new TemplateFault(`runtime error: slice bounds out of range ${bounds}`);
}

function indent(count: number, value: string): string {
  const pad = repeat(' ', count);
  return pad + replaceSome(value, '\n', `\n${pad}`, -1);
}

function repeat(value: string, count: number): string {
  if (count < 0) throw new TemplateFault('strings: negative Repeat count');
  if (count * value.length > MAX_TEXT) throw new TemplateFault(`a text longer than ${MAX_TEXT} characters`);
  return value.repeat(count);
}

/** Exactly that many characters: what is longer is cut on the other side. */
function align(count: number, value: string, side: 'left' | 'right'): string {
  const chars = [...value];
  if (count < 0 || count === chars.length) return value;
  const pad = count > chars.length ? repeat(' ', count - chars.length) : '';
  if (side === 'left') return pad === '' ? chars.slice(0, count).join('') : value + pad;
  return pad === '' ? chars.slice(chars.length - count).join('') : pad + value;
}

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

function decodeUrl(value = ''): string {
  const decoded = unescapeQuery(value);
  if (!decoded.ok) throw new TemplateFault(`invalid URL escape ${goQuote(decoded.bad)}`);
  return decoded.text;
}

/** What is no JSON is nil, without an error. */
function readJson(value: string): Value {
  try {
    return toValue(JSON.parse(value));
  } catch {
    return null;
  }
}

function toValue(json: unknown): Value {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json !== 'object') return null;
  return makeMap(new Map(Object.entries(json).map(([key, inner]): [string, Value] => [key, toValue(inner)])));
}
