// Whose entries: the setting, the header and the gateway's path, for every endpoint that reads.
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

const LOGS = `query=${encodeURIComponent('{a="b"}')}`;
const READS = [
  `query?query=${encodeURIComponent('rate({a="b"}[1m])')}`,
  `query_range?${LOGS}`,
  'labels',
  'label',
  'label/a/values',
  `series?match[]=${encodeURIComponent('{a="b"}')}`,
  `index/stats?${LOGS}`,
  `index/volume?${LOGS}`,
  `index/volume_range?${LOGS}&step=60`,
  `detected_labels?${LOGS}`,
  `detected_fields?${LOGS}`,
  `detected_field/m/values?${LOGS}`,
  `patterns?${LOGS}&step=60`,
  `format_query?${LOGS}`,
  'drilldown-limits',
];
const STREAM = { stream: { a: 'b' }, values: [[String(THEN_NANOS - 5n), 'user 7 left m=1']] } as const;

test('required: every endpoint wants a tenant, in the header or in the path, and shows its entries alone', async () => {
  const server = await openLoki({ argv: ['--loki-tenants', 'required'] });
  expect((await push(server.url, 'one', [STREAM], 'protobuf')).status).toBe(204);
  for (const path of READS) {
    const none = await ask(`${server.url}/loki/api/v1/${path}`);
    expect([path, none.status, none.text]).toEqual([path, 401, 'no org id\n']);
    expect(none.headers['content-type']).toBe('text/plain; charset=utf-8');
    const headed = await ask(`${server.url}/loki/api/v1/${path}`, { headers: { 'x-scope-orgid': 'one' } });
    const routed = await ask(`${server.url}/api/logs/v1/one/loki/api/v1/${path}`);
    expect([path, headed.status, routed.status]).toEqual([path, 200, 200]);
    expect(withoutFigures(routed.text)).toEqual(withoutFigures(headed.text));
    // The path says more than the header.
    const other = await ask(`${server.url}/api/logs/v1/two/loki/api/v1/${path}`, {
      headers: { 'x-scope-orgid': 'one' },
    });
    expect(other.text).not.toMatch(/"b"|user/);
  }
  // Which Loki this is may be asked by anybody.
  expect((await ask(`${server.url}/loki/api/v1/status/buildinfo`)).status).toBe(200);
  for (const [tenant, sentence] of [
    ['a|b', 'multiple org IDs present'],
    ['a/b', "tenant ID 'a/b' contains unsupported character '/'"],
    ['..', "tenant ID is '.' or '..'"],
    ['x'.repeat(151), 'tenant ID is too long: max 150 characters'],
  ] as const) {
    const refused = await ask(`${server.url}/loki/api/v1/labels`, { headers: { 'x-scope-orgid': tenant } });
    expect([refused.status, refused.text]).toEqual([400, sentence]);
  }
});

test('single: headers and paths may name anybody, and all see the same', async () => {
  const server = await openLoki();
  expect((await push(server.url, 'one', [STREAM], 'json')).status).toBe(204);
  for (const path of READS) {
    const plain = await ask(`${server.url}/loki/api/v1/${path}`);
    const headed = await ask(`${server.url}/loki/api/v1/${path}`, { headers: { 'x-scope-orgid': 'a|b' } });
    const routed = await ask(`${server.url}/api/logs/v1/application/loki/api/v1/${path}`);
    expect([path, plain.status, headed.status, routed.status]).toEqual([path, 200, 200, 200]);
    for (const same of [headed, routed]) expect(withoutFigures(same.text)).toEqual(withoutFigures(plain.text));
  }
  const lines = await ask(`${server.url}/loki/api/v1/query_range?${LOGS}`);
  expect(lines.text).toContain('user 7 left');
});

/** Times that a question took differ. */
function withoutFigures(text: string): string {
  return text.replace(/"stats":\{.*\}/s, '');
}
