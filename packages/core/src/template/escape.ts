// Escaping of text as Go's templates do it: for HTML, JavaScript strings and URL queries.
import { fromBytes, toBytes } from './utf8-text.ts';

const HTML: Readonly<Record<string, string>> = {
  '\0': '�',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML[char] ?? char);
}

export function escapeJs(text: string): string {
  return text.replace(/[\x00-\x1f\\'"<>&=]|[\u2028\u2029]/g, (char) => {
    if (char === '\\' || char === "'" || char === '"') return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** `url.QueryEscape`: a space is a plus sign. */
export function escapeQuery(text: string): string {
  let escaped = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(char)) escaped += char;
    else escaped += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** `url.QueryUnescape`; the bad piece comes back as problem. */
export function unescapeQuery(text: string): { ok: true; text: string } | { ok: false; bad: string } {
  const bytes: number[] = [];
  const raw = toBytes(text);
  for (let i = 0; i < raw.length; i += 1) {
    const byte = raw[i] ?? 0;
    if (byte !== 0x25) {
      bytes.push(byte === 0x2b ? 0x20 : byte);
      continue;
    }
    const hex = fromBytes(raw.subarray(i + 1, i + 3));
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) return { ok: false, bad: `%${hex}` };
    bytes.push(Number.parseInt(hex, 16));
    i += 2;
  }
  return { ok: true, text: fromBytes(Uint8Array.from(bytes)) };
}
