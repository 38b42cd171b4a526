import { z } from '@hono/zod-openapi';
import { DEEPEST, nestsWithin } from './nesting.ts';

/**
 * A short text of people's making that ends up in plain columns: no control characters, and no halves of characters,
 * which PostgreSQL takes in no JSON.
 */
export const shortText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'has control characters')
  .regex(/^\P{Cs}*$/u, 'has half of a character (a lone surrogate)');

/** Times in answers: ISO 8601, UTC. */
export const time = z.string().openapi({ format: 'date-time', example: '2026-11-22T15:37:00.000Z' });

export const runId = z.string().openapi({ format: 'uuid', description: 'A run: UUIDv7.' });

/** Any JSON value, in an answer. */
export const json = z.unknown().openapi({ description: 'Any JSON value.' });

/** Any JSON value, in a request. */
export const givenJson = z
  .unknown()
  .refine((value) => nestsWithin(value, DEEPEST), `nests deeper than ${DEEPEST} levels`);

export const pageSize = (largest: number, usual: number) =>
  z.coerce.number().int().min(1).max(largest).default(usual).openapi({ type: 'integer' });

export const cursor = z
  .string()
  .max(500)
  .openapi({ description: 'Where the page before ended: its `nextCursor`.' });

export const nextCursor = z
  .string()
  .nullable()
  .openapi({ description: 'Hand it over as `cursor` to read on; null at the end.' });
