// Session -> SessionRow: the words of the HTTP API and of `sessions -o json`. Pure; `nowNanos` tells how long an open one lasts.
import { parseAuthorization, printTime } from '../event/index.ts';
import type { SessionRow } from '../wire/index.ts';
import { describeHostAccess } from './pod-facts.ts';
import type { Session } from './session.ts';

export function printSession(session: Session, nowNanos: bigint): SessionRow {
  const { main, form, podFacts } = session;
  const { record } = main;
  const right = parseAuthorization(record.reason);
  return {
    id: session.id,
    kind: session.kind,
    form: form?.form ?? session.kubeletVerb,
    state: session.state,
    startedAt: printTime(session.startNanos),
    endedAt: session.endNanos === undefined ? null : printTime(session.endNanos),
    durationSeconds: printSpan(session, nowNanos),
    user: record.username,
    impersonatedUser: record.impersonatedUsername,
    impersonatedGroups: [...record.impersonatedGroups],
    groups: [...record.userGroups],
    loginName: record.loginName,
    loginDecision: record.loginDecision,
    sourceIP: record.sourceIps.at(-1) ?? '',
    sourceIPs: [...record.sourceIps],
    userAgent: record.userAgent,
    callerPod: record.callerPod,
    callerNode: record.callerNode,
    cluster: record.cluster,
    namespace: session.namespace,
    pod: session.pod,
    container: session.container,
    node: session.node,
    nodeBy: session.nodeBy,
    debuggedPod: session.debuggedPod,
    image: session.image,
    serviceAccount: podFacts?.serviceAccount ?? '',
    hostAccess: podFacts === undefined ? [] : [...describeHostAccess(podFacts)],
    command: [...session.command],
    ports: [...session.ports],
    direction: form?.form === 'cp' ? form.direction : '',
    path: form?.form === 'cp' ? form.path : '',
    tty: session.tty,
    stdin: session.stdin,
    code: session.code,
    decision: record.decision,
    binding: right?.binding ?? '',
    bindingKind: right?.bindingKind ?? '',
    role: right?.role ?? '',
    roleKind: right?.roleKind ?? '',
    subject: right === undefined ? '' : `${right.subjectKind} ${right.subject}`,
    message: record.message,
    level: record.level,
    host: record.host,
    component: record.component,
    verbs: listVerbs(session),
    auditIDs: listAuditIds(session),
    partOf: session.partOf,
    notKnown: [...session.notKnown],
  };
}

function listVerbs({ main, requests }: Session): string[] {
  const verbs: string[] = [];
  for (const { record } of requests) {
    if (record.requestUri === main.record.requestUri && !verbs.includes(record.verb)) verbs.push(record.verb);
  }
  return verbs;
}

function listAuditIds({ requests }: Session): string[] {
  const [first] = requests;
  return requests.length === 1 && first !== undefined
    ? [first.record.auditId]
    : [...new Set(requests.map(({ record }) => record.auditId))];
}

/** Up to now for an open one, null when the end is not known; whole microseconds, as audit has them. */
function printSpan({ state, startNanos, endNanos }: Session, nowNanos: bigint): number | null {
  const end = state === 'open' ? nowNanos : endNanos;
  if (end === undefined) return null;
  return end < startNanos ? 0 : Number((end - startNanos) / 1000n) / 1e6;
}
