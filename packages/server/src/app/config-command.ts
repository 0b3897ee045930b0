// `config print|check`: the settings as the server would take them. Arguments in, YAML on stdout or the first problem.
import { readFileSync } from 'node:fs';
import { loadConfig, printConfig } from '../config/index.ts';

type Fail = (code: string, sentence: string, exitCode: number) => number;

export function runConfigCommand(argv: readonly string[], fail: Fail): number {
  const [verb, ...flags] = argv;
  if (verb !== 'print' && verb !== 'check') {
    return fail('KW_CONFIG_UNKNOWN', 'config takes print or check, then the flags of serve.', 2);
  }
  const loaded = loadConfig({ argv: flags, env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
  if (!loaded.ok) return fail(loaded.problem.code, loaded.problem.detail, verb === 'check' ? 1 : 2);
  process.stdout.write(verb === 'print' ? printConfig(loaded.config, { redacted: true }) : 'The settings are good.\n');
  return 0;
}
