// A record's exact line -> a YAML document for reading.

// YAML 1.1 quotes what its readers would take for times or booleans (2026-11-20T…, yes), as kubectl does.
export const YAML_LOOK = { schema: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Prints one document a call; the first has no separator before it. */
export async function openYamlPrinter(): Promise<(line: Uint8Array) => string> {
  const { parse, stringify } = await import('yaml');
  let documents = 0;
  return (line) => {
    const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
    let value: unknown;
    try {
      // Whole numbers above 2^53 would be rounded by JSON.parse; JSON is YAML, so the YAML parser can read those lines exactly.
      value = /[:,[]\s*-?\d{16,}/.test(text) ? parse(text, { intAsBigInt: true, uniqueKeys: false }) : JSON.parse(text);
    } catch {
      value = text;
    }
    documents += 1;
    return `${documents === 1 ? '' : '---\n'}${stringify(value, YAML_LOOK)}`;
  };
}
