// The demo's lines through the second parse road: every one is a record, whatever the seed.
import { createDemo } from '@kubewitness/core/demo';
import { parseAuditLine } from '@kubewitness/core/formats';
import { expect, test } from 'vitest';

const END_NANOS = 1_795_132_800_000_000_000n;

test.each([1, 2, 3])('seed %d', (seed) => {
  const demo = createDemo({
    seed,
    startNanos: END_NANOS - 86_400_000_000_000n,
    endNanos: END_NANOS,
    records: 5000,
    cluster: 'demo',
  });
  let records = 0;
  for (const { text, atMicros } of demo) {
    const parsed = parseAuditLine(Buffer.from(text));
    expect(parsed.ok ? parsed.fields.timeNanos : parsed.problem).toBe(BigInt(atMicros) * 1000n);
    records++;
  }
  expect(records).toBe(5000);
});
