// SessionRecord: the narrow row of one session-relevant audit record. A line or a stored row comes in as this; the fold takes nothing else.
import type { PodFacts } from './pod-facts.ts';

export interface SessionRecord {
  /** 32 hex digits; equal ids are one record seen twice. */
  readonly recordId: string;
  /** stageTimestamp in nanoseconds since 1970. */
  readonly timeNanos: bigint;
  /** requestReceivedTimestamp; 0 when unknown. Both stages of one request have the same. */
  readonly requestReceivedNanos: bigint;
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly level: string;
  readonly stage: string;
  readonly code: number;
  readonly auditId: string;
  readonly requestUri: string;
  readonly verb: string;
  readonly username: string;
  readonly userGroups: readonly string[];
  readonly impersonatedUsername: string;
  readonly impersonatedGroups: readonly string[];
  /** As written; only the last entry is what the API server saw itself. */
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  /** objectRef.name, else the name in a recorded body: creates with generateName have no other. */
  readonly name: string;
  readonly container: string;
  readonly execCommand: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly tty: boolean;
  readonly decision: string;
  /** authorization.k8s.io/reason: names the binding and the role. */
  readonly reason: string;
  /** responseStatus.message of a refusal. */
  readonly message: string;
  /** authentication.openshift.io/decision: allow, deny, error; '' when this is no login. */
  readonly loginDecision: string;
  /** The name typed at a login. */
  readonly loginName: string;
  /** user.extra of a service account's token: the pod and the node that the request came from. */
  readonly callerPod: string;
  readonly callerNode: string;
  /** The API server was starting when it took this request. */
  readonly starting: boolean;
  /** What a recorded body tells of the pod; undefined when the policy records none. */
  readonly pod: PodFacts | undefined;
}
