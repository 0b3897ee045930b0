// Front door of the embedded engine: the only room that loads the native library.
export { EmbeddedEngine } from './embedded-engine.ts';
export { type EngineFolders, openEngineFolders } from './engine-folders.ts';
export { DEFAULT_LIMITS, type EngineLimits } from './engine-limits.ts';
export { type EngineProblem, EngineProblemError } from './engine-problem.ts';
export { loadNativeLibrary } from './native-library.ts';
