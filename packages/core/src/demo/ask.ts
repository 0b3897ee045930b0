// Asking: how the demo's people put a question to the API server, and what they may ask. Verb and object in, a request out.
import type { Workload } from './cast.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest, ObjectRef } from './request.ts';

export type Task = (caller: Caller, place: Workload, random: Random) => readonly DemoRequest[];

export const MILLIS = 1000;
export const SECONDS = 1_000_000;
export const MINUTES = 60 * SECONDS;

const isViewer = (caller: Caller): boolean => caller.groups[0] === 'auditors' || caller.groups[0] === 'support';

/** Whoever may only look gets a 403 for anything else. */
export function ask(
  caller: Caller,
  verb: string,
  object: ObjectRef,
  random: Random,
  more: Partial<DemoRequest> = {},
): DemoRequest {
  const looks = verb === 'get' || verb === 'list' || verb === 'watch';
  const mayAsk = !isViewer(caller) || (looks && object.subresource !== 'exec' && object.resource !== 'secrets');
  const request = {
    caller,
    verb,
    object,
    code: verb === 'create' ? 201 : 200,
    tookMicros: 1200 + random.around(9 * MILLIS),
    ...more,
  };
  // A refusal is quick, whatever was asked for.
  return mayAsk && request.code !== 403 ? request : { ...request, code: 403, tookMicros: 300 + random.below(900) };
}

export const pods = ({ namespace }: Workload, name?: string, subresource?: string): ObjectRef => ({
  resource: 'pods',
  namespace,
  ...(name === undefined ? {} : { name }),
  apiVersion: 'v1',
  ...(subresource === undefined ? {} : { subresource }),
});

export const deployment = ({ namespace, name }: Workload, subresource?: string): ObjectRef => ({
  resource: 'deployments',
  namespace,
  name,
  apiGroup: 'apps',
  apiVersion: 'v1',
  ...(subresource === undefined ? {} : { subresource }),
});

/** As Go's url.Values prints it: keys in order, values escaped, `+` for a space. */
export const execQuery = (command: readonly string[], isTerminal: boolean): string =>
  [
    ...command.map((word) => `command=${encodeURIComponent(word).replaceAll('%20', '+')}`),
    'container=app',
    isTerminal ? 'stdin=true&stdout=true&tty=true' : 'stderr=true&stdout=true',
  ].join('&');
