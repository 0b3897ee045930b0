// Front door of the embedded engine: the only room that loads the native library.
export type { EmbeddedEngine } from './embedded-engine.ts';
export { openEngineFolders } from './engine-folders.ts';
export { DEFAULT_LIMITS } from './engine-limits.ts';
export { type EngineProblem, type EngineResult, getReason, refuseEngine } from './engine-problem.ts';
export { loadNativeLibrary } from './native-library.ts';
export { openEngine } from './open-engine.ts';
