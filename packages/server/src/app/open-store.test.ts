// Opening the store beside an engine that dies: what is waited for, and what ends the start.
import { expect, test } from 'vitest';
import { StartProblem } from '../start-problem.ts';
import { NewerSchemaError } from '../store/index.ts';
import { openStore } from './open-store.ts';

const gone = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

/** A store that fails so each time it is opened, and then opens; what was paused and told. */
async function open(failures: readonly Error[], signal = new AbortController().signal) {
  const left = [...failures];
  const pauses: number[] = [];
  const told: string[] = [];
  const store = {
    open: async () => {
      const failure = left.shift();
      if (failure !== undefined) throw failure;
    },
  };
  const log = { warn: (_: unknown, text?: string) => void told.push(text ?? '') };
  const pause = async (ms: number) => void pauses.push(ms);
  const outcome = await openStore({ store, log, pause }, signal).catch((error: unknown) => error);
  return { outcome, pauses, told };
}

test('an engine that dies while the store is opened is waited for', async () => {
  const { outcome, pauses, told } = await open([gone('ECONNRESET'), gone('ECONNREFUSED'), gone('ENOENT')]);
  expect(outcome).toBeUndefined();
  expect(pauses).toEqual([100, 200, 400]);
  expect(told[0]).toMatch(/it is tried again/);
});

test('a newer store and a fault of ours end the start at once', async () => {
  const { outcome, pauses } = await open([new NewerSchemaError(9, 6)]);
  expect(outcome).toBeInstanceOf(StartProblem);
  expect(outcome).toMatchObject({ code: 'KW_STORE_NEWER' });
  expect(pauses).toEqual([]);
  expect((await open([new TypeError('x is not a function')])).outcome).toBeInstanceOf(TypeError);
});

test('nobody waits for it who is stopping', async () => {
  const stopping = new AbortController();
  stopping.abort();
  expect((await open([gone('ECONNREFUSED')], stopping.signal)).pauses).toEqual([]);
});
