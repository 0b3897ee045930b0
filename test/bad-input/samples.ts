// Audit events made for one test, loaded through the command line into a cluster of their own. Events in; counts, lines, rows and reasons out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitLines } from '../support/corpus.ts';
import { readAllLines } from '../support/ledger.ts';
import { runCli } from '../support/run-program.ts';
import type { TestServer } from '../support/test-server.ts';

let numbered = 0;

export type Event = Readonly<Record<string, unknown>>;

/** A good event; each has its own auditID unless given. */
export function event(more: Event = {}): Event {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `shape-${++numbered}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods/web',
    verb: 'get',
    user: { username: 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.0.7'],
    userAgent: 'kubectl/v1.33.1',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-11-20T19:52:48.000000Z',
    stageTimestamp: '2026-11-20T19:52:48.002000Z',
    ...more,
  };
}
export const text = (value: unknown): string => JSON.stringify(value);

export interface Loaded {
  readonly code: number | null;
  readonly read: number;
  readonly stored: number;
  readonly quarantined: number;
  readonly cluster: string;
}

export const ALL_GOOD = (records: number) => ({ code: 0, read: records, stored: records, quarantined: 0 });

export interface Samples {
  load(content: string, flags?: readonly string[]): Promise<Loaded>;
  /** Oldest first, as `rows` too. */
  lines(loaded: Loaded): Promise<string[]>;
  rows(loaded: Loaded, flags?: string): Promise<Record<string, unknown>[]>;
  /** Of what went to quarantine. */
  reasons(loaded: Loaded): Promise<string[]>;
}

/** `server` is asked for with each call: it starts after this. */
export function openSamples(folder: string, server: () => TestServer): Samples {
  return {
    async load(content, flags = []) {
      const cluster = `sample-${++numbered}`;
      const path = join(folder, `${cluster}.log`);
      writeFileSync(path, content);
      const ran = await runCli([
        'import',
        path,
        '--cluster',
        cluster,
        ...flags,
        '--server',
        server().url,
        '-o',
        'json',
      ]);
      const { read, stored, quarantined }: Loaded = JSON.parse(ran.stdout.toString('utf8'));
      return { code: ran.code, read, stored, quarantined, cluster };
    },
    async lines({ cluster }) {
      const all = await readAllLines(server(), `&cluster=${cluster}&order=oldest`);
      return splitLines(all).map((line) => line.toString('utf8'));
    },
    async rows({ cluster }, flags = '') {
      const path = `/api/v1/records?cluster=${cluster}&all-stages=true&limit=0&order=oldest${flags}`;
      const { body } = await server().ask({ path });
      return splitLines(body).map((line) => JSON.parse(line.toString('utf8')));
    },
    async reasons({ cluster }) {
      const { body } = await server().ask({ path: '/api/v1/quarantine?limit=0' });
      const found: { source: string; reason: string }[] = JSON.parse(body.toString('utf8'));
      return found.filter((row) => row.source.endsWith(`${cluster}.log`)).map((row) => row.reason);
    },
  };
}
