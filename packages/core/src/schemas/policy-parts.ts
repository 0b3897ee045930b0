// Pieces that several schemas of the policy endpoints share.
import { Type } from 'typebox';

export const Text = Type.String();
export const Texts = Type.Array(Type.String());
export const Count = Type.Integer({ minimum: 0 });
export const Amount = Type.Number({ minimum: 0 });
export const RuleIndex = Type.Integer({ minimum: -1, description: 'index of the rule; -1: none' });
export const PolicyText = Type.String({ description: 'the policy as YAML or JSON, at most 1 MiB' });
export const Warning = Type.String({
  description: 'what the API server logs when it loads the policy; empty when nothing',
});
export const Level = Type.Union([
  Type.Literal('None'),
  Type.Literal('Metadata'),
  Type.Literal('Request'),
  Type.Literal('RequestResponse'),
]);

/** The parameters of `GET /api/v1/records` that choose records, as members; a list where one may be repeated. */
export const RecordFilter = Type.Record(Text, Type.Union([Text, Texts, Type.Boolean(), Type.Integer()]), {
  description:
    'which stored records: the filter parameters of /api/v1/records, such as {"since": "7d", "cluster": ["prod"]}',
});

export const Volume = {
  records: Count,
  bytes: Amount,
  keptRecords: Count,
  keptBytes: Amount,
  estimatedBytes: Type.Number({ description: 'the part of keptBytes that was not recorded and is estimated' }),
};
export const Tally = Type.Array(Type.Object({ name: Text, ...Volume }));
export const Kind = { user: Text, verb: Text, resource: Text };

export const MustStay = Type.Array(
  Type.Object({
    name: Text,
    records: Count,
    lost: Count,
    examples: Type.Array(Type.Object({ ...Kind, rule: RuleIndex })),
  }),
);

export const Flags = Type.Union([
  Type.Object({
    flags: Type.Object({ maxSizeMegabytes: Count, maxBackups: Count, maxAgeDays: Count }),
    diskBytes: Amount,
    reachHours: Amount,
    defaultReachHours: Amount,
    notes: Texts,
  }),
  Type.Null(),
]);
