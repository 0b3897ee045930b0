// Text of the YAML settings file -> texts by setting name, or a problem with its line. `retention: {max-age: 30d}` and `retention-max-age: 30d` are the same.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { findNearestName } from './nearest-name.ts';
import { done, fail, type Outcome } from './problems.ts';
import type { Texts } from './read-flags.ts';
import { SETTING_NAMES, SETTING_ROWS } from './settings.ts';

/** Names that cannot stand in the file: a file that names the next file would have no end. */
const NOT_IN_FILE = ['config'];

export function readConfigText(path: string, yamlText: string): Outcome<Texts> {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: true });
  const error = document.errors[0];
  if (error) {
    const detail = error.message.split('\n')[0]?.replace(/:$/, '') ?? '';
    return fail('KW_CONFIG_FILE', `${path} is not valid YAML: ${detail}. Correct that line.`);
  }
  const texts = new Map<string, readonly string[]>();
  const at = (node: unknown) => {
    const range = (node as Partial<Node> | null)?.range;
    return range ? `${path}:${lines.linePos(range[0]).line}` : path;
  };

  function visit(node: unknown, prefix: string): Outcome<undefined> {
    if (!isMap(node)) return fail('KW_CONFIG_FILE', `${at(node)}: expected settings as "name: value" lines.`);
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value).replaceAll('.', '-') : '';
      const name = prefix === '' ? key : `${prefix}-${key}`;
      const isSection = SETTING_NAMES.some((n) => n.startsWith(`${name}-`));
      if (isMap(pair.value) && isSection) {
        const inner = visit(pair.value, name);
        if (!inner.ok) return inner;
        continue;
      }
      const setting = SETTING_ROWS.find((row) => row.setting.name === name)?.setting;
      if (setting === undefined || NOT_IN_FILE.includes(name)) {
        const nearest = findNearestName(
          name,
          SETTING_NAMES.filter((n) => !NOT_IN_FILE.includes(n)),
        );
        return fail(
          'KW_CONFIG_UNKNOWN',
          `${at(pair.key)}: ${JSON.stringify(name)} is not a setting of this file; did you mean ${nearest}?`,
        );
      }
      if (texts.has(name)) return fail('KW_CONFIG_CONFLICT', `${at(pair.key)}: ${name} is set twice; keep one.`);
      const values = isSeq(pair.value) && setting.kind === 'list' ? pair.value.items : [pair.value];
      const scalars = values.map((v) => (isScalar(v) && v.value !== null ? String(v.source ?? v.value) : undefined));
      const found = scalars.filter((s) => s !== undefined);
      if (found.length !== scalars.length) {
        return fail(
          'KW_CONFIG_VALUE',
          `${at(pair.value)}: ${name} needs a plain value${setting.kind === 'list' ? ' or a list of them' : ''}.`,
        );
      }
      texts.set(name, found);
    }
    return done(undefined);
  }

  if (document.contents === null) return done(texts);
  const visited = visit(document.contents, '');
  return visited.ok ? done(texts) : visited;
}
