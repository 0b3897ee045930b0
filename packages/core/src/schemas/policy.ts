// Schemas of the policy endpoints: what a console sends about an audit policy, and what it gets back.
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
  Tally,
  Text,
  Texts,
  Volume,
  Warning,
} from './policy-parts.ts';

/** One request, by its attributes or by `method` and `url`. */
export const PolicyRequestRow = Type.Object(
  {
    user: Type.Optional(Type.Union([Text, Type.Null()])),
    groups: Type.Optional(Texts),
    verb: Type.Optional(Text),
    isResource: Type.Optional(Type.Boolean()),
    apiGroup: Type.Optional(Text),
    resource: Type.Optional(Text),
    subresource: Type.Optional(Text),
    name: Type.Optional(Text),
    namespace: Type.Optional(Text),
    path: Type.Optional(Text),
    method: Type.Optional(Text),
    url: Type.Optional(
      Type.String({ description: 'path with query: the attributes are derived as the API server does' }),
    ),
  },
  { $id: 'PolicyRequestRow' },
);
export type PolicyRequestRow = Static<typeof PolicyRequestRow>;

const RequestRow = Type.Unsafe<PolicyRequestRow>({ $ref: 'PolicyRequestRow#' });

export const PolicyBody = Type.Object({ policy: PolicyText }, { $id: 'PolicyBody' });
export type PolicyBody = Static<typeof PolicyBody>;

export const PolicyExplainBody = Type.Object(
  { policy: PolicyText, request: Type.Optional(RequestRow) },
  { $id: 'PolicyExplainBody' },
);
export type PolicyExplainBody = Static<typeof PolicyExplainBody>;

export const PolicyEvalBody = Type.Object(
  { policy: PolicyText, requests: Type.Array(RequestRow, { description: 'at most 10,000' }) },
  { $id: 'PolicyEvalBody' },
);
export type PolicyEvalBody = Static<typeof PolicyEvalBody>;

export const PolicySimulateBody = Type.Object(
  {
    policy: PolicyText,
    filter: Type.Optional(RecordFilter),
    mustStay: Type.Optional(
      Type.Array(Text, { description: 'writes, refusals, sessions, secrets, rbac, people: what must not be lost' }),
    ),
    selectors: Type.Optional(Type.Array(Text, { description: 'the same by selector: {verb="delete"} |= "/exec"' })),
    top: Type.Optional(Type.Integer({ description: 'rows of users and resources; default 100, at most 10000' })),
    keepDays: Type.Optional(Type.Number({ description: 'how long log files must reach back; default 30' })),
    servers: Type.Optional(Type.Integer({ description: 'API servers that wrote the records together; default 1' })),
    diskBytes: Type.Optional(Type.Integer({ description: 'disk for the log files of one API server' })),
  },
  { $id: 'PolicySimulateBody' },
);
export type PolicySimulateBody = Static<typeof PolicySimulateBody>;

export const PolicyDiffBody = Type.Object(
  { old: PolicyText, new: PolicyText, filter: Type.Optional(RecordFilter) },
  { $id: 'PolicyDiffBody' },
);
export type PolicyDiffBody = Static<typeof PolicyDiffBody>;

export const PolicyProfileBody = Type.Object(
  {
    name: Type.String({ description: 'an OpenShift profile, or a ready-made policy such as gce' }),
    customRules: Type.Optional(Type.Array(Type.Object({ group: Text, profile: Text }))),
    before418: Type.Optional(Type.Boolean({ description: 'as clusters before 4.18, which dropped core events' })),
  },
  { $id: 'PolicyProfileBody' },
);
export type PolicyProfileBody = Static<typeof PolicyProfileBody>;

export const PolicyConvertBody = Type.Object(
  {
    policy: Type.String({ description: 'a policy of any version, or a resource or file that holds one' }),
    to: Type.Optional(Type.String({ description: 'the form to write; default policy' })),
  },
  { $id: 'PolicyConvertBody' },
);
export type PolicyConvertBody = Static<typeof PolicyConvertBody>;

export const PolicyExplanation = Type.Object(
  {
    warning: Warning,
    general: Texts,
    rules: Type.Array(
      Type.Object({
        rule: RuleIndex,
        who: Text,
        verbs: Text,
        what: Text,
        where: Text,
        level: Level,
        omitStages: Texts,
        sentence: Text,
      }),
    ),
    matrix: Type.Object({
      columns: Texts,
      rows: Type.Array(Type.Object({ who: Text, levels: Type.Array(Type.Array(Level)) })),
    }),
    trace: Type.Array(Type.Object({ rule: RuleIndex, level: Level, matched: Type.Boolean(), sentence: Text }), {
      description: 'of the request that was sent along: the rules tried, in order',
    }),
  },
  { $id: 'PolicyExplanation' },
);
export type PolicyExplanation = Static<typeof PolicyExplanation>;

export const PolicyFindings = Type.Object(
  {
    warning: Warning,
    findings: Type.Array(
      Type.Object({
        code: Text,
        severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
        rule: RuleIndex,
        path: Text,
        line: Count,
        column: Count,
        why: Text,
        advice: Type.String({ description: 'what to do about it; empty when nothing is suggested' }),
      }),
    ),
  },
  { $id: 'PolicyFindings' },
);
export type PolicyFindings = Static<typeof PolicyFindings>;

export const PolicyDecisions = Type.Object(
  {
    warning: Warning,
    decisions: Type.Array(
      Type.Object({ level: Level, omitStages: Texts, omitManagedFields: Type.Boolean(), rule: RuleIndex }),
      { description: 'one for each request, in order' },
    ),
  },
  { $id: 'PolicyDecisions' },
);
export type PolicyDecisions = Static<typeof PolicyDecisions>;

export const PolicySimulation = Type.Object(
  {
    total: Type.Object(Volume),
    others: Type.Integer({ description: 'stored records that no audit policy decides about' }),
    days: Amount,
    perDay: Type.Union([
      Type.Object({ records: Amount, bytes: Amount, keptRecords: Amount, keptBytes: Amount }),
      Type.Null(),
    ]),
    rules: Type.Array(Type.Object({ rule: RuleIndex, name: Text, level: Level, ...Volume })),
    users: Tally,
    verbs: Tally,
    resources: Tally,
    levels: Type.Array(Type.Object({ recorded: Level, candidate: Level, records: Count })),
    mustStay: MustStay,
    biggestRecordBytes: Amount,
    notes: Texts,
    flags: Flags,
  },
  { $id: 'PolicySimulation' },
);
export type PolicySimulation = Static<typeof PolicySimulation>;

export const PolicyChanges = Type.Object(
  {
    records: Count,
    others: Count,
    changed: Count,
    lost: Count,
    gained: Count,
    lostRequests: Count,
    gainedRequests: Count,
    beforeBytes: Amount,
    afterBytes: Amount,
    beforeEstimatedBytes: Amount,
    afterEstimatedBytes: Amount,
    changes: Type.Array(
      Type.Object({
        from: Level,
        to: Level,
        fromRule: RuleIndex,
        toRule: RuleIndex,
        records: Count,
        bytes: Amount,
        examples: Type.Array(Type.Object({ ...Kind, records: Count })),
      }),
      { description: 'most records first, at most 1000' },
    ),
  },
  { $id: 'PolicyChanges' },
);
export type PolicyChanges = Static<typeof PolicyChanges>;

export const PolicyProfile = Type.Object(
  {
    policy: Text,
    patch: Type.String({ description: 'the APIServer resource that asks for it; empty outside OpenShift' }),
    command: Type.String({ description: 'the oc command that does the same; empty outside OpenShift' }),
    notes: Texts,
  },
  { $id: 'PolicyProfile' },
);
export type PolicyProfile = Static<typeof PolicyProfile>;

export const PolicyConversion = Type.Object(
  {
    from: Type.String({ description: 'what the text was recognised as' }),
    documents: Type.Array(Type.Object({ place: Text, text: Text })),
    notes: Type.Array(Type.Object({ rule: RuleIndex, lossy: Type.Boolean(), sentence: Text }), {
      description: 'what the form cannot express',
    }),
  },
  { $id: 'PolicyConversion' },
);
export type PolicyConversion = Static<typeof PolicyConversion>;
