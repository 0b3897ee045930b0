// The tree both readers (JSON and YAML) give and the decoder takes: JSON values that know where they stood in the text.

export type ValueNode =
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly at: number; readonly text: string }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly ValueNode[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly MapEntry[] };

/** Entries keep the order in which the server decodes them; JSON keeps duplicates, YAML has none left. */
export interface MapEntry {
  readonly key: string;
  readonly keyAt: number;
  readonly value: ValueNode;
}

export type NodePath = readonly (string | number)[];

const NODE_NAMES = {
  null: 'nothing',
  bool: 'a boolean',
  number: 'a number',
  string: 'a text',
  list: 'a list',
  map: 'a mapping',
} as const;

export function describeNode(node: ValueNode): string {
  if (node.kind === 'bool') return `the boolean ${node.value}`;
  if (node.kind === 'number') return `the number ${node.text}`;
  return NODE_NAMES[node.kind];
}

/** The entry or item at a path; the last of duplicates, as the server decides. */
export function findNode(root: ValueNode, path: NodePath): ValueNode | undefined {
  let node: ValueNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    if (typeof step === 'number') node = node.kind === 'list' ? node.items[step] : undefined;
    else node = node.kind === 'map' ? node.entries.findLast((entry) => entry.key === step)?.value : undefined;
  }
  return node;
}

/** Where a path stands: its key when it is an entry of a mapping, else the value itself, else the nearest parent. */
export function findOffset(root: ValueNode, path: NodePath): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = findNode(root, path.slice(0, depth - 1));
    const step = path[depth - 1];
    if (parent?.kind === 'map') {
      const entry = parent.entries.findLast((candidate) => candidate.key === step);
      if (entry !== undefined) return entry.keyAt;
    } else if (parent?.kind === 'list' && typeof step === 'number') {
      const item = parent.items[step];
      if (item !== undefined) return item.at;
    }
  }
  return root.at;
}

export function printPath(path: NodePath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
