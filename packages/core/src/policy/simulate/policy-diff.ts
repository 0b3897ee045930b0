// Two policies and one stream of samples -> what changes for which requests, from the first policy to the second.
import { compilePolicy } from '../evaluate/compile-policy.ts';
import type { Level, Policy } from '../policy.ts';
import { type AuditSample, isFinishedSample, nameTarget } from './audit-sample.ts';
import { createBodySizes } from './estimate-bytes.ts';
import { keeps } from './simulation.ts';

export interface PolicyDiff {
  readonly add: (sample: AuditSample) => void;
  readonly report: () => DiffReport;
}

export interface DiffReport {
  readonly records: number;
  readonly changed: number;
  /** Only the first, only the second policy keeps them. */
  readonly lost: number;
  readonly gained: number;
  /** The same in requests: those whose outcome is lost or gained, not only another stage. */
  readonly lostRequests: number;
  readonly gainedRequests: number;
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** The part of each that is a guess, since the policy asks for more than was recorded. */
  readonly beforeEstimatedBytes: number;
  readonly afterEstimatedBytes: number;
  readonly changes: readonly DiffChange[];
}

export interface DiffChange {
  readonly from: Level;
  readonly to: Level;
  readonly fromRule: number;
  readonly toRule: number;
  readonly records: number;
  readonly bytes: number;
  /** Who does what, the most frequent of the first few hundred kinds. */
  readonly examples: readonly {
    readonly user: string;
    readonly verb: string;
    readonly resource: string;
    readonly records: number;
  }[];
}

const MAX_CHANGES = 10_000;
const MAX_EXAMPLES = 300;
const SHOWN_EXAMPLES = 5;

interface Change {
  readonly from: Level;
  readonly to: Level;
  readonly fromRule: number;
  readonly toRule: number;
  records: number;
  bytes: number;
  readonly examples: Map<string, number>;
}

export function createPolicyDiff(first: Policy, second: Policy): PolicyDiff {
  const one = compilePolicy(first);
  const two = compilePolicy(second);
  const sizes = createBodySizes();
  const changes = new Map<string, Change>();
  const sums = {
    records: 0,
    changed: 0,
    lost: 0,
    gained: 0,
    lostRequests: 0,
    gainedRequests: 0,
    beforeBytes: 0,
    afterBytes: 0,
    beforeEstimatedBytes: 0,
    afterEstimatedBytes: 0,
  };
  return {
    add: (sample) => {
      const a = one.evaluate(sample.request);
      const b = two.evaluate(sample.request);
      const from = keeps(a, sample.stage) ? a.level : 'None';
      const to = keeps(b, sample.stage) ? b.level : 'None';
      sizes.learn(sample);
      sums.records += 1;
      if (from !== 'None') {
        const size = sizes.sizeAt(sample, a);
        sums.beforeBytes += size.bytes + 1;
        sums.beforeEstimatedBytes += size.estimated;
      }
      if (to !== 'None') {
        const size = sizes.sizeAt(sample, b);
        sums.afterBytes += size.bytes + 1;
        sums.afterEstimatedBytes += size.estimated;
      }
      if (from === to) return;
      sums.changed += 1;
      const finished = isFinishedSample(sample) ? 1 : 0;
      if (to === 'None') {
        sums.lost += 1;
        sums.lostRequests += finished;
      } else if (from === 'None') {
        sums.gained += 1;
        sums.gainedRequests += finished;
      }
      const key = `${from} ${to} ${a.rule} ${b.rule}`;
      let change = changes.get(key);
      if (change === undefined) {
        change = { from, to, fromRule: a.rule, toRule: b.rule, records: 0, bytes: 0, examples: new Map() };
        if (changes.size < MAX_CHANGES) changes.set(key, change);
      }
      change.records += 1;
      change.bytes += sample.bytes + 1;
      const who = JSON.stringify([sample.request.user ?? '(none)', sample.request.verb, nameTarget(sample.request)]);
      if (change.examples.has(who) || change.examples.size < MAX_EXAMPLES)
        change.examples.set(who, (change.examples.get(who) ?? 0) + 1);
    },
    report: () => ({
      ...sums,
      changes: [...changes.values()]
        .sort((x, y) => y.records - x.records)
        .map(({ examples, ...change }) => ({ ...change, examples: topExamples(examples) })),
    }),
  };
}

function topExamples(examples: ReadonlyMap<string, number>): DiffChange['examples'] {
  const top = [...examples].sort((a, b) => b[1] - a[1]).slice(0, SHOWN_EXAMPLES);
  return top.map(([key, records]) => {
    const parts: readonly string[] = JSON.parse(key);
    const [user = '', verb = '', resource = ''] = parts;
    return { user, verb, resource, records };
  });
}
