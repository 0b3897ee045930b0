// The data directory: a path in; a directory that can be written to, or the sentence why not.
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartProblem } from '../start-problem.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Node's own recursive mkdir never comes back below /proc, where a parent cannot be made and says ENOENT. */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await makeWithParents(path);
    if (!(await stat(path)).isDirectory()) throw new Error('it is a file');
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartProblem(
      'KW_DATA_DIRECTORY',
      `The data directory ${path} cannot be used (${why}). Name another with --data, or make it writable for this user.`,
      cause,
    );
  }
}
