import { byteaArray, textArray } from '../store/index.ts';
import type { FrameRow } from './frame.ts';

/** Frames as nine parameters of a statement, an array a column: class, stream, frame, tenant, epoch, previous, hash, meta, bodies. */
export function frameColumns(rows: readonly FrameRow[]): unknown[] {
  return [
    rows.map((row) => row.class),
    rows.map((row) => row.stream),
    rows.map((row) => row.frame),
    rows.map((row) => row.tenant),
    rows.map((row) => row.epoch),
    byteaArray(rows.map((row) => row.previous)),
    byteaArray(rows.map((row) => row.hash)),
    textArray(rows.map((row) => row.meta)),
    byteaArray(rows.map((row) => row.bodies)),
  ];
}
