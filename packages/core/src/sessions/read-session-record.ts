// One audit record -> its SessionRecord, when it matters to sessions. Bodies are looked at only then.
import type { AuditFields } from '../event/index.ts';
import { type PodFacts, parsePodFacts } from './pod-facts.ts';
import {
  DEBUG_SOURCE,
  isSessionRelevant,
  isStarting,
  LOGIN_DECISION,
  LOGIN_NAME,
  MANAGED_BY,
} from './session-choices.ts';
import type { SessionRecord } from './session-record.ts';

export interface AuditRecord {
  readonly fields: AuditFields;
  /** The line as written: bodies are read out of it. */
  readonly line: string;
  readonly recordId: string;
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
}

/** `undefined` for the many records that no session needs. */
export function readSessionRecord(record: AuditRecord): SessionRecord | undefined {
  const { fields } = record;
  if (!isSessionRelevant(fields)) return undefined;
  const event = parseLine(record.line);
  const bodies = readBodies(event, fields);
  return {
    recordId: record.recordId,
    cluster: record.cluster,
    host: record.host,
    component: record.component,
    timeNanos: fields.timeNanos,
    requestReceivedNanos: fields.requestReceivedNanos,
    level: fields.level,
    stage: fields.stage,
    code: fields.code,
    auditId: fields.auditId,
    requestUri: fields.requestUri,
    verb: fields.verb,
    username: fields.username,
    userGroups: fields.userGroups,
    impersonatedUsername: fields.impersonatedUsername,
    impersonatedGroups: fields.impersonatedGroups,
    sourceIps: fields.sourceIps,
    userAgent: fields.userAgent,
    namespace: fields.namespace,
    resource: fields.resource,
    subresource: fields.subresource,
    name: fields.name || bodies.name,
    container: fields.container,
    execCommand: fields.execCommand,
    stdin: fields.stdin,
    stdout: fields.stdout,
    tty: fields.tty,
    decision: fields.annotations.get('authorization.k8s.io/decision') ?? '',
    reason: fields.annotations.get('authorization.k8s.io/reason') ?? '',
    message: fields.code >= 400 ? fields.statusMessage : '',
    loginDecision: fields.annotations.get(LOGIN_DECISION) ?? '',
    loginName: fields.annotations.get(LOGIN_NAME) ?? '',
    callerPod: fields.callerPod,
    callerNode: fields.callerNode,
    starting: isStarting(fields),
    pod: bodies.pod,
  };
}

type Json = { readonly [key: string]: unknown };

/** Requests whose bodies are worth keeping; the answer to a deletion or a status report has a spec too, and tells nothing new. */
function hasPodBody({ verb, subresource }: AuditFields): boolean {
  return (
    subresource === 'ephemeralcontainers' || (verb === 'create' && (subresource === '' || subresource === 'binding'))
  );
}

/**
 * The spec comes from the answer, where defaults are filled in; of an ephemeral container from what was asked, since the answer
 * holds all that were ever added. A create that was refused after it was read has only what was asked.
 */
function readBodies(event: Json, fields: AuditFields): { readonly name: string; readonly pod: PodFacts | undefined } {
  const asked = member(event, 'requestObject');
  const answered = member(event, 'responseObject');
  const meta = [member(answered, 'metadata'), member(asked, 'metadata')];
  const name = fields.subresource === '' ? (meta.map((one) => text(one, 'name')).find((one) => one !== '') ?? '') : '';
  if (!hasPodBody(fields)) return { name, pod: undefined };
  const find = (group: string, keys: readonly string[]): string =>
    meta.flatMap((one) => keys.map((key) => text(member(one, group), key))).find((value) => value !== '') ?? '';
  const [sooner, later] = fields.subresource === 'ephemeralcontainers' ? [asked, answered] : [answered, asked];
  const spec = isObject(sooner['spec']) ? sooner['spec'] : later['spec'];
  const pod = parsePodFacts({
    spec: isObject(spec) ? JSON.stringify(spec) : '',
    bindingTarget: fields.subresource === 'binding' ? text(member(asked, 'target'), 'name') : '',
    managedBy: find('labels', MANAGED_BY),
    debugSource: find('annotations', [DEBUG_SOURCE]),
  });
  return { name, pod };
}

/** The fields were read by a tolerant parser, which knows prefixes of log shippers; a line that JSON refuses has no bodies. */
function parseLine(line: string): Json {
  const brace = line.indexOf('{');
  try {
    const value: unknown = JSON.parse(brace > 0 ? line.slice(brace) : line);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function member(from: Json, key: string): Json {
  const value = from[key];
  return isObject(value) ? value : {};
}

function text(from: Json, key: string): string {
  const value = from[key];
  return typeof value === 'string' ? value : '';
}
