// Samples, simulation, diff, advice and check, on real records of the corpus's form.
import { expect, test } from 'vitest';
import { printPolicy } from '../edit/print-policy.ts';
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { loadPolicy } from '../load/load-policy.ts';
import { makePolicy, makeRule } from '../policy.ts';
import { findPreset } from '../profile/preset.ts';
import { busyLines } from '../testing/audit-lines.ts';
import { createAdvisor } from './advise-policy.ts';
import type { AuditSample } from './audit-sample.ts';
import { createRecordCheck } from './check-records.ts';
import { findMustStay, type MustStay } from './must-stay.ts';
import { createPolicyDiff } from './policy-diff.ts';
import { createSampleReader } from './sample-reader.ts';
import { createSimulation } from './simulation.ts';

const encoder = new TextEncoder();
const lines = busyLines(6_000);

function readAll(texts: readonly string[]): AuditSample[] {
  const reader = createSampleReader();
  return texts.flatMap((line) => {
    const bytes = encoder.encode(line);
    return reader.read(bytes, 0, bytes.length) ?? [];
  });
}

const samples = readAll(lines);
const watched = ['writes', 'refusals', 'sessions', 'secrets', 'rbac', 'people'].flatMap((name): readonly MustStay[] => {
  const found = findMustStay(name);
  return found === undefined ? [] : [found];
});

test('a sample says what JSON.parse would say', () => {
  expect(samples).toHaveLength(lines.length);
  samples.forEach((sample, index) => {
    const text = lines[index] ?? '';
    const event = JSON.parse(text);
    expect(sample).toMatchObject({
      level: event.level,
      stage: event.stage,
      code: event.responseStatus?.code ?? 0,
      bytes: encoder.encode(text).length,
    });
    expect(sample.request).toMatchObject({
      user: event.user.username ?? null,
      groups: event.user.groups ?? [],
      verb: event.verb,
    });
    expect(sample.timeMs).toBe(Date.parse(event.stageTimestamp));
    const without = { ...event };
    delete without.requestObject;
    delete without.responseObject;
    // Go escapes <, > and &, so only lines without them have the length of JSON.stringify.
    if (JSON.stringify(event) === text)
      expect(sample.bytes - sample.requestBytes - sample.responseBytes).toBe(
        encoder.encode(JSON.stringify(without)).length,
      );
    if (event.objectRef !== undefined && !event.requestURI.includes('%2F'))
      expect(sample.request).toMatchObject({
        resource: event.objectRef.resource,
        apiGroup: event.objectRef.apiGroup ?? '',
        subresource: event.objectRef.subresource ?? '',
      });
  });
});

test('what is no audit event gives no sample, whatever its bytes', () => {
  const reader = createSampleReader();
  for (const text of [
    '',
    '{',
    '{}',
    'nonsense',
    '{"level":"Metadata"}',
    '{"level":"X","stage":"Panic","requestURI":"/"}',
    '{"user":{"username":"\\',
    '[1]',
    `{"a":${'['.repeat(50_000)}`,
  ]) {
    const bytes = encoder.encode(text);
    expect(reader.read(bytes, 0, bytes.length)).toBeUndefined();
  }
  const prefixed = encoder.encode(`master-0 ${lines[0] ?? ''}`);
  expect(reader.read(prefixed, 0, prefixed.length)?.bytes).toBe(samples[0]?.bytes);
});

test('the simulation keeps exactly what the evaluator says, and its sums are the sums of its parts', () => {
  for (const name of ['gce', 'metadata', 'people', 'openshift-writerequestbodies', 'openshift-none']) {
    const policy = findPreset(name)?.policy ?? makePolicy([]);
    const simulation = createSimulation(policy, { mustStay: watched });
    const compiled = compilePolicy(policy);
    let kept = 0;
    for (const sample of samples) {
      const decision = compiled.evaluate(sample.request);
      const expected = decision.level !== 'None' && !decision.omitStages.includes(sample.stage);
      expect(simulation.add(sample)).toBe(expected);
      if (expected) kept += 1;
    }
    const report = simulation.report();
    expect(report.total.records).toBe(samples.length);
    expect(report.total.keptRecords).toBe(kept);
    for (const rows of [report.rules, report.users, report.verbs, report.resources]) {
      for (const key of ['records', 'bytes', 'keptRecords', 'keptBytes', 'estimatedBytes'] as const)
        expect(rows.reduce((sum, row) => sum + row[key], 0)).toBe(report.total[key]);
    }
    expect(report.levels.reduce((sum, { records }) => sum + records, 0)).toBe(samples.length);
    expect(report.perDay?.keptRecords ?? 0).toBeLessThanOrEqual(report.perDay?.records ?? 0);
  }
});

test('lower levels are measured exactly, higher ones estimated and marked', () => {
  const full = readAll([
    '{"kind":"Event","level":"RequestResponse","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/x/configmaps","verb":"create","user":{"username":"a"},"responseStatus":{"code":201},"requestObject":{"a":1},"responseObject":{"metadata":{"managedFields":[{"x":"y"}],"name":"n"}}}',
  ]);
  const lower = createSimulation(makePolicy([makeRule('Metadata')]));
  for (const sample of full) lower.add(sample);
  const expected =
    '{"kind":"Event","level":"Metadata","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/x/configmaps","verb":"create","user":{"username":"a"},"responseStatus":{"code":201}}\n';
  expect(lower.report().total).toMatchObject({ keptBytes: expected.length, estimatedBytes: 0 });
  const trimmed = createSimulation(makePolicy([makeRule('RequestResponse')], { omitManagedFields: true }));
  for (const sample of full) trimmed.add(sample);
  expect(trimmed.report().total.keptBytes).toBe((full[0]?.bytes ?? 0) + 1 - '"managedFields":[{"x":"y"}],'.length);
  const higher = createSimulation(makePolicy([makeRule('RequestResponse')]));
  for (const sample of readAll([expected])) higher.add(sample);
  expect(higher.report().total.estimatedBytes).toBeGreaterThan(1_000);
  expect(higher.report().notes.join()).toContain('estimated');
});

test('the advised policy keeps every write, refusal, person and session of the records, and saves what it says', () => {
  const advisor = createAdvisor();
  for (const sample of samples) advisor.add(sample);
  const advice = advisor.advise();
  const simulation = createSimulation(advice.policy, { mustStay: watched });
  for (const sample of samples) simulation.add(sample);
  const { total, mustStay } = simulation.report();
  expect(mustStay.map(({ name, lost }) => [name, lost])).toEqual(watched.map(({ name }) => [name, 0]));
  expect(total.records - total.keptRecords).toBe(advice.savedRecords);
  expect(advice.savedBytes / advice.totalBytes).toBeGreaterThan(0.3);
  expect(advice.groups.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(advice.totalBytes);
});

test('what is marked as needed is never suggested for dropping', () => {
  const keep = [
    { name: 'nodes', matches: (sample: AuditSample) => sample.request.user?.startsWith('system:node:') === true },
  ];
  const advisor = createAdvisor({ keep });
  for (const sample of samples) advisor.add(sample);
  const simulation = createSimulation(advisor.advise().policy, { mustStay: keep });
  for (const sample of samples) simulation.add(sample);
  expect(simulation.report().mustStay[0]).toMatchObject({ lost: 0 });
});

test('a diff counts what each of two policies keeps', () => {
  const diff = createPolicyDiff(
    makePolicy([makeRule('Metadata')]),
    makePolicy([makeRule('None', { verbs: ['get'] }), makeRule('Metadata')]),
  );
  for (const sample of samples) diff.add(sample);
  const gets = samples.filter(({ request }) => request.verb === 'get').length;
  expect(diff.report()).toMatchObject({
    records: samples.length,
    changed: gets,
    lost: gets,
    gained: 0,
    changes: [{ from: 'Metadata', to: 'None', fromRule: 0, toRule: 0, records: gets }],
  });
});

test('a diff marks as estimated what was not recorded', () => {
  const recorded = createPolicyDiff(makePolicy([makeRule('Metadata')]), makePolicy([makeRule('None')]));
  const more = createPolicyDiff(makePolicy([makeRule('Metadata')]), makePolicy([makeRule('RequestResponse')]));
  for (const sample of samples) {
    recorded.add(sample);
    more.add(sample);
  }
  expect(recorded.report()).toMatchObject({ beforeEstimatedBytes: 0, afterEstimatedBytes: 0 });
  const { beforeBytes, afterBytes, afterEstimatedBytes } = more.report();
  expect(afterEstimatedBytes).toBeGreaterThan(0);
  expect(afterBytes - afterEstimatedBytes).toBeGreaterThanOrEqual(beforeBytes);
});

test('advice says which bodies a policy of metadata would no longer record', () => {
  const withBodies = createAdvisor();
  const given = createAdvisor({ base: makePolicy([makeRule('RequestResponse')]) });
  for (const sample of samples) {
    withBodies.add(sample);
    given.add(sample);
  }
  const bodies = samples.filter(({ requestBytes, responseBytes }) => requestBytes + responseBytes > 0).length;
  expect(withBodies.advise().notes.join(' ')).toContain(`${bodies} of the given records have bodies`);
  expect(given.advise().notes.join(' ')).not.toContain('have bodies');
});

test('records that the policy would not have written are found', () => {
  const check = createRecordCheck(
    makePolicy(
      [makeRule('None', { verbs: ['list'] }), makeRule('Request', { verbs: ['create'] }), makeRule('Metadata')],
      { omitStages: ['RequestReceived'] },
    ),
  );
  for (const sample of samples) check.add(sample);
  const kinds = new Set(check.report().mismatches.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['not-wanted', 'other-level', 'stage-not-wanted']));
});

test('a policy that the records follow has no mismatch, until a stage is missing', () => {
  const metadata = samples.filter(({ level }) => level === 'Metadata');
  const follows = createRecordCheck(makePolicy([makeRule('Metadata')]));
  const lacks = createRecordCheck(makePolicy([makeRule('Metadata')]));
  for (const sample of metadata) {
    follows.add(sample);
    if (sample.stage !== 'RequestReceived') lacks.add(sample);
  }
  expect(follows.report().matching).toBe(metadata.length);
  expect(lacks.report().mismatches).toMatchObject([{ kind: 'stage-missing', stage: 'RequestReceived' }]);
});

test('paths with wildcards in them never become rules', () => {
  const odd = [
    '/api/v1/*',
    '/apis/*/v1/pods',
    '/api/v1/pods/x/*',
    '/apis/A_B/v1/pods',
    '/a*b',
    '/apis/apps/v1/deployments',
  ];
  const event = (uri: string) =>
    `{"kind":"Event","level":"Metadata","stage":"ResponseComplete","requestURI":"${uri}","verb":"list","user":{"username":"system:serviceaccount:a:b"},"responseStatus":{"code":200}}`;
  const advisor = createAdvisor();
  for (const sample of readAll(odd.map(event))) advisor.add(sample);
  const { policy } = advisor.advise();
  expect(loadPolicy(printPolicy(policy)).ok).toBe(true);
  expect(policy.rules.slice(0, -1).map(({ resources }) => resources)).toEqual([
    [{ group: 'apps', resources: ['deployments'], resourceNames: [] }],
  ]);
});
