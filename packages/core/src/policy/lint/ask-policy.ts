// Typical requests of everybody, and of every place, that a policy tells apart -> which rule decides them and at which level.
import { compilePolicy, type Decision } from '../evaluate/compile-policy.ts';
import { findPeople, type Person } from '../evaluate/people.ts';
import { findPlaces, placeRequest } from '../evaluate/places.ts';
import { NO_REQUEST, type RequestAttributes } from '../evaluate/request-attributes.ts';
import type { Policy } from '../policy.ts';

export interface Asked {
  readonly decision: Decision;
  readonly person: Person;
  readonly request: RequestAttributes;
}

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

export const SOMEBODY: Person = { who: 'somebody', user: 'somebody@example.com', groups: ['system:authenticated'] };
