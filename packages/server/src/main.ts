#!/usr/bin/env node
// The server program: arguments, environment and a config file in; a running server until SIGTERM. Exit codes 0, 1 failed, 2 wrong usage.
import { readFileSync } from 'node:fs';
import { runConfigCommand } from './app/config-command.ts';
import { printGreeting } from './app/print-greeting.ts';
import { runTokenCommand } from './app/token-command.ts';
import { startServer } from './app.ts';
import { loadConfig, printFlagHelp } from './config/index.ts';
import { createLog } from './observe/index.ts';
import { StartProblem } from './start-problem.ts';
import { VERSION } from './version.ts';

const USAGE = 2;
const HELP = `Usage: kubewitness serve [flags]
       kubewitness token create|list|revoke --data DIR   tokens of a data directory, also before the server runs
       kubewitness serve config print|check [flags]

Flags (each also a KUBEWITNESS_… variable and a key of the --config file):
`;

function fail(code: string, sentence: string, exitCode: number): number {
  process.stderr.write(`${code}: ${sentence}\n  (docs/errors/${code}.md)\n`);
  return exitCode;
}

/** Resolves with the exit code once the server has stopped. */
async function serve(argv: readonly string[]): Promise<number> {
  const loaded = loadConfig({ argv, env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
  if (!loaded.ok) return fail(loaded.problem.code, loaded.problem.detail, USAGE);
  const { config } = loaded;
  // Whoever looks at the demo wants to see the greeting, not the log; a level set by hand other than info is obeyed.
  const level = config.demo && config.logLevel === 'info' ? 'warn' : config.logLevel;
  const log = createLog({ level, to: 2 });
  // Registered before anything starts, so that a signal during the start ends it in order too.
  const asked = new Promise<'signal'>((resolve) => {
    let times = 0;
    const onSignal = () => {
      times += 1;
      if (times > 1) process.exit(130);
      resolve('signal');
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  try {
    const server = await startServer(config, log);
    const failed = new Promise<unknown>((resolve) => {
      server.ready.catch(resolve);
    });
    if (config.demo || process.stdout.isTTY) {
      server.ready.then(
        () => process.stdout.write(printGreeting(config, server.bound)),
        () => undefined,
      );
    }
    const end = await Promise.race([asked, failed]);
    log.info({}, end === 'signal' ? 'Stopping.' : 'Stopping: the store cannot be opened.');
    await server.stop();
    if (end === 'signal') return 0;
    throw end;
  } catch (error) {
    const problem = StartProblem.from(error);
    if (problem.code === 'KW_START') log.error({ err: error }, problem.message);
    return fail(problem.code, problem.message, 1);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${HELP}${printFlagHelp()}`);
    return 0;
  }
  if (argv[0] === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (argv[0] === 'token') return runTokenCommand(argv.slice(1), fail);
  if (argv[0] === 'config') return runConfigCommand(argv.slice(1), fail);
  return serve(argv);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const problem = StartProblem.from(error);
  return fail(problem.code, problem.message, 1);
});
// Whatever a library still holds open must not keep a stopped server alive.
process.exit();
