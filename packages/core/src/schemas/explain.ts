// What the server would do for a LogQL query and what it did: the answer of /api/v1/explain.
import { type Static, Type } from 'typebox';
import { Count, Text } from './policy-parts.ts';

const ExplainStep = Type.Object({
  depth: Type.Integer({ minimum: 0, description: '0: the whole query; the parts of a step follow it, one deeper' }),
  part: Type.String({ description: 'the part of the query, as LogQL' }),
  runs: Type.Union([Type.Literal('engine'), Type.Literal('both'), Type.Literal('server')], {
    description:
      '`engine`: pushed down as SQL; `both`: the engine narrows, the server decides; `server`: evaluated by the reference',
  }),
  why: Type.String({ description: 'what the engine does, or why it does not' }),
});

const ExplainStatement = Type.Object({
  purpose: Text,
  sql: Text,
  rows: Type.Integer({ minimum: 0, description: 'rows read' }),
  bytes: Type.Integer({ minimum: 0, description: 'bytes read, uncompressed' }),
  millis: Type.Number({ minimum: 0 }),
});

export const ExplainAnswer = Type.Object(
  {
    query: Type.String({ description: 'the query as it was understood' }),
    kind: Type.Union([Type.Literal('log'), Type.Literal('metric')]),
    ast: Type.Unknown({ description: 'the syntax tree; durations are nanoseconds as text' }),
    pushed: Type.Union([Type.Literal('wholly'), Type.Literal('partly'), Type.Literal('not')], {
      description: '`wholly`: no line left the engine only to be counted or dropped by the server',
    }),
    plan: Type.Array(ExplainStep, { description: 'the tree, each step before its parts' }),
    statements: Type.Array(ExplainStatement, { description: 'what the engine ran, in order' }),
    rowsRead: Count,
    bytesRead: Count,
    millis: Type.Number({ minimum: 0, description: 'the whole question, planning included' }),
    answered: Type.Integer({ minimum: 0, description: 'lines of a log query, series of a metric query' }),
  },
  { $id: 'ExplainAnswer' },
);
export type ExplainAnswer = Static<typeof ExplainAnswer>;
