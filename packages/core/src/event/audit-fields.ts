// AuditFields: what is read out of one audit event. A format (core/formats) gives it; the store turns it into columns.

/**
 * The fields of one audit event that people filter on, as both parse roads give them.
 * Absent text is '', absent lists are [], an absent time or code is 0. Text is what the JSON string means (escapes resolved).
 */
export interface AuditFields {
  /** stageTimestamp (v1), else timestamp, else metadata.creationTimestamp; nanoseconds since 1970. */
  readonly timeNanos: bigint;
  /** requestReceivedTimestamp in nanoseconds since 1970; 0 when absent or unreadable. */
  readonly requestReceivedNanos: bigint;
  readonly level: string;
  readonly stage: string;
  readonly auditId: string;
  readonly requestUri: string;
  readonly verb: string;
  readonly username: string;
  readonly userUid: string;
  readonly userGroups: readonly string[];
  readonly impersonatedUsername: string;
  readonly impersonatedGroups: readonly string[];
  /** In the order written; only the last entry is the peer the API server itself saw. */
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  /** responseStatus.code; 0 when there is none yet. */
  readonly code: number;
  /** responseStatus.reason, such as `Forbidden`. */
  readonly statusReason: string;
  /** responseStatus.message: why a request was refused. */
  readonly statusMessage: string;
  /** The pod and the node that a service account's token was bound to (user.extra, Kubernetes 1.30). */
  readonly callerPod: string;
  readonly callerNode: string;
  /** All annotations with a text value, in the order written, the first of equal keys. */
  readonly annotations: ReadonlyMap<string, string>;
  /** argv of exec and attach, in order, from the request URI. */
  readonly execCommand: readonly string[];
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly tty: boolean;
}

/** What stands at the top of an event, in all three versions; a newer API server may write more. */
export const MEMBERS: readonly string[] = [
  'kind',
  'apiVersion',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'authenticationMetadata',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
  'metadata',
  'timestamp',
];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;

/** A request has exactly one finished record; questions count these (docs/design/0003-finished.md). */
export function isFinished(stage: string, code: number): boolean {
  return stage === 'ResponseComplete' || stage === 'Panic' || (stage === 'ResponseStarted' && code === 401);
}
