// What the tests of recordings do with a server: import, post, search and count. Clusters in; reports, lines and counts out.
import { expect } from 'vitest';
import { runCli } from '../support/run-program.ts';
import type { TestServer } from '../support/test-server.ts';

export interface Report {
  readonly read: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
}

export interface Questions {
  importFiles(cluster: string, paths: readonly string[]): Promise<Report>;
  /** Posts recorded bodies and waits until they are stored; returns how many items they have. */
  postBodies(cluster: string, archive: ReadonlyMap<string, Buffer>): Promise<number>;
  search(cluster: string): Promise<Buffer>;
  /** `top --all-stages` as a table of value and count. */
  countBy(cluster: string, by: string): Promise<Record<string, number>>;
}

/** As many API servers at once. */
const SENDERS = 16;

/** `server` is asked for with each call: it starts after this. */
export function openQuestions(server: () => TestServer): Questions {
  return {
    async importFiles(cluster, paths) {
      const ran = await runCli(['import', ...paths, '--cluster', cluster, '--server', server().url, '-o', 'json']);
      expect([ran.code, ran.stderr]).toEqual([0, '']);
      return JSON.parse(ran.stdout.toString('utf8'));
    },
    async postBodies(cluster, archive) {
      let items = 0;
      const bodies = [...archive].filter(([path]) => /^webhook\/batch-\d+\.json$/.test(path));
      const send = async () => {
        for (let next = bodies.pop(); next !== undefined; next = bodies.pop()) {
          const [path, body] = next;
          const answer = await server().ask({ method: 'POST', path: `/webhook/v1/${cluster}`, body });
          expect([path, answer.status]).toEqual([path, 200]);
          const list: { items: unknown[] } = JSON.parse(body.toString('utf8'));
          items += list.items.length;
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, send));
      await server().drained();
      return items;
    },
    async search(cluster) {
      const all = ['-o', 'ndjson', '--all-stages', '--limit', '0'];
      const ran = await runCli(['search', ...all, '--cluster', cluster, '--server', server().url]);
      expect([ran.code, ran.stderr]).toEqual([0, '']);
      return ran.stdout;
    },
    async countBy(cluster, by) {
      const path = `/api/v1/top?by=${by}&limit=0&all-stages=true&cluster=${cluster}`;
      const { body } = await server().ask({ path });
      const answer: { rows: { value: string; count: number }[] } = JSON.parse(body.toString('utf8'));
      return Object.fromEntries(answer.rows.map(({ value, count }) => [value, count]));
    },
  };
}
