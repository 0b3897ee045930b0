// Test aid: writes numbered events as an API server does, and rotates its log in every way that is in use.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Rotation = 'server' | 'server-gzip' | 'logrotate' | 'logrotate-gzip' | 'copytruncate' | 'delete';

export const ROTATIONS: readonly Rotation[] = [
  'server',
  'server-gzip',
  'logrotate',
  'logrotate-gzip',
  'copytruncate',
  'delete',
];

export class AuditWriter {
  readonly path: string;
  readonly written: string[] = [];
  #rotations = 0;
  #half = '';

  constructor(path: string) {
    this.path = path;
  }

  line(): string {
    const number = this.written.length;
    const line = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${number}-${basename(dirname(this.path))}","pad":"${'x'.repeat((number * 131) % 700)}"}`;
    this.written.push(line);
    return line;
  }

  write(count: number): void {
    const text = this.#half + Array.from({ length: count }, () => `${this.line()}\n`).join('');
    this.#half = '';
    appendFileSync(this.path, text, { mode: 0o600 });
  }

  /** Half of the next line now, the rest with the next `write`. */
  writeHalf(): void {
    if (this.#half !== '') return;
    const line = this.line();
    appendFileSync(this.path, line.slice(0, 40), { mode: 0o600 });
    this.#half = `${line.slice(40)}\n`;
  }

  rotate(how: Rotation): void {
    // API servers rotate between two lines.
    if (this.#half !== '') this.write(0);
    if (!existsSync(this.path)) return;
    const folder = dirname(this.path);
    this.#rotations++;
    const stamp = new Date(1_790_000_000_000 + this.#rotations * 1000)
      .toISOString()
      .replaceAll(':', '-')
      .replace('Z', '');
    const closed = join(folder, `audit-${stamp}.log`);
    if (how === 'server') renameSync(this.path, closed);
    else if (how === 'server-gzip') {
      renameSync(this.path, closed);
      writeFileSync(this.path, '', { mode: 0o600 });
      writeFileSync(`${closed}.gz`, gzipSync(readFileSync(closed)));
      unlinkSync(closed);
    } else if (how === 'delete') rmSync(this.path);
    else {
      this.#shift(folder);
      const first = `${this.path}.1`;
      if (how === 'copytruncate') {
        copyFileSync(this.path, first);
        truncateSync(this.path, 0);
      } else renameSync(this.path, first);
      if (how === 'logrotate-gzip') {
        writeFileSync(`${first}.gz`, gzipSync(readFileSync(first)));
        unlinkSync(first);
      }
    }
  }

  #shift(folder: string): void {
    const numbered = readdirSync(folder).map((name) => ({ name, match: /^(audit\.log\.)(\d+)(\.gz)?$/.exec(name) }));
    const files = numbered.flatMap(({ name, match }) =>
      match === null ? [] : [{ name, number: Number(match[2]), gz: match[3] ?? '' }],
    );
    for (const { name, number, gz } of files.sort((a, b) => b.number - a.number)) {
      renameSync(join(folder, name), join(folder, `audit.log.${number + 1}${gz}`));
    }
  }
}
