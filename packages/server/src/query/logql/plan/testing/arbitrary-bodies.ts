// Random bodies of audit events, as JSON text: few words in every spelling that makes the same label, and values that are written oddly.
import fc from 'fast-check';

const PLAIN_KEYS = ['spec', 'a', 'b', 'a_b', 'kind', 'replicas'] as const;
const ODD_KEYS = [
  ...[
    'a.b',
    'a-b',
    'a/b',
    'b_',
    '_b',
    '',
    '_',
    ' ',
    ' b',
    'b\\t',
    'a b',
    '1',
    'é',
    '\u{1f600}',
    'a\u{1f600}',
    '\ufffd',
  ],
  ...[
    '\\u0061',
    'a\\u005fb',
    '\\ud83d\\ude00',
    'a\\"b',
    'a\\\\',
    '\u00a0b',
    '\\u2028b\\u0085',
    'a\\u0000b',
    'a_b_',
    'spec.a',
  ],
] as const;
const PLAIN_VALUES = ['3', '1', '"x"', '"y"', '""', 'true', 'false', 'null', '[]', '0', '-5', '"3"'] as const;
const ODD_VALUES = [
  ...['1e3', '1.50', '-0', '12345678901234567890', '1234567890123456789012', '0.1', '-1E+2', '3.0', '9007199254740993'],
  ...[
    '"a\\nb"',
    '"\\u00e9\\ud83d\\ude00"',
    '"\ufffd"',
    '"\\ufffd "',
    '"\\u0000"',
    '"\\"a\\":1.5"',
    '"\u2028<&>"',
    '"\\/\\u003c"',
  ],
  ...[
    '[1.5]',
    '[{"b":1}]',
    '[[["x"]]]',
    '{}',
    '"{\\"a\\":{}}"',
    '" "',
    '"\\\\"',
    '"\\ud800"',
    '": 1.5"',
    '-9223372036854775808',
  ],
] as const;

const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PLAIN_KEYS) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD_KEYS) },
);
const plain = fc.constantFrom(...PLAIN_VALUES);
/** Rows with such numbers are not the engine's, so they are rare. */
const odd = fc.constantFrom(...ODD_VALUES);

const { body } = fc.letrec<{ body: string; value: string }>((tie) => ({
  body: fc
    .array(fc.tuple(key, tie('value'), fc.constantFrom('', '', '', ' ')), { maxLength: 4 })
    .map((members) => `{${members.map(([name, value, space]) => `"${name}"${space}:${space}${value}`).join(',')}}`),
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 12, arbitrary: plain },
    { weight: 1, arbitrary: odd },
    { weight: 12, arbitrary: tie('body') },
  ),
}));

export const arbitraryBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: body },
  {
    weight: 3,
    arbitrary: fc.constantFrom('{"spec":{"replicas":3,"a":"x"}}', '{"spec":{"replicas":12},"a":{"b":true}}'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"user":{"username":"mallory"},"k":[1,{"b":null}],"a_extracted":"x"}',
      '{"spec":{"a.b":{"a":{"b_a":"deep"}},"":"no name"},"a":{"1":2,"b":{"a/b":{"a":{"b":{"a b":{"a":0}}},"a_b_a":{"b":{}},"a_b":{"a_b":"deep"}}}}}',
      '"x"',
      'null',
      '17',
    ),
  },
);

const NAMES = [
  ...[
    'spec_replicas',
    'a',
    'b',
    'a_b',
    'a_b_a',
    'a_b_a_b',
    'spec_a_b',
    'kind',
    'spec',
    'a__b',
    'b_',
    '_b',
    '',
    '_',
    'a_1',
  ],
  ...[
    '__',
    'a__',
    'spec_a_b_a_b_a',
    'a_b_a_b_a_b_a_b',
    'a_b_a_b_a_b_a_b_a',
    'spec_',
    'a_b_spec_replicas',
    'b_a',
    'b_b',
  ],
] as const;

export const BODY_LABELS: readonly string[] = [
  ...NAMES.map((name) => `requestObject_${name}`),
  ...['requestObject', 'requestObject_a_extracted', 'responseObject', 'responseObject_kind'],
];

export const arbitraryBodyLabel: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('requestObject_spec_replicas') },
  { weight: 3, arbitrary: fc.constantFrom(...BODY_LABELS) },
);
