// The policy endpoints: texts answered without a store, refusals as problems with the loader's sentence, and replays that are bounded and on record.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { RecordsRequest } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import type { RecordStream } from '../query/index.ts';
import { ask, problemOf } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n';
const METADATA = `${HEAD}- level: Metadata\n`;
const NO_READS = `${HEAD}- level: None\n  verbs: [get, list, watch]\n- level: Metadata\n`;
const REFUSED = `${HEAD}- level: All\n`;

const corpus = (path: string) => gunzipSync(readFileSync(new URL(`../../../../corpus/${path}`, import.meta.url)));
const log = corpus('kube-apiserver/real-100k.ndjson.gz').subarray(0, 1_000_000);
const lines = log.subarray(0, log.lastIndexOf(10) + 1);
const events = lines
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const isRead = ({ verb }: { verb: string }) => ['get', 'list', 'watch'].includes(verb);

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
const stream = (chunks: AsyncIterable<Uint8Array>): RecordStream => ({
  chunks,
  rows: () => 0,
  nextCursor: () => undefined,
});

type Server = Awaited<ReturnType<typeof openServer>>;
const post = (server: Server, name: string, body: unknown, token?: string) =>
  ask(`${server.url}/api/v1/policy/${name}`, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    ...(token === undefined ? {} : { token }),
  });

test('eval decides every recorded request as the real evaluator did', async () => {
  const server = await openServer();
  const vectors = JSON.parse(corpus('policy/vectors.json.gz').toString('utf8'));
  const bench = vectors.policies.find(({ id }: { id: string }) => id === '138-bench30');
  const answer = await post(server, 'eval', { policy: bench.policy, requests: vectors.requests });
  const decided = JSON.parse(answer.text).decisions.map(
    (one: { level: string; omitStages: string[]; omitManagedFields: boolean; rule: number }) => [
      one.level,
      one.omitStages,
      one.omitManagedFields,
      one.rule,
    ],
  );
  expect(decided).toEqual(bench.results);
  expect(decided).toHaveLength(180);
  const byUrl = await post(server, 'eval', {
    policy: NO_READS,
    requests: [
      { user: 'alice', method: 'GET', url: '/api/v1/namespaces/x/pods?watch=1' },
      { user: 'alice', verb: 'create', resource: 'pods' },
    ],
  });
  expect(JSON.parse(byUrl.text)).toEqual({
    warning: '',
    decisions: [
      { level: 'None', omitStages: [], omitManagedFields: false, rule: 0 },
      { level: 'Metadata', omitStages: [], omitManagedFields: false, rule: 1 },
    ],
  });
});

test('explain, lint, profile and convert answer as the toolkit does', async () => {
  const server = await openServer();
  const explained = JSON.parse(
    (await post(server, 'explain', { policy: NO_READS, request: { user: 'a', verb: 'create', resource: 'pods' } }))
      .text,
  );
  expect(explained.rules).toHaveLength(2);
  expect(explained.matrix.columns).toContain('secrets read');
  expect(explained.trace.map(({ matched }: { matched: boolean }) => matched)).toEqual([false, true]);

  const linted = JSON.parse((await post(server, 'lint', { policy: `${HEAD}- level: Metadata\n  verb: [get]\n` })).text);
  expect(linted.warning).toContain('unknown field');
  expect(linted.findings).toContainEqual(
    expect.objectContaining({ code: 'unknown-field', line: 5, rule: 0, advice: expect.stringContaining('verbs') }),
  );

  const body = { name: 'Default', customRules: [{ group: 'devs', profile: 'AllRequestBodies' }] };
  const profile = JSON.parse((await post(server, 'profile', body)).text);
  expect(profile.patch).toContain('group: devs');
  expect(profile.command).toMatch(/^oc patch apiserver/);
  expect(JSON.parse((await post(server, 'profile', { name: 'gce' })).text)).toMatchObject({ patch: '', command: '' });

  const converted = JSON.parse((await post(server, 'convert', { policy: profile.patch, to: 'talos' })).text);
  expect(converted.from).toBe('an OpenShift APIServer resource');
  expect(converted.documents[0].text).toContain('auditPolicy');
  const lossy = JSON.parse((await post(server, 'convert', { policy: NO_READS, to: 'clusterlogforwarder' })).text);
  expect(lossy.documents[0].text).toContain('kubeAPIAudit');
});

test('a policy that the API server refuses is a 400 with the sentence of the loader and its place', async () => {
  const server = await openServer();
  for (const [name, body] of [
    ['explain', { policy: REFUSED }],
    ['lint', { policy: REFUSED }],
    ['eval', { policy: REFUSED, requests: [] }],
    ['simulate', { policy: REFUSED }],
    ['diff', { old: METADATA, new: REFUSED }],
    ['convert', { policy: REFUSED }],
  ] as const) {
    const answer = await post(server, name, body);
    expect([answer.status, problemOf(answer)], name).toMatchObject([
      400,
      {
        code: 'KW_POLICY_LEVEL',
        type: 'docs/errors/KW_POLICY_LEVEL.md',
        detail: expect.stringMatching(/line 4, column \d+: rules\[0\] has the level "All"/),
      },
    ]);
  }
});

test('wrong bodies are refused by the name of the member', async () => {
  const server = await openServer();
  for (const [name, body, code, sentence] of [
    ['lint', '[]', 'KW_BAD_BODY', 'the body is not a JSON object; send its members: policy.'],
    ['lint', '{', 'KW_BAD_BODY', ''],
    ['lint', {}, 'KW_BAD_BODY', '"policy" is missing in the body.'],
    ['lint', { policy: 1 }, 'KW_BAD_BODY', '"policy" is not a text'],
    ['lint', { policy: 'a'.repeat(1024 * 1024 + 1) }, 'KW_BAD_BODY', 'longer than the 1 MiB'],
    ['lint', { policy: 'a'.repeat(6 * 1024 * 1024) }, 'KW_BODY_TOO_LARGE', ''],
    ['lint', { policy: METADATA, polcy: '' }, 'KW_BAD_BODY', 'did you mean policy?'],
    ['eval', { policy: METADATA, requests: [{ verb: 1 }] }, 'KW_BAD_BODY', 'requests[0]: "verb" must be a text.'],
    ['eval', { policy: METADATA, requests: Array(10_001).fill({}) }, 'KW_BAD_BODY', 'more than 10000 rows'],
    ['profile', { name: 'Defualt' }, 'KW_BAD_BODY', 'name "Defualt" is not known'],
    ['profile', { name: 'Default', customRules: [{ group: 'a', profile: 'b' }] }, 'KW_BAD_BODY', 'profile "b"'],
    ['convert', { policy: METADATA, to: 'talso' }, 'KW_BAD_BODY', 'did you mean talos?'],
    ['simulate', { policy: METADATA, filter: { usr: 'x' } }, 'KW_BAD_BODY', 'did you mean user?'],
    ['simulate', { policy: METADATA, filter: { user: {} } }, 'KW_BAD_BODY', 'filter.user is not a text'],
    ['simulate', { policy: METADATA, mustStay: ['exces'] }, 'KW_BAD_BODY', 'there is no list called "exces"'],
    ['simulate', { policy: METADATA, selectors: ['{user="a"}'] }, 'KW_BAD_BODY', 'write user_username'],
    ['advise', { needed: ['exces'] }, 'KW_BAD_BODY', 'there is no list called "exces"'],
    ['advise', { base: REFUSED }, 'KW_POLICY_LEVEL', 'base: line 4, column 3'],
    ['check', {}, 'KW_BAD_BODY', '"policy" is missing in the body.'],
    ['check', { policy: REFUSED }, 'KW_POLICY_LEVEL', 'line 4'],
    ['simulate', { policy: METADATA, top: 0 }, 'KW_BAD_BODY', '"top" is not a whole number'],
  ] as const) {
    const answer = await post(server, name, body);
    expect(problemOf(answer), `${name} ${sentence}`).toMatchObject({
      code,
      detail: expect.stringContaining(sentence),
    });
  }
});

test('simulate and diff read every stage of the chosen records as lines, oldest first, and put it on record', async () => {
  const asked: RecordsRequest[] = [];
  const server = await openServer({
    roles: ['read', 'ingest'],
    query: {
      records: async (question) => {
        asked.push(question);
        return stream(chunksOf(lines));
      },
    },
  });
  const token = server.tokens[0] ?? '';
  const filter = { since: '7d', cluster: ['a', 'b'] };
  const selectors = ['{} | json | verb="get"'];
  const answer = await post(
    server,
    'simulate',
    { policy: NO_READS, filter, mustStay: ['writes'], selectors, top: 3 },
    token,
  );
  const report = JSON.parse(answer.text);
  expect(report.total).toMatchObject({
    records: events.length,
    keptRecords: events.filter((event) => !isRead(event)).length,
  });
  expect(report.users).toHaveLength(3);
  expect(report.mustStay).toMatchObject([{ name: 'writes', lost: 0 }, { name: selectors[0] }]);
  expect(report.mustStay[1].lost).toBe(report.mustStay[1].records);
  expect(report.flags.flags.maxAgeDays).toBe(30);
  expect(asked[0]).toMatchObject({ view: 'line', limit: 0, order: 'oldest', filter: { allStages: true } });

  const changes = JSON.parse((await post(server, 'diff', { old: METADATA, new: NO_READS, filter }, token)).text);
  expect(changes).toMatchObject({ records: events.length, changed: events.filter(isRead).length });

  const read = 'since=7d&cluster=a&cluster=b&all-stages=true';
  await expect.poll(server.accessLines).toMatchObject([
    { event: 'start', route: '/api/v1/policy/simulate', query: read, who: { role: 'read' } },
    { event: 'end', rows: events.length, outcome: 'ok' },
    { event: 'start', route: '/api/v1/policy/diff', query: read },
    { event: 'end', rows: events.length, outcome: 'ok' },
  ]);
  expect((await post(server, 'lint', { policy: METADATA })).status).toBe(401);
  expect((await post(server, 'simulate', { policy: METADATA }, server.tokens[1] ?? '')).status).toBe(403);
});

test('advise proves its policy on the same records in a second pass, check finds what does not follow a policy', async () => {
  const asked: RecordsRequest[] = [];
  const server = await openServer({
    query: {
      records: async (question) => {
        asked.push(question);
        return stream(chunksOf(lines));
      },
    },
  });
  const advice = JSON.parse((await post(server, 'advise', { filter: { since: '7d' }, top: 5 })).text);
  expect(advice.groups).toHaveLength(5);
  expect(advice.totalRecords).toBe(events.length);
  expect(advice.savedBytes).toBeGreaterThan(0);
  expect(advice.mustStay.map(({ name, lost }: { name: string; lost: number }) => [name, lost])).toEqual(
    ['writes', 'refusals', 'sessions', 'people', 'secrets', 'rbac'].map((name) => [name, 0]),
  );
  // Both passes read the same records, whatever lands meanwhile.
  expect(asked).toHaveLength(2);
  expect(asked[0]?.filter.untilNanos).toBeDefined();
  expect(asked[1]).toEqual(asked[0]);
  const again = JSON.parse((await post(server, 'simulate', { policy: advice.policy })).text);
  expect(again.total.records - again.total.keptRecords).toBe(advice.savedRecords);

  const user = advice.groups.find(({ droppable }: { droppable: boolean }) => droppable)?.user;
  const selectors = [`{user_username=${JSON.stringify(user)}}`];
  const kept = JSON.parse((await post(server, 'advise', { selectors, base: METADATA })).text);
  expect(kept.mustStay.at(-1)).toMatchObject({ name: selectors[0], lost: 0 });
  expect(kept.groups.filter((group: { user: string }) => group.user === user)).not.toContainEqual(
    expect.objectContaining({ droppable: true }),
  );

  const checked = JSON.parse((await post(server, 'check', { policy: NO_READS })).text);
  expect(checked).toMatchObject({ records: events.length, others: 0 });
  const unwanted = checked.mismatches.filter(({ kind }: { kind: string }) => kind === 'not-wanted');
  expect(unwanted.reduce((sum: number, one: { records: number }) => sum + one.records, 0)).toBe(
    events.filter(isRead).length,
  );
});

/** Gives the lines again and again until nobody wants them. */
function endless() {
  const state = { open: 0, stopped: 0 };
  const records = async (_: RecordsRequest, signal: AbortSignal) => {
    async function* chunks(): AsyncIterable<Uint8Array> {
      state.open++;
      try {
        while (!signal.aborted) {
          yield lines;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        signal.throwIfAborted();
      } finally {
        state.stopped++;
      }
    }
    return stream(chunks());
  };
  return { state, records };
}

test('a third simulation is refused, a client that goes stops its own, and the place is free again', async () => {
  const { state, records } = endless();
  const server = await openServer({ query: { records } });
  const body = JSON.stringify({ policy: METADATA });
  const begin = () => {
    const going = request(`${server.url}/api/v1/policy/simulate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    });
    going.on('error', () => undefined).end(body);
    return going;
  };
  const two = [begin(), begin()];
  await expect.poll(() => state.open).toBe(2);
  const third = await post(server, 'simulate', { policy: METADATA });
  expect([third.status, problemOf(third)]).toMatchObject([429, { code: 'KW_TOO_MANY_QUERIES' }]);
  // Others get their turn while two replays run.
  expect((await post(server, 'lint', { policy: METADATA })).status).toBe(200);
  two[0]?.destroy();
  await expect.poll(() => state.stopped).toBe(1);
  // Its place is free a moment after its reading has stopped; one who comes too early is refused and asks again.
  await expect
    .poll(() => {
      if (state.open < 3) two.push(begin());
      return state.open;
    })
    .toBe(3);
  for (const one of two) one.destroy();
  await expect.poll(() => state.stopped).toBe(3);
  expect(server.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test('a simulation ends when its time is over', async () => {
  const { state, records } = endless();
  const server = await openServer({ config: { queryMaxSeconds: 1 }, query: { records } });
  const answer = await post(server, 'simulate', { policy: METADATA });
  expect([answer.status, problemOf(answer)]).toMatchObject([
    422,
    { code: 'KW_QUERY_TOO_SLOW', detail: expect.stringContaining('within 1 s') },
  ]);
  expect(state.stopped).toBe(1);
});

test('texts are answered while the engine is away, replays say when to come back', async () => {
  const engineState = () => ({ ready: false, detail: 'starting', retryAfterSeconds: 2 }) as const;
  const server = await openServer({ options: { engineState } });
  expect((await post(server, 'lint', { policy: METADATA })).status).toBe(200);
  const refused = await post(server, 'simulate', { policy: METADATA });
  expect([refused.status, problemOf(refused)]).toMatchObject([503, { code: 'KW_ENGINE_NOT_READY' }]);
});
