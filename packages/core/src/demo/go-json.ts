// Text as Go's encoding/json prints it, which is how the API server writes its log: `<`, `>`, `&` and U+2028/9 are escaped too.

const SPECIAL = /[\u0000-\u001f"\\<>&\u2028\u2029]/;
const SPECIALS = /[\u0000-\u001f"\\<>&\u2028\u2029]/g;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

export function goJson(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(SPECIALS, escapeOne)}"` : `"${text}"`;
}

export function goJsonList(texts: readonly string[]): string {
  return `[${texts.map(goJson).join(',')}]`;
}

function escapeOne(character: string): string {
  return SHORT.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
