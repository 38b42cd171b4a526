export type { ArchiveReader } from './archive-reader.ts';
export { checkArchive, openForImport } from './check-archive.ts';
export { type ExportSummary, exportArchive } from './export-archive.ts';
export type { ArchiveSummary } from './format.ts';
export { type ImportSummary, importArchive } from './import-archive.ts';
