// Test aid: the real disk with faults on demand and a count of what was done.
import { realDisk, type SegmentDisk } from '../segment-file.ts';

export interface FailingDisk extends SegmentDisk {
  readonly done: { create: number; write: number; sync: number; cut: number; finish: number };
  /** Asked before each step; a code makes the step fail. A failing write has written its first half, a failing sync lost nothing visible. */
  fault: (step: 'create' | 'write' | 'sync' | 'finish') => string | undefined;
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

export function failingDisk(): FailingDisk {
  const disk: FailingDisk = {
    done: { create: 0, write: 0, sync: 0, cut: 0, finish: 0 },
    fault: () => undefined,
    async create(directory, number) {
      const code = disk.fault('create');
      if (code !== undefined) throw systemError(code);
      disk.done.create++;
      const file = await realDisk.create(directory, number);
      return {
        async write(bytes, position) {
          const failed = disk.fault('write');
          disk.done.write++;
          await file.write(failed === undefined ? bytes : bytes.subarray(0, bytes.length / 2), position);
          if (failed !== undefined) throw systemError(failed);
        },
        async sync() {
          const failed = disk.fault('sync');
          if (failed !== undefined) throw systemError(failed);
          disk.done.sync++;
          await file.sync();
        },
        async cutTo(length) {
          disk.done.cut++;
          await file.cutTo(length);
        },
        async finish() {
          const failed = disk.fault('finish');
          if (failed !== undefined) throw systemError(failed);
          disk.done.finish++;
          return file.finish();
        },
        release: () => file.release(),
      };
    },
  };
  return disk;
}
