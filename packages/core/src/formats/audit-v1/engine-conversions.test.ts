// What the engine's own road makes of odd events (recorded, corpus/formats) against this one: where both take a line, they agree.
import { expect, test } from 'vitest';
import { type AuditFields, isFinished } from '../../event/index.ts';
import { readCorpus } from '../testing/read-corpus.ts';
import { parseAuditLine } from './parse-audit-line.ts';

type Fields = Readonly<Record<string, unknown>>;
const recorded: { cases: readonly { line: string; engine: Fields | null }[] } = JSON.parse(
  Buffer.from(readCorpus('formats/engine-conversions.json')).toString('utf8'),
);

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** The recording leaves out what is empty and spells paths as Kubernetes does. */
function asRecorded(fields: AuditFields): Fields {
  const all: Fields = {
    level: fields.level,
    auditID: fields.auditId,
    stage: fields.stage,
    requestURI: fields.requestUri,
    verb: fields.verb,
    'user.username': fields.username,
    'user.uid': fields.userUid,
    'user.groups': fields.userGroups,
    'impersonatedUser.username': fields.impersonatedUsername,
    'impersonatedUser.groups': fields.impersonatedGroups,
    sourceIPs: fields.sourceIps,
    userAgent: fields.userAgent,
    'objectRef.resource': fields.resource,
    'objectRef.namespace': fields.namespace,
    'objectRef.name': fields.name,
    'objectRef.apiGroup': fields.apiGroup,
    'objectRef.apiVersion': fields.apiVersion,
    'objectRef.subresource': fields.subresource,
    'responseStatus.code': fields.code,
    'responseStatus.reason': fields.statusReason,
    annotations: [...fields.annotations],
  };
  const empty = (value: unknown): boolean =>
    value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !empty(value)));
}

/** The engine keeps equal annotation keys twice; a record has the first (the store's statement sends such lines here). */
function expected(engine: Fields): Fields {
  const { kind, apiVersion, stageTimestamp, ...fields } = JSON.parse(utf8(JSON.stringify(engine)));
  const annotations: readonly (readonly [string, string])[] = fields.annotations ?? [];
  const first = annotations.filter(([key], at) => annotations.findIndex(([other]) => other === key) === at);
  return first.length > 0 ? { ...fields, annotations: first } : fields;
}

/** What the store's statement asks before it takes the engine's result. */
function engineTakes(engine: Fields | null): engine is Fields {
  return engine !== null && engine['kind'] === 'Event' && Number(engine['responseStatus.code'] ?? 0) < 1000;
}

test('the recording has cases of both sorts', () => {
  expect(recorded.cases.filter(({ engine }) => engineTakes(engine)).length).toBeGreaterThan(200);
  expect(recorded.cases.filter(({ engine }) => engine === null).length).toBeGreaterThan(70);
});

test.each(recorded.cases.filter(({ engine }) => engineTakes(engine)))('agrees on $line', ({ line, engine }) => {
  const mine = parseAuditLine(Buffer.from(line, 'latin1'));
  // A list in the place of the event is not one event, and the statement refuses it by its first byte.
  if (line.startsWith('[')) return expect(mine.ok).toBe(false);
  expect(mine.ok ? asRecorded(mine.fields) : mine.problem).toEqual(expected(engine ?? {}));
});

test('where the engine refuses, this road decides; each decision is a choice', () => {
  const decisions = recorded.cases
    .filter(({ engine }) => !engineTakes(engine))
    .map(({ line }) => {
      const mine = parseAuditLine(Buffer.from(line, 'latin1'));
      const short = line.replace(/"kind":"Event".*?430Z"/g, '…').replace(/(.{1,6})\1{20,}/g, '$1⋯');
      return `${JSON.stringify(short)} -> ${mine.ok ? `record ${JSON.stringify(mine.fields.verb)}` : mine.problem}`;
    });
  expect(decisions.join('\n')).toMatchSnapshot();
});

test('a record is finished by stage and code alone', () => {
  const parsed = parseAuditLine(
    Buffer.from(
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseStarted","stageTimestamp":"2026-11-20T19:52:48Z","responseStatus":{"code":401}}',
    ),
  );
  expect(parsed.ok && isFinished(parsed.fields.stage, parsed.fields.code)).toBe(true);
});
