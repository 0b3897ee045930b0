// For tests: the log lines of the corpus that sessions are made of, all recordings one after the other.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const CORPUS = new URL('../../../../../corpus/', import.meta.url);

const splitText = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** The kube-apiserver's own log files of one recording. */
export function readRecording(name: string): readonly string[] {
  const archive = new URL(`kube-apiserver/${name}.tar.gz`, CORPUS).pathname;
  const args = ['-xzOf', archive, '--wildcards', `${name}/log/audit*`];
  return splitText(execFileSync('tar', args, { maxBuffer: 256 * 1024 * 1024 }).toString('utf8'));
}

export function readSessionLogs(): readonly string[] {
  const documented = ['sessions/documented.ndjson', 'documented/openshift4-servers.ndjson'];
  return [
    ...['metadata-all', 'requestresponse-all', 'mixed-aggregated', 'webhook-blocking'].flatMap(readRecording),
    ...documented.flatMap((path) => splitText(readFileSync(new URL(path, CORPUS), 'utf8'))),
  ];
}
