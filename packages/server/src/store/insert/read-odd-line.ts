// What a line that waited is: an audit event, an entry pushed through Loki's API, or a case for quarantine. Line and source in, values of a row out.
import { type AuditFields, IDENTITY_SEPARATOR, OWN_TENANT, type SegmentSource } from '@kubewitness/core/event';
import {
  createEnvelopeReader,
  type PushedLine,
  parseAuditLine,
  printPushedIdentityHead,
} from '@kubewitness/core/formats';

export interface OddLine {
  readonly source: number;
  readonly position: bigint;
  readonly arrival: bigint;
  /** '' for a line to be parsed; else why intake refused it. */
  readonly problem: string;
  readonly line: Buffer;
}

type Labels = Readonly<Record<string, string>>;

export interface OddRow {
  /** '' for a record. */
  readonly problem: string;
  readonly line: Uint8Array;
  readonly fields: AuditFields;
  /** In front of the line in the text whose hash is the row's identity. */
  readonly identityHead: string;
  readonly tenant: string;
  readonly labels: Labels;
  readonly metadata: Labels;
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly logType: string;
  readonly logSource: string;
}

const NO_LABELS: Labels = {};

const NO_FIELDS: AuditFields = {
  timeNanos: 0n,
  requestReceivedNanos: 0n,
  level: '',
  stage: '',
  auditId: '',
  requestUri: '',
  verb: '',
  username: '',
  userUid: '',
  userGroups: [],
  impersonatedUsername: '',
  impersonatedGroups: [],
  sourceIps: [],
  userAgent: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  apiGroup: '',
  apiVersion: '',
  code: 0,
  statusReason: '',
  statusMessage: '',
  callerPod: '',
  callerNode: '',
  annotations: new Map(),
  execCommand: [],
  container: '',
  stdin: false,
  stdout: false,
  tty: false,
};

/** The time column holds nanoseconds in 64 bits, and a day before 1970 is a clock that was never set. */
const LATEST_NANOS = 2n ** 63n - 1n;

export function isStorable(nanos: bigint): boolean {
  return nanos >= 0n && nanos <= LATEST_NANOS;
}

function readCollected({ line, problem }: OddLine, source: SegmentSource): OddRow {
  const { cluster, host, component, logType, logSource } = source;
  const row = {
    line,
    identityHead: `${cluster}${IDENTITY_SEPARATOR}`,
    tenant: OWN_TENANT,
    labels: NO_LABELS,
    metadata: NO_LABELS,
    ...{ cluster, host, component, logType, logSource },
  };
  const refuse = (why: string): OddRow => ({ ...row, problem: why, fields: NO_FIELDS });
  if (problem !== '') return refuse(problem);
  const parsed = parseAuditLine(line);
  if (!parsed.ok) return refuse(parsed.problem);
  if (!isStorable(parsed.fields.timeNanos)) return refuse('the time of the event lies outside 1970 to 2262');
  return { ...row, problem: '', fields: parsed.fields };
}

/**
 * The entry's own time counts, whatever the event in its line says; how long the request took stays as it was. What other tenants
 * push stays lines and labels, so that no condition has to keep it out of our own questions.
 */
function readPushedFields({ stream, timeNanos, line }: PushedLine): AuditFields {
  const parsed = stream.tenant === OWN_TENANT && line[0] === 0x7b ? parseAuditLine(line) : undefined;
  if (parsed?.ok !== true) return { ...NO_FIELDS, timeNanos };
  const { requestReceivedNanos: received, timeNanos: eventNanos } = parsed.fields;
  const requestReceivedNanos = received === 0n ? 0n : timeNanos - (eventNanos - received);
  return { ...parsed.fields, timeNanos, requestReceivedNanos };
}

function readPushed(pushed: PushedLine): OddRow {
  const { tenant, labels } = pushed.stream;
  const read = (name: string): string => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : '');
  const isTimely = isStorable(pushed.timeNanos);
  return {
    problem: isTimely ? '' : 'the time of the entry lies outside 1970 to 2262',
    line: pushed.line,
    fields: isTimely ? readPushedFields(pushed) : NO_FIELDS,
    identityHead: printPushedIdentityHead(pushed.stream, pushed.timeNanos),
    tenant,
    labels,
    metadata: pushed.metadata,
    cluster: read('cluster'),
    host: read('kubernetes_host'),
    component: read('component'),
    logType: read('log_type'),
    logSource: read('log_source'),
  };
}

/** For the lines of segments, whose sources are given by number. */
export function createOddLineReader(sources: readonly (SegmentSource | undefined)[]): (odd: OddLine) => OddRow {
  const readEnvelope = createEnvelopeReader();
  return (odd) => {
    const source = sources[odd.source];
    if (source === undefined) throw new Error(`a row of source ${odd.source}, which no segment described`);
    if (source.kind !== 'push') return readCollected(odd, source);
    const pushed = readEnvelope(odd.line);
    return pushed === undefined
      ? readCollected({ ...odd, problem: 'no entry that this program wrote' }, source)
      : readPushed(pushed);
  };
}
