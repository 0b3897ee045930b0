// A plain YAML scalar -> the JSON value that the server's YAML 1.1 reader makes of it (yes/no/on/off/y/n are booleans).

export type ScalarValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string; readonly finite: boolean }
  | { readonly kind: 'string'; readonly value: string };

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const NOT_FINITE = /^(?:\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?)?$/;
const INTEGER = /^[-+]?(?:0|[1-9][0-9]*|0[0-7]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

export function resolvePlainScalar(source: string): ScalarValue {
  if (NULL.has(source)) return { kind: 'null' };
  if (TRUE.has(source)) return { kind: 'bool', value: true };
  if (FALSE.has(source)) return { kind: 'bool', value: false };
  if (NOT_FINITE.test(source)) return { kind: 'number', text: source, finite: false };
  const first = source.charCodeAt(0);
  const digitOrSign = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (first === 0x2e) {
    // After a point the server uses Go's float syntax, where underscores are refused.
    return FLOAT.test(source) ? { kind: 'number', text: source, finite: true } : { kind: 'string', value: source };
  }
  // Timestamps stay texts when the target has no type, which is how the server reads YAML.
  if (!digitOrSign || TIMESTAMP.test(source)) return { kind: 'string', value: source };
  const plain = source.replaceAll('_', '');
  if (INTEGER.test(plain) || FLOAT.test(plain)) return { kind: 'number', text: source, finite: true };
  return { kind: 'string', value: source };
}

/** With an explicit tag: the same value, or undefined when the tag and the text disagree (the server then refuses). */
export function resolveTaggedScalar(tag: string, source: string): ScalarValue | undefined {
  const short = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  if (short === '!!str') return { kind: 'string', value: source };
  if (short === '!!binary') return decodeBase64(source);
  const value = resolvePlainScalar(source);
  switch (short) {
    case '!!null':
      return value.kind === 'null' ? value : undefined;
    case '!!bool':
      return value.kind === 'bool' ? value : undefined;
    case '!!int':
      return value.kind === 'number' && INTEGER.test(source.replaceAll('_', '')) ? value : undefined;
    case '!!float':
      return value.kind === 'number' ? value : undefined;
    case '!!timestamp':
      return TIMESTAMP.test(source) ? { kind: 'string', value: source } : undefined;
    default:
      // A tag nobody knows leaves the text as it is.
      return { kind: 'string', value: source };
  }
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(source: string): ScalarValue | undefined {
  const digits = source.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  let bits = 0;
  let held = 0;
  let value = '';
  for (const digit of digits.replace(/=+$/, '')) {
    held = (held << 6) | BASE64.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    value += String.fromCharCode((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return { kind: 'string', value };
}
