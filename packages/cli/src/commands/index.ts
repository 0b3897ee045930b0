// Front door of the commands: a command line in, an exit code out.
export { buildProgram, type Extension, exitCodeOf, runProgram } from './program.ts';
export type { Shell } from './shell.ts';
