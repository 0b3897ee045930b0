// `npm run check`: format, lint, types, rooms, dependencies, dead code. One line a step; fails with the step's own words.
import './ensure-built.mjs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

const STEPS = [
  ['format and lint', bin('biome'), ['ci', '--colors=off', '.']],
  ['types of sources', bin('tsc'), ['-b', root]],
  ['types of tests', bin('tsc'), ['-p', 'tsconfig.tests.json']],
  ['rooms', process.execPath, ['tools/check-rooms.mjs']],
  ['dependency closures', process.execPath, ['tools/check-closure.mjs']],
  ['dead code', bin('knip'), ['--no-progress']],
];

let failed = 0;
for (const [name, command, args] of STEPS) {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}`);
}
process.stdout.write(`check: ${STEPS.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
