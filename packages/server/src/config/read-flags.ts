// argv -> texts by setting name, or a problem. `--name value`, `--name=value`, `--switch`, `--no-switch`.
import { findNearestName } from './nearest-name.ts';
import { done, fail, type Outcome } from './problems.ts';
import { SETTING_NAMES, SETTING_ROWS } from './settings.ts';

export type Texts = ReadonlyMap<string, readonly string[]>;

function isSwitch(name: string): boolean {
  return SETTING_ROWS.some((row) => row.setting.name === name && row.setting.kind === 'switch');
}

function unknownFlag(flag: string) {
  const nearest = findNearestName(flag.replace(/^-+(no-)?/, ''), SETTING_NAMES);
  return fail('KW_CONFIG_UNKNOWN', `${flag} is not a flag; did you mean --${nearest}? --help lists them all.`);
}

export function readFlags(argv: readonly string[]): Outcome<Texts> {
  const texts = new Map<string, string[]>();
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    const match = /^--([A-Za-z][A-Za-z0-9.-]*)(?:=(.*))?$/s.exec(arg);
    if (match?.[1] === undefined) {
      if (arg.startsWith('-')) return unknownFlag(arg);
      return fail(
        'KW_CONFIG_UNKNOWN',
        `${JSON.stringify(arg)} stands alone; every setting is a flag, such as --tail ${arg}.`,
      );
    }
    // Loki and its operators write sections with dots: `--loki.tenants` is `--loki-tenants`.
    const written = match[1].replaceAll('.', '-');
    const negated = written.startsWith('no-') && isSwitch(written.slice(3)) && match[2] === undefined;
    const name = negated ? written.slice(3) : written;
    if (!SETTING_NAMES.includes(name)) return unknownFlag(`--${name}`);
    let value = match[2];
    if (isSwitch(name)) value ??= negated ? 'false' : 'true';
    else if (value === undefined) {
      value = argv[++i];
      if (value === undefined || value.startsWith('--')) {
        return fail('KW_CONFIG_VALUE', `--${name} needs a value after it; write --${name}=VALUE.`);
      }
    }
    texts.set(name, [...(texts.get(name) ?? []), value]);
  }
  return done(texts);
}
