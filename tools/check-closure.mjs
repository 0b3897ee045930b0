// Lists what cli and intake pull in, and fails when the embedded engine (566 MB) is among it, or an install script is new.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const lock = JSON.parse(readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8'));
const { packages } = lock;
/** Empty command (chdb), check of its own binary (esbuild, fsevents is macOS only); all install with --ignore-scripts. */
const KNOWN_SCRIPTS = new Set(['node_modules/chdb', 'node_modules/esbuild', 'node_modules/fsevents']);

/** Node's own lookup: the nearest node_modules upwards. */
function locate(name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[path] !== undefined) return packages[path].link ? packages[path].resolved : path;
    if (at === '' || !at.includes('/node_modules/')) {
      if (at === '') return undefined;
      const top = `node_modules/${name}`;
      return packages[top] === undefined ? undefined : packages[top].link ? packages[top].resolved : top;
    }
  }
}

function closure(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = locate(name, path);
    if (found !== undefined) closure(found, seen);
  }
  return seen;
}

let failed = false;
for (const name of ['cli', 'intake']) {
  const all = [...closure(`packages/${name}`)].filter((path) => path.startsWith('node_modules/'));
  const heavy = all.filter((path) => path.includes('chdb'));
  process.stdout.write(
    `${name}: ${all.length} packages${heavy.length > 0 ? `, among them ${heavy.join(', ')}` : ''}\n`,
  );
  failed ||= heavy.length > 0 || all.length === 0;
}
for (const [path, entry] of Object.entries(packages)) {
  if (!entry.hasInstallScript || KNOWN_SCRIPTS.has(path) || /node_modules\/(esbuild|fsevents)$/.test(path)) continue;
  process.stdout.write(`${path} has an install script that nobody has looked at\n`);
  failed = true;
}
process.exitCode = failed ? 1 : 0;
