// Is a text a regular expression of Go's? Undefined, or what Go says is wrong.
import { RE2JS, RE2JSSyntaxException } from 're2js';

export function findRegexpProblem(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    // Go names the part at fault even where it is empty.
    if (error instanceof RE2JSSyntaxException)
      return error.message.endsWith('`') ? error.message : `${error.message}: \`\``;
    throw error;
  }
}

/** What `| regexp` needs beyond that: named groups, each a label. */
export function findNamedGroupsProblem(text: string): string | undefined {
  // Go lets a name occur twice and Loki complains; the compiler here complains itself.
  const names = [...text.matchAll(/\(\?P?<(\w+)>/g)].map(([, name = '']) => name);
  const problem = findRegexpProblem(text);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (problem?.includes('duplicate capture group name') && twice !== undefined)
    return `duplicate extracted label name '${twice}'`;
  if (problem !== undefined) return problem;
  // Any name is good for a label, `1st` too.
  const groups = Object.keys(RE2JS.compile(text).namedGroups());
  return groups.length === 0 ? 'at least one named capture must be supplied' : undefined;
}
