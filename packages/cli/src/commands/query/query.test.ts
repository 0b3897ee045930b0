// `query` against a small Loki in memory: what is asked, how lines and numbers are printed, how it ends.
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, json, type Reply, startFakeServer } from '../testing/fake-server.ts';
import { runCommand, type World } from '../testing/run-command.ts';
import { answerRange, type FakeEntry, startFakeTail } from './testing/fake-loki.ts';

const RANGE = '/loki/api/v1/query_range';
const INSTANT = '/loki/api/v1/query';
const LOGS = '{log_type="audit"}';
const COUNT = 'sum by (verb) (count_over_time({log_type="audit"} | json [5m]))';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function query(replies: Readonly<Record<string, Reply>>, args: readonly string[], world: World = {}) {
  await server?.close();
  server = await startFakeServer(replies);
  return runCommand(['query', '--server', server.url, ...args], world);
}

const at = (second: number, line: string, labels?: FakeEntry['labels']): FakeEntry => ({
  timeNanos: 1_795_000_000_000_000_000n + BigInt(second) * 1_000_000_000n,
  line,
  ...(labels === undefined ? {} : { labels }),
});
const FEW = [at(1, '{"a":1}'), at(3, '{"a":3}'), at(2, '{"a":2}', { log_type: 'audit', cluster: 'x"y' })];

test('lines as written, the newest first, or the oldest', async () => {
  const newest = await query({ [RANGE]: answerRange(FEW) }, [LOGS]);
  expect(newest).toMatchObject({ code: 0, stdout: '{"a":3}\n{"a":2}\n{"a":1}\n', stderr: '' });
  expect(server?.seen[0]?.params).toMatchObject({
    query: [LOGS],
    start: ['0'],
    limit: ['100'],
    direction: ['backward'],
  });
  expect(server?.seen[0]?.headers['x-scope-orgid']).toBe('audit');
  const oldest = await query({ [RANGE]: answerRange(FEW) }, [
    LOGS,
    '--order',
    'oldest',
    '--limit',
    '2',
    '--org-id',
    'me',
  ]);
  expect(oldest.stdout).toBe('{"a":1}\n{"a":2}\n');
  expect(server?.seen[0]?.headers['x-scope-orgid']).toBe('me');
});

test('times become bounds', async () => {
  await query({ [RANGE]: answerRange(FEW) }, [LOGS, '--since', '2h', '--until', '2026-11-20T11:00:00Z']);
  expect(server?.seen[0]?.params).toMatchObject({ start: ['1795168800000000000'], end: ['1795172400000000000'] });
});

test('with times, with labels, for programs', async () => {
  const replies = { [RANGE]: answerRange(FEW.slice(1)) };
  expect((await query(replies, [LOGS, '-o', 'table'])).stdout).toBe(
    'TIME                            LINE\n2026-11-18T11:06:43.000000000Z  {"a":3}\n2026-11-18T11:06:42.000000000Z  {"a":2}\n',
  );
  expect((await query(replies, [LOGS, '-o', 'wide', '--no-headers'])).stdout).toBe(
    '2026-11-18T11:06:43.000000000Z  {log_type="audit"}                  {"a":3}\n2026-11-18T11:06:42.000000000Z  {log_type="audit", cluster="x\\"y"}  {"a":2}\n',
  );
  expect((await query(replies, [LOGS, '-o', 'ndjson', '--limit', '1'])).stdout).toBe(
    '{"time":"2026-11-18T11:06:43.000000000Z","labels":{"log_type":"audit"},"line":"{\\"a\\":3}"}\n',
  );
  expect((await query(replies, [LOGS, '-o', 'csv', '--limit', '1'])).stdout).toBe(
    'time,labels,line\n2026-11-18T11:06:43.000000000Z,"{""log_type"":""audit""}","{""a"":3}"\n',
  );
  const raw = await query(replies, [LOGS, '-o', 'json']);
  expect(JSON.parse(raw.stdout)).toMatchObject({ status: 'success', data: { resultType: 'streams' } });
  expect(raw.stdout).toMatch(/[^\n]\n$/);
});

test.each(['newest', 'oldest'])('all lines come page by page, each once, the %s first', async (order) => {
  // 1,500 at one moment, more than a page; equal lines stay as many as they are.
  const many = [
    ...Array.from({ length: 700 }, (_, i) => at(1, `a${i}`)),
    ...Array.from({ length: 1500 }, (_, i) => at(2, `b${i % 10}`, { part: String(i % 3) })),
    ...Array.from({ length: 900 }, (_, i) => at(3 + i, `c${i}`)),
  ];
  const { stdout, code, stderr } = await query({ [RANGE]: answerRange(many) }, [
    LOGS,
    '--limit',
    '0',
    '--order',
    order,
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.trimEnd().split('\n').sort()).toEqual(many.map(({ line }) => line).sort());
  const some = await query({ [RANGE]: answerRange(many) }, [LOGS, '--limit', '1234', '--order', order]);
  expect(some.stdout.trimEnd().split('\n')).toHaveLength(1234);
});

test('a default that may have cut the answer is told', async () => {
  const many = Array.from({ length: 150 }, (_, i) => at(i, `line ${i}`));
  const { stderr } = await query({ [RANGE]: answerRange(many) }, [LOGS]);
  expect(stderr).toBe('These are the newest 100; there may be more. Add --limit 0 for all.\n');
});

test('on a terminal control characters of a line cannot reach it', async () => {
  const { stdout } = await query({ [RANGE]: answerRange([at(1, '\u001b]0;owned\u0007')]) }, [LOGS], { columns: 80 });
  expect(stdout).toBe('\\x1b]0;owned\\x07\n');
  // JSON escapes the first control characters itself, and no others.
  const other = answerRange([at(1, 'é\u009b31m\u202e')]);
  const seen = await query({ [RANGE]: other }, [LOGS, '-o', 'json'], { columns: 80 });
  expect(seen.stdout).toContain('é\\x9b31m\\u202e');
  expect((await query({ [RANGE]: other }, [LOGS, '-o', 'json'])).stdout).toContain('é\u009b31m\u202e');
});

const VECTOR = {
  status: 'success',
  data: {
    resultType: 'vector',
    result: [
      { metric: { verb: 'get' }, value: [1795172400, '1200'] },
      { metric: { verb: 'list', code: '200' }, value: [1795172400.5, '7'] },
    ],
  },
};

test('a metric is answered for the end of the time, as a table with a column for each label', async () => {
  const { stdout, code } = await query({ [INSTANT]: json(VECTOR) }, [COUNT, '--until', '2026-11-20T11:00:00Z']);
  expect(stdout).toBe('CODE    VERB  VALUE\n<none>  get    1200\n200     list      7\n');
  expect(code).toBe(0);
  // The end is exclusive, so the moment is the last before it.
  expect(server?.seen[0]?.params).toEqual({ query: [COUNT], time: ['1795172399999999999'] });
  const least = await query({ [INSTANT]: json(VECTOR) }, [`bottomk(2, ${COUNT})`, '--no-headers']);
  expect(least.stdout).toBe('200     list     7\n<none>  get   1200\n');
  const csv = await query({ [INSTANT]: json(VECTOR) }, [COUNT, '-o', 'csv']);
  expect(csv.stdout).toBe(
    'time,code,verb,value\n2026-11-20T11:00:00.000Z,,get,1200\n2026-11-20T11:00:00.500Z,200,list,7\n',
  );
  const rows = await query({ [INSTANT]: json(VECTOR) }, [COUNT, '-o', 'ndjson', '--since', '2h', '--instant']);
  expect(rows.stdout.split('\n')[0]).toBe('{"time":"2026-11-20T11:00:00.000Z","labels":{"verb":"get"},"value":1200}');
  const scalar = { status: 'success', data: { resultType: 'scalar', result: [1795172400000, '2'] } };
  expect((await query({ [INSTANT]: json(scalar) }, ['1+1'])).stdout).toBe('VALUE\n    2\n');
});

const wave = (verb: string, size: number) => ({
  metric: { verb },
  values: Array.from({ length: 60 }, (_, i) => [
    1795172400 - 3600 + i * 60,
    String(Math.round(size * (1 + Math.sin(i / 8)))),
  ]),
});
const MATRIX = (...series: object[]) => json({ status: 'success', data: { resultType: 'matrix', result: series } });

test('over a time it is drawn: one series with an axis', async () => {
  const args = [COUNT, '--since', '2h', '--until', '2026-11-20T11:00:00Z'];
  const { stdout } = await query({ [RANGE]: MATRIX(wave('get', 100)) }, args, { columns: 60 });
  expect(stdout).toMatchInlineSnapshot(`
    "200 ┤      ▁▃▅████▇▆▄▁                                   ▃▅
        │    ▃▆███████████▇▄                              ▂▆███
        │  ▄████████████████▅▁                          ▃▇█████
        │▄████████████████████▅▁                      ▃████████
    100 ┤███████████████████████▅▁                   ▃█████████
        │█████████████████████████▅▂               ▄███████████
        │███████████████████████████▆           ▂▅█████████████
        │█████████████████████████████▆▄▂▁  ▁▃▅▇███████████████
      0 ┼──────────────────────────────────────────────────────
         2026-11-20T10:00Z                    2026-11-20T11:00Z
    "
  `);
  expect(server?.seen[0]?.params).toMatchObject({ start: ['1795168800000000000'], end: ['1795172400000000000'] });
  for (const line of stdout.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test('long steps fill their columns, missing ones are gaps, numbers below zero have a ground of their own', async () => {
  const values = [-2, 0, 2, undefined, 4].flatMap((value, i) =>
    value === undefined ? [] : [[1795172400 - 3600 + i * 720, String(value)]],
  );
  const args = [COUNT, '--since', '2h', '--until', '2026-11-20T11:00:00Z'];
  const { stdout } = await query({ [RANGE]: MATRIX({ metric: {}, values }) }, args, { columns: 44 });
  expect(stdout).toMatchInlineSnapshot(`
    " 4 ┤                               ███████
       │                               ███████
       │               ▃▃▃▃▃▃▃▃        ███████
       │               ████████        ███████
     1 ┤               ████████        ███████
       │       ▆▆▆▆▆▆▆▆████████        ███████
       │       ████████████████        ███████
       │       ████████████████        ███████
    -2 ┼───────────────────────        ───────
        2026-11-20T10:00Z     2026-11-20T11:00Z
    "
  `);
  const one = { metric: {}, values: [[1795172400, 'NaN']] };
  expect((await query({ [RANGE]: MATRIX(one, one) }, args)).stdout).toContain('<none>  <none>');
});

test('several series are a row each, the highest first, the rest counted', async () => {
  const series = Array.from({ length: 12 }, (_, i) => wave(`verb${i}`, 10 + i));
  const args = [COUNT, '--since', '2h', '--until', '2026-11-20T11:00:00Z'];
  const drawn = await query({ [RANGE]: MATRIX(...series) }, args);
  expect(drawn.stdout).toMatchInlineSnapshot(`
    "VERB    MIN  MAX  LAST  2026-11-20T10:00Z                          2026-11-20T11:00Z
    verb11    0   42    40  ▅▅▅▆▆▇▇▇██████████▇▇▇▆▆▆▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▄▄▄▅▅▆▆▇▇▇▇█
    verb10    0   40    38  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▃▄▄▅▅▆▆▆▇▇▇█
    verb9     0   38    36  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▂▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▄▄▄▅▅▆▆▇▇▇▇█
    verb8     0   36    34  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▄▄▄▅▅▆▆▆▇▇▇█
    verb7     0   34    32  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▂▂▂▂▁▁▁▁▁▁▁▁▁▂▂▂▃▃▃▄▄▅▅▆▆▆▇▇▇█
    verb6     0   32    30  ▅▅▅▆▆▆▇▇▇█████████▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▁▂▂▂▃▃▄▄▄▅▅▆▆▆▇▇▇█
    verb5     0   30    28  ▅▅▅▆▆▇▇▇██████████▇▇▇▆▆▅▅▅▄▄▃▃▂▂▂▂▁▁▁▁▁▁▁▁▁▂▂▂▃▃▄▄▅▅▅▆▆▆▇▇▇█
    verb4     0   28    26  ▅▅▅▆▆▇▇▇██████████▇▇▇▆▆▆▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▄▄▅▅▅▆▆▇▇▇██
    verb3     0   26    25  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▃▄▅▅▅▆▆▆▇▇▇█
    verb2     0   24    23  ▅▅▅▆▆▇▇▇▇████████▇▇▇▇▆▆▅▅▅▄▄▃▃▂▂▂▂▁▁▁▁▁▁▁▁▂▂▂▂▃▃▄▄▅▅▅▆▆▇▇▇▇█
    "
  `);
  expect(drawn.stderr).toBe('Drawn are the 10 of 12 series that reach highest; -o table prints all.\n');
  for (const columns of [40, 72, 200]) {
    const fitted = await query({ [RANGE]: MATRIX(...series) }, args, { columns });
    const lines = fitted.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    expect(fitted.stdout).not.toContain('…');
  }
  const table = await query({ [RANGE]: MATRIX(wave('get', 1)) }, [...args, '-o', 'table', '--step', '60']);
  expect(table.stdout.split('\n').slice(0, 3)).toEqual([
    'TIME                  VERB  VALUE',
    '2026-11-20T10:00:00Z  get       1',
    '2026-11-20T10:01:00Z  get       1',
  ]);
  expect(server?.seen[0]?.params['step']).toEqual(['60']);
});

test.each([
  [
    ['{log_type=}'],
    'KW_CLI_USAGE: parse error at line 1, col 11: syntax error: unexpected }, expecting STRING\n\n  {log_type=}\n            ^\n',
  ],
  [[LOGS, '--step', '5m'], '--instant and --step are for metrics'],
  [[COUNT, '-f'], 'query -f follows lines'],
  [[LOGS, '-f', '--from', '/nonexistent'], 'query -f follows a server'],
  [[LOGS, '-f', '--until', '1h'], 'has no end'],
  [[LOGS, '-f', '-o', 'json'], 'use -o ndjson'],
  [[LOGS, '-f', '--limit', '0'], '--limit 0 means all: give a number'],
  [[COUNT, '--instant', '--step', '5m'], 'leave one out'],
  [[COUNT, '--step', 'soon'], 'write 30s, 5m'],
  [[COUNT, '-o', 'raw'], 'This query gives numbers at one moment, so -o raw cannot print it'],
  [[COUNT, '-o', 'chart'], 'Ask for a range with --since or --step.'],
  [[LOGS, '-o', 'jsn'], 'did you mean json?'],
  [[LOGS, '-o', 'json', '--limit', '0'], 'use -o ndjson'],
  [[COUNT, '--limit', '5'], 'topk(10'],
  [[LOGS, '--since', '1h', '--until', '2h'], '--until is not after --since'],
  [[LOGS, '--order', 'up'], 'newest, oldest'],
  [['--from', 'audit.log', LOGS], 'There is no query. Write one, before --from'],
])('%j is wrong usage, told without a server', async (args, sentence) => {
  const { code, stdout, stderr } = await runCommand(['query', '--server', 'http://127.0.0.1:1', ...args]);
  expect(stderr).toContain(sentence);
  expect([code, stdout]).toEqual([2, '']);
});

test('the query may come from standard input, with comments', async () => {
  const world = { stdin: Buffer.from(`# who\n${LOGS}\n`) };
  await query({ [RANGE]: answerRange(FEW) }, [], world);
  expect(server?.seen[0]?.params['query']).toEqual([`# who\n${LOGS}`]);
});

test("a refusal is Loki's sentence and a way on", async () => {
  const refuse: Reply = (_, response) =>
    void response
      .writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
      .end('maximum number of series (500) reached for a single query');
  const { code, stderr } = await query({ [INSTANT]: refuse }, [COUNT]);
  expect([code, stderr]).toEqual([
    2,
    'KW_CLI_QUERY: maximum number of series (500) reached for a single query. Group by fewer labels, or ask for topk(10, …).\n',
  ]);
  const away = await runCommand(['query', '--server', 'http://127.0.0.1:1', LOGS]);
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('KW_CLI_UNREACHABLE: Cannot reach')]);
});

test('nothing found: what the store holds, and the label that is never so', async () => {
  const replies = {
    [RANGE]: answerRange([]),
    '/api/v1/status': json({ oldest: '2026-11-18T00:00:00Z', newest: '2026-11-19T00:00:00Z' }),
    '/loki/api/v1/label/log_type/values': json({ status: 'success', data: ['audit', 'event'] }),
    '/loki/api/v1/label/app/values': json({ status: 'success', data: [] }),
    '/loki/api/v1/labels': json({ status: 'success', data: ['cluster', 'log_type'] }),
  };
  const value = await query(replies, ['{log_type="audti"}', '--since', '1h']);
  expect([value.code, value.stdout]).toEqual([0, '']);
  expect(value.stderr).toBe(
    'No lines found from 2026-11-20T11:00:00.000000Z to 2026-11-20T12:00:00.000000Z. log_type is never "audti": did you mean audit? valid: audit, event. The store holds records from 2026-11-18T00:00:00Z to 2026-11-19T00:00:00Z; choose the time with --since and --until.\n',
  );
  const label = await query(replies, ['{app="shop"}']);
  expect(label.stderr).toContain('No lines found at any time. No stream has the label app: ');
});

const frame = (...entries: readonly [second: number, line: string][]) => ({
  streams: [{ stream: {}, values: entries.map(([second, line]) => [String(at(second, '').timeNanos), line]) }],
});

test('-f goes on where the server ended a long tail, and says when it ended otherwise', async () => {
  const tail = await startFakeTail([
    {
      frames: [frame([1, 'a'], [2, 'b']), { ...frame([2, 'c']), dropped_entries: [{}, {}] }],
      reason: 'reached tail max duration limit',
    },
    { frames: [frame([2, 'b'], [2, 'c'], [2, 'c'], [3, 'd'])], reason: '' },
  ]);
  try {
    const { code, stdout, stderr } = await runCommand(['query', '--server', tail.url, '-f', LOGS]);
    expect(stdout).toBe('a\nb\nc\nc\nd\n');
    expect(stderr).toContain('Note: 2 lines were left out');
    expect([code, stderr]).toEqual([1, expect.stringContaining('KW_CLI_STREAM_CUT')]);
    expect(tail.asked.map((one) => [one.get('start'), one.get('limit')])).toEqual([
      [null, '10'],
      [String(at(2, '').timeNanos), '1000'],
    ]);
  } finally {
    await tail.close();
  }
});

test('-f: a refusal before the tail begins is told like any other', async () => {
  const refuse: Reply = (_, response) => void response.writeHead(401).end();
  const { code, stderr } = await query({ '/loki/api/v1/tail': refuse }, ['-f', LOGS]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('wants a token (401)')]);
  const away = await runCommand(['query', '--server', 'http://127.0.0.1:1', '-f', LOGS]);
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('KW_CLI_UNREACHABLE')]);
});

test('--explain prints plan, SQL and tree', async () => {
  const answer = {
    query: COUNT,
    kind: 'metric',
    ast: {
      kind: 'vectorAggregation',
      operation: 'sum',
      span: { start: 0, end: 9 },
      grouping: { without: false, labels: ['verb'] },
      operand: { kind: 'rangeAggregation', operation: 'count_over_time', rangeNanos: '300000000000' },
    },
    pushed: 'wholly',
    plan: [
      { depth: 0, part: 'sum by (verb)', runs: 'engine', why: 'groups by columns' },
      { depth: 1, part: 'count_over_time', runs: 'engine', why: 'a count for each step' },
    ],
    statements: [{ purpose: 'the numbers', sql: 'SELECT\n1', rows: 1_000_000, bytes: 2048, millis: 35 }],
    rowsRead: 1_000_000,
    bytesRead: 2048,
    millis: 40,
    answered: 3,
  };
  const { stdout } = await query({ '/api/v1/explain': json(answer) }, ['--explain', COUNT]);
  expect(stdout).toMatchInlineSnapshot(`
    "Query:        sum by (verb) (count_over_time({log_type="audit"} | json [5m]))
    Pushed down:  wholly: no line leaves the engine
    Read:         1,000,000 rows, 2.0 KiB
    Answer:       3 series
    Time:         40ms

    Plan:
      engine  sum by (verb)
                groups by columns
      engine    count_over_time
                  a count for each step

    SQL:
      -- the numbers: 1,000,000 rows, 2.0 KiB, 35ms
      SELECT
      1

    Tree:
      vectorAggregation operation="sum"
        grouping without=false labels=["verb"]
        rangeAggregation operation="count_over_time" rangeNanos="300000000000"
    "
  `);
  expect(server?.seen[0]?.params['query']).toEqual([COUNT]);
  const raw = await query({ '/api/v1/explain': json(answer) }, ['--explain', COUNT, '-o', 'json']);
  expect(JSON.parse(raw.stdout)).toEqual(answer);
  const streamed = [{ purpose: 'entries for the server', sql: 'SELECT 2', rows: 0, bytes: 0, millis: 0 }];
  const told = { '/api/v1/explain': json({ ...answer, kind: 'log', statements: streamed }) };
  const lines = await query(told, ['--explain', LOGS]);
  expect(lines.stdout).toContain('  -- entries for the server\n  SELECT 2\n');
  expect(lines.stdout).toContain('wholly: the engine finds exactly the lines of the answer\n');
});
