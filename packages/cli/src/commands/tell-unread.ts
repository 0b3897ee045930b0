// A file that could not be read -> one line on standard error; the rest goes on.
import { printHarmlessLines } from '../output/index.ts';
import { type Shell, tell } from './shell.ts';

/** The server's own sentences come with their code. */
export function tellUnread(shell: Pick<Shell, 'stderr'>, problem: string): void {
  tell(shell, problem.startsWith('KW_') ? problem : `KW_CLI_FILE: ${printHarmlessLines(problem)}`);
}
