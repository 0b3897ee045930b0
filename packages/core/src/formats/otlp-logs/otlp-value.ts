// Values of OpenTelemetry: what an attribute or a body can hold, and its text as the collector's AsString prints it.

export type OtlpValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'list'; readonly items: readonly OtlpValue[] }
  | { readonly kind: 'map'; readonly pairs: readonly OtlpPair[] }
  /** Base64, since text is all it is ever shown as. */
  | { readonly kind: 'bytes'; readonly base64: string };

export interface OtlpPair {
  readonly key: string;
  readonly value: OtlpValue;
}

export const NO_VALUE: OtlpValue = { kind: 'none' };

/** Values inside values; the collector's own limit for JSON is in this order, and deeper ones mean nothing to anybody. */
export const MAX_VALUE_DEPTH = 64;

/** Go's encoder writes these three as escapes. */
const HTML = /[<>&\u2028\u2029]/g;

function quoteJson(text: string): string {
  return JSON.stringify(text).replace(HTML, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function printJson(value: OtlpValue): string {
  switch (value.kind) {
    case 'none':
      return 'null';
    case 'text':
      return quoteJson(value.text);
    case 'bytes':
      return quoteJson(value.base64);
    case 'list':
      return `[${value.items.map(printJson).join(',')}]`;
    case 'map': {
      // The last of a key wins and keys are sorted, since a Go map stands between.
      const last = new Map(value.pairs.map((pair) => [pair.key, pair.value]));
      const keys = [...last.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${keys.map((key) => `${quoteJson(key)}:${printJson(last.get(key) ?? NO_VALUE)}`).join(',')}}`;
    }
    case 'bool':
    case 'int':
    case 'double':
      return String(value.value);
    default: {
      const never: never = value;
      throw new Error(`an OTLP value of no kind: ${String(never)}`);
    }
  }
}

export function printOtlpValue(value: OtlpValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'bytes') return value.base64;
  return value.kind === 'none' ? '' : printJson(value);
}

/** As the collector makes label names: what is no letter, digit or `_` becomes `_`, and the first is no digit. */
export function printLabelName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/gu, '_');
  if (/^[0-9]/.test(plain)) return `key_${plain}`;
  return /^_[^_]/.test(plain) ? `key${plain}` : plain;
}

/** Maps become one pair for each leaf, names joined with `_`; everything else is its text. */
export function flattenPairs(pairs: readonly OtlpPair[], prefix = ''): (readonly [string, string])[] {
  return pairs.flatMap(({ key, value }) => {
    const name = prefix === '' ? printLabelName(key) : `${prefix}_${printLabelName(key)}`;
    return value.kind === 'map' ? flattenPairs(value.pairs, name) : [[name, printOtlpValue(value)] as const];
  });
}
