// A path -> the loaded policy, or the refusal printed the way the command's output format asks for.
import { type LoadedPolicy, loadPolicy, type RefusedPolicy } from '@kubewitness/core/policy';
import type { PolicyHost } from './policy-host.ts';
import { PolicyCommandProblem } from './policy-problem.ts';
import { printJson } from './print-json.ts';
import { readWhole } from './read-files.ts';

export interface LoadSettings {
  readonly output: string;
  readonly acceptOlder?: boolean;
}

/** Gives undefined after a refusal has been printed and the exit code set. */
export async function loadPolicyFile(
  host: PolicyHost,
  path: string,
  settings: LoadSettings,
): Promise<LoadedPolicy | undefined> {
  const load = loadPolicy(await readWhole(path), { acceptOlder: settings.acceptOlder === true });
  if (load.ok) {
    for (const note of load.notes) host.complain(`${path}: ${note}\n`);
    return load;
  }
  host.setExitCode(1);
  if (settings.output === 'json' || settings.output === 'ndjson') await host.print(printRefusal(load, settings.output));
  else host.complain(`${path}: the API server refuses this policy.\n${load.error}\n`);
  return undefined;
}

export function describeRefusal({ error, serverWarning, problems }: RefusedPolicy) {
  return { loads: false, error, warning: serverWarning, problems };
}

function printRefusal(refused: RefusedPolicy, output: string): string {
  const answer = describeRefusal(refused);
  return output === 'json' ? printJson(answer) : `${JSON.stringify(answer)}\n`;
}

/** The same for commands that cannot go on without the policy and have no answer of their own for a refusal. */
export async function loadPolicyOrFail(path: string, acceptOlder = false): Promise<LoadedPolicy> {
  const load = loadPolicy(await readWhole(path), { acceptOlder });
  if (!load.ok)
    throw new PolicyCommandProblem('KW_POLICY_REFUSED', `${path}: the API server refuses this policy.\n${load.error}`);
  return load;
}
