// Templates that do nothing but print labels, which cannot fail: the template's text in, the expression of its output out.
import { quoteLiteral } from '../../../store/index.ts';
import type { LabelSql } from './event-labels.ts';
import { type FindLabel, printLabelText } from './plan-condition.ts';

const FIELD = /\{\{[ \t]*\.([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*\}\}/;
const PLAIN = new RegExp(`^(?:[^{}]|${FIELD.source})*$`);
const STRANGE = /[\ufffd\p{Cs}]/u;

export const isPlainTemplate = (template: string): boolean => PLAIN.test(template) && !STRANGE.test(template);

/** Undefined: only the server knows. What is printed is a label even where it is empty. */
export function planTemplate(template: string, find: FindLabel): LabelSql | undefined {
  if (!isPlainTemplate(template)) return undefined;
  const parts: LabelSql[] = [];
  // Texts stand at even places, names of fields at odd ones.
  for (const [at, part] of template.split(FIELD).entries()) {
    if (at % 2 === 0) {
      if (part !== '') parts.push({ kind: 'text', sql: quoteLiteral(part) });
      continue;
    }
    const label = part.startsWith('__') ? undefined : find(part);
    if (label === undefined) return undefined;
    parts.push(label);
  }
  const [first = { kind: 'text', sql: quoteLiteral('') } as const, ...others] = parts;
  if (others.length === 0) return { ...first, always: true };
  return { kind: 'text', sql: `concat(${parts.map(printLabelText).join(', ')})`, always: true };
}
