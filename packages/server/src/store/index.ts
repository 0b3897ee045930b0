// Front door of the store: segments in, ClickHouse behind.
export { type RowReader, readRows } from './insert/row-binary.ts';
export type { Day, RetentionLimits } from './retention.ts';
export { NewerSchemaError } from './schema/migrations.ts';
export { Database, isAway, isRefusal, type SqlSettings } from './sql/database.ts';
export { quoteInteger, quoteLiteral, quoteLiterals, quoteTime } from './sql/quote-literal.ts';
export { readsLine } from './sql/reads-line.ts';
export { Store, type StoreOptions } from './store.ts';
export { type SegmentQueue, StoreWriter } from './store-writer.ts';
