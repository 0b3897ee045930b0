// The settings table -> the manual's reference page and the `--help` of the server program.
import { printEnvName } from './read-env.ts';
import type { Setting } from './setting.ts';
import { SETTING_ROWS } from './settings.ts';

const UNIT: Readonly<Record<Setting<unknown>['kind'], string>> = {
  text: 'text',
  path: 'path',
  size: 'size (64MiB, 2GB)',
  duration: 'duration (500ms, 12h, 30d)',
  seconds: 'seconds',
  count: 'number',
  switch: 'true or false',
  choice: 'one word',
  list: 'list',
  address: 'address',
};

function printDefault(setting: Setting<unknown>): string {
  const text = setting.print(setting.byDefault);
  return text === '' ? 'empty' : text;
}

function printSetting(setting: Setting<unknown>): string {
  const value = setting.kind === 'choice' ? setting.parse(['?']) : undefined;
  const unit = value !== undefined && !value.ok ? value.expected : UNIT[setting.kind];
  const repeat = setting.kind === 'list' ? ' The flag may be repeated; the variable takes commas.' : '';
  const secret = setting.secret
    ? ` Secret: also read from the file named by \`${printEnvName(setting.name)}_FILE\`.`
    : '';
  const fileKey = setting.name === 'config' ? 'not in the file' : `\`${setting.name}\` in the file`;
  return [
    `### ${setting.name}`,
    '',
    `${setting.help}${repeat}${secret}`,
    '',
    `\`--${setting.name}\` · \`${printEnvName(setting.name)}\` · ${fileKey} · ${unit} · default: \`${printDefault(setting)}\``,
    '',
  ].join('\n');
}

/** docs/manual/configuration.md; a test says that the committed page is this text. */
export function printReference(): string {
  return `# Settings

Every setting has one name. It is the same as a flag, as a key of the YAML file that \`--config\` names, and, in capitals and with
\`KUBEWITNESS_\` in front, as an environment variable. When a setting is given in several places the flag wins, then the variable, then the
file. A name that does not exist is an error that tells the nearest one. In the file, \`retention: {max-age: 30d}\` and
\`retention-max-age: 30d\` say the same. This page is generated from the settings table of the server.

${SETTING_ROWS.map((row) => printSetting(row.setting)).join('\n')}`;
}

/** One line per flag for `--help`. */
export function printFlagHelp(): string {
  const width = Math.max(...SETTING_ROWS.map((row) => row.setting.name.length)) + 4;
  return SETTING_ROWS.map(({ setting }) => {
    const text = printDefault(setting);
    const tail = text === 'empty' || setting.kind === 'switch' ? '' : ` (default ${text})`;
    return `  ${`--${setting.name}`.padEnd(width)}${setting.help}${tail}`;
  }).join('\n');
}
