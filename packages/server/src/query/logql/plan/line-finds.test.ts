// What is remembered of conditions over lines: which statements a question, asked again, still needs.
import { expect, test } from 'vitest';
import { LineFinds } from './line-finds.ts';

const never = new AbortController().signal;
const SECOND = 1_000_000_000n;
const range = (from: number, until: number) => ({
  startNanos: BigInt(from) * SECOND,
  endNanos: BigInt(until) * SECOND,
});

/** A row as the engine would send it, at a second. */
function printRow(second: number): readonly [string] {
  const row = Buffer.alloc(24, second);
  row.writeBigInt64LE(BigInt(second) * SECOND);
  return [row.toString('hex')];
}

function open(newest: { batch: number; isTold: boolean }) {
  const asked: string[] = [];
  const answers: (readonly (readonly [string])[])[] = [];
  const database = {
    async bytes(sql: string) {
      asked.push(sql.replaceAll(/fromUnixTimestamp64Nano\(toInt64\((\d+)\d{9}\), 'UTC'\)/g, '$1 s'));
      const answer = { data: answers.shift() ?? [], statistics: { rows_read: 1, bytes_read: 1 } };
      return (async function* () {
        yield Buffer.from(JSON.stringify(answer));
      })();
    },
  };
  const finds = new LineFinds({ database, limits: {}, newest: async () => newest });
  const ask = async (from: number, until: number, found: readonly (readonly number[])[] = []) => {
    asked.splice(0);
    answers.splice(0, answers.length, ...found.map((seconds) => seconds.map(printRow)));
    const answer = await finds.find(['b', 'a'], range(from, until), never);
    const rows = /numbers\((\d+)\)/.exec(answer?.sql ?? '')?.[1] ?? (answer?.sql === 'false' ? '0' : undefined);
    return { asked: asked.map((sql) => /WHERE (.*) AND b AND a LIMIT/.exec(sql)?.[1]), rows: Number(rows) };
  };
  return { finds, ask };
}

const time = (from: number, until: number) => `time >= ${from} s AND time < ${until} s`;

test('a window that moves on reads its new end alone, and what has landed since', async () => {
  const newest = { batch: 7, isTold: true };
  const { finds, ask } = open(newest);
  expect(finds.isKnown(['a', 'b'], range(100, 200))).toBe(false);
  expect(await ask(100, 200, [[110, 150]])).toEqual({ asked: [time(100, 200)], rows: 2 });
  expect(await ask(100, 200)).toEqual({ asked: [], rows: 2 });
  expect(await ask(120, 220, [[210]])).toEqual({ asked: [time(200, 220)], rows: 2 });
  newest.batch = 9;
  expect(await ask(120, 220, [[130, 150]])).toEqual({ asked: [`${time(100, 220)} AND batch > 7`], rows: 3 });
  expect(await ask(50, 120, [[60]])).toEqual({ asked: [time(50, 100)], rows: 2 });
  expect(await ask(50, 60)).toEqual({ asked: [], rows: 0 });
  expect(finds.isKnown(['b', 'a'], range(100, 300))).toBe(true);
  expect(finds.isKnown(['b', 'a'], range(100, 400))).toBe(false);
  expect(await ask(500, 600)).toEqual({ asked: [time(500, 600)], rows: 0 });
});

test('what was found before the first batch was told of is looked for again', async () => {
  const newest = { batch: 7, isTold: false };
  const { ask } = open(newest);
  await ask(100, 200, [[110]]);
  newest.isTold = true;
  expect(await ask(100, 200, [[110, 120]])).toEqual({ asked: [time(100, 200)], rows: 2 });
});

test('many rows are not remembered, and not looked for again in a time so long', async () => {
  const newest = { batch: 7, isTold: true };
  const { ask } = open(newest);
  const many = Array.from({ length: 5001 }, (_, index) => 1000 + index);
  expect(await ask(1000, 9000, [many])).toEqual({ asked: [time(1000, 9000)], rows: Number.NaN });
  expect(await ask(1000, 9000)).toEqual({ asked: [], rows: Number.NaN });
  expect(await ask(1000, 1100, [many.slice(0, 100)])).toEqual({ asked: [time(1000, 1100)], rows: 100 });
  // So many new ones that the answer was cut: only a look at the time itself tells all.
  newest.batch = 8;
  expect(await ask(1000, 1050, [many, many.slice(0, 50)])).toEqual({
    asked: [`${time(1000, 1100)} AND batch > 7`, time(1000, 1050)],
    rows: 50,
  });
});
