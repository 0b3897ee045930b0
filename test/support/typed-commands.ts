// What people typed while a recording was made, of the commands that lead into a pod: client-commands.tsv in, one entry a command out.
import { readArchive } from './corpus.ts';

export interface TypedCommand {
  /** As the API server knows the person. */
  readonly user: string;
  readonly failed: boolean;
  /** exec, attach, cp or debug. */
  readonly verb: string;
  /** The pod, or `node/NAME`. */
  readonly target: string;
  /** What stands behind `--`. */
  readonly argv: readonly string[];
  readonly startSeconds: number;
}

const VERBS = ['exec', 'attach', 'cp', 'debug'];
const USERS: ReadonlyMap<string, string> = new Map([
  ['admin', 'kubernetes-admin'],
  ['eve', 'eve@example.com'],
]);

export function readTypedCommands(recording: string): readonly TypedCommand[] {
  const text = readArchive(recording).get('client-commands.tsv')?.toString('utf8') ?? '';
  return text.split('\n').flatMap((line): readonly TypedCommand[] => {
    const [start = '', user = '', , status = '', command = ''] = line.split('\t');
    const words = splitWords(command);
    const at = words.findIndex((word) => VERBS.includes(word));
    // Rows of curl and of port-forward have no start time.
    if (at < 0 || !/^\d+\.\d+$/.test(start)) return [];
    const verb = words[at] ?? '';
    const names = words.slice(at + 1).filter((word) => !word.startsWith('-'));
    const dashes = words.indexOf('--');
    return [
      {
        user: USERS.get(user) ?? user,
        failed: status !== '0',
        verb,
        target: verb === 'cp' ? (names[1]?.split(':')[0] ?? '') : (names[0] ?? ''),
        argv: dashes < 0 ? [] : words.slice(dashes + 1),
        startSeconds: Number(start),
      },
    ];
  });
}

/** As a shell splits: what stands behind a backslash belongs to the word. */
function splitWords(text: string): readonly string[] {
  const words = text.trim().match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\\(.)/g, '$1'));
}
