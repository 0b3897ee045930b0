// Flags -> parameters of the HTTP API and typed options.
import { FILTER_FLAGS } from '@kubewitness/core/wire';
import { CliProblem, type ConnectionFlags, type Params } from '../client/index.ts';
import type { Flags } from './merge-options.ts';

function attribute(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[attribute(name)];
  return typeof value === 'string' ? value : undefined;
}

export function switchFlag(flags: Flags, name: string): boolean {
  return flags[attribute(name)] === true;
}

export function listFlag(flags: Flags, name: string): readonly string[] {
  const value = flags[attribute(name)];
  return Array.isArray(value) ? value.map(String) : [];
}

/** `--no-headers`: commander stores its opposite. */
export function wantsHeaders(flags: Flags): boolean {
  return flags['headers'] !== false;
}

export function connectionFlags(flags: Flags): ConnectionFlags {
  return {
    server: textFlag(flags, 'server'),
    token: textFlag(flags, 'token'),
    tokenFile: textFlag(flags, 'token-file'),
    caFile: textFlag(flags, 'ca-file'),
  };
}

const TEXTS = ['min-duration', 'since', 'since-time', 'until', 'last'] as const;
const SWITCHES = ['failed', 'all-stages'] as const;

/** The filter as parameters, each value as the user wrote it. */
export function filterParams(flags: Flags): Map<string, readonly string[]> {
  const params = new Map<string, readonly string[]>();
  for (const name of FILTER_FLAGS) {
    const values = listFlag(flags, name);
    if (values.length > 0 && !(name === 'namespace' && switchFlag(flags, 'all-namespaces'))) params.set(name, values);
  }
  addTexts(params, flags, TEXTS);
  for (const name of SWITCHES) if (switchFlag(flags, name)) params.set(name, ['true']);
  return params;
}

export function addTexts(params: Map<string, readonly string[]>, flags: Flags, names: readonly string[]): void {
  for (const name of names) {
    const value = textFlag(flags, name);
    if (value !== undefined) params.set(name, [value]);
  }
}

/** The word of -o. */
export async function formatFlag<T extends string>(flags: Flags, valid: readonly T[]): Promise<T> {
  const text = textFlag(flags, 'output') ?? 'table';
  const found = valid.find((format) => format === text);
  if (found !== undefined) return found;
  const { suggest } = await import('@kubewitness/core/wire');
  throw new CliProblem('KW_CLI_USAGE', `-o ${JSON.stringify(text)} is not a format; ${suggest(text, valid)}`);
}

/** Where nothing was found, in words: `namespace shop` or `any namespace`, and the other flags as given. */
export function printScope(params: Params): string {
  const namespaces = params.get('namespace') ?? [];
  const rest = [...params].filter(
    ([name]) => name !== 'namespace' && name !== 'view' && name !== 'limit' && name !== 'order',
  );
  const flags = rest.flatMap(([name, values]) =>
    values.map((value) => (value === 'true' ? `--${name}` : `--${name} ${value}`)),
  );
  const where = namespaces.length === 0 ? 'any namespace' : `namespace ${namespaces.join(', ')}`;
  return flags.length === 0 ? where : `${where} (${flags.join(' ')})`;
}
