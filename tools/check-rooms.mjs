// Enforces rooms.json: who may import whom, front doors only, no cycles between rooms. Prints `file:line` and fails; fails too when it saw nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const root = fileURLToPath(new URL('..', import.meta.url));
const { rooms, free } = JSON.parse(readFileSync(join(root, 'rooms.json'), 'utf8'));
/** A guard that sees no files would be worse than none. */
const FEWEST_FILES = 100;

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', 'testing'].includes(entry.name)) yield* sources(path);
    } else if (entry.name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(entry.name)) yield path;
  }
}

/** `packages/server/src/store/x.ts` -> `server/store`; files beside the rooms belong to the program and may see all. */
function roomOf(path) {
  const match = /^packages\/([^/]+)\/src\/([^/]+)\//.exec(relative(root, path));
  return match === null ? undefined : `${match[1]}/${match[2]}`;
}

function importsOf(path) {
  const text = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const found = [];
  const add = (request) => found.push({ name: request.value, line: text.slice(0, request.start).split('\n').length });
  for (const item of module.staticImports) add(item.moduleRequest);
  for (const item of module.staticExports)
    for (const entry of item.entries) if (entry.moduleRequest) add(entry.moduleRequest);
  for (const item of module.dynamicImports) {
    const name = text.slice(item.moduleRequest.start, item.moduleRequest.end).replace(/^['"]|['"]$/g, '');
    add({ value: name, start: item.moduleRequest.start });
  }
  return found;
}

const problems = [];
const seenRooms = new Set();
const edges = new Map();
let files = 0;
for (const path of sources(join(root, 'packages'))) {
  files += 1;
  const from = roomOf(path);
  if (from === undefined) continue;
  seenRooms.add(from);
  const allowed = rooms[from];
  const at = (line) => `${relative(root, path)}:${line}`;
  if (allowed === undefined) problems.push(`${at(1)}  room ${from} is not in rooms.json`);
  for (const { name, line } of importsOf(path)) {
    let to;
    let door = true;
    if (name.startsWith('.')) {
      const target = resolve(dirname(path), name);
      to = roomOf(target);
      if (to === undefined && !free.includes(from))
        problems.push(`${at(line)}  ${from} may not import ${name}, which belongs to no room`);
      door = /\/src\/[^/]+\/index\.ts$/.test(target);
    } else if (name.startsWith('@kubewitness/')) {
      to = name.slice('@kubewitness/'.length);
      door = existsSync(join(root, 'packages', to.replace('/', '/src/'), 'index.ts'));
    }
    if (to === undefined || to === from) continue;
    if (!door) problems.push(`${at(line)}  ${from} reaches past the front door of ${to} (${name})`);
    if (free.includes(from)) continue;
    if (!(allowed ?? []).includes(to)) problems.push(`${at(line)}  ${from} may not import ${to} (rooms.json)`);
    if (!edges.has(from)) edges.set(from, new Set());
    edges.get(from).add(to);
  }
}

/** Rooms that reach themselves again. */
function findCycle(start, room, trail) {
  for (const next of edges.get(room) ?? []) {
    if (next === start) return [...trail, room, start];
    if (trail.includes(next)) continue;
    const cycle = findCycle(start, next, [...trail, room]);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
for (const room of edges.keys()) {
  const cycle = findCycle(room, room, []);
  if (cycle !== undefined) problems.push(`cycle between rooms: ${cycle.join(' -> ')}`);
}
for (const room of Object.keys(rooms)) {
  if (!seenRooms.has(room)) problems.push(`rooms.json names ${room}, which has no files`);
}
if (files < FEWEST_FILES) problems.push(`only ${files} files were seen; this check is blind`);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`rooms: ${files} files, ${seenRooms.size} rooms, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
