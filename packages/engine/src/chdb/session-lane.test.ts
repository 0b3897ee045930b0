// The queue before the sessions: order, giving up, and the limit.
import { expect, test } from 'vitest';
import type { NativeLibrary } from './native-library.ts';
import { Session } from './session.ts';
import { SessionLane } from './session-lane.ts';

const never = new AbortController().signal;
const library: NativeLibrary = {
  CreateConnection: () => ({}),
  CloseConnection: () => {},
  QueryWithConnection: () => '',
  QueryAsyncConnection: () => Promise.reject(new Error('not in this test')),
  InsertRawAsyncConnection: () => Promise.reject(new Error('not in this test')),
};
const makeSession = (): Session =>
  new Session({ library, store: '', connectionArgs: [], base: new Map(), pipePath: '' });

test('gives sessions in the order of asking, and skips who gave up', async () => {
  const session = makeSession();
  const lane = new SessionLane([session], 2);
  expect(await lane.take(never)).toBe(session);
  const giveUp = new AbortController();
  const second = lane.take(giveUp.signal);
  const third = lane.take(never);
  expect(lane.isFull).toBe(true);
  giveUp.abort();
  expect(await second).toBeUndefined();
  expect(lane.isFull).toBe(false);
  expect(lane.isIdle).toBe(false);
  lane.giveBack(session);
  expect(await third).toBe(session);
  lane.giveBack(session);
  expect(lane.isIdle).toBe(true);
});
