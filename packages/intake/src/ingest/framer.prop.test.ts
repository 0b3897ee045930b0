// Framing by property: splits change nothing, no bytes throw, nothing of a plain file is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Framer } from './framer.ts';
import { frameChunks } from './testing/frame-text.ts';

const EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","m":"}{ \\" [{"}';
const PARTS = [
  EVENT,
  '\n',
  '\r\n',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  ' ',
  '{"',
  '}{',
  '} {',
  '{\n',
  '  "a": 1,\n',
  '"items":[',
  'node-1 ',
  '\\',
  '\0',
  '\ufeff',
  '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"level":"x"},{"kind":"Event"}]}',
  '{\n  "kind": "Event",\n  "b": [\n    {}\n  ]\n}\n',
  'é',
  '2021-03-09T00:12:19Z ',
];
const text = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PARTS) }, fc.string({ maxLength: 5 })), {
  maxLength: 40,
});
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function split(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

test('any split into chunks gives the same lines', () => {
  fc.assert(
    fc.property(text, cuts, (parts, places) => {
      const bytes = Buffer.from(parts.join(''));
      expect(frameChunks(split(bytes, places))).toEqual(frameChunks([bytes]));
    }),
    { numRuns: 3000 },
  );
});

test('any bytes are framed without a throw, also with tiny limits', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 50 }),
          fc.constantFrom(...PARTS).map((part) => Buffer.from(part)),
        ),
      ),
      cuts,
      (parts, places) => {
        const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
        frameChunks(split(bytes, places), { maxLineBytes: 40, keptOfLongLineBytes: 8 });
      },
    ),
    { numRuns: 3000 },
  );
});

test('lines and newlines of a plain file put together give the file back', () => {
  const line = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 30 })
    .map((value) => `{"kind":"Event","x":${JSON.stringify(value)}}`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), cuts, (lines, places) => {
      const file = Buffer.from(lines.map((each) => `${each}\n`).join(''));
      const framed = frameChunks(split(file, places));
      expect(Buffer.concat(framed.flatMap((each) => [each.line, Buffer.from('\n')]))).toEqual(file);
      for (const { line: bytes, position } of framed)
        expect(file.subarray(position, position + bytes.length)).toEqual(bytes);
    }),
  );
});

test('every line that begins like an event comes out whole, whatever stands on the other lines', () => {
  const other = fc
    .array(fc.constantFrom(...PARTS.filter((part) => !part.includes('Event'))), { maxLength: 6 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.tuple(other, fc.boolean()), { maxLength: 12 }), (rows) => {
      let expected = 0;
      const pieces = rows.map(([noise, good], index) => {
        if (good) expected++;
        return `${noise}\n${good ? `{"kind":"Event","n":${index},"user":{}}\n` : ''}`;
      });
      const framed = frameChunks([Buffer.from(pieces.join(''))]);
      expect(
        framed.filter(
          ({ line, problem }) => problem === '' && /^\{"kind":"Event","n":\d+,"user":\{\}\}$/.test(line.toString()),
        ).length,
      ).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});

// Without what came before, broken text may be read in another way than with it; but no good line may be missing.
test('reading again from the resume position gives every good line that was not given out yet', () => {
  fc.assert(
    fc.property(text, fc.nat(), (parts, place) => {
      const bytes = Buffer.from(parts.join(''));
      const cut = place % (bytes.length + 1);
      const seen = new Set<string>();
      const good: string[] = [];
      const nameOf = (from: Buffer, start: number, end: number, position: number) =>
        `${position}:${from.toString('latin1', start, end)}`;
      const see = {
        line: (from: Buffer, start: number, end: number, at: number) => void seen.add(nameOf(from, start, end, at)),
      };
      const framer = new Framer(see);
      framer.push(bytes.subarray(0, cut), 0);
      const resume = framer.resumePosition;
      const again = new Framer(see, {}, resume);
      again.push(bytes.subarray(resume), resume);
      again.end();
      const whole = new Framer({
        line(from, start, end, at, _host, problem) {
          if (problem === '') good.push(nameOf(from, start, end, at));
        },
      });
      whole.push(bytes, 0);
      whole.end();
      for (const line of good) expect(seen).toContain(line);
    }),
    { numRuns: 2000 },
  );
});
