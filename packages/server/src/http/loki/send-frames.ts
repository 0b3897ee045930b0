// Frames of a live tail: batches of rows -> JSON texts over a WebSocket. A reader that falls behind loses entries and is told which.
import type { StreamRow } from '@kubewitness/core/logql';
import type { WebSocket } from 'ws';

export interface FrameOptions {
  readonly socket: WebSocket;
  readonly batches: AsyncIterable<readonly StreamRow[]>;
  readonly print: (rows: readonly StreamRow[]) => object;
  readonly beatMs: number;
  readonly signal: AbortSignal;
}

/** Bytes that may wait in memory for a slow reader. */
const MAX_WAITING_BYTES = 8 * 2 ** 20;
/** Dropped entries that are named; beyond it they are only gone. */
const MAX_DROPPED = 1000;
const MAX_ROWS = 500;
const LONGEST_MS = 3_600_000;
const GOODBYE_MS = 1000;

interface DroppedEntry {
  readonly labels: StreamRow['stream'];
  readonly timestamp: string;
}

/** Ends connections that are silent on both sides: a reader that vanished without a word would otherwise be followed for ever. */
function startBeats(socket: WebSocket, beatMs: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, beatMs);
  const longest = setTimeout(() => socket.close(1000, 'reached tail max duration limit'), LONGEST_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(longest);
  };
}

/** Says goodbye, waits a moment for the answer, and goes without it. */
export function closeSoon(socket: WebSocket, code: number, reason = ''): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) return resolve();
    const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(code, reason);
  });
}

export async function sendFrames({ socket, batches, print, beatMs, signal }: FrameOptions) {
  let rows = 0;
  let bytes = 0;
  let dropped: DroppedEntry[] = [];
  const stopBeats = startBeats(socket, beatMs);
  try {
    for await (const batch of batches) {
      for (let at = 0; at < batch.length; at += MAX_ROWS) {
        const part = batch.slice(at, at + MAX_ROWS);
        if (socket.bufferedAmount > MAX_WAITING_BYTES) {
          const named = part.map((row) => ({ labels: row.stream, timestamp: String(row.timeNanos) }));
          dropped = [...dropped, ...named].slice(-MAX_DROPPED);
          continue;
        }
        const text = JSON.stringify({ ...print(part), ...(dropped.length > 0 ? { dropped_entries: dropped } : {}) });
        dropped = [];
        rows += part.length;
        bytes += text.length;
        socket.send(text);
      }
      if (signal.aborted || socket.readyState !== socket.OPEN) break;
    }
  } catch (error) {
    // Aborting is how a tail ends; whatever a source throws for it is not news.
    if (!signal.aborted) {
      await closeSoon(socket, 1011, 'the tail broke off');
      throw error;
    }
  } finally {
    stopBeats();
  }
  return { rows, bytes };
}
