// Shapes that audit events have in files: what is taken apart, what is unwrapped, and what is kept in quarantine with its reason.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { ALL_GOOD, type Event, event, openSamples, text } from './samples.ts';

const folder = makeFolder();
let server: TestServer;
const { load, lines, rows, reasons } = openSamples(folder, () => server);

beforeAll(async () => {
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
});
afterAll(() => server.stop());

test('lines with the name of a node in front: the line is the event, the name is its host', async () => {
  const events = [event(), event()];
  const loaded = await load(`master-0 ${text(events[0])}\nip-10-0-1-2.ec2.internal ${text(events[1])}\n`);
  expect(loaded).toMatchObject(ALL_GOOD(2));
  expect((await lines(loaded)).sort()).toEqual(events.map(text).sort());
  expect((await rows(loaded)).map((row) => row['host']).sort()).toEqual(['ip-10-0-1-2.ec2.internal', 'master-0']);
});

test('lines with a time in front (S3 exports), and CRI wrappers', async () => {
  const events = [event(), event(), event()];
  const loaded = await load(
    `2026-11-20T19:52:48.123Z ${text(events[0])}\n2026-11-20T19:52:48.123456789Z stdout F ${text(events[1])}\n2026-11-20T19:52:48.123456789+01:00 stderr F ${text(events[2])}\n`,
  );
  expect(loaded).toMatchObject(ALL_GOOD(3));
  expect((await lines(loaded)).sort()).toEqual(events.map(text).sort());
});

test("logs of a container: Docker's wrapper, and lines that a runtime cut at 16 KiB, between lines of the other stream", async () => {
  const events = [event(), event(), event()];
  const time = '2026-11-20T19:52:48.123456789Z';
  const docker = (log: string, stream = 'stdout') => text({ log, stream, time });
  const [first = '', second = '', third = ''] = events.map(text);
  const loaded = await load(
    [
      docker(`${first}\n`),
      docker(second.slice(0, 40)),
      docker('\n', 'stderr'),
      docker(`${second.slice(40)}\n`),
      `${time} stdout P ${third.slice(0, 30)}`,
      `${time} stderr F `,
      `${time} stdout P ${third.slice(30, 60)}`,
      `${time} stdout F ${third.slice(60)}`,
      '',
    ].join('\n'),
  );
  expect(loaded).toMatchObject(ALL_GOOD(3));
  expect((await lines(loaded)).sort()).toEqual([first, second, third].sort());
});

test('klog noise between lines: the events are records, the noise is kept with its reason', async () => {
  const events = [event(), event()];
  const loaded = await load(
    `I1120 19:52:48.123456       1 trace.go:236] Trace[1]: "List {x}" (total 500ms):\n${text(events[0])}\n[-]poststarthook failed\n\tgoroutine 7 [running]:\n${text(events[1])}\n`,
  );
  expect(loaded).toMatchObject({ code: 1, read: 5, stored: 2, quarantined: 3 });
  expect(await reasons(loaded)).toHaveLength(3);
});

test.each([
  ['on one line', (list: Event) => text(list)],
  ['pretty', (list: Event) => JSON.stringify(list, null, 2)],
  ['indented by tabs', (list: Event) => JSON.stringify(list, null, '\t')],
])('EventList %s: items get kind and apiVersion back', async (_, print) => {
  const events = [event(), event()];
  const items = events.map(({ kind, apiVersion, ...rest }) => rest);
  const loaded = await load(print({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items }));
  expect(loaded).toMatchObject(ALL_GOOD(2));
  expect((await lines(loaded)).sort()).toEqual(events.map(text).sort());
});

test('arrays of events, and pretty-printed events one after the other', async () => {
  const events = [event(), event(), event(), event()];
  const loaded = await load(
    `${text(events.slice(0, 2))}\n${JSON.stringify(events[2], null, 2)}\n${JSON.stringify(events[3], null, 4)}\n`,
  );
  expect(loaded).toMatchObject(ALL_GOOD(4));
  expect((await lines(loaded)).sort()).toEqual(events.map(text).sort());
});

test('objects one behind the other on one line, and a last line without its newline', async () => {
  const events = [event(), event(), event()];
  const loaded = await load(`${text(events[0])}${text(events[1])} ${text(events[2])}`);
  expect(loaded).toMatchObject(ALL_GOOD(3));
  expect((await lines(loaded)).sort()).toEqual(events.map(text).sort());
});

test('a byte order mark, Windows line ends, NULs of a crashed file system', async () => {
  const events = [event(), event(), event()];
  const loaded = await load(
    `\ufeff${text(events[0])}\r\n${text(events[1])}\r\n${'\0'.repeat(100)}${text(events[2])}\n`,
  );
  expect(loaded).toMatchObject(ALL_GOOD(3));
});

test.each([
  ['EKS truncation', (line: string) => `${line.slice(0, 300)}[Truncated...]`, /not JSON/],
  [
    'cluster Event',
    () => text({ kind: 'Event', apiVersion: 'v1', metadata: {}, reason: 'Pulling' }),
    /apiVersion is "v1"/,
  ],
  [
    'legacy text',
    () => '2016-09-21T05:17:13Z AUDIT: id="5" ip="127.0.0.1" method="GET" user="a" uri="/api"',
    /not JSON/,
  ],
  ['half a line', (line: string) => line.slice(0, 200), /not JSON/],
  [
    'an unknown stage',
    (line: string) => line.replace('ResponseComplete', 'ResponseDone'),
    /stage is "ResponseDone"; known are/,
  ],
  ['no time', (line: string) => line.replace('"stageTimestamp"', '"x"'), /no stageTimestamp/],
])('%s: kept in quarantine, with the reason', async (_, spoil, reason) => {
  const good = text(event());
  const loaded = await load(`${good}\n${spoil(text(event()))}\n`);
  expect(loaded).toMatchObject({ code: 1, read: 2, stored: 1, quarantined: 1 });
  expect(await reasons(loaded)).toEqual([expect.stringMatching(reason)]);
});
