// What the path of an audit log tells about where it was written: OpenShift's directories, must-gather and export names.
import { basename, dirname } from 'node:path';

export interface Origin {
  readonly host: string;
  /** `kube-apiserver`, `openshift-apiserver`, `oauth-apiserver`, `oauth-server`, or ''. */
  readonly component: string;
  readonly logSource: string;
}

/** OpenShift Logging's value for each server: one for kube-apiserver, one for the other three. */
const LOG_SOURCES: ReadonlyMap<string, string> = new Map([
  ['kube-apiserver', 'kubeAPI'],
  ['openshift-apiserver', 'openshiftAPI'],
  ['oauth-apiserver', 'openshiftAPI'],
  ['oauth-server', 'openshiftAPI'],
]);

/** `master-0-audit-2021-03-09T14-07-27.129.log.gz`: the node's name ends before the first `-audit`. */
const MUST_GATHER = /^(.+?)-audit(?:[-.].*)?$/;

export function guessOrigin(path: string): Origin {
  const component = dirname(path)
    .split('/')
    .reverse()
    .find((part) => LOG_SOURCES.has(part));
  const host = component === undefined ? undefined : MUST_GATHER.exec(basename(path))?.[1];
  return {
    host: host ?? '',
    component: component ?? '',
    logSource: component === undefined ? '' : (LOG_SOURCES.get(component) ?? ''),
  };
}
