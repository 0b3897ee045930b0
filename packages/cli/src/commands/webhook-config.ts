// `webhook-config`: server, cluster, CA and token -> the kubeconfig for --audit-webhook-config-file, and the flags to go with it.
import { API } from '@kubewitness/core/wire';
import { CliProblem, resolveConnection } from '../client/index.ts';
import type { Flags } from './merge-options.ts';
import { connectionFlags, textFlag } from './read-flags.ts';
import { type Shell, tell } from './shell.ts';

export async function webhookConfig(shell: Shell, flags: Flags): Promise<number> {
  const cluster = namePart('cluster', textFlag(flags, 'cluster'));
  if (cluster === undefined) {
    throw new CliProblem(
      'KW_CLI_USAGE',
      'Which cluster? Write --cluster NAME; the name stands in the address the API server posts to.',
    );
  }
  const host = namePart('host', textFlag(flags, 'host'));
  const connection = await resolveConnection(connectionFlags(flags), {
    env: shell.env,
    homeDirectory: shell.homeDirectory,
    warn: (sentence) => tell(shell, `Note: ${sentence}`),
  });
  const { endpoint, token, authority } = connection;
  if (endpoint.kind === 'unix') {
    throw new CliProblem(
      'KW_CLI_USAGE',
      'The API server cannot post to a unix socket; name the address it reaches with --server https://HOST:8440.',
    );
  }
  const server = `${endpoint.text}${API.webhook}/${cluster}${host === undefined ? '' : `/${host}`}`;
  const ca =
    authority === undefined ? '' : `\n      certificate-authority-data: ${Buffer.from(authority).toString('base64')}`;
  const user = token === undefined ? ' {}' : `\n      token: ${JSON.stringify(token)}`;
  shell.stdout.write(`${FLAGS}
apiVersion: v1
kind: Config
clusters:
  - name: kubewitness
    cluster:
      server: ${JSON.stringify(server)}${ca}
users:
  - name: api-server
    user:${user}
contexts:
  - name: kubewitness
    context:
      cluster: kubewitness
      user: api-server
current-context: kubewitness
`);
  if (/^(127\.|localhost$|\[::1\]$)/.test(endpoint.url.hostname)) {
    tell(
      shell,
      `${endpoint.text} is an address of this machine only; an API server elsewhere needs --server with a name it can reach.`,
    );
  }
  if (token === undefined)
    tell(shell, 'No token given: fine while the server asks for none; else add --token-file with an ingest token.');
  return 0;
}

/** A path segment that needs no escaping: the API server builds the address from this text. */
function namePart(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(text)) return text;
  throw new CliProblem(
    'KW_CLI_USAGE',
    `--${flag} ${JSON.stringify(text)} cannot stand in an address; use letters, digits, dots, dashes and underscores.`,
  );
}

// The defaults lose records when a burst is larger than the buffer (10,000) or the retries run out; a batch waits up to 30 s.
// At 400 records a batch and 10 batches a second an API server sends at most 4,000 records a second; these sizes triple it.
const FLAGS = `# Kubeconfig for the API server. Save it where the API server can read it, readable by root only, and start the API server with:
#
#   --audit-policy-file=/etc/kubernetes/audit-policy.yaml        (without a policy nothing is recorded)
#   --audit-webhook-config-file=/etc/kubernetes/audit-webhook.yaml
#   --audit-webhook-mode=batch                                   (requests never wait for the receiver)
#   --audit-webhook-batch-max-size=400
#   --audit-webhook-batch-max-wait=1s                            (30s by default: how late a record may come)
#   --audit-webhook-batch-buffer-size=50000                      (10000 by default; what does not fit is dropped)
#   --audit-webhook-batch-throttle-qps=30                        (10 by default, 4,000 records a second)
#   --audit-webhook-batch-throttle-burst=45
#   --audit-webhook-initial-backoff=10s
#   --audit-webhook-version=audit.k8s.io/v1
#
# Keep --audit-log-path as well: a batch is dropped after a few failed tries, and the file fills the gap
# (\`kubewitness serve --tail\` or \`kubewitness import\`; a record that came both ways is kept once).`;
