// Front door of the demo: a seeded generator of the audit lines of a believable cluster, with an incident to be found.
export { DEMO_HOSTS, type DemoLine } from './audit-lines.ts';
export { createDemo, type Demo, type DemoFacts, type DemoOptions, MIN_DEMO_RECORDS } from './create-demo.ts';
export type { ExpectedFact } from './incident.ts';
