// The path of a request target, decoded as Go's URL parser does, and the requestURI that audit writes for a target.
import { decodeUtf8 } from './utf8.ts';

/** Percent-escapes to text; a target with a broken escape never reaches the server, so it stays as it is. */
export function decodePath(raw: string): string {
  if (!raw.includes('%')) return raw;
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return raw;
  return raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = new Uint8Array(run.length / 3);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(run.slice(i * 3 + 1, i * 3 + 3), 16);
    return decodeUtf8(bytes);
  });
}

/** What audit writes as requestURI: the target as it came, or re-escaped when it held characters that must be escaped. */
export function printRequestUri(target: string): string {
  const question = target.indexOf('?');
  const raw = question === -1 ? target : target.slice(0, question);
  const query = question === -1 ? '' : target.slice(question);
  return `${escapePath(raw)}${query}`;
}

function escapePath(raw: string): string {
  if (raw === '') return '/';
  if (/^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]*$/.test(raw)) return raw;
  const escaped = encodeURI(wellFormed(decodePath(raw)));
  return escaped.replace(/[!'()*#?]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A lone surrogate cannot be escaped; it becomes the replacement character. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
