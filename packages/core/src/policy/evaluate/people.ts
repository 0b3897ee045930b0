// The people whom a policy tells apart: each user and group that its rules name, and anybody else, for asking typical requests.
import type { Policy } from '../policy.ts';

export interface Person {
  readonly who: string;
  readonly user: string;
  readonly groups: readonly string[];
}

/** More would be a list of names, not a table. */
const MAX_PEOPLE = 40;

/** Those whom the rules name, each on their own, and anybody else. */
export function findPeople(policy: Policy): readonly Person[] {
  const authenticated = 'system:authenticated';
  const people: Person[] = [{ who: 'anybody else', user: 'somebody@example.com', groups: [authenticated] }];
  const add = (person: Person) => {
    if (people.length < MAX_PEOPLE && !people.some(({ who }) => who === person.who)) people.push(person);
  };
  for (const rule of policy.rules) {
    for (const user of rule.users)
      add({
        who: user || '""',
        user,
        groups: user === 'system:anonymous' ? ['system:unauthenticated'] : [authenticated, ...impliedGroups(user)],
      });
    for (const group of rule.userGroups)
      add({
        who: `group ${group}`,
        user: 'somebody@example.com',
        groups: group === 'system:unauthenticated' ? [group] : [...new Set([authenticated, group])],
      });
  }
  return people.length === 1 ? people.map((person) => ({ ...person, who: 'anybody' })) : people;
}

function impliedGroups(user: string): readonly string[] {
  const account = /^system:serviceaccount:([^:]+):/.exec(user);
  if (account !== null) return ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  return user.startsWith('system:node:') ? ['system:nodes'] : [];
}
