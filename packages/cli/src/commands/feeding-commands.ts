// The commands that feed and run: serve, demo, import, webhook-config, token. What they do is loaded when one runs.
import type { Command } from 'commander';
import { addConnectionFlags, addFlags, addOutputFlags, GROUPS } from './add-flags.ts';
import { setExamples } from './help-format.ts';
import { mergeOptions } from './merge-options.ts';
import type { Run } from './run.ts';

const COMPONENTS = 'kube-apiserver, openshift-apiserver, oauth-apiserver, oauth-server';

export function addFeedingCommands(program: Command, run: Run): void {
  addServerPrograms(program, run);

  const load = program
    .command('import')
    .description('Load audit logs: files, .gz, directories, archives, - for standard input.');
  load.argument('[FILE|DIR|-...]', 'what to load');
  addFlags(load, 'Origin (where the lines do not say it):', [
    { name: 'cluster', value: 'NAME', text: 'cluster they come from' },
    { name: 'host', value: 'NAME', text: 'node they come from' },
    { name: 'component', value: 'NAME', text: COMPONENTS },
  ]);
  addOutputFlags(load, ['table', 'json']);
  addFlags(load, GROUPS.output, [{ name: 'quiet', short: 'q', text: 'no progress and no summary' }]);
  addConnectionFlags(load).action((paths: string[], _, self: Command) =>
    run((shell) => import('./import.ts').then((m) => m.importLogs(shell, paths, mergeOptions(self)))),
  );
  setExamples(
    load,
    `
kubewitness import /var/log/kube-apiserver/
kubewitness import audit.log audit-2026-11-20T08-00-00.000.log.gz --cluster prod
# a must-gather, as it was unpacked
kubewitness import must-gather.local.123/
oc adm node-logs --role=master --path=kube-apiserver/audit.log | kubewitness import - --cluster prod`,
  );

  const webhook = program
    .command('webhook-config')
    .description("Print the kubeconfig for the API server's --audit-webhook-config-file.");
  addFlags(webhook, 'Origin (becomes part of the address):', [
    { name: 'cluster', value: 'NAME', text: 'name of the cluster (needed)' },
    { name: 'host', value: 'NAME', text: 'name of the node, when each has a file of its own' },
  ]);
  addConnectionFlags(webhook).action((_, self: Command) =>
    run((shell) => import('./webhook-config.ts').then((m) => m.webhookConfig(shell, mergeOptions(self)))),
  );
  setExamples(
    webhook,
    `
kubewitness webhook-config --server https://witness.example:8440 --cluster prod --ca-file ca.crt --token-file ingest.token
kubewitness webhook-config --server http://127.0.0.1:8440 --cluster dev > /etc/kubernetes/audit-webhook.yaml`,
  );

  addTokens(program, run);
}

function addServerPrograms(program: Command, run: Run): void {
  const serve = program.command('serve').description('Run the server; its own flags follow: kubewitness serve --help.');
  // The server's flags are the server's to read, help included.
  serve.argument('[FLAGS...]', "the server's flags").allowUnknownOption().passThroughOptions().helpOption(false);
  serve.action((args: string[]) => run((shell) => import('./serve.ts').then((m) => m.serve(shell, args))));
  setExamples(
    serve,
    '\nkubewitness serve --data ./data\nkubewitness serve --data ./data --tail /var/log/kube-apiserver/audit.log',
  );

  const demo = program.command('demo').description('Run the server with the records of a made-up cluster.');
  demo.argument('[FLAGS...]', "the server's flags").allowUnknownOption().passThroughOptions().helpOption(false);
  demo.action((args: string[]) =>
    run((shell) => import('./serve.ts').then((m) => m.serve(shell, ['--demo', ...args]))),
  );
  setExamples(demo, '\nkubewitness demo\nkubewitness demo --data ./demo --listen 127.0.0.1:9000');
}

/** As core/wire has them, which every start of the command would have to load for it, a tenth of `--help`. */
const ROLES = ['ingest', 'read', 'admin'];

/** The first token of a server that other machines reach is made before it starts. */
const DATA = {
  name: 'data',
  value: 'DIR',
  text: "the server's data directory, on its own machine: works without a running server",
};

function addTokens(program: Command, run: Run): void {
  const token = program.command('token').description("Make, list and revoke the server's bearer tokens.");
  setExamples(
    token,
    '\nkubewitness token create api-server --role ingest\nkubewitness token list\nkubewitness token revoke 3f9a1c2b',
  );

  const create = token.command('create').description('Make a token; it is shown once and kept only as a hash.');
  create.argument('[NAME]', 'what it is for, such as api-server or alice (default the role)');
  addFlags(create, GROUPS.output, [
    {
      name: 'role',
      value: 'ROLE',
      text: 'ingest (send records), read (ask), admin (everything); needed',
      words: ROLES,
    },
  ]);
  addOutputFlags(create, ['table', 'json']);
  addFlags(create, GROUPS.server, [DATA]);
  addConnectionFlags(create).action((name: string | undefined, _, self: Command) =>
    run((shell) => import('./token.ts').then((m) => m.createToken(shell, name, mergeOptions(self)))),
  );
  setExamples(
    create,
    '\nkubewitness token create api-server --role ingest > ingest.token\nkubewitness token create alice --role read\n# the first one, before the server starts\nkubewitness token create --role admin --data ./data',
  );

  const list = token.command('list').description('List tokens: name, role, made and last used.');
  addOutputFlags(list, ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name']);
  addFlags(list, GROUPS.server, [DATA]);
  addConnectionFlags(list).action((_, self: Command) =>
    run((shell) => import('./token.ts').then((m) => m.listTokens(shell, mergeOptions(self)))),
  );
  setExamples(list, '\nkubewitness token list');

  const revoke = token.command('revoke').description('Revoke a token at once.');
  revoke.argument('<ID>', 'its ID, as `token list` prints it');
  addFlags(revoke, GROUPS.server, [DATA]);
  addConnectionFlags(revoke).action((id: string, _, self: Command) =>
    run((shell) => import('./token.ts').then((m) => m.revokeToken(shell, id, mergeOptions(self)))),
  );
  setExamples(revoke, '\nkubewitness token revoke 3f9a1c2b');
}
