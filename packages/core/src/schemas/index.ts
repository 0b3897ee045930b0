// Front door of the schemas of the HTTP API's answers: one object is the TypeScript type, the JSON Schema and the OpenAPI text.
// Apart from core/wire, which gives the types alone: loading the schema library takes longer than a whole command.
import { type Static, Type } from 'typebox';

export * from './explain.ts';
export * from './policy.ts';
export * from './policy-advice.ts';
export * from './sessions.ts';

const Text = Type.String();
const Texts = Type.Array(Type.String());
const Time = Type.String({ description: 'RFC 3339 in UTC with six fraction digits, nine where the record has them' });
const Count = Type.Integer({ minimum: 0 });

/** One record as columns: a line of `GET /api/v1/records?view=row`. Absent text is ''. */
export const RecordRow = Type.Object(
  {
    time: Time,
    cluster: Text,
    host: Text,
    component: Text,
    level: Text,
    stage: Text,
    status: Type.Union([Type.Literal('finished'), Type.Literal('open'), Type.Literal('stage')], {
      description:
        '`finished`: the one finished record of its request; `open`: a long-running request whose end is not stored; `stage`: another stage',
    }),
    auditID: Text,
    verb: Text,
    user: Text,
    groups: Texts,
    impersonatedUser: Text,
    sourceIPs: Texts,
    userAgent: Text,
    requestURI: Text,
    apiGroup: Text,
    apiVersion: Text,
    resource: Text,
    subresource: Text,
    namespace: Text,
    name: Text,
    code: Type.Integer({ description: '0 when the request has no answer yet' }),
    statusReason: Text,
    decision: Text,
    reason: Text,
    binding: Text,
    role: Text,
    durationSeconds: Type.Union([Type.Number(), Type.Null()]),
    command: Texts,
    container: Text,
    stdin: Type.Boolean(),
    tty: Type.Boolean(),
    truncated: Type.Boolean(),
    source: Text,
    position: Type.Integer(),
    path: Type.String({ description: 'the request URI of a non-resource request, else empty' }),
    cursor: Type.String({ description: 'hand it back as `cursor=` to go on after this record' }),
  },
  { $id: 'RecordRow' },
);
export type RecordRow = Static<typeof RecordRow>;

/** What a table shows of a record: a line of `GET /api/v1/records?view=table`. Reads a fraction of what the whole row takes. */
export const TableRow = Type.Pick(
  RecordRow,
  [
    'time',
    'cluster',
    'stage',
    'status',
    'verb',
    'user',
    'impersonatedUser',
    'apiGroup',
    'resource',
    'subresource',
    'namespace',
    'name',
    'path',
    'code',
    'durationSeconds',
  ],
  { $id: 'TableRow' },
);
export type TableRow = Static<typeof TableRow>;

export const TopRow = Type.Object({
  value: Text,
  count: Count,
  share: Type.Number({ description: 'count / total, 0 to 1' }),
  firstSeen: Time,
  lastSeen: Time,
  failures: Type.Integer({ description: 'records with code 400 or above' }),
  p50Seconds: Type.Union([Type.Number(), Type.Null()]),
  p95Seconds: Type.Union([Type.Number(), Type.Null()]),
});
export type TopRow = Static<typeof TopRow>;

export const TopAnswer = Type.Object(
  { by: Text, total: Count, distinct: Count, rows: Type.Array(TopRow) },
  { $id: 'TopAnswer' },
);
export type TopAnswer = Static<typeof TopAnswer>;

const Tally = Type.Object({ value: Text, count: Count });

export const StatsAnswer = Type.Object(
  {
    records: Count,
    failures: Count,
    users: Count,
    oldest: Type.Union([Time, Type.Null()]),
    newest: Type.Union([Time, Type.Null()]),
    codes: Type.Array(Tally),
    verbs: Type.Array(Tally),
    stages: Type.Array(Tally),
    levels: Type.Array(Tally),
    decisions: Type.Array(Tally),
    durationSeconds: Type.Object({ p50: Type.Number(), p90: Type.Number(), p99: Type.Number(), max: Type.Number() }),
  },
  { $id: 'StatsAnswer' },
);
export type StatsAnswer = Static<typeof StatsAnswer>;

export const SourceRow = Type.Object({
  kind: Text,
  name: Text,
  cluster: Text,
  host: Text,
  component: Text,
  stored: Count,
  duplicate: Count,
  quarantined: Count,
  oldest: Type.Union([Time, Type.Null()]),
  newest: Type.Union([Time, Type.Null()]),
  lastArrival: Type.Union([Time, Type.Null()]),
  state: Type.String({ description: '`following`, `waiting`, `problem`, or `` for what is not being followed now' }),
  lagBytes: Type.Union([Count, Type.Null()]),
  problem: Text,
});
export type SourceRow = Static<typeof SourceRow>;
export const SourcesAnswer = Type.Object({ sources: Type.Array(SourceRow) }, { $id: 'SourcesAnswer' });
export type SourcesAnswer = Static<typeof SourcesAnswer>;

export const StatusAnswer = Type.Object(
  {
    version: Text,
    startedAt: Time,
    engine: Type.Object({ state: Text, version: Text, restarts: Count }),
    records: Count,
    finished: Count,
    quarantined: Count,
    days: Count,
    oldest: Type.Union([Time, Type.Null()]),
    newest: Type.Union([Time, Type.Null()]),
    rawBytes: Type.Integer({ description: 'bytes of the lines as written' }),
    diskBytes: Type.Integer({ description: 'bytes on disk, columns and indexes included' }),
    compression: Type.Number({ description: 'diskBytes / rawBytes' }),
    spool: Type.Object({ bytes: Count, segments: Count, oldestSeconds: Type.Number(), failed: Count }),
    retention: Type.Object({ maxAge: Text, maxBytes: Count, droppedDays: Count, lastDropped: Text }),
    brokenParts: Count,
  },
  { $id: 'StatusAnswer' },
);
export type StatusAnswer = Static<typeof StatusAnswer>;

/** What an import did. read = stored + duplicate + quarantined. */
export const ImportSummary = Type.Object(
  {
    bytes: Count,
    read: Count,
    stored: Count,
    duplicate: Count,
    quarantined: Count,
    problems: Type.Array(Text, { description: 'sentences about what could not be read, such as a cut gzip file' }),
  },
  { $id: 'ImportSummary' },
);
export type ImportSummary = Static<typeof ImportSummary>;

export const QuarantineRow = Type.Object(
  { arrival: Time, source: Text, position: Count, reason: Text, bytes: Count, line: Text },
  { $id: 'QuarantineRow' },
);
export type QuarantineRow = Static<typeof QuarantineRow>;

export const TokenRow = Type.Object(
  { id: Text, name: Text, role: Text, createdAt: Time, lastUsedAt: Type.Union([Time, Type.Null()]) },
  { $id: 'TokenRow' },
);
export type TokenRow = Static<typeof TokenRow>;
export const CreatedToken = Type.Object({ id: Text, name: Text, role: Text, token: Text }, { $id: 'CreatedToken' });
export type CreatedToken = Static<typeof CreatedToken>;

/** RFC 9457 problem details with our code; every refusal of the API has this body. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'path of the page about this code' }),
    title: Text,
    status: Type.Integer(),
    code: Type.String({ description: 'KW_…' }),
    detail: Type.String({ description: 'the sentence for the user, with the way out' }),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;
