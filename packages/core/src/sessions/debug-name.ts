// Names that debugging tools give to pods and namespaces -> what was debugged. A name alone proves nothing: callers ask for more.

/** The alphabet of generated suffixes: no vowels, nothing that looks like another letter. */
const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]{5}';
const KUBECTL_NODE = new RegExp(`^node-debugger-(.+)-${SUFFIX}$`);
const OC = new RegExp(`^(.+?)-debug(?:-${SUFFIX})?$`);
const OC_NAMESPACE = new RegExp(`^openshift-debug(?:-node)?-${SUFFIX}$`);
const KUBECTL_CONTAINER = new RegExp(`^debugger-${SUFFIX}$`);

/** The only container of a pod that `oc debug` makes for a node. */
export const OC_NODE_CONTAINER = 'container-00';

/** How the node of a session is known when nothing but the name of its pod tells. */
export const NODE_BY_NAME = 'read from the name of the pod';

/** The node of `kubectl debug node/…`, dots and all. */
export function nodeOfKubectlDebug(pod: string): string | undefined {
  return KUBECTL_NODE.exec(pod)?.[1];
}

/** What stands before `-debug` or `-debug-xxxxx`. */
export function stemOfOcDebug(pod: string): string | undefined {
  return OC.exec(pod)?.[1];
}

export function isOcDebugNamespace(namespace: string): boolean {
  return OC_NAMESPACE.test(namespace);
}

export function isKubectlDebugContainer(container: string): boolean {
  return KUBECTL_CONTAINER.test(container);
}

/** `oc` under its own name, any version; the file name of the binary comes first. */
export function isOcAgent(userAgent: string): boolean {
  return /^oc(?:\.exe)?(?:[\d.-]*)\//.test(userAgent);
}

/** kubectl from 1.20 on, which has `debug` and marks everything else that it creates with a field manager. */
export function isKubectlAgent(userAgent: string): boolean {
  const version = /^kubectl[\w.-]*\/v?1\.(\d+)/.exec(userAgent);
  return version !== null && Number(version[1]) >= 20;
}

/** What `create`, `apply`, `run` and controllers never send: a create without any parameter. Debug commands do. */
export function isPlainCreate(requestUri: string): boolean {
  return !requestUri.includes('?');
}

export function isDryRun(requestUri: string): boolean {
  return /[?&]dryRun=/i.test(requestUri);
}
