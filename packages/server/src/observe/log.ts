// Log: what the server tells about itself, as JSON lines on stdout or stderr. Level in, pino logger out.
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  /** A file descriptor (1 stdout, 2 stderr) or, in tests, a stream. */
  readonly to: 1 | 2 | DestinationStream;
}

/** Never written, wherever a caller may have put them. */
const REDACTED = [
  'token',
  '*.token',
  'secret',
  '*.secret',
  'authorization',
  '*.authorization',
  'headers.authorization',
];

export function createLog(options: LogOptions): Log {
  // Synchronous: the last lines before a crash are the ones that matter, and there are few of them.
  const stream = typeof options.to === 'number' ? pino.destination({ fd: options.to, sync: true }) : options.to;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '<redacted>' },
    },
    stream,
  );
}
