// Log lines are JSON without secrets; metrics carry the prefix and the committed names.
import { expect, test } from 'vitest';
import { createLog, createMetrics, printMetricNames } from './index.ts';

test('a log line is one JSON object with level and time as words, secrets hidden', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', to: { write: (line: string) => void lines.push(line) } });
  log.debug('not at this level');
  log.info({ token: 'kw_a_b', headers: { authorization: 'Bearer kw' }, port: 8440 }, 'listening');
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ level: 'info', port: 8440, msg: 'listening', token: '<redacted>' });
  expect(lines[0]).not.toContain('Bearer');
});

test('counters add up, gauges are read at the scrape, and the names are the committed ones', async () => {
  const metrics = createMetrics('1.2.3');
  metrics.storedRecords.inc({ source: 'file' }, 7);
  metrics.onScrape(() => metrics.spoolBytes.set(4711));
  metrics.onScrape(() => Promise.reject(new Error('a reader that fails')));
  metrics.querySeconds.observe({ kind: 'records', outcome: 'ok' }, 0.02);
  const text = await metrics.print();
  metrics.close();
  expect(text).toContain('kubewitness_ingest_stored_records_total{source="file"} 7');
  expect(text).toContain('kubewitness_spool_bytes 4711');
  expect(text).toContain('kubewitness_build_info{version="1.2.3"} 1');
  expect(text).toContain('kubewitness_query_seconds_bucket{le="0.025",kind="records",outcome="ok"} 1');
  expect(text).toMatch(/kubewitness_process_resident_memory_bytes \d{7,}/);
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].map((m) => `${m[1]} ${m[2]}`);
  const committed = printMetricNames().trim().split('\n');
  expect(names.sort()).toEqual(committed.map((line) => line.replace(/\{.*\}/, '').split('  ')[0]).sort());
});

test('two servers in one process share nothing', async () => {
  const [a, b] = [createMetrics('1'), createMetrics('1')];
  a.engineRestarts.inc();
  expect(await b.print()).toContain('kubewitness_engine_restarts_total 0');
  a.close();
  b.close();
});

test('the list of metrics is the committed one', async () => {
  await expect(printMetricNames()).toMatchFileSnapshot('../../snapshots/metrics.txt');
});
