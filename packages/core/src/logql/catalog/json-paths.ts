// Where the labels of `| json` come from: the text of a line in, label names with their keys from the top down out.

/** Arrays are skipped as the parser skips them; of keys that give the same label the first counts. Empty when it is no object. */
export function findJsonPaths(line: string): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const value = parseJson(line);
  if (isObject(value)) collect(value, [], paths);
  return paths;
}

function collect(value: object, above: readonly string[], paths: Map<string, readonly string[]>): void {
  for (const [key, child] of Object.entries(value)) {
    const path = [...above, key];
    if (isObject(child)) collect(child, path, paths);
    else {
      const label = sanitize(path);
      if (!paths.has(label)) paths.set(label, path);
    }
  }
}

function sanitize(path: readonly string[]): string {
  const label = path.map((key) => key.replace(/[^A-Za-z0-9_]/gu, '_')).join('_');
  return /^\d/.test(label) ? `_${label}` : label;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
