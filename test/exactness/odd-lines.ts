// Events with bytes that formats like to change: by name, each a line of its own. Data only.
import { lineOf, openRun } from '../support/audit-events.ts';

const run = openRun('odd');
let numbered = 0;

/** A good event with these bytes in the middle of its user agent. */
function withBytes(bytes: string | readonly number[] | Buffer): Buffer {
  const line = Buffer.from(lineOf(run, ++numbered));
  const at = line.indexOf('kubectl');
  const inserted = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
  return Buffer.concat([line.subarray(0, at), inserted, line.subarray(at)]);
}
export const plain = (): Buffer => withBytes('');

/** By name; each is a record. */
export const LINES: Readonly<Record<string, Buffer>> = {
  'carriage return at the end': Buffer.concat([plain(), Buffer.from('\r')]),
  'carriage return inside': withBytes('a\rb'),
  'null of tab-separated values': withBytes('\\\\N'),
  'null alone, escaped tab and newline': withBytes('\\t\\\\N\\n\\\\N\\\\t'),
  'NUL inside': withBytes([0]),
  'NUL at the end': Buffer.concat([plain(), Buffer.from([0, 0])]),
  'escaped NUL': withBytes('\\u0000'),
  'byte 0x01': withBytes([1]),
  'all control bytes but newline': withBytes(
    Array.from({ length: 32 }, (_, byte) => byte).filter((byte) => byte !== 10),
  ),
  DEL: withBytes([0x7f]),
  'raw tab': withBytes('\t'),
  'byte 0xff': withBytes([0xff]),
  'cut UTF-8': withBytes([0xc3]),
  'overlong UTF-8': withBytes([0xc0, 0xaf]),
  'surrogate as UTF-8': withBytes([0xed, 0xa0, 0x80]),
  'all high bytes': withBytes(Array.from({ length: 128 }, (_, index) => 128 + index)),
  'lone high surrogate escape': withBytes('\\ud800'),
  'lone low surrogate escape': withBytes('\\udc00x'),
  'surrogates in the wrong order': withBytes('\\udc00\\ud800'),
  'escaped emoji': withBytes('\\ud83d\\ude00'),
  'raw emoji and U+2028': withBytes('\u{1f600}\u2028\u2029'),
  'Go escapes': withBytes('\\u003c\\u003e\\u0026'),
  'quotes for SQL and CSV': withBytes(`'; DROP TABLE records; -- "".replace(/"/g, '')`.replaceAll('"', '\\"')),
  'spaces around': Buffer.concat([Buffer.from('  '), plain(), Buffer.from('  ')]),
  'spaces between tokens': Buffer.from(plain().toString('utf8').replace('"level":', ' "level" : ')),
  'numbers in odd spellings': Buffer.from(
    plain()
      .toString('utf8')
      .replace(/"code":\d+/, '"code":2.00e2,"big":12345678901234567890123,"neg":-0'),
  ),
  'the same key twice': Buffer.from(plain().toString('utf8').replace('"verb":', '"verb":"watch","verb":')),
  '5 MiB': withBytes(Buffer.alloc(5 * 1024 * 1024, 'é')),
  'no newline at the end': plain(),
};

/** A byte that JSON does not allow: no record, but kept in quarantine. */
export const BROKEN = { 'bare \\N': withBytes('\\N'), 'bad escape': withBytes('\\x41') };
