// The parameters of a request: query string and form body together, as Go's http.Request.Form has them. Texts in, values by name out.

export interface LokiForm {
  /** '' when it is not given; the body's value comes before the query string's. */
  first(name: string): string;
  all(name: string): readonly string[];
  /** What the log of reads keeps. */
  readonly text: string;
}

function* readPairs(text: string): Iterable<readonly [string, string]> {
  // Go refuses pairs with a semicolon and goes on with the others.
  for (const part of text.split('&')) {
    if (part === '' || part.includes(';')) continue;
    yield* new URLSearchParams(part);
  }
}

export function readForm(queryText: string, bodyText: string): LokiForm {
  const values = new Map<string, string[]>();
  for (const [name, value] of [...readPairs(bodyText), ...readPairs(queryText)]) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return {
    first: (name) => values.get(name)?.[0] ?? '',
    all: (name) => values.get(name) ?? [],
    text: [queryText, bodyText].filter((text) => text !== '').join('&'),
  };
}
