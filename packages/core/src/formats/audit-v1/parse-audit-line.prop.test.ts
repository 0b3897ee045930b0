// Whatever the bytes, the second parse road answers; it never throws, and what it takes is whole.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEVELS, STAGES } from '../../event/index.ts';
import { readCorpus, splitLines } from '../testing/read-corpus.ts';
import { type ParsedAuditLine, parseAuditLine } from './parse-audit-line.ts';

const lines = [...splitLines(readCorpus('kube-apiserver/real-100k.ndjson.gz'))].filter((_line, at) => at % 97 === 0);

function isWhole(parsed: ParsedAuditLine): boolean {
  if (!parsed.ok) return parsed.problem.length > 0 && parsed.problem.length < 400;
  const { stage, code, annotations, execCommand, userGroups } = parsed.fields;
  expect(STAGES).toContain(stage);
  expect(Number.isInteger(code) && code >= 0 && code < 1000).toBe(true);
  return annotations instanceof Map && Array.isArray(execCommand) && Array.isArray(userGroups);
}

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => isWhole(parseAuditLine(bytes))),
    { numRuns: 2000 },
  );
});

test('any JSON in the place of an event', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => isWhole(parseAuditLine(Buffer.from(text)))),
    { numRuns: 2000 },
  );
});

test('real lines with bytes changed, cut out and doubled', () => {
  const change = fc.record({ at: fc.nat(5000), size: fc.nat(40), insert: fc.uint8Array({ maxLength: 6 }) });
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.array(change, { minLength: 1, maxLength: 4 }), (line, changes) => {
      let bytes = Buffer.from(line);
      for (const { at, size, insert } of changes) {
        const from = at % (bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + size)]);
      }
      return isWhole(parseAuditLine(bytes));
    }),
    { numRuns: 5000 },
  );
});

test('every cut of a line is refused as cut', () => {
  for (const line of lines.slice(0, 5)) {
    for (let end = 1; end < line.length; end++) {
      const parsed = parseAuditLine(line.subarray(0, end));
      expect(parsed.ok ? 'taken' : parsed.problem).toMatch(/unexpected end after [\d,]+ bytes/);
    }
  }
});

test('text survives whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...LEVELS), (text, level) => {
      const line = JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level,
        stage: 'Panic',
        stageTimestamp: '2026-11-20T19:52:48.366430Z',
        verb: text,
        annotations: { [text]: text },
      });
      const parsed = parseAuditLine(Buffer.from(line));
      expect(parsed.ok && [parsed.fields.verb, [...parsed.fields.annotations]]).toEqual([text, [[text, text]]]);
    }),
    { numRuns: 2000 },
  );
});
