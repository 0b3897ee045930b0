// PodFacts: what the body of a pod create, of an ephemeral container or of a binding tells. Spec as JSON text in, facts out.

export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  /** command and args. */
  readonly command: readonly string[];
}

export interface PodFacts {
  readonly nodeName: string;
  /** The node that whoever made the pod chose, by name or by its hostname label; '' when the scheduler was to choose. */
  readonly fixedNode: string;
  readonly hostPid: boolean;
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  readonly hostPaths: readonly string[];
  /** Some container is. */
  readonly isPrivileged: boolean;
  readonly serviceAccount: string;
  readonly containers: readonly ContainerFacts[];
  readonly ephemeralContainers: readonly ContainerFacts[];
  /** Labels debug.openshift.io/managed-by or app.kubernetes.io/managed-by. */
  readonly managedBy: string;
  /** Annotation debug.openshift.io/source-resource: what `oc debug` was asked to debug. */
  readonly debugSource: string;
}

/** The few texts that a store keeps of a body; the spec is JSON, '' when there was none. */
export interface PodTexts {
  readonly spec: string;
  /** target.name of a binding. */
  readonly bindingTarget: string;
  readonly managedBy: string;
  readonly debugSource: string;
}

/** Bodies come from clients: nothing in them is trusted to have a shape. `undefined` when nothing was recorded. */
export function parsePodFacts(texts: PodTexts): PodFacts | undefined {
  const spec = parseObject(texts.spec);
  if (spec === undefined && texts.bindingTarget === '') return undefined;
  const from: Json = spec ?? {};
  return {
    nodeName: text(from['nodeName']) || texts.bindingTarget,
    fixedNode: text(from['nodeName']) || text(object(from['nodeSelector'])['kubernetes.io/hostname']),
    hostPid: from['hostPID'] === true,
    hostNetwork: from['hostNetwork'] === true,
    hostIpc: from['hostIPC'] === true,
    hostPaths: objects(from['volumes']).flatMap((volume) => {
      const path = text(object(volume['hostPath'])['path']);
      return path === '' ? [] : [path];
    }),
    isPrivileged: objects(from['containers']).some((one) => object(one['securityContext'])['privileged'] === true),
    serviceAccount: text(from['serviceAccountName']) || text(from['serviceAccount']),
    containers: objects(from['containers']).map(readContainer),
    ephemeralContainers: objects(from['ephemeralContainers']).map(readContainer),
    managedBy: texts.managedBy,
    debugSource: texts.debugSource,
  };
}

/** `/`, however it is written; `..` is refused by the API server. */
const ROOT = /^(?:\/\.?)+$/;

/** In words, why a pod can reach its node; empty when nothing recorded says so. */
export function describeHostAccess(pod: PodFacts): readonly string[] {
  return [
    ...(pod.hostPid ? ['host PID namespace'] : []),
    ...(pod.hostNetwork ? ['host network'] : []),
    ...(pod.hostIpc ? ['host IPC namespace'] : []),
    ...(pod.hostPaths.some((path) => ROOT.test(path)) ? ['the whole file system of its node (hostPath /)'] : []),
  ];
}

/**
 * Whether going into the pod may be going into its node. A fixed node counts beside something that is the node's: alone it opens
 * nothing, and is what every pod has that was made without a scheduler.
 */
export function reachesNode(pod: PodFacts): boolean {
  const isTied = pod.fixedNode !== '' && (pod.isPrivileged || pod.hostPaths.length > 0);
  return isTied || describeHostAccess(pod).length > 0;
}

type Json = { readonly [key: string]: unknown };

function parseObject(json: string): Json | undefined {
  if (json === '') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    // A body that was cut tells nothing.
    return undefined;
  }
}

function readContainer(container: Json): ContainerFacts {
  return {
    name: text(container['name']),
    image: text(container['image']),
    command: [...texts(container['command']), ...texts(container['args'])],
  };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
