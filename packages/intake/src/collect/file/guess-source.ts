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

/** What the place of a file in a must-gather or an export says, beside its component; '' where it says nothing. */
export interface GuessedOrigin extends GuessedSource {
  readonly cluster: string;
  readonly host: string;
}

/** `[cluster=<name>/]<component>/<node>-audit*.log[.gz]`: a node's name may hold dashes and dots, so it ends at the first `-audit`. */
export function guessOrigin(path: string): GuessedOrigin {
  const folders = path.split('/');
  const file = folders.pop() ?? '';
  const folder = folders.at(-1) ?? '';
  const named = folder === 'audit' || guessSource(`${folders.join('/')}/x`).component !== '';
  const node = named ? /^([A-Za-z0-9][A-Za-z0-9._-]*?)-audit/.exec(file)?.[1] : undefined;
  const cluster = folders.find((part) => part.startsWith('cluster='))?.slice('cluster='.length);
  return { ...guessSource(path), host: node ?? '', cluster: cluster === undefined ? '' : decodeName(cluster) };
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
