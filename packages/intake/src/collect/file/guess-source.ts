// guessSource: what a path says about its log. In: a path. Out: component and log source, '' where it says nothing.

export interface GuessedSource {
  readonly component: string;
  readonly logSource: string;
}

const COMPONENTS = ['kube-apiserver', 'openshift-apiserver', 'oauth-apiserver', 'oauth-server'];

/** Distributions whose audit log has a name of its own, and is always the kube-apiserver's. */
const KUBE_PATHS = [
  /(^|\/)rancher\/(k3s|rke2)\/server\/logs\/audit/,
  /(^|\/)kube-audit\/audit-log/,
  /(^|\/)kubernetes\/audit\//,
  /(^|\/)log\/audit\/kube\//,
];

/** `/var/log/<component>/audit.log`, `<component>-audit.log`, `<component>/<node>-audit.log.gz` of a must-gather. */
export function guessSource(path: string): GuessedSource {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  // The folder nearest to the file names its component.
  const folder = parts.reverse().find((part) => COMPONENTS.includes(part));
  const component =
    folder ??
    COMPONENTS.find(
      (name) => file.startsWith(`${name}-audit`) || file.startsWith(`${name}.`) || file.startsWith(`${name}-2`),
    ) ??
    (KUBE_PATHS.some((pattern) => pattern.test(path)) ? 'kube-apiserver' : '');
  return { component, logSource: logSourceOf(component) };
}

/** OpenShift Logging's names: all three OpenShift servers share one. */
export function logSourceOf(component: string): string {
  if (component === '') return '';
  return component === 'kube-apiserver' ? 'kubeAPI' : 'openshiftAPI';
}
