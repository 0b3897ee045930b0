// For tests: audit lines, recorded or made, -> session records, through the parser of audit lines.
import { Buffer } from 'node:buffer';
import { parseAuditLine } from '../../formats/index.ts';
import { readArchive, readCorpus, splitLines } from '../../formats/testing/read-corpus.ts';
import { type AuditRecord, readSessionRecord } from '../read-session-record.ts';
import type { SessionRecord } from '../session-record.ts';

export function readAuditRecord(line: string, number: number): AuditRecord {
  const parsed = parseAuditLine(Buffer.from(line));
  if (!parsed.ok) throw new Error(`${parsed.problem}: ${line.slice(0, 200)}`);
  const recordId = number.toString(16).padStart(32, '0');
  return { fields: parsed.fields, line, recordId, cluster: '', host: '', component: 'kube-apiserver' };
}

export function readRecords(lines: readonly string[]): readonly SessionRecord[] {
  return lines.flatMap((line, number) => readSessionRecord(readAuditRecord(line, number)) ?? []);
}

export function corpusLines(path: string): readonly string[] {
  return [...splitLines(readCorpus(path))].map((line) => Buffer.from(line).toString('utf8'));
}

/** The lines of the kube-apiserver's own log files in one of the recordings. */
export function recordedLines(name: string): readonly string[] {
  const files = [...readArchive(`kube-apiserver/${name}.tar.gz`)].filter(([path]) => /\/log\/audit/.test(path));
  return files.flatMap(([, bytes]) => [...splitLines(bytes)].map((line) => Buffer.from(line).toString('utf8')));
}

export function recordedCommands(name: string): readonly string[] {
  const file = readArchive(`kube-apiserver/${name}.tar.gz`).get(`${name}/client-commands.tsv`) ?? new Uint8Array();
  return [...splitLines(file)].map((line) => Buffer.from(line).toString('utf8'));
}

export interface Made {
  readonly verb: string;
  readonly uri: string;
  /** Seconds after 2026-11-20T10:00:00Z. */
  readonly at: number;
  /** Length in seconds: of a stream both stages are made, the second so much later; undefined leaves the end out. */
  readonly lasts?: number | undefined;
  readonly user?: string;
  readonly impersonated?: { readonly username: string; readonly groups?: readonly string[] };
  readonly agent?: string;
  readonly code?: number;
  readonly name?: string;
  readonly level?: string;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly auditID?: string;
  readonly extra?: unknown;
}

const STREAM = /\/(exec|attach|portforward|proxy)(\/|\?|$)/;
const OBJECT =
  /^\/(?:api|apis\/([^/?]+))\/v1\/(?:namespaces\/([^/?]+)\/)?(pods|nodes|namespaces)(?:\/([^/?]+))?(?:\/([^/?]+))?/;

/** Lines in the shape of a kube-apiserver's own, one for each stage. */
export function makeLines(made: Made): readonly string[] {
  const { uri, verb, at, level = 'Metadata' } = made;
  const [, apiGroup, namespace, resource, pathName, subresource] = OBJECT.exec(uri) ?? [];
  const name = made.name ?? pathName;
  const isStream = STREAM.test(uri);
  const code = made.code ?? (isStream ? 101 : verb === 'create' ? 201 : 200);
  const moment = (seconds: number): string =>
    new Date(Date.UTC(2026, 10, 20, 10, 0, 0) + Math.round(seconds * 1000)).toISOString().replace('Z', '000Z');
  const event = (stage: string, time: number, bodies: object) =>
    JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level,
      auditID: made.auditID ?? `id-${verb}-${at}-${uri.length}`,
      stage,
      requestURI: uri,
      verb,
      user: { username: made.user ?? 'alice', groups: ['developers', 'system:authenticated'], extra: made.extra },
      impersonatedUser: made.impersonated,
      sourceIPs: ['203.0.113.7', '10.0.0.9'],
      userAgent: made.agent ?? 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
      objectRef:
        resource === undefined ? undefined : { resource, namespace, name, apiGroup, apiVersion: 'v1', subresource },
      responseStatus: { metadata: {}, code },
      ...bodies,
      requestReceivedTimestamp: moment(at),
      stageTimestamp: moment(time),
      annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow', ...made.annotations },
    });
  const bodies = { requestObject: made.request, responseObject: made.response };
  if (!isStream) return [event('ResponseComplete', at + 0.01, bodies)];
  const ends = 'lasts' in made ? made.lasts : 5;
  const start = event('ResponseStarted', at + 0.01, {});
  return ends === undefined ? [start] : [start, event('ResponseComplete', at + 0.01 + ends, {})];
}

export function makeRecords(...made: readonly Made[]): readonly SessionRecord[] {
  return readRecords(made.flatMap(makeLines));
}
