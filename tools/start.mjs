// `npm start`: the server on demo data, or `npm start -- <command> …` for any command of the program. Installs and builds first if needed.
import './ensure-built.mjs';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../packages/cli/bin/kubewitness.mjs', import.meta.url));
const args = process.argv.slice(2);
const child = spawn(process.execPath, [program, ...(args.length === 0 ? ['demo'] : args)], { stdio: 'inherit' });
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
child.on('exit', (code, name) => {
  process.exitCode = code ?? (name === 'SIGINT' ? 130 : 1);
});
