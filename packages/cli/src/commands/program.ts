// The program: the whole tree of commands, as data until one of them runs. argv in, exit code out.
import { Command, CommanderError } from 'commander';
import { addConnectionFlags } from './add-flags.ts';
import { addFeedingCommands } from './feeding-commands.ts';
import { formatHelp, setExamples } from './help-format.ts';
import { addLogqlCommands } from './logql-commands.ts';
import { addReadingCommands } from './reading-commands.ts';
import type { Run } from './run.ts';
import { addSessionCommands } from './session-commands.ts';
import { type Shell, tell } from './shell.ts';
import { addShellCommands } from './shell-commands.ts';
import { dropShortEquals } from './short-equals.ts';

/** Adds commands of other rooms; called before argv is read. */
export type Extension = (program: Command) => void;

export function buildProgram(
  name: string,
  shell: Pick<Shell, 'stdout' | 'stderr'>,
  run: Run,
  extensions: readonly Extension[],
): Command {
  const program = new Command(name);
  program.description('KubeWitness: the audit trail of Kubernetes and OpenShift clusters.');
  // Inherited by the commands that are made below, so it comes first.
  program
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ formatHelp })
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      outputError: (text, write) => write(`KW_CLI_USAGE: ${text.replace(/^error: /, '')}`),
    })
    .helpCommand('help [COMMAND]', 'help for a command')
    .helpOption('-h, --help', 'this text');
  addReadingCommands(program, run);
  addSessionCommands(program, run);
  addLogqlCommands(program, run);
  addFeedingCommands(program, run);
  for (const extend of extensions) extend(program);
  addShellCommands(program, run);
  addConnectionFlags(program);
  setExamples(
    program,
    `
# a server with a made-up cluster to look at
kubewitness demo
# who was refused in the last two hours
kubewitness search --code 403 --since 2h
# the same straight from a log, without a server
kubewitness search --code 403 --from audit.log
# every exec, with the command
kubewitness search --resource pods/exec -o wide`,
  );
  return program;
}

/** Runs one command line. Never throws: every outcome is an exit code, and what the user must know is on standard error. */
export async function runProgram(
  name: string,
  argv: readonly string[],
  shell: Shell,
  extensions: readonly Extension[],
): Promise<number> {
  let code = 0;
  const program = buildProgram(
    name,
    shell,
    async (action) => {
      code = await action(shell);
    },
    extensions,
  );
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(rewrite(program, argv), { from: 'user' });
    return code;
  } catch (error) {
    const path = findPath(program, argv);
    const isMisplaced = path === '' && argv[0]?.startsWith('-') === true;
    return await explain(shell, error, `${name}${path}`, isMisplaced ? findOwner(program, argv) : undefined);
  }
}

/** `--version` is what people try first; help for what is no command is told as the mistake it is. */
function rewrite(program: Command, argv: readonly string[]): string[] {
  const [first, second = '', ...rest] = argv;
  if (first === '--version') return ['version', '--client', ...argv.slice(1)];
  const isMistake = first === 'help' && /^\w/.test(second) && !program.commands.some((sub) => sub.name() === second);
  return dropShortEquals(findCommands(program, argv).at(-1) ?? program, isMistake ? [second, ...rest] : argv);
}

/** The command that argv is about, after those above it. */
function findCommands(program: Command, argv: readonly string[]): readonly Command[] {
  const commands: Command[] = [];
  for (const word of argv) {
    const next = (commands.at(-1) ?? program).commands.find((sub) => sub.name() === word);
    if (next !== undefined) commands.push(next);
  }
  return commands;
}

/** The same as it is written: ` token create`. */
function findPath(program: Command, argv: readonly string[]): string {
  return findCommands(program, argv)
    .map((command) => ` ${command.name()}`)
    .join('');
}

/** ` search --user`: an option without a command in front of it, as the first command that has it is written. Options of `serve` are the server's to know. */
function findOwner(program: Command, argv: readonly string[]): string {
  const [flag = ''] = (argv[0] ?? '').split('=');
  const owner = program.commands.find((sub) => sub.options.some(({ long, short }) => flag === long || flag === short));
  return ` ${owner?.name() ?? 'serve'} ${flag}`;
}

/** `owner`: what may have been meant, when no command was named. */
async function explain(shell: Shell, error: unknown, command: string, owner: string | undefined): Promise<number> {
  if (shell.signal.aborted) return exitCodeOf(shell.signal.reason);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // commander has told the rest.
    const meant = owner === undefined ? '' : `The command comes first, as in \`${command}${owner} …\`. `;
    if (!error.code.startsWith('commander.help')) tell(shell, `${meant}See \`${command} --help\` for what is valid.`);
    return 2;
  }
  // Loaded only now: a help text needs neither.
  const [{ CliProblem }, { printHarmlessLines }] = await Promise.all([
    import('../client/index.ts'),
    import('../output/index.ts'),
  ]);
  if (error instanceof CliProblem) {
    tell(shell, `${error.code}: ${printHarmlessLines(error.message)}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(shell, `KW_CLI_FAULT: This is a fault of the program, please report it: ${printHarmlessLines(text)}`);
  return 1;
}

/** 128 + signal number, as shells have it. The reader of standard output going away (`| head`) is no failure. */
export function exitCodeOf(reason: unknown): number {
  switch (reason) {
    case 'SIGINT':
      return 130;
    case 'SIGTERM':
      return 143;
    case 'SIGHUP':
      return 129;
    default:
      return 0;
  }
}
