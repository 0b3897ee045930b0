// The YAML library's nodes -> value nodes, with the server's rules for aliases, merges, keys and plain scalars.
import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { DuplicateKey, ParsedNode } from './parse-json.ts';
import type { MapEntry, ValueNode } from './value-node.ts';
import { YamlFault } from './yaml-fault.ts';
import { resolvePlainScalar, resolveTaggedScalar } from './yaml-scalar.ts';

/** The server refuses documents whose nodes come mostly from aliases; the share allowed shrinks as the document grows. */
function allowedAliasShare(decoded: number): number {
  if (decoded <= 400_000) return 0.99;
  if (decoded >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000);
}

const MAX_WALK = 1_000;
/** The server would log every one; this many are enough to know. */
const MAX_DUPLICATES = 1_000;

type YamlNode = Document.Parsed['contents'] | Pair['value'] | undefined;

export class TreeBuilder {
  readonly #text: string;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #open = new Set<string>();
  readonly #duplicates: DuplicateKey[] = [];
  #decoded = 0;
  #fromAliases = 0;
  #aliasDepth = 0;
  #depth = 0;

  readonly #restore: (at: number) => number;

  constructor(text: string, restore: (at: number) => number) {
    this.#text = text;
    this.#restore = restore;
  }

  build(contents: YamlNode): ParsedNode {
    const root = this.#value(contents, 0);
    return { ok: true, root, duplicates: this.#duplicates };
  }

  #value(node: YamlNode, fallbackAt: number): ValueNode {
    this.#count(fallbackAt);
    if (node === null || node === undefined) return { kind: 'null', at: fallbackAt };
    if (isAlias(node))
      return this.#alias(
        node.source,
        node.range === undefined || node.range === null ? fallbackAt : this.#restore(node.range[0]),
        (target) => this.#value(target, fallbackAt),
      );
    if (!isScalar(node) && !isMap(node) && !isSeq(node))
      throw new YamlFault('it holds a node of unknown kind', fallbackAt);
    const at =
      node.range === undefined || node.range === null ? fallbackAt : this.#restore(this.#skipProperties(node.range[0]));
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (++this.#depth > MAX_WALK) throw new YamlFault('it is nested too deeply', at, 'KW_POLICY_TOO_DEEP');
    if (node.anchor !== undefined) this.#open.add(node.anchor);
    const value: ValueNode = isMap(node)
      ? this.#map(node, at)
      : isSeq(node)
        ? { kind: 'list', at, items: node.items.map((item) => this.#value(item as YamlNode, at)) }
        : this.#scalar(node, at);
    if (node.anchor !== undefined) this.#open.delete(node.anchor);
    this.#depth--;
    return value;
  }

  #count(at: number): void {
    this.#decoded++;
    if (this.#aliasDepth > 0) this.#fromAliases++;
    if (
      this.#fromAliases > 100 &&
      this.#decoded > 1000 &&
      this.#fromAliases / this.#decoded > allowedAliasShare(this.#decoded)
    ) {
      throw new YamlFault('most of it comes from aliases (*name), which the server refuses', at, 'KW_POLICY_ALIASES');
    }
  }

  #alias<T>(name: string, at: number, read: (target: YamlNode) => T): T {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new YamlFault(`the alias *${name} has no anchor &${name} before it`, at);
    if (this.#open.has(name)) throw new YamlFault(`the anchor &${name} contains itself`, at);
    this.#aliasDepth++;
    const value = read(target);
    this.#aliasDepth--;
    return value;
  }

  #scalar(node: { source?: string; value: unknown; type?: string; tag?: string }, at: number): ValueNode {
    const source = node.source ?? String(node.value ?? '');
    const tagged = node.tag !== undefined && node.tag !== '!';
    const plain = node.type === 'PLAIN' || node.type === undefined || node.tag === '!';
    const value = tagged
      ? resolveTaggedScalar(node.tag ?? '', source)
      : plain
        ? resolvePlainScalar(source)
        : { kind: 'string' as const, value: source };
    if (value === undefined) throw new YamlFault(`${JSON.stringify(source)} is not what its tag says`, at);
    if (value.kind === 'number' && !value.finite) throw new YamlFault(`${source} has no form in JSON`, at);
    if (value.kind === 'number') return { kind: 'number', at, text: value.text };
    return { ...value, at };
  }

  #map(node: YAMLMap, at: number): ValueNode {
    const entries = new Map<string, MapEntry>();
    this.#fill(entries, node, at);
    // The server goes through JSON with sorted keys, so this is the order in which it meets them.
    return { kind: 'map', at, entries: [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
  }

  #fill(entries: Map<string, MapEntry>, node: YAMLMap, at: number): void {
    for (const pair of node.items) {
      const keyNode = pair.key as YamlNode;
      if (isScalar(keyNode) && keyNode.source === '<<' && keyNode.type === 'PLAIN') {
        this.#merge(entries, pair.value as YamlNode, keyNode.range?.[0] ?? at);
        continue;
      }
      const key = this.#value(keyNode, at);
      const value = this.#value(pair.value as YamlNode, key.at);
      const name = this.#keyName(key);
      const earlier = entries.get(name);
      if (earlier !== undefined && this.#duplicates.length < MAX_DUPLICATES)
        this.#duplicates.push({ key: name, at: value.at, keyAt: key.at });
      entries.set(name, { key: name, keyAt: key.at, value });
    }
  }

  #merge(entries: Map<string, MapEntry>, value: YamlNode, at: number): void {
    if (isAlias(value)) {
      this.#alias(value.source, at, (target) => {
        if (!isMap(target)) throw new YamlFault('a merge (<<) needs a mapping', at);
        this.#count(at);
        this.#fill(entries, target, at);
      });
    } else if (isMap(value)) {
      if (value.anchor !== undefined) this.#anchors.set(value.anchor, value);
      this.#count(at);
      this.#fill(entries, value, at);
    } else if (isSeq(value)) {
      // The first of several merged mappings wins, so they are applied from the last.
      for (const item of [...value.items].reverse()) {
        if (isSeq(item)) throw new YamlFault('a merge (<<) needs a mapping or a list of mappings', at);
        this.#merge(entries, item as YamlNode, at);
      }
    } else throw new YamlFault('a merge (<<) needs a mapping or a list of mappings', at);
  }

  #keyName(key: ValueNode): string {
    switch (key.kind) {
      case 'string':
        return key.value;
      case 'bool':
        return String(key.value);
      case 'number':
        return String(Number(key.text.replaceAll('_', '')));
      default:
        throw new YamlFault('a key must be a text, a number or a boolean', key.at);
    }
  }

  /** A node's range starts at its tag or anchor; people look for the value. */
  #skipProperties(at: number): number {
    const properties = /(?:[&!][^\s,[\]{}]*[ \t]+)+/y;
    properties.lastIndex = at;
    return at + (properties.exec(this.#text)?.[0].length ?? 0);
  }
}
