// The demo: a seed and a window in, the audit lines of a believable cluster out, in time order; then live, as the clock goes on.
import { createLinePrinter, type DemoLine } from './audit-lines.ts';
import { createCast } from './cast.ts';
import { busyAt, peopleShareAt, spreadOver } from './day-shape.ts';
import { createIncident, type ExpectedFact, INCIDENT_MICROS } from './incident.ts';
import { createLineQueue } from './line-queue.ts';
import { drawMachine, probe } from './machines.ts';
import { drawTask, type Step } from './people.ts';
import { drawDeployment, drawLogin, drawStranger } from './pipelines.ts';
import { createRandom, type Random } from './random.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  /** Exactly so many records come out of the window. */
  readonly records: number;
  readonly cluster: string;
}

export interface DemoFacts {
  readonly cluster: string;
  readonly records: number;
  readonly hosts: readonly string[];
  readonly people: readonly string[];
  readonly incident: {
    readonly username: string;
    readonly sourceIp: string;
    readonly userAgent: string;
    readonly pod: string;
    readonly node: string;
    readonly fromNanos: bigint;
    readonly untilNanos: bigint;
    /** Records of all stages, and requests (finished records). */
    readonly records: number;
    readonly requests: number;
    readonly facts: readonly ExpectedFact[];
  };
}

/** The window can be walked once: what was given out is not kept. */
export interface Demo extends Iterable<DemoLine> {
  readonly facts: DemoFacts;
  /** After the window: the lines that became due since the last call. At most a minute is made up for after a pause. */
  next(nowNanos: bigint): readonly DemoLine[];
}

/** The incident alone is some 60 records; with less than this around it nothing would have to be found. */
export const MIN_DEMO_RECORDS = 500;
const MAX_PAUSE_MICROS = 60_000_000;
/** The incident begins here in the window: with a day that ends now, a few hours ago. */
const INCIDENT_AT = 0.8;

export function createDemo(options: DemoOptions): Demo {
  const startMicros = Number(options.startNanos / 1000n);
  const endMicros = Number(options.endNanos / 1000n);
  if (!(endMicros - startMicros >= 60_000_000)) throw new RangeError('the demo needs a window of at least a minute');
  if (!(options.records >= MIN_DEMO_RECORDS))
    throw new RangeError(`the demo needs at least ${MIN_DEMO_RECORDS} records`);
  const random = createRandom(options.seed);
  const cast = createCast(random);
  const linesOf = createLinePrinter(random);
  const incident = createIncident(cast, random);
  const windowMicros = endMicros - startMicros;
  const incidentAt = Math.floor(startMicros + windowMicros * INCIDENT_AT);
  const pace = Math.min(1, (windowMicros * 0.18) / INCIDENT_MICROS);
  const incidentLines = incident.steps.flatMap(({ afterMicros, request }) =>
    linesOf({ ...request, tookMicros: request.tookMicros * pace }, Math.floor(incidentAt + afterMicros * pace)),
  );
  const queue = createLineQueue();
  const noiseRecords = options.records - incidentLines.length;
  // What a live second brings is what a second of the window brought, by the hour of the day.
  const recordsPerBusyMicro = noiseRecords / (windowMicros * meanBusy(startMicros, windowMicros));
  const draw = (atMicros: number): readonly DemoLine[] =>
    drawSteps(random, cast, atMicros).flatMap(({ afterMicros, request }) => linesOf(request, atMicros + afterMicros));

  function* window(): Generator<DemoLine> {
    const momentOf = spreadOver(startMicros, endMicros);
    for (const line of incidentLines) queue.push(line);
    let made = 0;
    while (made < noiseRecords) {
      const atMicros = momentOf((made + random.next()) / noiseRecords);
      let lines = draw(atMicros);
      let inside = lines.filter((line) => line.atMicros < endMicros).length;
      if (made + inside > noiseRecords) {
        // A probe is one record and takes no time: it fills the count to the last one.
        lines = linesOf({ ...probe(cast, random), tookMicros: 0 }, Math.min(atMicros, endMicros - 2));
        inside = lines.length;
      }
      made += inside;
      for (const line of lines) queue.push(line);
      yield* due(atMicros);
    }
    yield* due(endMicros);
  }

  function* due(beforeMicros: number): Generator<DemoLine> {
    for (;;) {
      const line = queue.shift(beforeMicros);
      if (line === undefined) return;
      yield line;
    }
  }

  let liveMicros = endMicros;
  const next = (nowNanos: bigint): readonly DemoLine[] => {
    const nowMicros = Number(nowNanos / 1000n);
    liveMicros = Math.max(liveMicros, nowMicros - MAX_PAUSE_MICROS);
    while (liveMicros < nowMicros) {
      const lines = draw(liveMicros);
      for (const line of lines) queue.push(line);
      liveMicros += Math.ceil(((0.5 + random.next()) * lines.length) / (recordsPerBusyMicro * busyAt(liveMicros)));
    }
    return [...due(nowMicros)];
  };

  const lines = window();
  const toNanos = (micros: number): bigint => BigInt(Math.floor(micros)) * 1000n;
  return {
    facts: {
      cluster: options.cluster,
      records: options.records,
      hosts: ['master-0', 'master-1', 'master-2'],
      people: cast.people.map(({ username }) => username),
      incident: {
        username: incident.username,
        sourceIp: incident.sourceIp,
        userAgent: incident.userAgent,
        pod: incident.pod,
        node: incident.node,
        fromNanos: toNanos(incidentAt),
        untilNanos: toNanos(Math.max(...incidentLines.map(({ atMicros }) => atMicros))),
        records: incidentLines.length,
        requests: incident.steps.length,
        facts: incident.facts,
      },
    },
    [Symbol.iterator]: () => lines,
    next,
  };
}

function drawSteps(random: Random, cast: ReturnType<typeof createCast>, atMicros: number): readonly Step[] {
  if (!random.chance(peopleShareAt(atMicros) * 0.45)) {
    return random.chance(0.004)
      ? drawStranger(cast, random)
      : [{ afterMicros: 0, request: drawMachine(cast, random, atMicros) }];
  }
  const kind = random.next();
  if (kind < 0.12) return drawDeployment(cast, random);
  if (kind < 0.17) return drawLogin(cast, random);
  return drawTask(cast, random);
}

function meanBusy(startMicros: number, windowMicros: number): number {
  const samples = 96;
  let sum = 0;
  for (let at = 0; at < samples; at++) sum += busyAt(startMicros + ((at + 0.5) / samples) * windowMicros);
  return sum / samples;
}
