// Which recorded request is a step of exec, attach or debug, and what its grant or refusal means. The manual's table of rights says the same.
import type { AccessVerb } from '../wire/index.ts';
import { isOcAgent, isPlainCreate, nodeOfKubectlDebug, stemOfOcDebug } from './debug-name.ts';
import type { SessionRecord } from './session-record.ts';

export interface AccessStep {
  readonly action: string;
  /** Verbs and resources that a role must lose so that this ends. */
  readonly verbs: readonly string[];
  /** What a refusal of it means. */
  readonly refused: string;
}

const EXEC: AccessStep = {
  action: 'exec, rsh or cp',
  verbs: ['create pods/exec', 'get pods/exec'],
  refused: 'A refused exec, rsh or cp.',
};
const ATTACH: AccessStep = {
  action: 'attach',
  verbs: ['create pods/attach', 'get pods/attach'],
  refused: 'A refused attach.',
};
const EPHEMERAL: AccessStep = {
  action: 'kubectl debug of a pod',
  verbs: ['patch pods/ephemeralcontainers', 'update pods/ephemeralcontainers'],
  refused: 'A refused `kubectl debug`: a container could not be added to the pod.',
};
const CREATE: AccessStep = {
  action: 'debug pod',
  verbs: ['create pods'],
  refused:
    'A refused creation of a pod: what `oc debug` of a pod asks. No name is recorded of what was refused, so another new pod looks the same.',
};
const NODE: AccessStep = {
  action: 'debug node',
  verbs: ['create pods', 'get nodes'],
  refused:
    'A refused look at a node: what `oc debug node/…` and `kubectl debug node/…` ask first. `get node` looks the same.',
};
const LOOK: AccessStep = {
  action: 'exec, attach or debug',
  verbs: ['get pods'],
  refused:
    'A refused look at a pod: what exec, attach and debug ask first, so that nothing else was asked. `get pod` looks the same.',
};

/** `undefined` when the record is no step of it. */
export function stepsOf(record: SessionRecord, verb: AccessVerb): AccessStep | undefined {
  const { resource, subresource, code } = record;
  const isRead = record.verb === 'get' && subresource === '';
  if (resource === 'nodes') return verb === 'debug' && isRead && code === 403 && isByHand(record) ? NODE : undefined;
  if (resource !== 'pods' || code === 0 || code === 401 || (code >= 400 && code !== 403)) return undefined;
  if (isRead) return code === 403 && isByHand(record) ? LOOK : undefined;
  if (subresource === 'exec') return verb === 'exec' ? EXEC : undefined;
  if (subresource === 'attach') return verb === 'exec' ? undefined : ATTACH;
  if (verb !== 'debug') return undefined;
  if (subresource === 'ephemeralcontainers') return record.verb === 'get' ? undefined : EPHEMERAL;
  if (subresource !== '' || record.verb !== 'create' || !isPlainCreate(record.requestUri)) return undefined;
  return isDebugCreate(record) ? CREATE : undefined;
}

const isByHand = ({ userAgent }: SessionRecord): boolean => isOcAgent(userAgent) || userAgent.startsWith('kubectl');

/** A refused creation has no name; a granted one must have the name or the mark that debugging gives. */
function isDebugCreate(record: SessionRecord): boolean {
  if (nodeOfKubectlDebug(record.name) !== undefined || record.pod?.debugSource) return true;
  if (!isByHand(record)) return false;
  return record.name === '' || stemOfOcDebug(record.name) !== undefined;
}
