// A float64 as Go's strconv and fmt write it: %g, %e and %f, shortest or with a precision.
export function formatFloat(value: number, verb: 'g' | 'e' | 'f', precision = -1): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (verb === 'f') return fixed(value, precision);
  return verb === 'e' ? exponential(value, precision) : general(value, precision);
}

/** What `%v` prints: `1.5e+06`, `0.25`, `-0`. */
export function printFloat(value: number): string {
  return formatFloat(value, 'g');
}

function signOf(value: number): string {
  return Object.is(value, -0) || value < 0 ? '-' : '';
}

/** Digits without point and leading zeros, and the power of ten of the first: 1500 is `15` and 3. */
function decompose(value: number, digits: number): { digits: string; power: number } {
  const text = digits < 0 ? value.toExponential() : value.toExponential(Math.min(digits - 1, 100));
  const [mantissa = '', exponent = '0'] = text.split('e');
  return { digits: mantissa.replace(/[-.]/g, ''), power: Number(exponent) };
}

function general(value: number, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const { digits, power } = decompose(value, wanted);
  const significant = digits.replace(/0+$/, '') || '0';
  // Shortest forms switch at six digits; others at their precision, unless all digits are used before the point ends.
  const usedUp = wanted > significant.length && significant.length >= power + 1;
  const limit = wanted < 0 ? 6 : usedUp ? significant.length : wanted;
  if (value !== 0 && (power < -4 || power >= Math.max(limit, 1)))
    return `${signOf(value)}${withPoint(significant)}e${exponentText(power)}`;
  return signOf(value) + spread(significant, power);
}

function spread(digits: string, power: number): string {
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const fraction = digits.slice(power + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function exponential(value: number, precision: number): string {
  const { digits, power } = decompose(value, precision < 0 ? -1 : precision + 1);
  return `${signOf(value)}${withPoint(digits)}e${exponentText(power)}`;
}

function fixed(value: number, precision: number): string {
  if (precision < 0) {
    const { digits, power } = decompose(value, -1);
    return signOf(value) + spread(digits.replace(/0+$/, '') || '0', value === 0 ? 0 : power);
  }
  const places = Math.min(precision, 100);
  // Above 1e21 toFixed falls back to exponents; such numbers are whole.
  const size = Math.abs(value);
  return (
    signOf(value) +
    (size < 1e21 ? size.toFixed(places) : `${BigInt(size)}${places > 0 ? `.${'0'.repeat(places)}` : ''}`)
  );
}

function withPoint(digits: string): string {
  return digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
}

function exponentText(power: number): string {
  return `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
