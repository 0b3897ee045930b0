// Method and URL of a request -> the attributes that a kube-apiserver derives from them: verb, resource or path, name, namespace.
import { parseQuery } from './exec-request.ts';
import { findSelectedName } from './field-selector.ts';
import { decodePath } from './url-path.ts';

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
  /** Whether the request stays open (watch, exec, log, proxy…), so that audit has a ResponseStarted stage for it. */
  readonly longRunning: boolean;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);
const LONG_RUNNING_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);
const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const METHOD_OF_VERB: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

/** The attributes of a request as the server sees them; `url` is the request target, with or without a query. */
export function parseRequestInfo(method: string, url: string): RequestInfo {
  const question = url.indexOf('?');
  const path = decodePath(question === -1 ? url : url.slice(0, question));
  const other = describePath(method, path);
  const parts = splitPath(path);
  const grouped = parts[0] === 'apis';
  if (parts.length < (grouped ? 4 : 3) || (!grouped && parts[0] !== 'api')) return other;
  const apiGroup = grouped ? (parts[1] ?? '') : '';
  const apiVersion = parts[grouped ? 2 : 1] ?? '';
  let rest = parts.slice(grouped ? 3 : 2);
  let verb = Object.hasOwn(VERB_OF_METHOD, method) ? (VERB_OF_METHOD[method] ?? '') : '';
  // The old verbs inside a path: /api/v1/watch/… and /api/v1/proxy/…
  if (rest[0] === 'watch' || rest[0] === 'proxy') {
    // A path that ends in such a verb is refused by the server; this is what it knew until then.
    if (rest.length < 2) return { ...other, isResource: true, apiGroup, apiVersion };
    verb = rest[0];
    rest = rest.slice(1);
  }
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? '')) rest = rest.slice(2);
  }
  const resource = rest[0] ?? '';
  const subresource = verb === 'proxy' ? '' : (rest[2] ?? '');
  const asked = refineVerb(verb, rest[1] ?? '', question === -1 ? '' : url.slice(question + 1));
  const longRunning = isLongRunning(asked.verb, subresource);
  return { isResource: true, apiGroup, apiVersion, resource, subresource, namespace, path, longRunning, ...asked };
}

/** The same from the requestURI of an audit event; the verb is the recorded one, since the method is not recorded. */
export function deriveFromUri(uri: string, verb: string): RequestInfo {
  const method = Object.hasOwn(METHOD_OF_VERB, verb) ? (METHOD_OF_VERB[verb] ?? 'GET') : 'GET';
  const info = parseRequestInfo(method, uri);
  if (info.verb === verb) return info;
  if (!info.isResource) return { ...describePath(verb, info.path), verb };
  return { ...info, verb, longRunning: isLongRunning(verb, info.subresource) };
}

function describePath(method: string, path: string): RequestInfo {
  const verb = method.toLowerCase();
  const nothing = { apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '', namespace: '' };
  const longRunning = path.startsWith('/debug/pprof/') || verb === 'watch' || verb === 'proxy';
  return { ...nothing, verb, isResource: false, path, longRunning };
}

function isLongRunning(verb: string, subresource: string): boolean {
  return verb === 'watch' || verb === 'proxy' || LONG_RUNNING_SUBRESOURCES.has(subresource);
}

function splitPath(path: string): readonly string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

/** Without a name, get is list or watch (and a field selector may give the name), and delete is deletecollection. */
function refineVerb(verb: string, name: string, query: string): { verb: string; name: string } {
  if (name !== '') return { verb, name };
  if (verb === 'delete') return { verb: 'deletecollection', name };
  if (verb !== 'get') return { verb, name };
  const values = parseQuery(query);
  const watch = values.get('watch')?.[0]?.toLowerCase();
  const watching = watch !== undefined && watch !== 'false' && watch !== '0';
  return { verb: watching ? 'watch' : 'list', name: findSelectedName(values) ?? '' };
}
