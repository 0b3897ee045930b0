// What a value looks like: text out of a log line in, the type that Grafana offers operators for out.

export type FieldType = 'string' | 'int' | 'float' | 'boolean' | 'duration' | 'bytes';

const INT = /^[+-]?\d{1,19}$/;
const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan|0x[\da-f]+(?:\.[\da-f]*)?p[+-]?\d+)$/i;
const BOOLEAN = /^(?:t|T|true|TRUE|True|f|F|false|FALSE|False)$/;
const DURATION = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const BYTES = /^[\d.,]*\d[\d.,]*\s*(?:b|[kmgtpe](?:i?b|i)?)$/i;

/** The first that fits, from the narrowest: `1` is a number before it is a truth. */
export function detectFieldType(value: string): FieldType {
  if (INT.test(value)) return 'int';
  if (FLOAT.test(value)) return 'float';
  if (BOOLEAN.test(value)) return 'boolean';
  if (DURATION.test(value)) return 'duration';
  return BYTES.test(value) ? 'bytes' : 'string';
}
