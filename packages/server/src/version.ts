// The program's version, as its package says it.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const parsed: { version?: unknown } = JSON.parse(text);
export const VERSION = typeof parsed.version === 'string' ? parsed.version : '0.0.0';
