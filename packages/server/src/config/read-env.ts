// KUBEWITNESS_… variables -> texts by setting name, or a problem. Secrets also come from the file that …_FILE names.
import { findNearestName } from './nearest-name.ts';
import { done, fail, type Outcome } from './problems.ts';
import type { Texts } from './read-flags.ts';
import { SETTING_NAMES, SETTING_ROWS } from './settings.ts';

const PREFIX = 'KUBEWITNESS_';

/** Variables of the command line program; the same shell may set them beside a server. */
const CLIENT_NAMES: readonly string[] = ['SERVER', 'TOKEN', 'TOKEN_FILE', 'CA_CERT', 'OUTPUT'];

/** Kubernetes puts these into every pod beside a Service called kubewitness or kubewitness-something; they are not settings. */
const SERVICE_LINK =
  /^(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?)$/;

export const printEnvName = (name: string): string => PREFIX + name.toUpperCase().replaceAll('-', '_');

export type ReadFile = (path: string) => string;

export function readEnv(env: Readonly<Record<string, string | undefined>>, readFile: ReadFile): Outcome<Texts> {
  const texts = new Map<string, string[]>();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const rest = variable.slice(PREFIX.length);
    if (CLIENT_NAMES.includes(rest) || SERVICE_LINK.test(rest)) continue;
    const name = rest.toLowerCase().replaceAll('_', '-');
    const setting = SETTING_ROWS.find((row) => row.setting.name === name)?.setting;
    if (setting !== undefined) {
      texts.set(name, setting.kind === 'list' ? splitList(value) : [value]);
      continue;
    }
    const owner = SETTING_ROWS.find((row) => row.setting.secret && `${row.setting.name}-file` === name)?.setting;
    if (owner === undefined) {
      const nearest = printEnvName(findNearestName(name, SETTING_NAMES));
      return fail(
        'KW_CONFIG_UNKNOWN',
        `${variable} is not a setting; did you mean ${nearest}? Unset it if it belongs to another program.`,
      );
    }
    if (env[printEnvName(owner.name)] !== undefined) {
      return fail('KW_CONFIG_CONFLICT', `${variable} and ${printEnvName(owner.name)} are both set; keep one.`);
    }
    try {
      texts.set(owner.name, [readFile(value).trim()]);
    } catch (cause) {
      return fail(
        'KW_CONFIG_FILE',
        `${variable} names ${value}, which cannot be read (${printCause(cause)}); correct the path or its mode.`,
      );
    }
  }
  return done(texts);
}

/** One per line, or separated by commas. */
function splitList(value: string): string[] {
  return value
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function printCause(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause);
}
