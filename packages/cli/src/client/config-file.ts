// The command line's configuration file: ~/.config/kubewitness/config.yaml -> settings, the lowest priority of all.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suggest } from '@kubewitness/core/wire';
import { CliProblem, errorCode, errorText } from './problem.ts';

export interface ConfigFile {
  readonly server?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

const KEYS = ['server', 'token', 'tokenFile', 'caFile'] as const;

export function configFilePath(env: Readonly<Record<string, string | undefined>>, homeDirectory: string): string {
  const base = env['XDG_CONFIG_HOME'];
  return join(base === undefined || base === '' ? join(homeDirectory, '.config') : base, 'kubewitness', 'config.yaml');
}

/** The settings of the file; empty when there is no file. `warn` hears of a token that others can read. */
export async function readConfigFile(path: string, warn: (sentence: string) => void): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return {};
    throw new CliProblem('KW_CLI_CONFIG', `Cannot read ${path} (${errorText(error)}); mend or remove it.`, error);
  }
  // Loaded here because most people have no such file, and the parser takes longer than the rest of the start.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new CliProblem('KW_CLI_CONFIG', `${path} is not YAML: ${errorText(error)}`, error);
  }
  const settings = checkSettings(path, value);
  if (settings.token !== undefined && ((await stat(path)).mode & 0o077) !== 0) {
    warn(`${path} holds a token and others can read it; run: chmod 600 ${path}`);
  }
  return settings;
}

function checkSettings(path: string, value: unknown): ConfigFile {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliProblem('KW_CLI_CONFIG', `${path} must be a YAML mapping with the keys ${KEYS.join(', ')}.`);
  }
  const settings: { -readonly [K in keyof ConfigFile]: ConfigFile[K] } = {};
  for (const [key, setting] of Object.entries(value)) {
    const known = KEYS.find((k) => k === key);
    if (known === undefined) {
      throw new CliProblem('KW_CLI_CONFIG', `${path}: ${JSON.stringify(key)} is not a setting; ${suggest(key, KEYS)}`);
    }
    if (typeof setting !== 'string') throw new CliProblem('KW_CLI_CONFIG', `${path}: ${key} must be text.`);
    settings[known] = setting;
  }
  return settings;
}
