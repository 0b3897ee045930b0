// What is served where: routes as they are added -> the methods that a path takes, for refusals that say what is right.
export interface KnownRoute {
  readonly method: string;
  readonly url: string;
}

function matches(pattern: string, path: string): boolean {
  const [a, b] = [pattern.split('/'), path.replace(/\/$/, '').split('/')];
  return a.length === b.length && a.every((part, i) => (part.startsWith(':') ? b[i] !== '' : part === b[i]));
}

export const findMethods = (routes: readonly KnownRoute[], path: string): readonly string[] => [
  ...new Set(routes.filter((route) => matches(route.url, path)).map((route) => route.method)),
];

/** Where paths begin, each once: `/api/v1/`, `/loki/api/v1/`. All of them would be a list that nobody reads. */
export const listRoots = (routes: readonly KnownRoute[]): readonly string[] => [
  ...new Set(routes.flatMap(({ url }) => /^.*?\/v\d+\//.exec(url) ?? [])),
];
