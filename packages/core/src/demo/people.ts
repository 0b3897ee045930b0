// People at work: one command of kubectl or oc is a few requests a moment apart. Drawn from a weighted table, with their delays.
import { MILLIS, type Task } from './ask.ts';
import type { Cast } from './cast.ts';
import { askCanI, describePod, listPods, look, reachTooFar, readLogs } from './looking.ts';
import type { Random } from './random.ts';
import type { DemoRequest } from './request.ts';
import {
  actAs,
  applyManifest,
  copyFromPod,
  deletePod,
  forwardPort,
  grantRole,
  restart,
  runInPod,
  scale,
} from './working.ts';

/** A request and how long after the task's begin it comes. */
export interface Step {
  readonly afterMicros: number;
  readonly request: DemoRequest;
}

const TASKS: readonly (readonly [number, Task])[] = [
  [26, listPods],
  [14, describePod],
  [12, readLogs],
  [5, runInPod],
  [2, copyFromPod],
  [2, forwardPort],
  [9, applyManifest],
  [5, restart],
  [4, scale],
  [5, look],
  [3, askCanI],
  [4, reachTooFar],
  [2, deletePod],
  [1, actAs],
  [1, grantRole],
];
const TOTAL = TASKS.reduce((sum, [weight]) => sum + weight, 0);

export function drawTask(cast: Cast, random: Random): readonly Step[] {
  const caller = random.pick(cast.people);
  const place = random.pick(cast.workloads);
  let left = random.next() * TOTAL;
  const task = TASKS.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  let afterMicros = 0;
  return (task ?? [0, listPods])[1](caller, place, random).map((request) => {
    const step = { afterMicros, request };
    afterMicros += 20 * MILLIS + random.below(400 * MILLIS);
    return step;
  });
}
