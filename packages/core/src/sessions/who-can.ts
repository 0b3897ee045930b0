// Who can do it, from decisions that were recorded: session records in, who did, by which right, what to remove, and who was refused.
import { type Authorization, parseAuthorization } from '../event/index.ts';
import type { AccessVerb } from '../wire/index.ts';
import { stepsOf } from './access-steps.ts';
import type { SessionRecord } from './session-record.ts';
import { MASTERS } from './unknowns.ts';

/** What one person was granted under one binding, or refused. */
export interface AccessRow {
  readonly user: string;
  /** Who acted as `user`; '' when they acted as themselves. */
  readonly impersonatedBy: string;
  readonly groups: readonly string[];
  readonly namespace: string;
  readonly cluster: string;
  readonly granted: boolean;
  /** What it was for: `exec or rsh`, `debug pod`… */
  readonly action: string;
  /** Verb and resource as RBAC rules name them: `create pods/exec`. */
  readonly right: string;
  readonly authorization: Authorization | undefined;
  readonly count: number;
  readonly firstNanos: bigint;
  readonly lastNanos: bigint;
  /** The sentence of the last refusal. */
  readonly message: string;
  /** How to stop it, or what the refusal means. */
  readonly advice: string;
}

export interface WhoCan {
  readonly granted: readonly AccessRow[];
  readonly refused: readonly AccessRow[];
}

/** `namespace` '' means all. Records of one request count once. */
export function findWhoCan(records: readonly SessionRecord[], verb: AccessVerb, namespace: string): WhoCan {
  const rows = new Map<string, AccessRow>();
  const seen = new Set<string>();
  for (const record of records) {
    const steps = stepsOf(record, verb);
    // Nodes have no namespace: who may not read them cannot debug them, in whatever namespace the pod would have been.
    if (steps === undefined || (namespace !== '' && record.namespace !== namespace && record.namespace !== ''))
      continue;
    const request = JSON.stringify([
      record.cluster,
      record.auditId,
      record.username,
      record.requestUri,
      record.verb,
      String(record.requestReceivedNanos),
    ]);
    if (seen.has(request)) continue;
    seen.add(request);
    const row = describe(record, steps);
    const key = JSON.stringify([
      row.user,
      row.impersonatedBy,
      row.cluster,
      row.namespace,
      row.granted,
      row.action,
      row.right,
      row.authorization,
    ]);
    const known = rows.get(key);
    rows.set(key, known === undefined ? row : merge(known, row));
  }
  const sorted = [...rows].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).map(([, row]) => row);
  return { granted: sorted.filter(({ granted }) => granted), refused: sorted.filter(({ granted }) => !granted) };
}

type Steps = NonNullable<ReturnType<typeof stepsOf>>;

/** A refused impersonation has no impersonated user: only the message tells, beside a request that nobody looked at. */
const REFUSED_AS = /cannot impersonate(?::[\w-]+)? resource/;
const AS_ADVICE =
  'A refused impersonation (`--as`), so that nothing else was asked. Whom it was for is in its message.';

function describe(record: SessionRecord, steps: Steps): AccessRow {
  const acted = record.impersonatedUsername !== '';
  const authorization = parseAuthorization(record.reason);
  const granted = record.code < 400 && record.decision !== 'forbid';
  const refusedAs = !granted && REFUSED_AS.test(record.message);
  const row = {
    user: acted ? record.impersonatedUsername : record.username,
    impersonatedBy: acted ? record.username : '',
    groups: acted ? record.impersonatedGroups : record.userGroups,
    namespace: record.namespace,
    cluster: record.cluster,
    granted,
    action: steps.action,
    right: refusedAs
      ? 'impersonate'
      : `${record.verb} ${record.resource}${record.subresource === '' ? '' : `/${record.subresource}`}`,
    authorization,
    count: 1,
    firstNanos: record.timeNanos,
    lastNanos: record.timeNanos,
    message: record.message,
  };
  return {
    ...row,
    advice: granted ? adviseRemoval(authorization, steps, row.groups) : refusedAs ? AS_ADVICE : steps.refused,
  };
}

function adviseRemoval(right: Authorization | undefined, { verbs }: Steps, groups: readonly string[]): string {
  if (right === undefined) {
    if (groups.includes(MASTERS)) {
      return `No role can be changed: the group ${MASTERS} is allowed everything. Stop the certificate or token that names it.`;
    }
    return 'No binding was recorded: the right comes from outside RBAC (a node or webhook authorizer), or the policy omits annotations.';
  }
  const holder = `${right.roleKind} ${right.role}`;
  return `Remove ${verbs.join(' and ')} from ${holder}, or ${right.subjectKind} ${right.subject} from ${right.bindingKind} ${right.binding}.`;
}

function merge(a: AccessRow, b: AccessRow): AccessRow {
  const [early, late] = a.lastNanos <= b.lastNanos ? [a, b] : [b, a];
  return {
    ...late,
    count: a.count + b.count,
    firstNanos: a.firstNanos < b.firstNanos ? a.firstNanos : b.firstNanos,
    message: late.message || early.message,
  };
}
