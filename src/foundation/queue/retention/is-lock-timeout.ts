import { isSerializationFailure } from '../../store/index.ts';

/** True when a lock was not to be had in time, or only by a deadlock: the same transaction may succeed later. */
export function isLockTimeout(error: unknown): boolean {
  // 55P03: lock_timeout.
  return (error as { code?: unknown } | null)?.code === '55P03' || isSerializationFailure(error);
}
