// argv, environment and file -> Config, or the first problem. Later wins: default, file, variable, flag.
import { checkConfig } from './check-config.ts';
import { type ConfigProblem, fail } from './problems.ts';
import { printCause, type ReadFile, readEnv } from './read-env.ts';
import { readConfigText } from './read-file.ts';
import { readFlags, type Texts } from './read-flags.ts';
import { type Config, SETTING_ROWS } from './settings.ts';

export interface ConfigInput {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read; passed in, so that tests need no disk. */
  readonly readFile: ReadFile;
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problem: ConfigProblem };

type Origin = 'flag' | 'variable' | 'file';

const NOUN: Readonly<Record<Origin, (name: string) => string>> = {
  flag: (name) => `--${name}`,
  variable: (name) => `KUBEWITNESS_${name.toUpperCase().replaceAll('-', '_')}`,
  file: (name) => `${name} in the configuration file`,
};

export function loadConfig(input: ConfigInput): LoadedConfig {
  const flags = readFlags(input.argv);
  if (!flags.ok) return flags;
  const env = readEnv(input.env, input.readFile);
  if (!env.ok) return env;
  const path = flags.value.get('config')?.at(-1) ?? env.value.get('config')?.at(-1) ?? '';
  let file: Texts = new Map();
  if (path !== '') {
    let yamlText: string;
    try {
      yamlText = input.readFile(path);
    } catch (cause) {
      return fail(
        'KW_CONFIG_FILE',
        `${path} cannot be read (${printCause(cause)}); correct --config or the file's mode.`,
      );
    }
    const read = readConfigText(path, yamlText);
    if (!read.ok) return read;
    file = read.value;
  }
  return build([
    ['flag', flags.value],
    ['variable', env.value],
    ['file', file],
  ]);
}

/** First layer that has the setting wins. */
function build(layers: readonly (readonly [Origin, Texts])[]): LoadedConfig {
  const values: Record<string, unknown> = {};
  for (const { key, setting } of SETTING_ROWS) {
    values[key] = setting.byDefault;
    const layer = layers.find(([, texts]) => texts.has(setting.name));
    if (layer === undefined) continue;
    const texts = layer[1].get(setting.name) ?? [];
    const read = setting.parse(texts);
    if (!read.ok) {
      const given = setting.secret ? 'a secret' : JSON.stringify(texts.at(-1) ?? '');
      const hint = read.nearest === undefined ? '' : `did you mean ${read.nearest}? `;
      return fail(
        'KW_CONFIG_VALUE',
        `${NOUN[layer[0]](setting.name)} is ${given}, which cannot be used; ${hint}expected ${read.expected}.`,
      );
    }
    values[key] = read.value;
  }
  // Every key of SETTINGS was just filled with its own setting's value; the compiler cannot follow that through a loop.
  const config = values as Config;
  const problem = checkConfig(config);
  return problem === undefined ? { ok: true, config } : { ok: false, problem };
}
