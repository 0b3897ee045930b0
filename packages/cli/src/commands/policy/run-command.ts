// Runs the body of one policy command: problems become one sentence on standard error and an exit code.
import { printHarmlessLines } from '../../output/index.ts';
import { exitCodeOf } from '../program.ts';
import type { PolicyHost } from './policy-host.ts';
import { PolicyCommandProblem, usageProblem } from './policy-problem.ts';

export async function runCommand(host: PolicyHost, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (host.signal.aborted) {
      host.setExitCode(exitCodeOf(host.signal.reason));
      return;
    }
    // Loaded only now: most policy commands ask no server.
    const { CliProblem } = await import('../../client/index.ts');
    if (!(error instanceof PolicyCommandProblem) && !(error instanceof CliProblem)) throw error;
    host.complain(`${error.code}: ${printHarmlessLines(error.message)}\n`);
    host.setExitCode(error.exitCode);
  }
}

/** Collects a flag that may be given several times, or once with commas. */
export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, ...value.split(',').map((part) => part.trim())];
}

/** A flag whose value must be a number above zero. */
export function readPositive(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw usageProblem(`${flag} ${text} is no number above zero.`);
  return value;
}
