// What a person at a terminal reads when the server has started: where it is, and what to try first.
import { DEFAULT_PORT } from '@kubewitness/core/wire';
import type { Config } from '../config/index.ts';
import type { Bound } from '../http/index.ts';
import { VERSION } from '../version.ts';

const QUESTIONS = ['top --by user', 'search --code 403 --since 6h', 'search --resource pods/exec -o wide'];

export function printGreeting(config: Config, { url }: Bound): string {
  const isDefault = url === `http://127.0.0.1:${DEFAULT_PORT}`;
  const records = config.demo ? ', with the last 24 hours of a made-up cluster and what happens in it now' : '';
  const lines = [
    `KubeWitness ${VERSION} listens on ${url}${records}.`,
    '',
    'Try in another terminal:',
    ...QUESTIONS.map((question) => `  npx kubewitness ${question}${isDefault ? '' : ` --server ${url}`}`),
    '',
    `Everything is kept in ${config.dataDir}. Ctrl-C stops the server.`,
  ];
  return `${lines.join('\n')}\n`;
}
