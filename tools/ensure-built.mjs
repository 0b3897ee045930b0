// Makes sure that dependencies are installed and the sources are built, and does nothing when they are. Needs Node only.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['core', 'intake', 'engine', 'server', 'cli'];

/** Everything is printed to stderr: the standard output belongs to the command that follows. */
function run(command, args) {
  process.stderr.write(`> ${command} ${args.join(' ')}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  process.stderr.write(`KW_BUILD: \`${command} ${args.join(' ')}\` failed${error ? ` (${error.message})` : ''}.\n`);
  process.exit(1);
}

function newestChange(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestChange(path));
    else if (entry.name.endsWith('.ts')) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}

function isInstalled() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs - 1000;
}

function isBuilt() {
  return PACKAGES.every((name) => {
    const home = join(root, 'packages', name);
    const stamp = join(home, 'dist', '.tsbuildinfo');
    return existsSync(stamp) && statSync(stamp).mtimeMs >= newestChange(join(home, 'src'));
  });
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`KW_NODE: KubeWitness needs Node 20.19 or newer, this is ${process.version}.\n`);
  process.exit(1);
}
// Not `npm ci`: it refuses when the registry has no package for some other platform. The versions are the lock file's all the same.
if (!isInstalled()) run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
if (!isBuilt()) run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', root]);
