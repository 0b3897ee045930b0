// One list of what must stay, counted over a stream of samples: how many requests it holds and how many a policy would lose.
import type { Decision } from '../evaluate/compile-policy.ts';
import { type AuditSample, isFinishedSample, nameTarget } from './audit-sample.ts';
import type { MustStay } from './must-stay.ts';
import { createOpenRequests } from './open-requests.ts';

export interface MustStayResult {
  readonly name: string;
  /** Requests, each counted once: by its outcome, or by what there is of it when it has none. */
  readonly records: number;
  readonly lost: number;
  /** A few of the lost ones, so that one can see what they are. */
  readonly examples: readonly LostExample[];
}

export interface LostExample {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly rule: number;
}

export interface StayCount {
  readonly add: (sample: AuditSample, decision: Decision, kept: boolean) => void;
  readonly result: () => MustStayResult;
}

const MAX_EXAMPLES = 5;

export function createStayCount(set: MustStay): StayCount {
  // Only the lost are remembered by name; of the others it is enough that they exist.
  const open = createOpenRequests<LostExample | undefined>();
  const counted = { records: 0, lost: 0 };
  const examples: LostExample[] = [];
  const lose = (example: LostExample) => {
    counted.lost += 1;
    if (examples.length < MAX_EXAMPLES) examples.push(example);
  };
  const add = (sample: AuditSample, decision: Decision, kept: boolean): void => {
    const finished = isFinishedSample(sample);
    if (set.everyStage !== true && finished) open.close(sample.auditId);
    if (!set.matches(sample)) return;
    if (set.everyStage === true || finished) {
      counted.records += 1;
      if (!kept) lose(describe(sample, decision));
      return;
    }
    // A shell that is still open has no outcome yet. It is lost when nothing will be recorded of it, not when a stage is left out.
    if (sample.stage === 'ResponseStarted') open.close(sample.auditId);
    open.open(sample.auditId, decision.level === 'None' ? describe(sample, decision) : undefined);
  };
  const result = (): MustStayResult => {
    const rest = open.rest();
    const lost = rest.filter((example) => example !== undefined);
    return {
      name: set.name,
      records: counted.records + rest.length,
      lost: counted.lost + lost.length,
      examples: [...examples, ...lost].slice(0, MAX_EXAMPLES),
    };
  };
  return { add, result };
}

function describe(sample: AuditSample, decision: Decision): LostExample {
  const { request } = sample;
  return { user: request.user ?? '(none)', verb: request.verb, resource: nameTarget(request), rule: decision.rule };
}
