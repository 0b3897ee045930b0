// Run: how a command's action becomes the program's exit code. Actions in, one recorded code out.
import type { Shell } from './shell.ts';

/** Gives the shell to the implementation and keeps the exit code that it returns. */
export type Run = (action: (shell: Shell) => Promise<number>) => Promise<void>;
