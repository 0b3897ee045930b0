// Method and URL of a request -> the attributes that a kube-apiserver derives from them: verb, resource or path, name, namespace.

export interface RequestInfo {
  readonly verb: string;
  readonly isResource: boolean;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  /** The decoded path without the query. */
  readonly path: string;
  /** Whether the request stays open (watch, exec, log -f, proxy…), so that audit has a ResponseStarted stage for it. */
  readonly longRunning: boolean;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);
const LONG_RUNNING_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);
const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Subresources that a verb never stands for: only these two words are verbs inside a path. */
const PATH_VERBS = new Set(['proxy', 'watch']);

/** The attributes of a request as the server sees them; `url` is the request target, with or without a query. */
export function parseRequestInfo(method: string, url: string): RequestInfo {
  const { path, query } = splitUrl(url);
  const other: RequestInfo = {
    verb: method.toLowerCase(),
    isResource: false,
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    name: '',
    namespace: '',
    path,
    longRunning: isLongRunningPath(path),
  };
  const parts = splitPath(path);
  const grouped = parts[0] === 'apis';
  if (parts.length < (grouped ? 4 : 3) || (!grouped && parts[0] !== 'api')) return other;
  const apiGroup = grouped ? (parts[1] ?? '') : '';
  const apiVersion = parts[grouped ? 2 : 1] ?? '';
  let rest = parts.slice(grouped ? 3 : 2);
  let verb = Object.hasOwn(VERBS, method) ? (VERBS[method] ?? '') : '';
  if (PATH_VERBS.has(rest[0] ?? '')) {
    // A path that ends in the verb is refused by the server; what it knew until then is what it records.
    if (rest.length < 2) return { ...other, isResource: true, apiGroup, apiVersion, longRunning: false };
    verb = rest[0] ?? '';
    rest = rest.slice(1);
  }
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? '')) rest = rest.slice(2);
  }
  const resource = rest[0] ?? '';
  let name = rest[1] ?? '';
  const subresource = verb === 'proxy' ? '' : (rest[2] ?? '');
  if (
    name === '' &&
    (verb === 'get' || verb === 'list' || verb === 'watch' || verb === 'deletecollection' || verb === 'delete')
  ) {
    const asked = listAttributes(verb, query);
    verb = asked.verb;
    name = asked.name;
  }
  return {
    verb,
    isResource: true,
    apiGroup,
    apiVersion,
    resource,
    subresource,
    name,
    namespace,
    path,
    longRunning: verb === 'watch' || verb === 'proxy' || LONG_RUNNING_SUBRESOURCES.has(subresource),
  };
}

/** The same from the requestURI of an audit event; the verb is the recorded one, since the method is not recorded. */
export function deriveFromUri(uri: string, verb: string): RequestInfo {
  const info = parseRequestInfo('GET', uri);
  if (!info.isResource) return { ...info, verb };
  return {
    ...info,
    verb,
    longRunning: verb === 'watch' || verb === 'proxy' || LONG_RUNNING_SUBRESOURCES.has(info.subresource),
  };
}
