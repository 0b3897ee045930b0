// Names of rotated logs. In: a file name. Out: which live file it was, and when it was closed.

export interface RotatedName {
  /** The live file's name: `audit.log`. */
  readonly base: string;
  /** Milliseconds since 1970 when the name says it; else undefined, and the file's own time has to do. */
  readonly closedMillis: number | undefined;
  readonly gzip: boolean;
}

/** kube-apiserver itself: `audit-2021-03-09T00-12-19.834.log`, in UTC. */
const BY_SERVER = /^(.+)-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3})(\.[^.]+)?$/;
/** logrotate: `audit.log.1`, with dateext `audit.log-20210309` or `audit.log-20210309-1615248739`. */
const BY_LOGROTATE = /^(.+?)(?:\.\d{1,5}|-(\d{4})(\d{2})(\d{2})(?:-?(\d{2,10}))?)$/;

/** Undefined for a file that is not rotated: a live one, or something else. */
export function parseRotatedName(name: string): RotatedName | undefined {
  const plain = name.replace(/(\.gz)+$/, '');
  const gzip = plain !== name;
  const server = BY_SERVER.exec(plain);
  if (server !== null) {
    const [, stem, day, hour, minute, second, extension = ''] = server;
    const closedMillis = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
    return { base: `${stem}${extension}`, closedMillis: Number.isNaN(closedMillis) ? undefined : closedMillis, gzip };
  }
  const logrotate = BY_LOGROTATE.exec(plain);
  if (logrotate === null) return undefined;
  const [, base = '', year, month, day, seconds] = logrotate;
  const closedMillis = year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  if (seconds !== undefined && seconds.length === 10) return { base, closedMillis: Number(seconds) * 1000, gzip };
  return { base, closedMillis: Number.isNaN(closedMillis) ? undefined : closedMillis, gzip };
}
