// Connection: flags, environment and configuration file -> where the server is and what to show it.
import { readFile } from 'node:fs/promises';
import { type ConfigFile, configFilePath, readConfigFile } from './config-file.ts';
import { DEFAULT_SERVER, type Endpoint, parseEndpoint } from './endpoint.ts';
import { CliProblem, errorText } from './problem.ts';

export interface Connection {
  readonly endpoint: Endpoint;
  readonly token: string | undefined;
  /** PEM text of the authority to trust besides the system's own. */
  readonly authority: string | undefined;
}

export interface ConnectionFlags {
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  warn(sentence: string): void;
}

async function readSetting(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliProblem(
      'KW_CLI_FILE',
      `Cannot read the ${what} ${path} (${errorText(error)}); check the path and who may read it.`,
      error,
    );
  }
}

/** Node takes any text for an authority and then trusts nobody; the API server would not start with it. */
async function readAuthority(path: string): Promise<string> {
  const text = await readSetting(path, 'CA file');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new CliProblem(
    'KW_CLI_FILE',
    `The CA file ${path} holds no certificate in PEM; name the one that begins with -----BEGIN CERTIFICATE-----.`,
  );
}

/** At one level a token given as text goes before a token file; a nearer level goes before a farther one. */
async function chooseToken(levels: readonly ConnectionFlags[]): Promise<string | undefined> {
  for (const level of levels) {
    if (level.token !== undefined && level.token !== '') return level.token.trim();
    if (level.tokenFile !== undefined && level.tokenFile !== '') {
      const token = (await readSetting(level.tokenFile, 'token file')).trim();
      if (/^[\x21-\x7e]+$/.test(token)) return token;
      throw new CliProblem(
        'KW_CLI_FILE',
        `The token file ${level.tokenFile} does not hold one token and nothing else; it is what \`kubewitness token create\` prints.`,
      );
    }
  }
  return undefined;
}

/** Priority: flag, environment variable, configuration file, default. */
export async function resolveConnection(flags: ConnectionFlags, around: Surroundings): Promise<Connection> {
  const env = around.env;
  const fromEnv: ConnectionFlags = {
    server: env['KUBEWITNESS_SERVER'],
    token: env['KUBEWITNESS_TOKEN'],
    tokenFile: env['KUBEWITNESS_TOKEN_FILE'],
    caFile: env['KUBEWITNESS_CA_FILE'],
  };
  const file: ConfigFile = await readConfigFile(configFilePath(env, around.homeDirectory), (s) => around.warn(s));
  const levels = [flags, fromEnv, file];
  const server = levels.map((level) => level.server).find((s) => s !== undefined && s !== '');
  const caFile = levels.map((level) => level.caFile).find((s) => s !== undefined && s !== '');
  return {
    endpoint: parseEndpoint(server ?? DEFAULT_SERVER),
    token: await chooseToken(levels),
    authority: caFile === undefined ? undefined : await readAuthority(caFile),
  };
}
