// Runs `policy …` inside the test process and gives what it printed and its exit code.
import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { registerPolicyCommands } from '../index.ts';

export interface PolicyRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export async function runPolicy(...args: readonly string[]): Promise<PolicyRun> {
  let stdout = '';
  let stderr = '';
  let exitCode = 0;
  const program = new Command('kubewitness').exitOverride().configureOutput({
    writeOut: (text) => {
      stdout += text;
    },
    writeErr: (text) => {
      stderr += text;
    },
  });
  const signal = new AbortController().signal;
  const collectErrors = new Writable({
    write(chunk: Buffer | string, _, done) {
      stderr += chunk.toString();
      done();
    },
  });
  registerPolicyCommands(program, {
    signal,
    shell: {
      stdin: process.stdin,
      stdout: collectErrors,
      stderr: collectErrors,
      env: {},
      // No configuration file of the machine may reach a test.
      homeDirectory: '/nonexistent',
      signal,
      now: () => Date.UTC(2026, 10, 20, 12),
      onSignal: () => () => undefined,
    },
    print: async (text) => {
      stdout += text;
    },
    complain: (text) => {
      stderr += text;
    },
    setExitCode: (code) => {
      exitCode = code;
    },
  });
  inherit(program);
  try {
    await program.parseAsync(['node', 'kubewitness', 'policy', ...args]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? 0 : 2;
  }
  return { stdout, stderr, exitCode };
}

/** Commands made before the settings of their parent changed do not inherit them. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}
