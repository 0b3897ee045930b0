// Values -> the text of -o json, ndjson and yaml.
import { stringify } from 'yaml';

export function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export function printValue(value: unknown, output: string): string {
  if (output === 'yaml') return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  if (output === 'ndjson') return `${JSON.stringify(value)}\n`;
  return printJson(value);
}
