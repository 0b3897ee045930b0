// Typical requests of everybody whom a policy tells apart -> which rule decides them and at which level.
import { compilePolicy, type Decision } from '../evaluate/compile-policy.ts';
import { findPeople, type Person } from '../evaluate/people.ts';
import { NO_REQUEST, type RequestAttributes } from '../evaluate/request-attributes.ts';
import type { Policy } from '../policy.ts';

export interface Asked {
  readonly decision: Decision;
  readonly person: Person;
  readonly request: RequestAttributes;
}

export interface PolicyAsker {
  readonly people: readonly Person[];
  /** The decisions about one request, made by each of the people. */
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
  return { people, askAs, askAll: (request) => people.map((person) => askAs(person, request)) };
}

export const SOMEBODY: Person = { who: 'somebody', user: 'somebody@example.com', groups: ['system:authenticated'] };
