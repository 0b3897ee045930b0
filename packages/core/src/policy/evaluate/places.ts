// The namespaces and names that a policy tells apart, and a typical request moved to each of them.
import type { Policy } from '../policy.ts';
import type { RequestAttributes } from './request-attributes.ts';

/** A namespace and a name that some rule names; '' for what it does not name. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** More would be a list of names, and each is asked about for each of the people. */
const MAX_PLACES = 24;

export function findPlaces(policy: Policy): readonly Place[] {
  const places = new Map<string, Place>();
  for (const rule of policy.rules) {
    const names = rule.resources.flatMap(({ resourceNames }) => resourceNames);
    for (const namespace of rule.namespaces.length === 0 ? [''] : rule.namespaces)
      for (const name of names.length === 0 ? [''] : names) {
        if (places.size >= MAX_PLACES) return [...places.values()];
        if (namespace !== '' || name !== '') places.set(JSON.stringify([namespace, name]), { namespace, name });
      }
  }
  return [...places.values()];
}

/** The request as it is, then moved to each place that differs for it: what has no name or namespace gets none. */
export function placeRequest<T extends Partial<RequestAttributes>>(fields: T, places: readonly Place[]): readonly T[] {
  const { namespace = '', name = '' } = fields;
  const moved = places.map((place) => ({
    ...fields,
    namespace: namespace === '' ? '' : place.namespace || namespace,
    name: name === '' ? '' : place.name || name,
  }));
  return [fields, ...moved.filter((request) => request.namespace !== namespace || request.name !== name)];
}
