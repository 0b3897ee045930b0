// Envelopes by property: what is printed is read again, whatever the labels, times and lines; no bytes make the reader throw.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEnvelopePrinter, createEnvelopeReader, printPushedIdentityHead } from './push-envelope.ts';
import { createLabelMap, createStreamLabels } from './push-stream.ts';

const text = fc.string({ unit: 'binary' }).map((value) => Buffer.from(value).toString());
const pairs = fc.array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), text), { maxLength: 4 });
const entry = fc.record({
  timeNanos: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  metadata: pairs.map(createLabelMap),
  line: text,
});

test('what is printed is read again', () => {
  const read = createEnvelopeReader();
  fc.assert(
    fc.property(text, pairs.map(createStreamLabels), fc.array(entry, { maxLength: 3 }), (tenant, labels, entries) => {
      const print = createEnvelopePrinter(tenant, labels);
      for (const each of entries) {
        const found = read(Buffer.from(print(each)));
        expect(found?.stream).toMatchObject({ tenant, labels });
        expect([found?.timeNanos, found?.metadata]).toEqual([each.timeNanos, each.metadata]);
        expect(Buffer.from(found?.line ?? []).toString()).toBe(each.line);
      }
    }),
  );
});

test('other bytes are no envelope', () => {
  const read = createEnvelopeReader();
  const head = 'push1 ["t",{"a":"b"}]\n';
  for (const bytes of [
    '',
    'push1 ',
    '{"kind":"Event"}',
    `${head}1\n`,
    `${head}x\n\nline`,
    `${head}1\n[]\nline`,
    'push1 {}\n1\n\nx',
  ])
    expect(read(Buffer.from(bytes)), bytes).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array(), (tail) => void read(Buffer.concat([Buffer.from(head), tail]))));
});

test('the identity is that of Loki: tenant, labels, time, line', () => {
  const found = createEnvelopeReader()(Buffer.from('push1 ["t",{"a":"b\\n"}]\n12\n{"m":"1"}\nline'));
  expect(found && printPushedIdentityHead(found.stream, found.timeNanos)).toBe('t\n{a="b\\n"}\n12\n');
});
