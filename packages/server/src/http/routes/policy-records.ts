// Routes that replay stored records against audit policies: simulate and diff. Records stream through; none is held.
import {
  type AuditSample,
  adviseSimulatedFlags,
  createPolicyDiff,
  createRecordWatch,
  createSimulation,
  type SimulationReport,
} from '@kubewitness/core/policy';
import {
  API,
  type BodyFilter,
  type PolicyChanges,
  type PolicySimulation,
  parseBodyFilter,
  parsePolicyDiffBody,
  parsePolicySimulateBody,
} from '@kubewitness/core/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerLate } from '../answer/late-json.ts';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import { readSamples } from '../answer/read-samples.ts';
import type { HttpContext } from '../context.ts';
import { getBody, HttpProblem } from '../problems.ts';
import { getPolicy, POLICY_BODY_BYTES } from './policy-text.ts';
import { jsonAnswer, ref } from './route-docs.ts';

/** A replay keeps one core busy for seconds, and the intake needs the other. */
const MAX_RUNNING = 2;
const DEFAULT_ROWS = 100;
const MAX_CHANGES = 1_000;

type Replay<T> = {
  readonly show?: ReturnType<typeof createRecordWatch>['show'];
  readonly add: (sample: AuditSample) => void;
  readonly finish: (others: number) => T;
};

export function addPolicyRecordRoutes(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const nowNanos = () => BigInt(context.clock()) * 1_000_000n;
  let running = 0;

  async function replay<T>(request: FastifyRequest, reply: FastifyReply, chosen: BodyFilter, work: Replay<T>) {
    if (running >= MAX_RUNNING)
      throw new HttpProblem(
        'KW_TOO_MANY_QUERIES',
        `${MAX_RUNNING} simulations are running already; try again when one has ended, or run \`kubewitness policy simulate\` on a machine of your own.`,
        5,
      );
    running++;
    try {
      const read = gate.run(
        'policy',
        request,
        reply,
        async (signal) => {
          const { records, others } = await readSamples(context, chosen.filter, work, signal);
          return answered(work.finish(others), records);
        },
        chosen.query,
      );
      return await answerLate(context, request, reply, read);
    } finally {
      running--;
    }
  }

  const docs = (summary: string, body: string, answer: string) => ({
    config: { need: 'read' } as const,
    bodyLimit: 2 * POLICY_BODY_BYTES,
    schema: { summary, body: ref(body), response: jsonAnswer(answer, 'The report') },
  });

  app.post(
    API.policySimulate,
    docs('Replay stored records against an audit policy', 'PolicySimulateBody', 'PolicySimulation'),
    async (request, reply) => {
      const body = getBody(parsePolicySimulateBody(request.body));
      const chosen = getBody(parseBodyFilter(body.filter, nowNanos()));
      const watch = createRecordWatch();
      const mustStay = watch.parse(body.mustStay ?? [], body.selectors ?? []);
      if (!mustStay.ok) throw new HttpProblem('KW_BAD_BODY', mustStay.sentence);
      const simulation = createSimulation(getPolicy(body.policy).policy, { mustStay: mustStay.lists });
      const volume = {
        servers: body.servers ?? 1,
        keepDays: body.keepDays ?? 30,
        ...(body.diskBytes === undefined ? {} : { diskBytes: body.diskBytes }),
      };
      return replay(request, reply, chosen, {
        show: watch.show,
        add: (sample) => void simulation.add(sample),
        finish: (others): PolicySimulation => {
          const report = simulation.report();
          const flags = adviseSimulatedFlags(report, volume);
          return {
            ...printReport(report, body.top ?? DEFAULT_ROWS),
            others,
            flags: flags === undefined ? null : { ...flags, notes: [...flags.notes] },
          };
        },
      });
    },
  );

  app.post(
    API.policyDiff,
    docs('Compare two audit policies on stored records', 'PolicyDiffBody', 'PolicyChanges'),
    async (request, reply) => {
      const body = getBody(parsePolicyDiffBody(request.body));
      const chosen = getBody(parseBodyFilter(body.filter, nowNanos()));
      const diff = createPolicyDiff(getPolicy(body.old, 'old').policy, getPolicy(body.new, 'new').policy);
      return replay(request, reply, chosen, {
        add: diff.add,
        finish: (others): PolicyChanges => {
          const { changes, ...sums } = diff.report();
          const shown = changes.slice(0, MAX_CHANGES);
          return { ...sums, others, changes: shown.map((one) => ({ ...one, examples: [...one.examples] })) };
        },
      });
    },
  );
}

function printReport(report: SimulationReport, top: number): Omit<PolicySimulation, 'others' | 'flags'> {
  return {
    ...report,
    perDay: report.perDay ?? null,
    rules: [...report.rules],
    users: report.users.slice(0, top),
    verbs: report.verbs.slice(0, top),
    resources: report.resources.slice(0, top),
    levels: [...report.levels],
    mustStay: report.mustStay.map((one) => ({ ...one, examples: [...one.examples] })),
    notes: [...report.notes],
  };
}
