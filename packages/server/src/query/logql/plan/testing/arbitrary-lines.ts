// Random lines for plans: audit events as an API server writes them, the same bent in every way that a column does not show, and pushed entries.
import fc from 'fast-check';
import { arbitraryBody } from './arbitrary-bodies.ts';

export interface RandomEvent {
  readonly second: number;
  /** 0: the auditID is that of other events of the same second. */
  readonly serial: number;
  readonly verb: string;
  readonly user: string;
  readonly uid: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly code: number | undefined;
  readonly uri: string;
  readonly agent: string;
  readonly level: string;
  readonly reason: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** As it stands in the line. */
  readonly details: string;
  readonly body: string | undefined;
  readonly bend: number;
}

export const FIRST_SECOND = Date.parse('2026-11-20T10:00:00Z') / 1000;
/** Half an hour. */
const SECONDS = 1800;
const LATE_SECOND = 1500;
/** Of the bends below. */
const NO_JSON = 12;

export const arbitraryEvent: fc.Arbitrary<RandomEvent> = fc.record({
  second: fc.nat(SECONDS),
  serial: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 30, arbitrary: fc.nat(1_000_000) }),
  verb: fc.constantFrom('get', 'list', 'create', 'delete', 'GET'),
  user: fc.constantFrom('alice', 'bob', 'system:node:n1', 'zoë', 'a\nb', 'x\ufffdy', 'kube:admin', ''),
  uid: fc.constantFrom(undefined, 'u1', '17', ''),
  namespace: fc.constantFrom(undefined, 'default', 'kube-system', 'ünïcode'),
  name: fc.constantFrom(undefined, 'web-1', '4.14', 'true', 'db'),
  code: fc.constantFrom(undefined, 200, 201, 403, 404, 500),
  uri: fc.constantFrom(
    '/api/v1/pods',
    '/healthz',
    '/api/v1/namespaces/default/pods/web-1/exec?command=sh&tty=true',
    '/apis/apps/v1/x?a=<b>',
  ),
  agent: fc.constantFrom('kubectl/v1.30 (linux)', 'Mozilla\tTab', 'curl', 'EXEC /exec? agent', 'naïve ☃'),
  level: fc.constantFrom('Metadata', 'Request', 'RequestResponse'),
  reason: fc.constantFrom(undefined, 'Forbidden', 'NotFound'),
  annotations: fc.constantFrom<Record<string, string>[]>(
    {},
    {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to User "z"',
    },
    { 'authorization.k8s.io/decision': 'forbid', 'pod-security.kubernetes.io/enforce-policy': 'privileged:latest' },
    { 'mutation.webhook/round_0': '{"a":1}', 'a b': 'spaced', 'authorization_k8s_io/decision': 'twin' },
    { 'x.y': '1', 'x/y': '2' },
    { 'apiserver.latency.k8s.io/total': '1.234567ms', size: '12' },
    { 'apiserver.latency.k8s.io/total': '2s', size: '1.5' },
  ),
  details: fc.constantFrom(
    '{"name":"web","kind":"pods"}',
    '{}',
    '{"name":"","group":"apps","kind":"deployments","uid":"u-1"}',
    '{"name":"web","name":"twin","kind":"pods","retryAfterSeconds":1}',
    '{"retryAfterSeconds":30,"causes":[{"reason":"TooLarge","message":"a \\"b\\" {x}","field":"spec"},{}]}',
    '{"retryAfterSeconds":1.0,"kind":"pods"}',
    '{"retryAfterSeconds":1e1}',
    '{"retryAfterSeconds":"7","name":5}',
    '{"causes":{"name":"deep"},"name":{"x":"y"}}',
    '{"name":"\\u00e9\\u2028","kind":null,"kind":"pods"}',
    '{"other":"x"}',
    '{"kind":"pods"},"details":{"name":"second"}',
  ),
  body: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: arbitraryBody }),
  bend: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }),
});

const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

const printSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('Z', '000Z');

/** What a line can hold that its columns cannot tell. Some make it no event at all, and it never gets into the store. */
const BENDS: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.replace('"verb":"get"', '"verb":["get"],"verb":"get"'),
  (line) => line.replace('"verb":"list"', '"verb":null,"verb":"list"'),
  (line) => line.replace('"user":{', '"user_username":"first","user":{'),
  (line) => line.replace('{"kind"', '{ "kind"'),
  (line) => line.replace('"username":"alice"', '" username":"spaced","username":"alice"'),
  (line) => line.replace('"code":200', '"code":200.0'),
  (line) => line.replace('"code":403', '"code":"403"'),
  (line) => line.replace(/"verb":"(create|delete)"/, '"verb":1.50'),
  (line) => line.replace('"objectRef":{', '"objectRef":{},"objectRef":{'),
  (line) => line.replace(/"user":\{"username":("[^"]*")[^}]*\}/, '"user":[$1]'),
  (line) => line.replace('"level"', '"cluster":"inside","level"'),
  (line) => `n1 ${line}`,
  (line) => line.replace(/}$/, ',"objectRef_name":"late","verb":"late"}'),
  (line) => line.replace('"annotations":{', '"annotations":{"authorization":{"k8s":{"io":{"decision":"deep"}}},'),
  (line) => line.replace('audit.k8s.io/v1"', 'audit.k8s.io/v1beta1"'),
  (line) => line.replace('"verb":"', '"v\\u0065rb":"'),
  (line) => line.replace('"userAgent":"curl"', '"userAgent":"\\ufffd curl"'),
  (line) => line.replace('"objectRef":{"resource":"pods"', '"objectRef":{"resource":""'),
  (line) =>
    line.replace('"sourceIPs"', '"authenticationMetadata":{"impersonationConstraint":"impersonate:user"},"sourceIPs"'),
  (line) => line.replace('"sourceIPs"', '"authenticationMetadata":{"impersonationConstraint":["x"]},"sourceIPs"'),
];

/** What is put there afterwards is no text. */
const DETAILS = '(details)';
const BODY = '(body)';

export function printEvent(event: RandomEvent): string {
  const { verb, user, uid, namespace, name, code, uri, agent, level, reason, annotations, details, body, bend } = event;
  const at = FIRST_SECOND + event.second;
  const bare = goJson({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: event.serial === 0 ? `id-${event.second}` : `id-${event.second}-${event.serial}`,
    stage: 'ResponseComplete',
    requestURI: uri,
    verb,
    user: { username: user, uid, groups: ['g1', 'g"2'], extra: { 'k.io/x': ['{v}'] } },
    sourceIPs: ['10.0.0.1'],
    userAgent: agent,
    objectRef: uri === '/healthz' ? undefined : { resource: 'pods', namespace, name, apiVersion: 'v1' },
    responseStatus:
      code === undefined
        ? undefined
        : {
            metadata: {},
            ...(reason === undefined ? {} : { status: 'Failure', message: 'no', reason, details: DETAILS }),
            code,
          },
    requestObject: body === undefined ? undefined : BODY,
    requestReceivedTimestamp: printSeconds(at),
    stageTimestamp: printSeconds(at),
    annotations,
  });
  const line = bare.replace(`"${DETAILS}"`, () => details).replace(`"${BODY}"`, () => body ?? '');
  // A line that is no JSON ends every query that parses it, so those come late.
  const bent = event.second > LATE_SECOND ? bend : bend === NO_JSON ? 0 : bend;
  return (BENDS[bent] ?? ((same: string) => same))(line);
}
