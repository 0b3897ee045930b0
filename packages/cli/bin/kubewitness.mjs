#!/usr/bin/env node
// The program people start: hands over to the built dist/main.js. Committed, so that npm can link it before the first build.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  console.error('kubewitness is not built yet: run `npm run build` first, then this command again.');
  process.exitCode = 1;
}
