// Schemas of the session endpoints: who was inside what, and who can be.
import { type Static, Type } from 'typebox';

const Text = Type.String();
const Texts = Type.Array(Type.String());
const Count = Type.Integer({ minimum: 0 });
const Time = Type.String({ description: 'RFC 3339 in UTC with six fraction digits' });

/** One session. Absent text is ''. */
export const SessionRow = Type.Object(
  {
    id: Type.String({ description: '16 hex digits; the same for the same records' }),
    kind: Type.String({
      description:
        'exec, attach, port-forward, debug-pod, debug-node, ephemeral-container, look-alike, kubelet-proxy, login',
    }),
    form: Type.String({
      description: 'of exec: command, rsh or cp; of kubelet-proxy: exec, run, attach or port-forward',
    }),
    state: Type.String({ description: 'open, ended, unknown (began, its end is lost) or attempt (refused or failed)' }),
    startedAt: Time,
    endedAt: Type.Union([Time, Type.Null()]),
    durationSeconds: Type.Union([Type.Number(), Type.Null()], { description: 'of an open session: until now' }),
    user: Text,
    impersonatedUser: Text,
    impersonatedGroups: Texts,
    groups: Texts,
    loginName: Type.String({ description: 'the name typed at a login' }),
    loginDecision: Type.String({ description: 'allow, deny or error' }),
    sourceIP: Type.String({ description: 'the last hop, which the API server saw itself' }),
    sourceIPs: Type.Array(Text, { description: 'all hops; those before the last are what clients and proxies claim' }),
    userAgent: Text,
    callerPod: Type.String({ description: 'pod that a service account token belongs to' }),
    callerNode: Text,
    cluster: Text,
    namespace: Text,
    pod: Text,
    container: Text,
    node: Text,
    nodeBy: Type.String({ description: 'how the node is known' }),
    debuggedPod: Text,
    image: Text,
    serviceAccount: Text,
    hostAccess: Type.Array(Text, { description: 'by what the pod can reach its node, when a body tells' }),
    command: Texts,
    ports: Type.Array(Text, { description: 'of a port-forward, when the request names them' }),
    direction: Type.String({ description: 'of a copy: from-pod or to-pod' }),
    path: Text,
    tty: Type.Boolean(),
    stdin: Type.Boolean(),
    code: Type.Integer(),
    decision: Text,
    binding: Text,
    bindingKind: Text,
    role: Text,
    roleKind: Text,
    subject: Text,
    message: Type.String({ description: 'what a refused client was told' }),
    level: Text,
    host: Text,
    component: Text,
    verbs: Type.Array(Text, { description: 'get is WebSocket, create is SPDY; both when one try was made of two' }),
    auditIDs: Texts,
    partOf: Type.String({ description: 'id of the copy that asked this first' }),
    notKnown: Type.Array(Text, { description: 'sentences about what the log does not tell' }),
  },
  { $id: 'SessionRow' },
);
export type SessionRow = Static<typeof SessionRow>;

export const SessionsAnswer = Type.Object(
  {
    sessions: Type.Array(Type.Unsafe<SessionRow>({ $ref: 'SessionRow#' })),
    more: Type.Boolean({ description: 'whether the limit left some out' }),
    notes: Type.Array(Text, { description: 'sentences about the answer, such as that not all records were read' }),
  },
  { $id: 'SessionsAnswer' },
);
export type SessionsAnswer = Static<typeof SessionsAnswer>;

export const SessionStep = Type.Object({
  time: Time,
  verb: Text,
  resource: Text,
  namespace: Text,
  name: Text,
  stage: Text,
  code: Type.Integer(),
  requestURI: Text,
  auditID: Text,
});
export type SessionStep = Static<typeof SessionStep>;

export const SessionStory = Type.Object(
  {
    session: Type.Unsafe<SessionRow>({ $ref: 'SessionRow#' }),
    records: Type.Array(SessionStep, { description: 'the records that it is made of' }),
    around: Type.Array(SessionStep, { description: 'what else the user did from five minutes before to five after' }),
    moreAround: Type.Boolean(),
    podWas: Type.Array(Text, { description: 'sentences about the pod' }),
  },
  { $id: 'SessionStory' },
);
export type SessionStory = Static<typeof SessionStory>;

const Access = Type.Object({
  user: Text,
  impersonatedBy: Text,
  groups: Texts,
  cluster: Text,
  namespace: Text,
  action: Text,
  right: Type.String({ description: 'verb and resource: create pods/exec' }),
  binding: Text,
  bindingKind: Text,
  role: Text,
  roleKind: Text,
  subject: Text,
  count: Count,
  firstSeen: Time,
  lastSeen: Time,
  message: Text,
  advice: Type.String({ description: 'what to remove to stop it, or what the refusal means' }),
});
export type Access = Static<typeof Access>;

export const WhoCanAnswer = Type.Object(
  {
    verb: Type.String({ description: 'exec, attach or debug' }),
    namespace: Type.String({ description: 'empty: all namespaces' }),
    granted: Type.Array(Access, { description: 'who did, and under which right' }),
    refused: Type.Array(Access, { description: 'who tried' }),
    notes: Texts,
  },
  { $id: 'WhoCanAnswer' },
);
export type WhoCanAnswer = Static<typeof WhoCanAnswer>;
