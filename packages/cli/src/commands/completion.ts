// `completion bash|zsh|fish`: the script that asks `__complete` for the words.
import { suggest } from '@kubewitness/core/wire';
import { CliProblem } from '../client/index.ts';
import type { Shell } from './shell.ts';

type Script = (program: string) => string;

const bash: Script = (program) => `# bash completion of ${program}; load it with: source <(${program} completion bash)
_${program}_complete() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}") found
  # bash cuts words at = and :; the program is given what stands before the cursor.
  found="$("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)"
  COMPREPLY=()
  local line
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done <<< "$found"
}
complete -o default -o bashdefault -F _${program}_complete ${program}
`;

const zsh: Script = (program) => `#compdef ${program}
# zsh completion of ${program}; save it as _${program} in a folder of $fpath.
_${program}() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then
    compadd -- "\${found[@]}"
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_${program}" ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;

const fish: Script = (
  program,
) => `# fish completion of ${program}; save it as ~/.config/fish/completions/${program}.fish
function __${program}_complete
    set -l words (commandline -opc) (commandline -ct)
    set -e words[1]
    ${program} __complete $words 2>/dev/null
end
complete -c ${program} -a '(__${program}_complete)'
`;

const SCRIPTS: Readonly<Record<string, Script>> = { bash, zsh, fish };

export async function completion(shell: Shell, program: string, name: string): Promise<number> {
  const script = SCRIPTS[name];
  if (script === undefined)
    throw new CliProblem(
      'KW_CLI_USAGE',
      `${JSON.stringify(name)} is not a shell known here; ${suggest(name, Object.keys(SCRIPTS))}`,
    );
  // As a kubectl plugin the program's name has a space; the script then completes the program itself.
  shell.stdout.write(script(program.replace(' ', '-')));
  return 0;
}
