// The flags that describe one request, by resource or by URL -> its attributes.
import { parseRequestInfo } from '@kubewitness/core/event';
import { NO_REQUEST, type RequestAttributes } from '@kubewitness/core/policy';
import type { Command } from 'commander';
import { usageProblem } from './policy-problem.ts';
import { collect } from './run-command.ts';

export interface RequestFlags {
  readonly user?: string;
  readonly group: readonly string[];
  readonly verb?: string;
  readonly resource?: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly method?: string;
  readonly path?: string;
}

export function addRequestFlags(command: Command): Command {
  return command
    .option('--user <name>', 'user name of the request')
    .option(
      '--group <name>',
      'group of the user, repeatable; who is logged in is also in system:authenticated',
      collect,
      [],
    )
    .option('--verb <verb>', 'verb: get, list, watch, create, update, patch, delete, deletecollection')
    .option('--resource <resource>', 'resource[/subresource], or resource.group[/subresource] such as deployments.apps')
    .option('--api-group <group>', 'API group of the resource')
    .option('-n, --namespace <name>', 'namespace of the request')
    .option('--name <name>', 'name of the object')
    .option('--method <method>', 'HTTP method, with --path: derive the attributes as the API server does')
    .option('--path <url>', 'path with query, such as /api/v1/namespaces/x/pods?watch=1');
}

/** undefined when no request is described. */
export function readRequestFlags(flags: RequestFlags): RequestAttributes | undefined {
  const who = { user: flags.user ?? '', groups: flags.group };
  if (flags.path !== undefined) {
    if (flags.resource !== undefined) throw usageProblem('--path and --resource say the same thing; give one of them.');
    const {
      longRunning: _,
      apiVersion: __,
      ...info
    } = parseRequestInfo((flags.method ?? 'GET').toUpperCase(), flags.path);
    return { ...who, ...info, ...(flags.verb === undefined ? {} : { verb: flags.verb }) };
  }
  if (flags.method !== undefined)
    throw usageProblem('--method needs --path, such as --path /api/v1/namespaces/x/pods.');
  if (flags.resource === undefined) {
    if (flags.verb === undefined && flags.user === undefined && flags.group.length === 0) return undefined;
    throw usageProblem('say what is asked for: --resource pods, or --path /healthz.');
  }
  if (flags.verb === undefined) throw usageProblem('--resource needs --verb, such as --verb get.');
  const [qualified = '', ...subresource] = flags.resource.split('/');
  const dot = flags.apiGroup === undefined ? qualified.indexOf('.') : -1;
  return {
    ...NO_REQUEST,
    ...who,
    verb: flags.verb,
    isResource: true,
    resource: dot === -1 ? qualified : qualified.slice(0, dot),
    apiGroup: flags.apiGroup ?? (dot === -1 ? '' : qualified.slice(dot + 1)),
    subresource: subresource.join('/'),
    name: flags.name ?? '',
    namespace: flags.namespace ?? '',
  };
}
