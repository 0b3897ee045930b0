// Schemas of the policy endpoints that look for a better policy: advice from stored records, and whether they follow a policy.
import { type Static, Type } from 'typebox';
import {
  Amount,
  Count,
  Flags,
  Kind,
  Level,
  MustStay,
  PolicyText,
  RecordFilter,
  RuleIndex,
  Text,
  Texts,
} from './policy-parts.ts';

export const PolicyAdviseBody = Type.Object(
  {
    base: Type.Optional(
      Type.String({ description: 'the policy to start from; Metadata for everything when not given' }),
    ),
    filter: Type.Optional(RecordFilter),
    needed: Type.Optional(Type.Array(Text, { description: 'lists that must never be dropped, beside the usual ones' })),
    selectors: Type.Optional(Type.Array(Text, { description: 'the same by selector: {objectRef_resource="leases"}' })),
    top: Type.Optional(Type.Integer({ description: 'rows of groups; default 100, at most 10000' })),
    keepDays: Type.Optional(Type.Number({ description: 'how long log files must reach back; default 30' })),
    servers: Type.Optional(Type.Integer({ description: 'API servers that wrote the records together; default 1' })),
    diskBytes: Type.Optional(Type.Integer({ description: 'disk for the log files of one API server' })),
  },
  { $id: 'PolicyAdviseBody' },
);
export type PolicyAdviseBody = Static<typeof PolicyAdviseBody>;

export const PolicyAdvice = Type.Object(
  {
    policy: Type.String({ description: 'the advised policy' }),
    groups: Type.Array(
      Type.Object({ ...Kind, records: Count, bytes: Amount, share: Amount, droppable: Type.Boolean(), why: Text }),
      { description: 'what makes up the volume, most bytes first' },
    ),
    totalRecords: Count,
    totalBytes: Amount,
    savedRecords: Count,
    savedBytes: Amount,
    others: Type.Integer({ description: 'stored records that no audit policy decides about' }),
    mustStay: MustStay,
    flags: Flags,
    notes: Texts,
  },
  { $id: 'PolicyAdvice' },
);
export type PolicyAdvice = Static<typeof PolicyAdvice>;

export const PolicyCheckBody = Type.Object(
  { policy: PolicyText, filter: Type.Optional(RecordFilter) },
  { $id: 'PolicyCheckBody' },
);
export type PolicyCheckBody = Static<typeof PolicyCheckBody>;

export const PolicyCheck = Type.Object(
  {
    records: Count,
    others: Type.Integer({ description: 'stored records that no audit policy decides about' }),
    matching: Count,
    mismatches: Type.Array(
      Type.Object({
        kind: Type.String({ description: 'other-level, not-wanted, stage-not-wanted, body-missing, stage-missing' }),
        rule: RuleIndex,
        wanted: Level,
        recorded: Level,
        stage: Text,
        records: Count,
        why: Text,
        examples: Type.Array(Type.Object(Kind)),
      }),
      { description: 'most records first' },
    ),
    notes: Texts,
  },
  { $id: 'PolicyCheck' },
);
export type PolicyCheck = Static<typeof PolicyCheck>;
