// One line of a requests file -> the request's attributes: either as they are, or derived from method and URL.
import { parseRequestInfo } from '../../event/index.ts';
import type { RequestAttributes } from './request-attributes.ts';

export type ReadRequest =
  | { readonly ok: true; readonly request: RequestAttributes }
  | { readonly ok: false; readonly error: string };

export function parseRequestLine(text: string): ReadRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, error: 'this line is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, error: 'this line is not a JSON object' };
  return parseRequest({ ...value });
}

export function parseRequest(fields: Readonly<Record<string, unknown>>): ReadRequest {
  const text = (key: string): string => {
    const value = fields[key];
    return typeof value === 'string' ? value : '';
  };
  for (const key of ['verb', 'apiGroup', 'resource', 'subresource', 'name', 'namespace', 'path', 'method', 'url']) {
    const value = fields[key];
    if (value !== undefined && value !== null && typeof value !== 'string')
      return { ok: false, error: `"${key}" must be a text` };
  }
  const { user, groups, isResource } = fields;
  if (user !== undefined && user !== null && typeof user !== 'string')
    return { ok: false, error: '"user" must be a text or null' };
  if (
    groups !== undefined &&
    groups !== null &&
    !(Array.isArray(groups) && groups.every((group) => typeof group === 'string'))
  ) {
    return { ok: false, error: '"groups" must be a list of texts' };
  }
  if (isResource !== undefined && typeof isResource !== 'boolean')
    return { ok: false, error: '"isResource" must be true or false' };
  const who = { user: user === null ? null : text('user'), groups: Array.isArray(groups) ? groups.map(String) : [] };
  if (text('url') !== '' && isResource === undefined) {
    const {
      verb,
      isResource: derived,
      apiGroup,
      resource,
      subresource,
      name,
      namespace,
      path,
    } = parseRequestInfo(text('method') || 'GET', text('url'));
    return {
      ok: true,
      request: { ...who, verb, isResource: derived, apiGroup, resource, subresource, name, namespace, path },
    };
  }
  const resource = text('resource');
  return {
    ok: true,
    request: {
      ...who,
      verb: text('verb'),
      isResource: typeof isResource === 'boolean' ? isResource : resource !== '',
      apiGroup: text('apiGroup'),
      resource,
      subresource: text('subresource'),
      name: text('name'),
      namespace: text('namespace'),
      path: text('path'),
    },
  };
}
