// One audit event as read (texts, lists, a map) to AuditFields: names, defaults, what the URI adds, the old versions' spellings.
import { type AuditFields, deriveFromUri, NO_EXEC, parseExecRequest, parseTimeNanos } from '../../event/index.ts';
import type { ReadRecord } from './json-shape.ts';

/** Keys of user.extra, where the authenticator of service account tokens writes them. */
export const CALLER_POD = 'authentication.kubernetes.io/pod-name';
export const CALLER_NODE = 'authentication.kubernetes.io/node-name';

/** `isOld`: v1alpha1 and v1beta1, which may join group and version in objectRef.apiVersion. */
export function auditFields(event: ReadRecord, timeNanos: bigint, isOld: boolean): AuditFields {
  const user = record(event['user']);
  const extra = record(user['extra']);
  const impersonated = record(event['impersonatedUser']);
  const status = record(event['responseStatus']);
  const requestUri = text(event, 'requestURI');
  const exec = parseExecRequest(requestUri) ?? NO_EXEC;
  const code = status['code'];
  return {
    timeNanos,
    requestReceivedNanos: parseTimeNanos(text(event, 'requestReceivedTimestamp')) ?? 0n,
    level: text(event, 'level'),
    stage: text(event, 'stage'),
    auditId: text(event, 'auditID'),
    requestUri,
    verb: text(event, 'verb'),
    username: text(user, 'username'),
    userUid: text(user, 'uid'),
    userGroups: texts(user, 'groups'),
    impersonatedUsername: text(impersonated, 'username'),
    impersonatedGroups: texts(impersonated, 'groups'),
    sourceIps: texts(event, 'sourceIPs'),
    userAgent: text(event, 'userAgent'),
    ...objectFields(event, isOld),
    code: typeof code === 'number' ? code : 0,
    statusReason: text(status, 'reason'),
    statusMessage: text(status, 'message'),
    callerPod: texts(extra, CALLER_POD)[0] ?? '',
    callerNode: texts(extra, CALLER_NODE)[0] ?? '',
    annotations: annotations(event['annotations']),
    execCommand: exec.command,
    container: exec.container,
    stdin: exec.stdin,
    stdout: exec.stdout,
    tty: exec.tty,
  };
}

type ObjectFields = Pick<AuditFields, 'resource' | 'subresource' | 'namespace' | 'name' | 'apiGroup' | 'apiVersion'>;

function objectFields(event: ReadRecord, isOld: boolean): ObjectFields {
  const ref = record(event['objectRef']);
  const fields = {
    resource: text(ref, 'resource'),
    subresource: text(ref, 'subresource'),
    namespace: text(ref, 'namespace'),
    name: text(ref, 'name'),
    apiGroup: text(ref, 'apiGroup'),
    apiVersion: text(ref, 'apiVersion'),
  };
  // The store's statement can only tell "empty", so an objectRef of empty texts counts as absent here too.
  if (Object.values(fields).every((value) => value === '')) {
    return fieldsOfUri(text(event, 'requestURI'), text(event, 'verb'));
  }
  const slash = fields.apiVersion.indexOf('/');
  if (!isOld || fields.apiGroup !== '' || slash < 0) return fields;
  return { ...fields, apiGroup: fields.apiVersion.slice(0, slash), apiVersion: fields.apiVersion.slice(slash + 1) };
}

/** A refused login (401) and other early ends carry no objectRef although the URI names an object. */
function fieldsOfUri(uri: string, verb: string): ObjectFields {
  const { isResource, resource, subresource, namespace, name, apiGroup, apiVersion } = deriveFromUri(uri, verb);
  if (!isResource) return { resource: '', subresource: '', namespace: '', name: '', apiGroup: '', apiVersion: '' };
  return { resource, subresource, namespace, name, apiGroup, apiVersion };
}

const NOTHING: ReadRecord = {};

const record = (value: ReadRecord[string]): ReadRecord =>
  typeof value === 'object' && !isList(value) && !isMap(value) ? value : NOTHING;

const text = (from: ReadRecord, key: string): string => {
  const value = from[key];
  return typeof value === 'string' ? value : '';
};

const texts = (from: ReadRecord, key: string): readonly string[] => {
  const value = from[key];
  return isList(value) ? value : [];
};

const annotations = (value: ReadRecord[string]): ReadonlyMap<string, string> => (isMap(value) ? value : new Map());

const isList = (value: ReadRecord[string]): value is readonly string[] => Array.isArray(value);
const isMap = (value: ReadRecord[string]): value is ReadonlyMap<string, string> => value instanceof Map;
