// Numbers of the answers -> text for people: counts, bytes, seconds, shares, times.

/** 1234567 -> `1,234,567`. */
export function printCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function printBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** Durations of requests: `340us`, `12ms`, `1.2s`, `5m3s`, `2h10m`. */
export function printSeconds(seconds: number): string {
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)}us`;
  if (seconds < 0.9995) return `${trim(seconds * 1000)}ms`;
  if (seconds < 59.95) return `${trim(seconds)}s`;
  return printAge(seconds);
}

function trim(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}

/** Ages as kubectl prints them: `42s`, `5m3s`, `3h12m`, `2d4h`. */
export function printAge(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const parts: readonly [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ];
  const first = parts.findIndex(([, size]) => whole >= size);
  const [unit, size] = parts[first] ?? ['s', 1];
  const [nextUnit, nextSize] = parts[first + 1] ?? ['', 1];
  const rest = Math.floor((whole % size) / nextSize);
  return `${Math.floor(whole / size)}${unit}${rest > 0 && nextUnit !== '' ? `${rest}${nextUnit}` : ''}`;
}

/** 0.4128 -> `41.3%`. */
export function printShare(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** RFC 3339 in UTC to the second; what is not such a time stays as it is. */
export function printTime(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time) ? `${time.slice(0, 19)}Z` : time;
}
