import { expect, test } from 'vitest';
import { latencyMicros } from './latency.ts';

test('durations of Go become microseconds, by part', () => {
  const annotations = new Map([
    ['apiserver.latency.k8s.io/etcd', '2.747066ms'],
    ['apiserver.latency.k8s.io/total', '1m5.830546721s'],
    ['apiserver.latency.k8s.io/authorization', '12.5µs'],
    ['apiserver.latency.k8s.io/response-write', '870ns'],
    ['apiserver.latency.k8s.io/odd', 'soon'],
    ['authorization.k8s.io/decision', 'allow'],
  ]);
  expect([...latencyMicros(annotations)]).toEqual([
    ['etcd', 2747],
    ['total', 65_830_546],
    ['authorization', 12],
    ['response-write', 0],
  ]);
});
