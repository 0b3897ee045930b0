// Folders of one test file, gone when the file ends. In: nothing. Out: paths short enough for unix sockets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];

// Not at the exit of the process: a test worker is ended from outside. This file's hook is registered first and so runs last.
afterAll(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kw-test-'));
  folders.push(folder);
  return folder;
}

/** For tests that make much; what is left goes at the end anyway. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
