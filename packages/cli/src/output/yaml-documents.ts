// A record's exact line -> a YAML document for reading.

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
    return `${documents === 1 ? '' : '---\n'}${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  };
}
