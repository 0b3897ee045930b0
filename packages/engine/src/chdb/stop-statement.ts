// Stops a statement inside the engine: the session it runs on goes in, and it returns once the statement has ended.
import type { Session } from './session.ts';
import type { SessionLane } from './session-lane.ts';

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/**
 * The library has no interrupt and gives no query id, so the statement is found by its session's tag or pipe.
 * Repeated, because a statement that has only just begun is not in the list yet.
 */
export async function stopStatement(control: SessionLane, session: Session, running: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = running.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  const found = `startsWith(Settings['log_comment'], '${session.tag}') OR position(query, '${session.pipePath}') > 0`;
  const sql = `KILL QUERY WHERE query_id != queryID() AND (${found}) ASYNC`;
  for (let waitMs = FIRST_WAIT_MS; !ended; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    await killOnce(control, sql);
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, waitMs))]);
  }
}

async function killOnce(control: SessionLane, sql: string): Promise<void> {
  const killer = await control.take(new AbortController().signal);
  if (killer === undefined) return;
  try {
    await killer.run(sql, 'Null');
  } catch {
    // The statement may have ended in between; the loop asks again if it has not.
  } finally {
    control.giveBack(killer);
  }
}
