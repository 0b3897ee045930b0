// The manual holds what it says: links lead somewhere, commands and flags in it exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findCommands, readReference, splitWords } from './manual-commands.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const MANUAL = join(ROOT, 'docs/manual');
const read = (path: string) => readFileSync(path, 'utf8');

function listPages(): string[] {
  const tops = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return [...tops.map((name) => join(ROOT, name)), ...docs.map((name) => join(ROOT, 'docs', name))].filter((path) =>
    path.endsWith('.md'),
  );
}

/** As GitHub makes them from headings. */
function listAnchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('links lead to files and headings that exist', () => {
  const pages = listPages();
  expect(pages.length).toBeGreaterThan(100);
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, link = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : resolve(dirname(page), path);
      const known = existsSync(target) && (anchor === undefined || listAnchors(read(target)).includes(anchor));
      if (!known) broken.push(`${page.slice(ROOT.length)}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test('commands and flags exist', () => {
  const commands = readReference(read(join(MANUAL, 'cli-reference.md')));
  const settings = new Set(
    [...read(join(MANUAL, 'configuration.md')).matchAll(/^### (.*)$/gm)].map(([, s]) => `--${s}`),
  );
  const wrong: string[] = [];
  let seen = 0;
  for (const page of listPages()) {
    if (page.endsWith('cli-reference.md')) continue;
    for (const { text, words } of findCommands(read(page))) {
      seen += 1;
      const [first = '', second = ''] = words;
      const name = commands.has(`${first} ${second}`) ? `${first} ${second}` : first;
      // Pages name commands in general (`kubewitness policy COMMAND`); what the reference does not list is not a command.
      if (!commands.has(name) && !/^[A-Z…]/.test(first)) wrong.push(`${page.slice(ROOT.length)}: ${text}`);
      if (first === 'policy') continue;
      const known = first === 'serve' || first === 'demo' ? settings : commands.get(name);
      const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split('=')[0] ?? '');
      for (const flag of flags) {
        if (known?.has(flag) === false && flag !== '--help')
          wrong.push(`${page.slice(ROOT.length)}: ${flag} in ${text}`);
      }
    }
  }
  expect(seen).toBeGreaterThan(60);
  expect(wrong).toEqual([]);
});

test('words are split as a shell does', () => {
  expect(splitWords(`search --user '!~^system:' --verb -get > x`)).toEqual([
    'search',
    '--user',
    '!~^system:',
    '--verb',
    '-get',
  ]);
  expect(splitWords('import a.log   # what it is')).toEqual(['import', 'a.log']);
});
