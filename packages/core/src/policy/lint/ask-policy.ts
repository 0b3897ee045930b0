// Typical requests of everybody, and of every place, that a policy tells apart -> which rule decides them and at which level.
import { compilePolicy, type Decision } from '../evaluate/compile-policy.ts';
import { findPeople, type Person } from '../evaluate/people.ts';
import { NO_REQUEST, type RequestAttributes } from '../evaluate/request-attributes.ts';
import type { Policy } from '../policy.ts';

export interface Asked {
  readonly decision: Decision;
  readonly person: Person;
  readonly request: RequestAttributes;
}

/** A namespace and a name that some rule names; '' for what it does not name. */
interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** More would be a list of names, and each is asked about for each of the people. */
const MAX_PLACES = 24;

export interface PolicyAsker {
  readonly people: readonly Person[];
  /** The decisions about one request, made by each of the people, wherever it has a namespace or a name: in each that the rules name. */
  readonly askAll: (request: Partial<RequestAttributes>) => readonly Asked[];
  readonly askAs: (person: Person, request: Partial<RequestAttributes>) => Asked;
}

export function openAsker(policy: Policy): PolicyAsker {
  const compiled = compilePolicy(policy);
  const people = findPeople(policy);
  const askAs = (person: Person, fields: Partial<RequestAttributes>): Asked => {
    const request = {
      ...NO_REQUEST,
      isResource: fields.resource !== undefined,
      ...fields,
      user: person.user,
      groups: person.groups,
    };
    return { decision: compiled.evaluate(request), person, request };
  };
  const places = findPlaces(policy);
  const askAll = (fields: Partial<RequestAttributes>): readonly Asked[] =>
    placeRequest(fields, places).flatMap((request) => people.map((person) => askAs(person, request)));
  return { people, askAs, askAll };
}

function findPlaces(policy: Policy): readonly Place[] {
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
function placeRequest(
  fields: Partial<RequestAttributes>,
  places: readonly Place[],
): readonly Partial<RequestAttributes>[] {
  const { namespace = '', name = '' } = fields;
  const moved = places.map((place) => ({
    ...fields,
    namespace: namespace === '' ? '' : place.namespace || namespace,
    name: name === '' ? '' : place.name || name,
  }));
  return [fields, ...moved.filter((request) => request.namespace !== namespace || request.name !== name)];
}

export const SOMEBODY: Person = { who: 'somebody', user: 'somebody@example.com', groups: ['system:authenticated'] };
