// Front door of the commands: a command line in, an exit code out.
export { loadExtensions } from './load-extensions.ts';
export { exitCodeOf, runProgram } from './program.ts';
export type { Shell } from './shell.ts';
