// The fallback for policies in flow style or JSON: the edit made on the document's tree, which keeps comments but may change spacing.
import { type Document, isMap, isScalar, isSeq, parseDocument, Scalar, visit } from 'yaml';
import type { PolicyEdit } from './policy-edit.ts';
import { toPlainRule } from './print-policy.ts';

export function editDocument(text: string, edit: PolicyEdit): string | undefined {
  const json = text.trimStart().startsWith('{');
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  const rules = document.get('rules');
  switch (edit.kind) {
    case 'insert-rule':
    case 'remove-rule':
    case 'move-rule': {
      if (!isSeq(rules)) return undefined;
      if (edit.kind === 'insert-rule')
        rules.items.splice(edit.at, 0, createQuoted(document, toPlainRule(edit.rule), rules.flow === true));
      else if (edit.kind === 'remove-rule') rules.items.splice(edit.at, 1);
      else rules.items.splice(edit.to, 0, ...rules.items.splice(edit.from, 1));
      break;
    }
    case 'rename-key': {
      const parent = edit.path.length === 1 ? document.contents : document.getIn(edit.path.slice(0, -1));
      const key = isMap(parent)
        ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === edit.path.at(-1))?.key
        : undefined;
      if (!isScalar(key)) return undefined;
      key.value = edit.to;
      break;
    }
    case 'replace-text':
      document.setIn(edit.path, quoted(edit.text));
      break;
    case 'add-text':
      if (document.hasIn(edit.path)) document.addIn(edit.path, quoted(edit.text));
      else document.setIn(edit.path, createQuoted(document, [edit.text], true));
      break;
    case 'set-flag':
      document.set(edit.key, edit.value);
      break;
    default:
      return edit satisfies never;
  }
  if (json) return `${JSON.stringify(document.toJS(), undefined, 2)}\n`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** New texts are quoted, since YAML 1.2 would print `no` bare and the server would read a boolean. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

function createQuoted(document: Document, value: unknown, flow: boolean) {
  const node = document.createNode(value, { flow });
  visit(node, {
    Scalar: (key, scalar) => {
      if (key !== 'key' && typeof scalar.value === 'string') scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return node;
}
