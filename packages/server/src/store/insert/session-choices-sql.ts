// Which records matter to sessions, as SQL: choices of core/sessions in, a condition over the fields of a record out.
import type { SessionChoice } from '@kubewitness/core/sessions';
import { allOf, anyOf } from '../sql/conditions.ts';
import { quoteInteger, quoteLiteral } from '../sql/quote-literal.ts';

/** core/sessions says which records matter; here it is printed. A test holds both together. */
export function printSessionChoices(choices: readonly SessionChoice[]): string {
  return anyOf(choices.map(printChoice));
}

function printChoice(choice: SessionChoice): string {
  const among = (column: string, values: readonly string[] | undefined): string[] =>
    // A handful of comparisons takes a third of the time of a look into a set.
    values === undefined ? [] : [anyOf(values.map((value) => `${column} = ${quoteLiteral(value)}`))];
  const parts = [
    ...(choice.apiGroup === undefined ? [] : [`api_group = ${quoteLiteral(choice.apiGroup)}`]),
    ...among('resource', choice.resources),
    ...among('subresource', choice.subresources),
    ...among('verb', choice.verbs),
    ...(choice.codes === undefined ? [] : [`code IN (${choice.codes.map(quoteInteger).join(', ')})`]),
    ...(choice.name === undefined ? [] : [`name = ${quoteLiteral(choice.name)}`]),
    ...(choice.username === undefined ? [] : [`username = ${quoteLiteral(choice.username)}`]),
    ...(choice.usernamePrefix === undefined ? [] : [`startsWith(username, ${quoteLiteral(choice.usernamePrefix)})`]),
    ...(choice.uriPattern === undefined ? [] : [`match(request_uri, ${quoteLiteral(`(?-s)${choice.uriPattern}`)})`]),
    ...(choice.annotation === undefined ? [] : [`mapContains(annotations, ${quoteLiteral(choice.annotation)})`]),
  ];
  return allOf(parts);
}
