// Config -> YAML that loads back to the same Config; secrets are hidden when redacted.
import { stringify } from 'yaml';
import { type Config, SETTING_ROWS } from './settings.ts';

export function printConfig(config: Config, options: { readonly redacted: boolean }): string {
  const values: Readonly<Record<string, unknown>> = config;
  const lines: Record<string, unknown> = {};
  for (const { key, setting } of SETTING_ROWS) {
    // `config` cannot stand in the file it names.
    if (setting.name === 'config') continue;
    const value = values[key];
    if (setting.secret && options.redacted) lines[setting.name] = value === '' ? '' : '<redacted>';
    else if (Array.isArray(value)) lines[setting.name] = value;
    else if (typeof value === 'boolean') lines[setting.name] = value;
    else lines[setting.name] = setting.print(value);
  }
  return stringify(lines, { lineWidth: 0 });
}
