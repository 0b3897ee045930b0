// A span of time -> windows that cover it, each not much larger than was needed so far: a question for the newest few reads little.

export interface TimeWindow {
  readonly startNanos: bigint;
  /** Exclusive. */
  readonly endNanos: bigint;
}

/** A day and a little: a question about a day ends a moment after it. */
const FIRST_NANOS = 26n * 3_600_000_000_000n;
const GROWTH = 4n;

/** In the order of the direction, without gap or overlap; their number grows with the logarithm of the span. */
export function cutWindows(span: TimeWindow, direction: 'forward' | 'backward'): readonly TimeWindow[] {
  const windows: TimeWindow[] = [];
  let { startNanos, endNanos } = span;
  for (let width = FIRST_NANOS; startNanos < endNanos; width *= GROWTH) {
    const fits = endNanos - startNanos <= width;
    if (direction === 'forward') {
      const cut = fits ? endNanos : startNanos + width;
      windows.push({ startNanos, endNanos: cut });
      startNanos = cut;
    } else {
      const cut = fits ? startNanos : endNanos - width;
      windows.push({ startNanos: cut, endNanos });
      endNanos = cut;
    }
  }
  return windows;
}

/** Both halves in the order of the direction; undefined when it is too short to be cut. */
export function halveWindow(
  { startNanos, endNanos }: TimeWindow,
  direction: 'forward' | 'backward',
): readonly [TimeWindow, TimeWindow] | undefined {
  if (endNanos - startNanos < 2_000_000_000n) return undefined;
  const middle = (startNanos + endNanos) / 2n;
  const early = { startNanos, endNanos: middle };
  const late = { startNanos: middle, endNanos };
  return direction === 'forward' ? [early, late] : [late, early];
}
