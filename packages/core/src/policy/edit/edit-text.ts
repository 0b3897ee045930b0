// The text of a block-style policy and an edit -> the new text, every other byte as it was.
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { NodePath } from '../load/value-node.ts';
import type { PolicyEdit } from './policy-edit.ts';
import { printRuleLines, printText } from './print-policy.ts';
import { lineStart, outlinePolicy, type PolicyOutline } from './rule-lines.ts';

/** undefined when this text has a form that cannot be edited line by line. */
export function editText(text: string, edit: PolicyEdit): string | undefined {
  const outline = outlinePolicy(text);
  if (outline === undefined) return undefined;
  switch (edit.kind) {
    case 'insert-rule': {
      const lines = [
        ...(edit.comment === undefined ? [] : [`# ${edit.comment.replaceAll('\n', ' ')}`]),
        ...printRuleLines(edit.rule),
      ];
      const added = lines.map((line) => `${outline.indent}${line}${outline.newline}`).join('');
      return insertBlock(text, outline, edit.at, added);
    }
    case 'remove-rule': {
      const block = outline.blocks[edit.at];
      if (block === undefined || outline.blocks.length === 1) return undefined;
      return text.slice(0, block.start) + text.slice(block.end);
    }
    case 'move-rule':
      return moveBlock(text, outline, edit.from, edit.to);
    case 'rename-key':
      return replaceNode(text, findKey(outline, edit.path), edit.to);
    case 'replace-text':
      return replaceNode(text, findValue(outline, edit.path), printText(edit.text));
    case 'add-text':
      return addText(text, outline, edit.path, edit.text);
    case 'set-flag': {
      const value = findValue(outline, [edit.key]);
      return value === undefined
        ? insertAtTop(text, outline, `${edit.key}: ${edit.value}`)
        : replaceNode(text, value, String(edit.value));
    }
    default:
      return edit satisfies never;
  }
}

function insertBlock(text: string, outline: PolicyOutline, at: number, added: string): string {
  const before = outline.blocks[at];
  if (before !== undefined) return text.slice(0, before.commentStart) + added + text.slice(before.commentStart);
  const last = outline.blocks.at(-1)?.end ?? text.length;
  const head = text.slice(0, last);
  return head + (head.endsWith('\n') ? '' : outline.newline) + added + text.slice(last);
}

function moveBlock(text: string, outline: PolicyOutline, from: number, to: number): string | undefined {
  const block = outline.blocks[from];
  const target = outline.blocks[to];
  if (block === undefined || target === undefined || to >= from) return undefined;
  const moved = text.slice(block.commentStart, block.end);
  const whole = moved.endsWith('\n') ? moved : `${moved}${outline.newline}`;
  return (
    text.slice(0, target.commentStart) +
    whole +
    text.slice(target.commentStart, block.commentStart) +
    text.slice(block.end)
  );
}

function insertAtTop(text: string, outline: PolicyOutline, line: string): string {
  return `${text.slice(0, outline.rulesKeyAt)}${outline.topIndent}${line}${outline.newline}${text.slice(outline.rulesKeyAt)}`;
}

function replaceNode(text: string, node: Node | undefined, by: string): string | undefined {
  if (!isScalar(node) || node.range === undefined || node.range === null) return undefined;
  if (node.type !== 'PLAIN' && node.type !== 'QUOTE_DOUBLE' && node.type !== 'QUOTE_SINGLE') return undefined;
  return text.slice(0, node.range[0]) + by + text.slice(node.range[1]);
}

function addText(text: string, outline: PolicyOutline, path: NodePath, added: string): string | undefined {
  const list = findValue(outline, path);
  if (list === undefined)
    return path.length === 1 ? insertAtTop(text, outline, `${path[0] ?? ''}: [${printText(added)}]`) : undefined;
  if (!isSeq(list) || list.range === undefined || list.range === null) return undefined;
  const last = list.items.at(-1);
  if (list.flow === true) {
    if (last === undefined) return `${text.slice(0, list.range[0])}[${printText(added)}]${text.slice(list.range[1])}`;
    const end = isScalar(last) ? last.range?.[1] : undefined;
    return end === undefined ? undefined : `${text.slice(0, end)}, ${printText(added)}${text.slice(end)}`;
  }
  if (!isScalar(last) || last.range === undefined || last.range === null || list.srcToken?.type !== 'block-seq')
    return undefined;
  const dash = list.srcToken.items.at(-1)?.start.find((part) => part.type === 'seq-item-ind')?.offset ?? 0;
  const indent = text.slice(lineStart(text, dash), dash);
  const feed = text.indexOf('\n', last.range[1]);
  const at = feed === -1 ? text.length : feed + 1;
  return `${text.slice(0, at)}${feed === -1 ? outline.newline : ''}${indent.replace(/[^ ]/g, ' ')}- ${printText(added)}${outline.newline}${text.slice(at)}`;
}

function findValue(outline: PolicyOutline, path: NodePath): Node | undefined {
  let node: unknown = outline.top;
  for (const step of path) {
    if (typeof step === 'number') node = isSeq(node) ? node.items[step] : undefined;
    else node = isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && key.value === step)?.value : undefined;
  }
  return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined;
}

function findKey(outline: PolicyOutline, path: NodePath): Node | undefined {
  const parent = path.length === 1 ? outline.top : findValue(outline, path.slice(0, -1));
  if (!isMap(parent)) return undefined;
  const key = parent.items.findLast((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
  return isScalar(key) ? key : undefined;
}
