// Where the rules of a block-style policy stand in its text: line ranges, with the comments that belong to each.
import { Composer, type Document, isMap, isScalar, isSeq, Parser, type YAMLMap, type YAMLSeq } from 'yaml';

export interface PolicyOutline {
  readonly document: Document.Parsed;
  readonly top: YAMLMap;
  readonly rules: YAMLSeq;
  /** Offset of the line of `rules:`, comments above it included. */
  readonly rulesKeyAt: number;
  readonly topIndent: string;
  readonly blocks: readonly RuleBlock[];
  readonly indent: string;
  readonly newline: string;
}

export interface RuleBlock {
  /** Start of the line of the dash. */
  readonly start: number;
  /** Start of the comment lines right above it. */
  readonly commentStart: number;
  /** After the line feed of the last line that holds something of the rule. */
  readonly end: number;
}

/** undefined when the policy is written in flow style or holds something that cannot be cut by lines. */
export function outlinePolicy(text: string): PolicyOutline | undefined {
  const document = composeDocument(text);
  const top = document?.contents;
  if (document === undefined || !isMap(top) || top.flow === true) return undefined;
  const pair = top.items.find(({ key }) => isScalar(key) && key.value === 'rules');
  const rules = pair?.value;
  const keyNode = pair?.key;
  if (!isSeq(rules) || rules.flow === true || !isScalar(keyNode)) return undefined;
  const token = rules.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  const dashes = token.items.flatMap((item) => item.start.find((part) => part.type === 'seq-item-ind')?.offset ?? []);
  if (dashes.length !== rules.items.length || dashes.length === 0) return undefined;
  const keyAt = keyNode.range?.[0] ?? 0;
  const keyLine = lineStart(text, keyAt);
  const indent = text.slice(lineStart(text, dashes[0] ?? 0), dashes[0]);
  if (!/^ *$/.test(indent)) return undefined;
  const ends = document.range[1];
  const blocks = dashes.map((dash, index): RuleBlock => {
    const start = lineStart(text, dash);
    const next = dashes[index + 1];
    return {
      start,
      commentStart: above(text, start),
      end: lastContent(text, start, next === undefined ? ends : lineStart(text, next)),
    };
  });
  const newline = /\r\n/.test(text) ? '\r\n' : '\n';
  return {
    document,
    top,
    rules,
    rulesKeyAt: above(text, keyLine),
    topIndent: text.slice(keyLine, keyAt),
    blocks,
    indent,
    newline,
  };
}

export function composeDocument(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    keepSourceTokens: true,
  });
  for (const document of composer.compose(new Parser().parse(text))) return document;
  return undefined;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Start of the unbroken run of comment lines that ends right before `start`. */
function above(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const before = lineStart(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(before, at))) break;
    at = before;
  }
  return at;
}

/** After the last line in [start, end) that is neither blank nor only a comment. */
function lastContent(text: string, start: number, end: number): number {
  let last = start;
  for (let at = start; at < end; ) {
    const feed = text.indexOf('\n', at);
    const next = feed === -1 ? text.length : feed + 1;
    const line = text.slice(at, next);
    if (!/^\s*(?:#.*)?$/.test(line.trimEnd()) && !/^(?:---|\.\.\.)/.test(line)) last = next;
    at = next;
  }
  return last;
}
