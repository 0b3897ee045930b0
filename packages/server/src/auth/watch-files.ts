// Watches a few files for change by looking at them now and then: works with renames, network disks and the symlink swaps of Kubernetes mounts.
import { stat } from 'node:fs/promises';

export interface FileWatch {
  stop(): Promise<void>;
}

async function readMarks(paths: readonly string[]): Promise<string> {
  const marks = await Promise.all(
    paths.map(async (path) => {
      try {
        const s = await stat(path, { bigint: true });
        return `${s.ino}:${s.size}:${s.mtimeNs}`;
      } catch {
        return 'absent';
      }
    }),
  );
  return marks.join(' ');
}

/** Calls `changed` after each change since the watch began; never two calls at once. */
export async function watchFiles(
  paths: readonly string[],
  intervalMs: number,
  changed: () => Promise<void>,
): Promise<FileWatch> {
  let marks = await readMarks(paths);
  let running: Promise<void> | undefined;
  const look = async () => {
    const now = await readMarks(paths);
    if (now === marks) return;
    marks = now;
    await changed();
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, intervalMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
