// The same records in both encodings of OTLP must become the streams that Loki documents; broken ones must not throw.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesField, joinBytes, varint, varintField } from '../loki-push/testing/encode-push.ts';
import { parseOtlpJson } from './parse-otlp-json.ts';
import { parseOtlpProto } from './parse-otlp-proto.ts';

const NOW = 7_000_000_000n;
const TRACE = '5b8efff798038103d269b633813fc60c';

const fixed = (field: number, wire: 1 | 5, value: bigint): Uint8Array => {
  const bytes = Buffer.alloc(wire === 1 ? 8 : 4);
  if (wire === 1) bytes.writeBigUInt64LE(value);
  else bytes.writeUInt32LE(Number(value));
  return joinBytes(varint((field << 3) | wire), bytes);
};
const double = (field: number, value: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return joinBytes(varint((field << 3) | 1), bytes);
};

/** The JSON of an AnyValue -> its protobuf. */
function encodeValue(value: Readonly<Record<string, unknown>>): Uint8Array {
  const [[kind, inner] = ['', undefined]] = Object.entries(value);
  if (kind === 'stringValue') return bytesField(1, String(inner));
  if (kind === 'boolValue') return varintField(2, inner === true ? 1 : 0);
  if (kind === 'intValue') return varintField(3, BigInt(String(inner)));
  if (kind === 'doubleValue') return double(4, Number(inner));
  const values = Reflect.get(Object(inner), 'values') ?? [];
  if (kind === 'arrayValue')
    return bytesField(5, joinBytes(...values.map((v: never) => bytesField(1, encodeValue(v)))));
  if (kind === 'kvlistValue') return bytesField(6, joinBytes(...values.map((p: never) => encodePair(1, p))));
  return bytesField(7, Buffer.from(String(inner), 'base64'));
}

interface Pair {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
const encodePair = (field: number, { key, value }: Pair) =>
  bytesField(field, joinBytes(bytesField(1, key), bytesField(2, encodeValue(value))));

const attribute = (key: string, value: string): Pair => ({ key, value: { stringValue: value } });
const resource = [
  attribute('service.name', 'shop'),
  attribute('k8s.pod.name', 'shop-1'),
  attribute('os.type', 'linux'),
];
const attributes: readonly Pair[] = [
  { key: 'http.status', value: { intValue: '503' } },
  { key: 'user', value: { kvlistValue: { values: [attribute('id', 'u1'), attribute('9x', 'y')] } } },
  {
    key: 'tags',
    value: { arrayValue: { values: [{ stringValue: 'a<b' }, { boolValue: true }, { doubleValue: 1.5 }] } },
  },
  { key: 'raw', value: { bytesValue: 'AQID' } },
];
const body = { kvlistValue: { values: [attribute('z', '1'), { key: 'a', value: { intValue: '-2' } }] } };

const json = JSON.stringify({
  resourceLogs: [
    {
      resource: { attributes: resource },
      scopeLogs: [
        {
          scope: { name: 'lib', version: '1.0', attributes: [attribute('scope.kind', 'x')] },
          logRecords: [
            {
              timeUnixNano: '1544712660300000001',
              observedTimeUnixNano: '1544712660300000002',
              severityNumber: 17,
              severityText: 'ERROR',
              body,
              attributes,
              flags: 1,
              traceId: TRACE.toUpperCase(),
              unknownField: 1,
            },
            { body: { stringValue: 'plain' } },
          ],
        },
      ],
    },
  ],
});

const proto = bytesField(
  1,
  joinBytes(
    bytesField(1, joinBytes(...resource.map((p) => encodePair(1, p)))),
    bytesField(
      2,
      joinBytes(
        bytesField(
          1,
          joinBytes(bytesField(1, 'lib'), bytesField(2, '1.0'), encodePair(3, attribute('scope.kind', 'x'))),
        ),
        bytesField(
          2,
          joinBytes(
            fixed(1, 1, 1544712660300000001n),
            fixed(11, 1, 1544712660300000002n),
            varintField(2, 17),
            bytesField(3, 'ERROR'),
            bytesField(5, encodeValue(body)),
            ...attributes.map((p) => encodePair(6, p)),
            fixed(8, 5, 1n),
            bytesField(9, Buffer.from(TRACE, 'hex')),
            bytesField(10, Buffer.alloc(8)),
            varintField(99, 5),
          ),
        ),
        bytesField(2, bytesField(5, encodeValue({ stringValue: 'plain' }))),
      ),
    ),
  ),
);

const expected = {
  ok: true,
  problems: [],
  streams: [
    {
      labels: { k8s_pod_name: 'shop-1', service_name: 'shop' },
      entries: [
        {
          timeNanos: 1544712660300000001n,
          line: '{"a":-2,"z":"1"}',
          metadata: {
            os_type: 'linux',
            scope_kind: 'x',
            scope_name: 'lib',
            scope_version: '1.0',
            http_status: '503',
            user_id: 'u1',
            user_key_9x: 'y',
            tags: '["a\\u003cb",true,1.5]',
            raw: 'AQID',
            observed_timestamp: '1544712660300000002',
            severity_number: '17',
            severity_text: 'ERROR',
            flags: '1',
            trace_id: TRACE,
          },
        },
        {
          timeNanos: NOW,
          line: 'plain',
          metadata: { os_type: 'linux', scope_kind: 'x', scope_name: 'lib', scope_version: '1.0' },
        },
      ],
    },
  ],
};

test('JSON becomes labels, a line and metadata', () => {
  expect(parseOtlpJson(json, NOW)).toEqual(expected);
});

test('protobuf becomes the same', () => {
  expect(parseOtlpProto(proto, NOW)).toEqual(expected);
});

test('integers beyond what a double holds are exact, as text or as number; texts stay as they are', () => {
  const at = '1544712660300000019';
  const line = `{"at": ${at}, "\\\\": -${at}}`;
  const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":${at},"body":{"stringValue":${JSON.stringify(line)}},
    "attributes":[{"key":"i","value":{"intValue":-9007199254740993}},{"key":"d","value":{"doubleValue":12345678901234567.5}}]}]}]}]}`;
  const parsed = parseOtlpJson(text, NOW);
  const entry = parsed.ok ? parsed.streams[0]?.entries[0] : undefined;
  expect(entry).toEqual({
    timeNanos: BigInt(at),
    line,
    metadata: { i: '-9007199254740993', d: String(Number('12345678901234567.5')) },
  });
});

test('records of a resource without label attributes get a label all the same', () => {
  const parsed = parseOtlpJson('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"intValue":5}}]}]}]}', NOW);
  expect(parsed.ok && parsed.streams[0]?.labels).toEqual({ service_name: 'unknown_service' });
  expect(parsed.ok && parsed.streams[0]?.entries[0]?.line).toBe('5');
});

test.each([
  ['[]', 'expected an object'],
  ['{', 'JSON'],
  ['{"resourceLogs":5}', 'resourceLogs: expected an array'],
  ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}', 'timeUnixNano'],
  ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"zz"}]}]}]}', 'traceId'],
])('%s is refused with a sentence', (text, words) => {
  const parsed = parseOtlpJson(text, NOW);
  expect(parsed.ok ? '' : parsed.problem).toContain(words);
});

test('values nested without end are refused, not followed', () => {
  let value: Uint8Array = encodeValue({ stringValue: 'x' });
  for (let depth = 0; depth < 5000; depth++) value = bytesField(5, bytesField(1, value));
  const parsed = parseOtlpProto(bytesField(1, bytesField(2, bytesField(2, bytesField(5, value)))), NOW);
  expect(parsed.ok ? '' : parsed.problem).toContain('nested deeper');
});

test('no bytes make a decoder throw', () => {
  const hurt = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
    const bytes = Uint8Array.from(proto);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), hurt), (bytes) => {
      const parsed = parseOtlpProto(bytes, NOW);
      if (!parsed.ok) expect(parsed.problem).not.toBe('');
    }),
    { numRuns: 500 },
  );
  const text = fc.tuple(fc.nat(), fc.string({ maxLength: 2 }), fc.nat(3)).map(([at, put, drop]) => {
    const place = at % json.length;
    return json.slice(0, place) + put + json.slice(place + drop);
  });
  fc.assert(
    fc.property(fc.oneof(fc.json(), text), (broken) => {
      const parsed = parseOtlpJson(broken, NOW);
      if (!parsed.ok) expect(parsed.problem).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
