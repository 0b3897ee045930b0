// Template functions over text: case, trimming, replacing, padding, encoding, JSON.
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
import { MAX_TEXT, ofTexts } from './text-function.ts';

const GO_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`^[${GO_SPACE}]+|[${GO_SPACE}]+$`, 'g');

export const TEXT_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['ToLower', ofTexts(1, (value = '') => mapCase(value, 'lower'))],
  ['ToUpper', ofTexts(1, (value = '') => mapCase(value, 'upper'))],
  ['lower', ofTexts(1, (value = '') => mapCase(value, 'lower'))],
  ['upper', ofTexts(1, (value = '') => mapCase(value, 'upper'))],
  ['title', ofTexts(1, toTitle)],
  [
    'Replace',
    {
      parameters: ['string', 'string', 'string', 'int'],
      call: ([value, old, fresh, count]) => replaceSome(String(value), String(old), String(fresh), Number(count)),
    },
  ],
  ['replace', ofTexts(3, (old = '', fresh = '', value = '') => replaceSome(value, old, fresh, -1))],
  ['Trim', ofTexts(2, (value = '', cutset = '') => trimSet(value, cutset, true, true))],
  ['TrimLeft', ofTexts(2, (value = '', cutset = '') => trimSet(value, cutset, true, false))],
  ['TrimRight', ofTexts(2, (value = '', cutset = '') => trimSet(value, cutset, false, true))],
  ['TrimPrefix', ofTexts(2, (value = '', prefix = '') => trimPrefix(value, prefix))],
  ['TrimSuffix', ofTexts(2, (value = '', suffix = '') => trimSuffix(value, suffix))],
  ['TrimSpace', ofTexts(1, (value = '') => value.replace(SPACES, ''))],
  ['trim', ofTexts(1, (value = '') => value.replace(SPACES, ''))],
  ['trimAll', ofTexts(2, (cutset = '', value = '') => trimSet(value, cutset, true, true))],
  ['trimPrefix', ofTexts(2, (prefix = '', value = '') => trimPrefix(value, prefix))],
  ['trimSuffix', ofTexts(2, (suffix = '', value = '') => trimSuffix(value, suffix))],
  ['trunc', { parameters: ['int', 'string'], call: ([count, value]) => truncate(Number(count), String(value)) }],
  [
    'substr',
    {
      parameters: ['int', 'int', 'string'],
      call: ([start, end, value]) => substring(Number(start), Number(end), String(value)),
    },
  ],
  ['contains', ofTexts(2, (part = '', value = '') => value.includes(part))],
  ['hasPrefix', ofTexts(2, (prefix = '', value = '') => value.startsWith(prefix))],
  ['hasSuffix', ofTexts(2, (suffix = '', value = '') => value.endsWith(suffix))],
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
  ['urlencode', ofTexts(1, (value = '') => escapeQuery(value))],
  ['urldecode', ofTexts(1, decodeUrl)],
  ['b64enc', ofTexts(1, (value = '') => encodeBase64(value))],
  ['b64dec', ofTexts(1, (value = '') => decodeBase64(value))],
  ['fromJson', ofTexts(1, (value = '') => readJson(value))],
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

/** Go's case mapping: one character for one, whatever stands around it. */
function mapCase(value: string, to: 'lower' | 'upper'): string {
  const convert = (text: string) => (to === 'lower' ? text.toLowerCase() : text.toUpperCase());
  if (byteLength(value) === value.length) return convert(value);
  return value.replace(/\p{L}|\p{M}|\p{N}|\p{S}/gu, (char) => {
    const mapped = convert(char);
    const [first = char, ...rest] = mapped;
    return rest.length === 0 || to === 'lower' ? first : char;
  });
}

/** The first letter of each word: behind ASCII that is neither letter, digit nor underscore, and behind white space. */
function toTitle(value = ''): string {
  return value.replace(
    /(^|[\0-/:-@[-^`{-\x7f]|\p{White_Space})(\p{L})/gu,
    (_, before: string, letter: string) => before + mapCase(letter, 'upper'),
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
      : to < 0
        ? `[:${to}]`
        : to > size
          ? `[:${to}] with length ${size}`
          : `[${from}:${to}]`;
  throw new TemplateFault(`runtime error: slice bounds out of range ${bounds}`);
}

function indent(count: number, value: string): string {
  const pad = repeat(' ', count);
  return pad + replaceSome(value, '\n', `\n${pad}`, -1);
}

/** Go's largest `int`. */
const MAX_INT64 = 2n ** 63n - 1n;

function repeat(value: string, count: number): string {
  if (count < 0) throw new TemplateFault('strings: negative Repeat count');
  if (BigInt(count) * BigInt(byteLength(value)) > MAX_INT64)
    throw new TemplateFault('strings: Repeat output length overflow');
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
