// Is this pod one of a debugging tool, and of which? What is known of the pod in, a verdict out: by its body when recorded, else by name and client.
import {
  isKubectlAgent,
  isOcAgent,
  isOcDebugNamespace,
  isPlainCreate,
  NODE_BY_NAME,
  nodeOfKubectlDebug,
  OC_NODE_CONTAINER,
  stemOfOcDebug,
} from './debug-name.ts';
import { describeHostAccess } from './pod-facts.ts';
import type { SessionRequest } from './session-request.ts';

export interface DebugVerdict {
  readonly kind: 'debug-pod' | 'debug-node';
  /** '' when the log does not tell. */
  readonly debuggedPod: string;
  readonly node: string;
  readonly nodeBy: string;
  /** Sentences: what this rests on when no body was recorded. */
  readonly notKnown: readonly string[];
}

export interface DebugQuestion {
  readonly namespace: string;
  readonly pod: string;
  /** The granted creation of the pod by the same user; undefined when it is not in the store. */
  readonly create: SessionRequest | undefined;
  /** The first exec or attach of the user; undefined when there is none. */
  readonly stream: SessionRequest | undefined;
  /** The same user deleted the pod, or used it soon after creating it. */
  readonly isBrief: boolean;
}

const NAME_ONLY = 'The body of the pod was not recorded: that this is a debug pod is told by names and by the client.';
const COPY_ONLY =
  'The body of the pod was not recorded: that it is a copy made by `kubectl debug --copy-to` is told by the client, and of which pod is not known.';
const NO_CREATE = 'The creation of the pod is not in the store.';

export function judgeDebugPod(question: DebugQuestion): DebugVerdict | undefined {
  const { create, pod } = question;
  const source = create?.record.pod?.debugSource ?? '';
  if (source !== '' || create?.record.pod?.managedBy === 'oc-debug') return judgeBySource(question, source);
  const node = nodeOfKubectlDebug(pod);
  if (node !== undefined) return judgeKubectlNode(question, node);
  const stem = stemOfOcDebug(pod);
  if (stem !== undefined && isOcDebugNamespace(question.namespace)) {
    return {
      ...nodeVerdict(nodeOf(question) || stem, NODE_BY_NAME),
      notKnown: missing(question, NAME_ONLY),
    };
  }
  if (stem !== undefined && isByOc(question)) return judgeOc(question, stem);
  return isCopy(question) ? { ...podVerdict(''), notKnown: missing(question, COPY_ONLY) } : undefined;
}

/**
 * What was asked for, as `oc debug` and the console write it into the pod: `/v1, Resource=nodes/worker-1`,
 * `apps/v1, Resource=deployments/web`; older ones wrote `pods/web-0` or `pod/web-0`.
 */
const SOURCE = /(?:^|[/=])(node|pod)s?\/([^/]+)$/i;

function judgeBySource(question: DebugQuestion, source: string): DebugVerdict {
  const [, resource = '', name = ''] = SOURCE.exec(source) ?? [];
  if (resource.toLowerCase() === 'node') return nodeVerdict(name, 'named in the body of the pod');
  if (resource.toLowerCase() === 'pod') return podVerdict(name);
  const node = nodeOf(question);
  if (source === '' && isHostPod(question)) return nodeVerdict(node, NODE_BY_NAME);
  return podVerdict(stemOfOcDebug(question.pod) ?? '');
}

const podVerdict = (debuggedPod: string): DebugVerdict => ({
  kind: 'debug-pod',
  debuggedPod,
  node: '',
  nodeBy: '',
  notKnown: [],
});

const nodeVerdict = (node: string, nodeBy: string): DebugVerdict => ({
  kind: 'debug-node',
  debuggedPod: '',
  node,
  nodeBy,
  notKnown: [],
});

function judgeKubectlNode(question: DebugQuestion, node: string): DebugVerdict | undefined {
  const { create } = question;
  // The tool sends no parameters, fixes the node, and no controller does this: a pod of that name made otherwise is not its.
  if (create !== undefined && !isPlainCreate(create.record.requestUri)) return undefined;
  const body = create?.record.pod;
  if (body !== undefined && body.nodeName === '') return undefined;
  return { ...nodeVerdict(body?.nodeName || node, NODE_BY_NAME), notKnown: missing(question, NAME_ONLY) };
}

function judgeOc(question: DebugQuestion, stem: string): DebugVerdict | undefined {
  const body = question.create?.record.pod;
  const isNode = body === undefined ? question.stream?.record.container === OC_NODE_CONTAINER : isHostPod(question);
  const notKnown = missing(question, NAME_ONLY);
  const verdict = isNode ? nodeVerdict(nodeOf(question) || stem, NODE_BY_NAME) : podVerdict(stem);
  return { ...verdict, notKnown };
}

/**
 * Made by `oc` without parameters and used or deleted by the same person soon: an ordinary pod called `x-debug` is not. Who gives
 * `oc` another file name, or writes with a version that sends no user agent, is told by the container of node pods.
 */
function isByOc({ create, stream, isBrief }: DebugQuestion): boolean {
  const { userAgent } = (create ?? stream)?.record ?? { userAgent: '' };
  const isMarked = isOcAgent(userAgent) || stream?.record.container === OC_NODE_CONTAINER;
  return isBrief && isMarked && (create === undefined || isPlainCreate(create.record.requestUri));
}

/** `kubectl debug POD --copy-to NAME` attaches to what it made, under any name at all. */
function isCopy({ create, stream, isBrief }: DebugQuestion): boolean {
  if (create === undefined || stream?.record.subresource !== 'attach' || !isBrief) return false;
  return isKubectlAgent(create.record.userAgent) && isPlainCreate(create.record.requestUri);
}

function isHostPod({ create }: DebugQuestion): boolean {
  const body = create?.record.pod;
  return body !== undefined && body.nodeName !== '' && describeHostAccess(body).length > 0;
}

const nodeOf = ({ create }: DebugQuestion): string => create?.record.pod?.nodeName ?? '';

function missing({ create }: DebugQuestion, unproven: string): readonly string[] {
  if (create === undefined) return [NO_CREATE, unproven];
  return create.record.pod === undefined ? [unproven] : [];
}
