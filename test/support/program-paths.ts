// Where the built programs lie, for suites that start them as users do.
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const SERVER_PROGRAM = resolve(ROOT, 'packages/server/dist/main.js');
export const CLI_PROGRAM = resolve(ROOT, 'packages/cli/bin/kubewitness.mjs');
