// Every error code that a user can meet has a page in docs/errors, and every page a code: sources and pages -> what is missing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printErrorIndex } from './error-index.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const PAGES = join(ROOT, 'docs/errors');
const INDEX = join(PAGES, 'README.md');

/** Sources of all packages without their tests, which make codes up. */
async function listSources(): Promise<string[]> {
  const packages = await readdir(join(ROOT, 'packages'));
  const folders = packages.map((name) => join(ROOT, 'packages', name, 'src'));
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => join(folder, name))),
  );
  return names
    .flat()
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/testing/'));
}

const listPages = async () => (await readdir(PAGES)).filter((name) => name !== 'README.md').sort();

async function readCodes(): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (const path of await listSources()) {
    const text = await readFile(path, 'utf8');
    for (const [code] of text.matchAll(/\bKW_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g)) codes.set(code, path.slice(ROOT.length));
  }
  return codes;
}

test('every code has a page', async () => {
  const codes = await readCodes();
  // A scan that sees nothing would pass with every page missing.
  expect(codes.size).toBeGreaterThan(30);
  const pages = new Set(await listPages());
  const missing = [...codes].filter(([code]) => !pages.has(`${code}.md`)).map(([code, path]) => `${code} (${path})`);
  expect(missing).toEqual([]);
});

test('every page has a code, and says what it means, how to find out and what to do', async () => {
  const codes = await readCodes();
  for (const name of await listPages()) {
    const code = name.replace(/\.md$/, '');
    expect(codes.has(code), `no source has ${code}`).toBe(true);
    const text = await readFile(join(PAGES, name), 'utf8');
    expect(text.split('\n')[0], name).toMatch(new RegExp(`^# ${code}: \\S`));
    expect(text, name).toContain('**How to find out.**');
    expect(text, name).toContain('**What to do.**');
  }
});

test('the index lists every page with its title', async () => {
  const titles = await Promise.all(
    (await listPages()).map(async (name) => (await readFile(join(PAGES, name), 'utf8')).split('\n')[0] ?? ''),
  );
  await expect(printErrorIndex(titles)).toMatchFileSnapshot(INDEX);
});
