// The flag -o of a policy command: its formats and the default, both told in the help text.
import { Option } from 'commander';

export function outputOption(formats: readonly string[], byDefault?: string): Option {
  const text = formats.map((format) => (format === byDefault ? `${format} (default)` : format)).join(', ');
  const option = new Option('-o, --output <FORMAT>', text).choices(formats);
  return byDefault === undefined ? option : option.default(byDefault);
}
