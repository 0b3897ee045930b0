// Real logs: every line parses, the counts are those of the recordings' truth, and JSON.parse reads the same out of every line.
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { type AuditFields, isFinished, parseTimeNanos } from '../../event/index.ts';
import { readArchive, readCorpus, splitLines } from '../testing/read-corpus.ts';
import { parseAuditLine } from './parse-audit-line.ts';

type Json = { readonly [key: string]: Json } & { readonly length?: number };
interface Truth {
  readonly events: number;
  readonly [column: string]: unknown;
}

const json = (bytes: Uint8Array | undefined): Truth => JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));

/** The same fields through JSON.parse; these lines were written by Go, so none of them is odd. */
function viaJsonParse(line: Uint8Array): Partial<AuditFields> {
  const event: Json = JSON.parse(Buffer.from(line).toString('utf8'));
  const text = (...path: string[]): string =>
    String(path.reduce<Json | undefined>((at, key) => at?.[key], event) ?? '');
  const list = (at: Json | undefined): string[] => (Array.isArray(at) ? at : []);
  return {
    timeNanos: parseTimeNanos(text('stageTimestamp')) ?? 0n,
    requestReceivedNanos: parseTimeNanos(text('requestReceivedTimestamp')) ?? 0n,
    level: text('level'),
    stage: text('stage'),
    auditId: text('auditID'),
    requestUri: text('requestURI'),
    verb: text('verb'),
    username: text('user', 'username'),
    userUid: text('user', 'uid'),
    userGroups: list(event['user']?.['groups']),
    impersonatedUsername: text('impersonatedUser', 'username'),
    impersonatedGroups: list(event['impersonatedUser']?.['groups']),
    sourceIps: list(event['sourceIPs']),
    userAgent: text('userAgent'),
    code: Number(text('responseStatus', 'code')),
    statusReason: text('responseStatus', 'reason'),
    annotations: new Map(Object.entries(event['annotations'] ?? {}).map(([key, value]) => [key, String(value)])),
    ...(event['objectRef'] === undefined
      ? {}
      : {
          resource: text('objectRef', 'resource'),
          subresource: text('objectRef', 'subresource'),
          namespace: text('objectRef', 'namespace'),
          name: text('objectRef', 'name'),
          apiGroup: text('objectRef', 'apiGroup'),
          apiVersion: text('objectRef', 'apiVersion'),
        }),
  };
}

function parseAll(files: Iterable<Uint8Array>): AuditFields[] {
  const all: AuditFields[] = [];
  for (const file of files) {
    for (const line of splitLines(file)) {
      const parsed = parseAuditLine(line);
      if (!parsed.ok) throw new Error(`${parsed.problem}: ${Buffer.from(line).toString('utf8').slice(0, 300)}`);
      const other = viaJsonParse(line);
      // `expect` for each of 115,000 lines would take longer than the parsing.
      if (!isDeepStrictEqual({ ...parsed.fields, ...other }, parsed.fields)) expect(parsed.fields).toMatchObject(other);
      all.push(parsed.fields);
    }
  }
  return all;
}

function tally(all: readonly AuditFields[], column: (fields: AuditFields) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fields of all) counts[column(fields)] = (counts[column(fields)] ?? 0) + 1;
  return counts;
}

test('the 100,000 of a busy cluster', { timeout: 120_000 }, () => {
  const truth = json(readCorpus('kube-apiserver/real-100k.truth.json'));
  const all = parseAll([readCorpus('kube-apiserver/real-100k.ndjson.gz')]);
  expect(all).toHaveLength(truth.events);
  expect(new Set(all.map(({ auditId }) => auditId)).size).toBe(truth['auditIDs']);
  expect(tally(all, ({ stage }) => stage)).toEqual(truth['stages']);
  expect(tally(all, ({ level }) => level)).toEqual(truth['levels']);
  expect(tally(all, ({ verb }) => verb)).toEqual(truth['verbs']);
  expect(tally(all, ({ code }) => (code === 0 ? 'None' : String(code)))).toEqual(truth['codes']);
  expect(new Set(all.map(({ username }) => username)).size).toBe(truth['users']);
});

test.each([
  ['metadata-all', /\/log\//, 'truth.json'],
  ['requestresponse-all', /\/log\//, 'truth.json'],
  ['mixed-aggregated', /\/log\/audit/, 'truth.json'],
  ['mixed-aggregated', /\/log\/sample-apiserver/, 'truth-sample-apiserver.json'],
  ['webhook-blocking', /\/log\//, 'truth.json'],
])('%s %s', (name, files, truthName) => {
  const archive = readArchive(`kube-apiserver/${name}.tar.gz`);
  const truth = json(archive.get(`${name}/${truthName}`));
  const all = parseAll([...archive].filter(([path]) => files.test(path)).map(([, bytes]) => bytes));
  expect(all).toHaveLength(truth.events);
  expect(new Set(all.map(({ auditId }) => auditId)).size).toBe(truth['uniqueAuditIDs']);
  expect(tally(all, ({ stage }) => stage)).toEqual(truth['stage']);
  expect(tally(all, ({ level }) => level)).toEqual(truth['level']);
  expect(tally(all, ({ verb }) => verb)).toEqual(truth['verb']);
});

test.each(['metadata-all', 'requestresponse-all', 'mixed-aggregated'])(
  'sessions of %s, as its README counts them',
  (name) => {
    const files = [...readArchive(`kube-apiserver/${name}.tar.gz`)].filter(([path]) => /\/log\/audit/.test(path));
    const finished = parseAll(files.map(([, bytes]) => bytes)).filter(({ stage, code }) => isFinished(stage, code));
    const of = (subresource: string) =>
      finished.filter((fields) => fields.resource === 'pods' && fields.subresource === subresource);
    const opened = of('exec').filter(({ code }) => code === 101);
    expect(tally(opened, ({ verb }) => verb)).toEqual({ get: 11, create: 4 });
    expect(
      of('exec')
        .filter(({ code }) => code >= 400)
        .map(({ code }) => code)
        .sort(),
    ).toEqual([400, 400, 403, 404, 404, 404]);
    expect(of('exec').every(({ execCommand }) => execCommand.length > 0)).toBe(true);
    expect(of('attach').filter(({ code }) => code === 101)).toHaveLength(3);
    expect(of('portforward').filter(({ code }) => code === 101)).toHaveLength(2);
    const byKubelet = finished.filter(
      ({ resource, subresource, execCommand }) =>
        resource === 'nodes' && subresource === 'proxy' && execCommand.length > 0,
    );
    expect(byKubelet.map(({ execCommand, container }) => [execCommand, container])).toMatchSnapshot();
  },
);

test('legacy text lines are no audit events, and say why', () => {
  const [line = new Uint8Array()] = splitLines(
    readArchive('kube-apiserver/legacy-format.tar.gz').get('legacy-format/log/audit.log') ?? new Uint8Array(),
  );
  const parsed = parseAuditLine(line);
  expect(parsed).toMatchObject({ ok: false, problem: expect.stringMatching(/^not JSON: "2" at byte 0/) });
});
