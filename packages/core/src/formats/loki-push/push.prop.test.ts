// Properties of the push codecs: what senders encode comes back whole; no bytes make a codec throw or give more than its bound.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLabelSet } from './parse-label-set.ts';
import { parsePushJson } from './parse-push-json.ts';
import { parsePushProto } from './parse-push-proto.ts';
import { printLabelSet } from './print-label-set.ts';
import { createLabelMap, createStreamLabels, type PushStream } from './push-stream.ts';
import { unpackSnappy } from './snappy-block.ts';
import { encodePushJson, encodePushProto, packSnappy } from './testing/encode-push.ts';

const MAX_BYTES = 1 << 20;
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).map((t) => Buffer.from(t).toString()),
);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const stream: fc.Arbitrary<PushStream> = fc.record({
  labels: fc.array(fc.tuple(name, text), { maxLength: 4 }).map(createStreamLabels),
  entries: fc.array(
    fc.record({
      timeNanos: fc.bigInt({ min: -9_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }),
      line: text,
      metadata: fc.array(fc.tuple(text, text), { maxLength: 3 }).map(createLabelMap),
    }),
    { maxLength: 4 },
  ),
});
const streams = fc.array(stream, { maxLength: 4 });
const repetitive = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(3), { maxLength: 300 }),
  )
  .map(([words, order]) => Uint8Array.from(order.flatMap((i) => [...(words[i % words.length] ?? [])])));

test('a JSON body gives the streams it was made of', () => {
  fc.assert(
    fc.property(streams, (sent) => {
      expect(parsePushJson(encodePushJson(sent))).toEqual({ ok: true, streams: sent, problems: [] });
    }),
  );
});

test('a protobuf body gives the streams it was made of', () => {
  fc.assert(
    fc.property(streams, (sent) => {
      expect(parsePushProto(encodePushProto(sent))).toEqual({ ok: true, streams: sent, problems: [] });
    }),
  );
});

test('snappy unpacks what was packed, with copies that overlap', () => {
  fc.assert(
    fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 70_000, size: 'max' })), (plain) => {
      const unpacked = unpackSnappy(packSnappy(plain), MAX_BYTES);
      expect(unpacked.ok && Buffer.from(unpacked.bytes).equals(plain)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a set of labels reads back as printed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, text), { maxLength: 5 }), (pairs) => {
      const labels = createStreamLabels(pairs);
      const parsed = parseLabelSet(printLabelSet(labels));
      expect(parsed.ok && createStreamLabels(parsed.pairs)).toEqual(labels);
    }),
  );
});

test('no bytes make a codec throw, and unpacking keeps its bound', () => {
  const hurt = fc
    .tuple(streams, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
    .map(([sent, changes, cut]) => {
      const bytes = packSnappy(encodePushProto(sent));
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, cut % (bytes.length + 1));
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), hurt), (bytes) => {
      const unpacked = unpackSnappy(bytes, 2000);
      if (unpacked.ok) expect(unpacked.bytes.length).toBeLessThanOrEqual(2000);
      for (const body of [bytes, unpacked.ok ? unpacked.bytes : bytes]) {
        const parsed = parsePushProto(body);
        if (!parsed.ok) expect(parsed.problem).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('no text makes the JSON codec or the label parser throw', () => {
  const hurt = fc.tuple(streams, fc.nat(), fc.string({ maxLength: 2 }), fc.nat(3)).map(([sent, at, put, drop]) => {
    const body = encodePushJson(sent);
    const place = at % (body.length + 1);
    return body.slice(0, place) + put + body.slice(place + drop);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), hurt), (body) => {
      const parsed = parsePushJson(body);
      if (!parsed.ok) expect(parsed.problem).not.toBe('');
      const labels = parseLabelSet(body);
      if (!labels.ok) expect(labels.problem).toMatch(/^couldn't parse labels: \d+:\d+: parse error: ./);
    }),
    { numRuns: 500 },
  );
});
