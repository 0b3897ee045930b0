// Steps: defaults, alignment and refusals as recorded.
import { expect, test } from 'vitest';
import { alignWindow, defaultStepNanos, findStepProblem, planSteps } from './steps.ts';

const SECOND = 1_000_000_000n;

test('the default step is a 250th of the range in whole seconds', () => {
  expect(defaultStepNanos(0n, 86_400n * SECOND)).toBe(345n * SECOND);
  expect(defaultStepNanos(0n, 10n * SECOND)).toBe(SECOND);
  expect(defaultStepNanos(0n, 0n)).toBe(SECOND);
});

test('split queries widen to multiples of the step, aligned ones move back', () => {
  const window = { kind: 'range', startNanos: 1033n, endNanos: 18180n, stepNanos: 3600n } as const;
  expect(alignWindow(window, 'none')).toEqual(window);
  expect(alignWindow(window, 'split')).toEqual({ ...window, startNanos: 0n, endNanos: 21600n });
  expect(alignWindow(window, 'align')).toEqual({ ...window, startNanos: 0n, endNanos: 18000n });
  const even = { ...window, startNanos: 3600n, endNanos: 7200n };
  expect(alignWindow(even, 'split')).toEqual(even);
  expect(alignWindow({ ...window, startNanos: -1n }, 'align')).toMatchObject({ startNanos: -3600n });
});

test('steps run from start to end, both included', () => {
  expect(planSteps({ kind: 'range', startNanos: 5n, endNanos: 25n, stepNanos: 10n }, 100)).toEqual({
    ok: true,
    times: [5n, 15n, 25n],
  });
  expect(planSteps({ kind: 'instant', timeNanos: 7n }, 100)).toEqual({ ok: true, times: [7n] });
});

test('refuses in Loki’s words', () => {
  expect(findStepProblem(0n, 11_001n, 1n, 11_000)?.message).toBe(
    'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
  );
  expect(findStepProblem(0n, 11_000n, 1n, 11_000)).toBeUndefined();
  expect(findStepProblem(0n, 1n, 0n, 11_000)?.message).toMatch(/^zero or negative query resolution step/);
  expect(planSteps({ kind: 'range', startNanos: 0n, endNanos: 1n, stepNanos: 0n }, 100)).toMatchObject({ ok: false });
});
