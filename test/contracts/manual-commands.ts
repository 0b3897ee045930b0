// Commands in the manual: Markdown -> every `kubewitness …` of its code blocks, as words; and what the reference says is valid.

export interface ManualCommand {
  readonly text: string;
  /** Words after `kubewitness`; quotes are taken off. */
  readonly words: readonly string[];
}

const BLOCK = /^```[a-z]*\n(.*?)^```/gms;
/** At the start of a line, perhaps behind a prompt, `npx`, another command and a pipe, or `&&`. */
const COMMAND = /(?:^(?:\$ )?(?:npx )?|[|] ?|&& )kubewitness (.*)$/gm;

/** As a shell splits them, up to a redirection, a pipe or a comment. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(#|[|]|>|2>|&&|;|…)/.test(word)) break;
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
  }
  return words;
}

export function findCommands(markdown: string): ManualCommand[] {
  const found: ManualCommand[] = [];
  for (const [, block = ''] of markdown.matchAll(BLOCK)) {
    for (const [, rest = ''] of block.replaceAll('\\\n', ' ').matchAll(COMMAND)) {
      found.push({ text: `kubewitness ${rest}`, words: splitWords(rest) });
    }
  }
  return found;
}

/** The reference of the command line -> command (`token create`) -> its flags. */
export function readReference(reference: string): Map<string, ReadonlySet<string>> {
  const sections = reference.split(/^## kubewitness ?/m).slice(1);
  return new Map(
    sections.map((section) => {
      const name = section.slice(0, section.indexOf('\n'));
      const flags = [...section.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)];
      return [name, new Set(flags.flatMap(([, short, long]) => [short ?? '', long ?? '']))];
    }),
  );
}
