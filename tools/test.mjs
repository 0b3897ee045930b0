// `npm test`: the checks and every test file; `--long` repeats crash and rotation ten times as often. Last line: the sum of all suites.
import './ensure-built.mjs';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
const only = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));

function* testFiles(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') yield* testFiles(path);
    } else if (entry.name.endsWith('.test.ts')) yield path;
  }
}

const sum = { passed: 0, failed: 0, skipped: 0 };

if (only.length === 0) {
  const check = spawnSync(process.execPath, ['tools/check.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  process.stdout.write(check.stdout);
  const line = /check: (\d+) passed, (\d+) failed/.exec(check.stdout);
  sum.passed += Number(line?.[1] ?? 0);
  sum.failed += line === null ? 1 : Number(line[2]);
}

const folder = mkdtempSync(join(tmpdir(), 'kw-test-'));
const report = join(folder, 'report.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only];
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, ...(long ? { KW_LONG: '1' } : {}) },
});

try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  sum.passed += result.numPassedTests;
  sum.failed += result.numFailedTests;
  sum.skipped += result.numPendingTests + result.numTodoTests;
  const ran = new Set(result.testResults.map((file) => relative(root, file.name)));
  // A file that fails to load has no tests to count, and one that was never found would be missed by nobody.
  for (const file of result.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) sum.failed += 1;
  }
  if (only.length === 0) {
    for (const path of [...testFiles('packages'), ...testFiles('test')]) {
      if (ran.has(path)) continue;
      process.stdout.write(`${path} did not run\n`);
      sum.failed += 1;
    }
  }
} catch (error) {
  process.stdout.write(`The test run gave no report: ${error.message}\n`);
  sum.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (status !== 0 && sum.failed === 0) sum.failed += 1;
process.stdout.write(
  `${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}\n`,
);
process.exitCode = sum.failed === 0 ? 0 : 1;
