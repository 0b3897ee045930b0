// ContainerLog: what a container runtime makes of lines that a container writes. In: lines of its log. Out: the lines as the container wrote them.
import { ByteGather } from './byte-gather.ts';

/** A piece of a line; runtimes cut lines at 16 KiB. */
interface Piece {
  readonly stream: string;
  readonly text: Buffer;
  readonly isLast: boolean;
}

interface Begun {
  readonly gather: ByteGather;
  /** Where its first piece begins; -1 when nothing waits. */
  position: number;
}

const DOCKER_MARK = Buffer.from('{"log":"');
/** `2026-11-20T19:52:48.123456789+01:00 stdout P ` */
const MAX_CRI_PREFIX_BYTES = 48;
const CRI_PREFIX = /^\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:\d{2}) (stdout|stderr) ([PF])(?::[^ ]*)? /;
const NEWLINE = '\n';

/** Takes lines of the json-file driver of Docker, and lines of CRI runtimes that were cut; the uncut ones need no copy. */
export class ContainerLog {
  readonly #streams = new Map<string, Begun>();
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Reading again from here gives every piece that waits; undefined when none does. */
  get begunPosition(): number | undefined {
    const begun = [...this.#streams.values()].filter(({ position }) => position >= 0).map(({ position }) => position);
    return begun.length === 0 ? undefined : Math.min(...begun);
  }

  /**
   * `undefined`: no line of a container log, or one that is whole behind its prefix. Else the line as the container wrote it with
   * the place of its beginning, or nothing yet.
   */
  take(bytes: Buffer, start: number, end: number, position: number): readonly ContainerLine[] | undefined {
    const docker = parseDocker(bytes, start, end);
    const piece = docker ?? parseCri(bytes, start, end);
    if (piece === undefined) return undefined;
    const begun = this.#streams.get(piece.stream);
    if (piece.isLast && (begun === undefined || begun.position < 0)) {
      if (piece.text.length === 0) return [];
      return docker === undefined ? undefined : [{ bytes: docker.text, position }];
    }
    const line = begun ?? { gather: new ByteGather(), position: -1 };
    this.#streams.set(piece.stream, line);
    if (line.position < 0) line.position = position;
    line.gather.append(piece.text, 0, piece.text.length);
    return piece.isLast || line.gather.length > this.#maxBytes ? [this.#finish(line)] : [];
  }

  /** The log is over: what waits for more goes out as it is. */
  end(): readonly ContainerLine[] {
    return [...this.#streams.values()].filter(({ position }) => position >= 0).map((line) => this.#finish(line));
  }

  #finish(line: Begun): ContainerLine {
    const { gather, position } = line;
    const bytes = Buffer.from(gather.bytes.subarray(0, gather.length));
    gather.clear();
    line.position = -1;
    return { bytes, position };
  }
}

export interface ContainerLine {
  readonly bytes: Buffer;
  readonly position: number;
}

/** `{"log":"…\n","stream":"stdout","time":"…"}`; a piece that is not the last has no newline. */
function parseDocker(bytes: Buffer, start: number, end: number): Piece | undefined {
  if (bytes.compare(DOCKER_MARK, 0, DOCKER_MARK.length, start, Math.min(end, start + DOCKER_MARK.length)) !== 0)
    return undefined;
  const wrapper = parseObject(bytes.toString('utf8', start, end));
  const { log, stream } = wrapper;
  if (typeof log !== 'string' || typeof stream !== 'string') return undefined;
  const isLast = log.endsWith(NEWLINE);
  return { stream, text: Buffer.from(isLast ? log.slice(0, -1) : log), isLast };
}

function parseObject(text: string): { readonly log?: unknown; readonly stream?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function parseCri(bytes: Buffer, start: number, end: number): Piece | undefined {
  const first = bytes[start] ?? 0;
  if (first < 0x30 || first > 0x39) return undefined;
  const head = bytes.toString('latin1', start, Math.min(end, start + MAX_CRI_PREFIX_BYTES));
  const match = CRI_PREFIX.exec(head);
  if (match === null) return undefined;
  const [prefix, stream = '', tag] = match;
  return { stream, text: bytes.subarray(start + prefix.length, end), isLast: tag === 'F' };
}
