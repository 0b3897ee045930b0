// A policy and a stream of samples -> what it would keep and drop of them, by rule, user, verb and resource, in records and bytes.
import { type CompiledPolicy, compilePolicy, type Decision } from '../evaluate/compile-policy.ts';
import { LEVELS, type Level, type Policy, type Stage } from '../policy.ts';
import { type AuditSample, isFinishedSample, nameTarget } from './audit-sample.ts';
import { createBodySizes } from './estimate-bytes.ts';
import type { MustStay } from './must-stay.ts';
import { createStayCount, type MustStayResult } from './stay-count.ts';
import { type Count, createTally, newCount, type TallyRow } from './tally.ts';

export interface SimulationOptions {
  readonly mustStay?: readonly MustStay[];
}

export interface Simulation {
  /** Takes one record and gives whether the policy keeps it. */
  readonly add: (sample: AuditSample) => boolean;
  readonly report: () => SimulationReport;
}

export interface SimulationReport {
  readonly total: Readonly<Count>;
  readonly days: number;
  readonly perDay: PerDay | undefined;
  readonly rules: readonly (TallyRow & { readonly rule: number; readonly level: Level })[];
  readonly users: readonly TallyRow[];
  readonly verbs: readonly TallyRow[];
  readonly resources: readonly TallyRow[];
  /** Records by the level they have and the level the policy would give them; None when dropped. */
  readonly levels: readonly { readonly recorded: Level; readonly candidate: Level; readonly records: number }[];
  readonly mustStay: readonly MustStayResult[];
  readonly biggestRecordBytes: number;
  readonly notes: readonly string[];
}

export interface PerDay {
  readonly records: number;
  readonly bytes: number;
  readonly keptRecords: number;
  readonly keptBytes: number;
}

const DAY_MS = 86_400_000;

export function keeps(decision: Decision, stage: Stage): boolean {
  return decision.level !== 'None' && !decision.omitStages.includes(stage);
}

export function createSimulation(policy: Policy, options: SimulationOptions = {}): Simulation {
  const compiled = compilePolicy(policy);
  const sizes = createBodySizes();
  const state = newState(policy, options);
  return {
    add: (sample) => addSample(state, compiled, sizes, sample),
    report: () => report(state, policy),
  };
}

type BodySizes = ReturnType<typeof createBodySizes>;
type State = ReturnType<typeof newState>;

function newState(policy: Policy, options: SimulationOptions) {
  return {
    total: newCount(),
    // The last one is for requests that no rule takes.
    rules: Array.from({ length: policy.rules.length + 1 }, newCount),
    users: createTally(),
    verbs: createTally(1_000),
    resources: createTally(20_000),
    levels: new Map<string, number>(),
    stages: new Map<Stage, number>(),
    receivedWanted: 0,
    mustStay: (options.mustStay ?? []).map(createStayCount),
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    biggest: 0,
  };
}

function addSample(state: State, compiled: CompiledPolicy, sizes: BodySizes, sample: AuditSample): boolean {
  const decision = compiled.evaluate(sample.request);
  const kept = keeps(decision, sample.stage);
  sizes.learn(sample);
  // The line feed is a byte of the file too.
  const before = sample.bytes + 1;
  const size = kept ? sizes.sizeAt(sample, decision) : { bytes: 0, estimated: 0 };
  const after = kept ? size.bytes + 1 : 0;
  const target = nameTarget(sample.request);
  const user = sample.request.user ?? '(none)';
  const rule = state.rules[decision.rule === -1 ? state.rules.length - 1 : decision.rule];
  for (const count of [
    state.total,
    rule,
    state.users.count(user),
    state.verbs.count(sample.request.verb),
    state.resources.count(target),
  ]) {
    if (count !== undefined) addTo(count, before, kept, after, size.estimated);
  }
  const change = `${sample.level} ${kept ? decision.level : 'None'}`;
  state.levels.set(change, (state.levels.get(change) ?? 0) + 1);
  state.stages.set(sample.stage, (state.stages.get(sample.stage) ?? 0) + 1);
  if (sample.timeMs < state.firstMs) state.firstMs = sample.timeMs;
  if (sample.timeMs > state.lastMs) state.lastMs = sample.timeMs;
  if (kept && size.bytes > state.biggest) state.biggest = size.bytes;
  for (const watched of state.mustStay) watched.add(sample, decision, kept);
  if (isFinishedSample(sample) && decision.level !== 'None' && !decision.omitStages.includes('RequestReceived'))
    state.receivedWanted += 1;
  return kept;
}

function addTo(count: Count, before: number, kept: boolean, after: number, estimated: number): void {
  count.records += 1;
  count.bytes += before;
  if (!kept) return;
  count.keptRecords += 1;
  count.keptBytes += after;
  count.estimatedBytes += estimated;
}

function report(state: State, policy: Policy): SimulationReport {
  const { total } = state;
  const days = state.lastMs > state.firstMs ? (state.lastMs - state.firstMs) / DAY_MS : 0;
  const perDay =
    days === 0
      ? undefined
      : {
          records: total.records / days,
          bytes: total.bytes / days,
          keptRecords: total.keptRecords / days,
          keptBytes: total.keptBytes / days,
        };
  const rules = state.rules.flatMap((count, index) => {
    const rule = policy.rules[index];
    if (rule === undefined && count.records === 0) return [];
    return [
      {
        rule: rule === undefined ? -1 : index,
        name: rule === undefined ? 'none' : String(index),
        level: rule?.level ?? ('None' as const),
        ...count,
      },
    ];
  });
  const levels = LEVELS.flatMap((recorded) =>
    LEVELS.map((candidate) => ({ recorded, candidate, records: state.levels.get(`${recorded} ${candidate}`) ?? 0 })),
  ).filter(({ records }) => records > 0);
  return {
    total,
    days,
    perDay,
    rules,
    users: state.users.rows(),
    verbs: state.verbs.rows(),
    resources: state.resources.rows(),
    levels,
    mustStay: state.mustStay.map((watched) => watched.result()),
    biggestRecordBytes: state.biggest,
    notes: describeUnknowns(state),
  };
}

function describeUnknowns(state: State): readonly string[] {
  const notes = [
    'Requests that the running policy did not record are not in these records, so nothing is said about them.',
  ];
  if (state.total.estimatedBytes > 0)
    notes.push(
      'The policy asks for bodies that were not recorded; their size is estimated from records that have them, or from typical sizes.',
    );
  if (state.receivedWanted > 0 && !state.stages.has('RequestReceived')) {
    notes.push(
      `The policy keeps the stage RequestReceived, which these records lack; about ${state.receivedWanted} more records would be written.`,
    );
  }
  if (state.total.records > 0 && !Number.isFinite(state.firstMs))
    notes.push('The records have no time, so nothing can be said per day.');
  return notes;
}
