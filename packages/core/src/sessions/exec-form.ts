// argv of an exec -> its form: a command, the shell of `oc rsh`, or the tar of a copy with direction and path.
import type { ExecForm } from './session.ts';

const COMMAND: ExecForm = { form: 'command' };
/** `oc rsh` sets the terminal of the client and then starts the shell. */
const RSH = /^TERM="(?:[^"\\]|\\.)*" \S+$/;
/** `kubectl cp --retries` cuts off what came through before. */
const TAR_IN_SHELL = /^tar cf - (.+?)(?: \| tail -c\+\d+)?$/s;
/** The flags in the orders and spellings of kubectl and oc since 2016; `-` alone says that the archive comes through the stream. */
const UNPACK = /^-?(?:xmf|xf|mxf|xvf|xmvf)$/;
const UNPACK_OPTIONS = new Set(['--no-same-permissions', '--no-same-owner', '-o', '-m', '-v']);
/** `oc rsync` without rsync names no archive: the stream is what tar takes and gives then. */
const UNPACK_STREAM = new Set(['-ox', '-x']);

export function readExecForm(argv: readonly string[]): ExecForm {
  const [program = '', flag = '', third = ''] = argv;
  if (argv.length === 3 && flag === '-c') {
    if (RSH.test(third)) return { form: 'rsh' };
    const packed = /(?:^|\/)sh$/.test(program) ? TAR_IN_SHELL.exec(third) : null;
    return packed === null ? COMMAND : { form: 'cp', direction: 'from-pod', path: packed[1] ?? '' };
  }
  if (!/(?:^|\/)tar$/.test(program)) return COMMAND;
  if (/^-?cf$/.test(flag) && third === '-' && argv.length >= 4) {
    return { form: 'cp', direction: 'from-pod', path: argv.slice(3).join(' ') };
  }
  if (flag === '-C' && argv[3] === '-c') return readPack(third, argv.slice(4));
  return readUnpack(argv.slice(1));
}

/** `oc rsync` out of a pod: `tar -C DIR -c NAME… --exclude=…`. */
function readPack(directory: string, args: readonly string[]): ExecForm {
  const names = args.filter((arg) => !arg.startsWith('--exclude='));
  if (names.length === 0 || names.some((name) => name.startsWith('-'))) return COMMAND;
  const base = directory.endsWith('/') ? directory : `${directory}/`;
  const paths = names.map((name) => (name === '.' ? directory : `${base}${name}`));
  return { form: 'cp', direction: 'from-pod', path: paths.join(' ') };
}

function readUnpack(args: readonly string[]): ExecForm {
  let unpacks = false;
  let path = '.';
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (UNPACK.test(arg) && args[at + 1] === '-') {
      unpacks = true;
      at++;
    } else if (UNPACK_STREAM.has(arg)) unpacks = true;
    else if (arg === '-C') {
      path = args[at + 1] ?? '';
      at++;
    } else if (!UNPACK_OPTIONS.has(arg)) return COMMAND;
  }
  return unpacks ? { form: 'cp', direction: 'to-pod', path } : COMMAND;
}

/** `kubectl cp` asks whether its target is a directory before it unpacks there. */
export function askedDirectory(argv: readonly string[]): string | undefined {
  return argv.length === 3 && argv[0] === 'test' && argv[1] === '-d' ? argv[2] : undefined;
}
