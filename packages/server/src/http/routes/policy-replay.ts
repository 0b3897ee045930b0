// A replay of stored records for a policy question: few at a time, on record, its answer begun late; and the parts that several answers share.
import type { FlagAdvice, SimulationReport, VolumeQuestion } from '@kubewitness/core/policy';
import type { BodyFilter, PolicySimulation } from '@kubewitness/core/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerLate } from '../answer/late-json.ts';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import { readSamples, type SampleTaker } from '../answer/read-samples.ts';
import type { HttpContext } from '../context.ts';
import { HttpProblem } from '../problems.ts';

/** A replay keeps one core busy for seconds, and the intake needs the other. */
const MAX_RUNNING = 2;

export interface Replayed<T> {
  readonly answer: T;
  /** How many records the answer is about, for the log of reads. */
  readonly records: number;
}

type Read = (taker: SampleTaker) => ReturnType<typeof readSamples>;

export type PolicyReplay = <T>(
  request: FastifyRequest,
  reply: FastifyReply,
  chosen: BodyFilter,
  work: (read: Read) => Promise<Replayed<T>>,
) => Promise<unknown>;

export function createPolicyReplay(context: HttpContext, gate: ReadGate): PolicyReplay {
  let running = 0;
  return async (request, reply, chosen, work) => {
    if (running >= MAX_RUNNING)
      throw new HttpProblem(
        'KW_TOO_MANY_QUERIES',
        `${MAX_RUNNING} simulations are running already; try again when one has ended, or run \`kubewitness policy simulate\` on a machine of your own.`,
        5,
      );
    running++;
    try {
      const answer = gate.run(
        'policy',
        request,
        reply,
        async (signal) => {
          const done = await work((taker) => readSamples(context, chosen.filter, taker, signal));
          return answered(done.answer, done.records);
        },
        chosen.query,
      );
      return await answerLate(context, request, reply, answer);
    } finally {
      running--;
    }
  };
}

interface VolumeMembers {
  readonly servers?: number;
  readonly keepDays?: number;
  readonly diskBytes?: number;
}

export function readVolume({ servers = 1, keepDays = 30, diskBytes }: VolumeMembers): VolumeQuestion {
  return { servers, keepDays, ...(diskBytes === undefined ? {} : { diskBytes }) };
}

export function printFlags(flags: FlagAdvice | undefined): PolicySimulation['flags'] {
  return flags === undefined ? null : { ...flags, notes: [...flags.notes] };
}

export function printStay(report: SimulationReport): PolicySimulation['mustStay'] {
  return report.mustStay.map((one) => ({ ...one, examples: [...one.examples] }));
}
