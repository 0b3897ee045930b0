// A request through nodes/proxy -> what it asked of the kubelet, when it asked for a stream or a command.
import { parseExecRequest } from '../event/index.ts';

export interface KubeletCall {
  readonly node: string;
  /** exec, run, attach or port-forward. */
  readonly verb: string;
  readonly namespace: string;
  readonly pod: string;
}

const PATH =
  /^\/api\/v1\/(?:nodes\/([^/]+)\/proxy|proxy\/nodes\/([^/]+))\/(exec|run|attach|portForward|cri\/(?:exec|attach))(?:\/(.*))?$/;

/** `undefined` for everything else that goes through the node proxy: metrics, stats, logs, lists of pods. */
export function parseKubeletCall(requestUri: string): KubeletCall | undefined {
  if (parseExecRequest(requestUri) === undefined) return undefined;
  const call = PATH.exec(decodePath(requestUri.split('?', 1)[0] ?? ''));
  if (call === null) return undefined;
  const verb = (call[3] ?? '').replace('cri/', '');
  // Behind `cri/` stands a token that the kubelet gave out: it names no pod.
  const [namespace = '', pod = ''] = call[3]?.startsWith('cri/') ? [] : (call[4] ?? '').split('/');
  return {
    node: nodeName(call[1] ?? call[2] ?? ''),
    verb: verb === 'portForward' ? 'port-forward' : verb,
    namespace,
    pod,
  };
}

/** `https:node-1:10250` names the scheme and the port too. */
function nodeName(text: string): string {
  return text.replace(/^https?:/, '').replace(/:\d*$/, '');
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
