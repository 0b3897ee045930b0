// Mutated audit lines: a good line and a random source in, the line with one to three faults out. Never a newline in it.
import type { Random } from '../support/seeded.ts';
import { KEYS, TOKENS } from './odd-tokens.ts';

type Mutation = (line: Buffer, random: Random) => Buffer;

const splice = (line: Buffer, from: number, to: number, put: Buffer | string): Buffer =>
  Buffer.concat([line.subarray(0, from), Buffer.from(put), line.subarray(to)]);

/** Where the value behind a key begins and ends, for values without containers; for others only their first bytes count. */
function findValue(line: Buffer, key: string, random: Random): readonly [number, number] | undefined {
  const mark = `"${key}":`;
  const places: number[] = [];
  for (let at = line.indexOf(mark); at >= 0; at = line.indexOf(mark, at + 1)) places.push(at + mark.length);
  if (places.length === 0) return undefined;
  const start = random.pick(places);
  return [start, endOfValue(line, start)];
}

function endOfValue(line: Buffer, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < line.length; at++) {
    const byte = line[at] ?? 0;
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth--;
    } else if (byte === 0x2c && depth === 0) return at;
  }
  return line.length;
}

const replaceValue: Mutation = (line, random) => {
  const found = findValue(line, random.pick(KEYS), random);
  return found === undefined ? line : splice(line, found[0], found[1], random.pick(TOKENS));
};

/** The first of two equal keys counts; sometimes only one of them can be read as what it should be. */
const repeatKey: Mutation = (line, random) => {
  const key = random.pick(KEYS);
  const found = findValue(line, key, random);
  if (found === undefined) return line;
  const again = `,"${key}":${random.pick(TOKENS)}`;
  return random.chance(0.5)
    ? splice(line, found[1], found[1], again)
    : splice(line, found[0], found[0], `${random.pick(TOKENS)},"${key}":`);
};

const removeKey: Mutation = (line, random) => {
  const key = random.pick(KEYS);
  const found = findValue(line, key, random);
  if (found === undefined) return line;
  const start = found[0] - key.length - 3;
  return line[found[1]] === 0x2c
    ? splice(line, start, found[1] + 1, '')
    : splice(line, line[start - 1] === 0x2c ? start - 1 : start, found[1], '');
};

/** `"\\u0076erb"` is the key verb, `"Verb"` is not. */
const respellKey: Mutation = (line, random) => {
  const key = random.pick(KEYS);
  const mark = `"${key}":`;
  const at = line.indexOf(mark);
  if (at < 0) return line;
  const place = random.whole(0, key.length - 1);
  const code = key.charCodeAt(place).toString(16).padStart(4, '0');
  const escaped = `${key.slice(0, place)}\\u${random.chance(0.5) ? code : code.toUpperCase()}${key.slice(place + 1)}`;
  const spelled = random.pick([escaped, key.toUpperCase(), `${key} `, key[0]?.toUpperCase() + key.slice(1)]);
  return splice(line, at, at + mark.length, `"${spelled}":`);
};

const insideString: Mutation = (line, random) => {
  const found = findValue(line, random.pick(KEYS), random);
  if (found === undefined || line[found[0]] !== 0x22) return line;
  const at = random.whole(found[0] + 1, Math.max(found[0] + 1, found[1] - 1));
  const odd = [
    Buffer.from([random.whole(0, 255)]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xc3]),
    Buffer.from('\\ud800'),
    Buffer.from('\\u0000'),
    Buffer.from('\\u00E9'),
    Buffer.from('%2F'),
    Buffer.from('\u{1f600}'),
    Buffer.from('\\"'),
    Buffer.from('\t'),
  ];
  return splice(line, at, at, random.pick(odd));
};

const byteFault: Mutation = (line, random) => {
  const at = random.whole(0, Math.max(0, line.length - 1));
  const byte = Buffer.from([random.whole(0, 255)]);
  return random.pick([
    () => splice(line, at, at + 1, byte),
    () => splice(line, at, at, byte),
    () => splice(line, at, at + 1, ''),
  ])();
};

const cut: Mutation = (line, random) => line.subarray(0, random.whole(1, line.length));

const removeRange: Mutation = (line, random) => {
  const from = random.whole(0, line.length - 1);
  return splice(line, from, Math.min(line.length, from + random.whole(1, 60)), '');
};

const repeatRange: Mutation = (line, random) => {
  const from = random.whole(0, line.length - 1);
  const part = line.subarray(from, from + random.whole(1, 60));
  const at = random.chance(0.5) ? from : random.whole(0, line.length);
  return splice(line, at, at, part);
};

const addSpace: Mutation = (line, random) => {
  const places = [...line.keys()].filter((at) => ',:{}[]'.includes(String.fromCharCode(line[at] ?? 0)));
  if (places.length === 0) return line;
  const at = random.pick(places) + random.whole(0, 1);
  return splice(line, at, at, random.pick([' ', '  ', '\t', '\r', ' \t ', '\u00a0', '\v', '\ufeff']));
};

const around: Mutation = (line, random) =>
  random.pick([
    () =>
      splice(
        line,
        0,
        0,
        random.pick([
          ' ',
          '\ufeff',
          '\0',
          'master-0 ',
          '2026-11-20T19:52:48.123Z ',
          '2026-11-20T19:52:48.123Z stdout F ',
          'junk',
          ',',
        ]),
      ),
    () =>
      splice(
        line,
        line.length,
        line.length,
        random.pick([' ', '\r', '\0\0', ',', '}', 'junk', '{}', ' {"kind":"Event"}', ']']),
      ),
  ])();

const bigValue: Mutation = (line, random) => {
  const found = findValue(line, random.pick(KEYS), random);
  const big = random.pick([
    `"${'y'.repeat(random.whole(1000, 70_000))}"`,
    '['.repeat(random.whole(2, 1200)),
    `${'['.repeat(700)}${']'.repeat(700)}`,
    '9'.repeat(400),
  ]);
  return found === undefined ? line : splice(line, found[0], found[1], big);
};

const WEIGHTED: readonly (readonly [number, Mutation])[] = [
  [30, replaceValue],
  [10, repeatKey],
  [8, removeKey],
  [5, respellKey],
  [14, insideString],
  [14, byteFault],
  [4, cut],
  [5, removeRange],
  [4, repeatRange],
  [6, addSpace],
  [4, around],
  [0.4, bigValue],
];
const TOTAL = WEIGHTED.reduce((sum, [weight]) => sum + weight, 0);

function pickMutation(random: Random): Mutation {
  let left = random.next() * TOTAL;
  for (const [weight, mutation] of WEIGHTED) {
    left -= weight;
    if (left < 0) return mutation;
  }
  return replaceValue;
}

export function mutateLine(line: Buffer, random: Random): Buffer {
  let mutated = line;
  for (let times = random.pick([1, 1, 1, 2, 3]); times > 0 && mutated.length > 0; times--)
    mutated = pickMutation(random)(mutated, random);
  return mutated.includes(10) ? Buffer.from(mutated.map((byte) => (byte === 10 ? 11 : byte))) : mutated;
}
