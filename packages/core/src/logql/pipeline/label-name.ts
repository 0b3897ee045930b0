// Keys of log lines in, label names out: what is no ASCII letter, digit or underscore becomes an underscore.
export function sanitizeLabelName(key: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return key;
  const name = replaceOdd(key);
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** One underscore per character, also where UTF-16 needs two units. */
function replaceOdd(key: string): string {
  return trimSpace(key).replace(/[^A-Za-z0-9_]/gu, '_');
}

/** Go's white space. */
function trimSpace(text: string): string {
  return text.replace(
    /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g,
    '',
  );
}

/** A key and the keys that led to it, with the label name they make; a tree that remembers what it has seen. */
export interface KeyNode {
  readonly name: string;
  readonly child: (key: string) => KeyNode;
}

/** Lines have the same keys over and over; far more than this are data in the place of keys. */
const MAX_REMEMBERED = 10_000;

export function createKeyTree(): KeyNode {
  let remembered = 0;
  const make = (name: string, top: boolean): KeyNode => {
    const children = new Map<string, KeyNode>();
    return {
      name,
      child: (key) => {
        const known = children.get(key);
        if (known !== undefined) return known;
        const node = make(top ? sanitizeLabelName(key) : `${name}_${replaceOdd(key)}`, false);
        if (remembered < MAX_REMEMBERED) {
          remembered += 1;
          children.set(key, node);
        }
        return node;
      },
    };
  };
  return make('', true);
}
