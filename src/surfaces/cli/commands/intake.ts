import { resolve } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { serve } from './serve.ts';

/** `bulkhead intake`. @throws BulkheadError `invalid_option`, `invalid_intake` */
export async function intake(context: CommandContext, { config }: { config?: string }): Promise<void> {
  const { environment, folder } = context.terminal;
  const file = config ?? (environment.BULKHEAD_INTAKE || undefined);
  if (file === undefined) {
    throw new BulkheadError({
      code: 'invalid_option',
      message:
        'It is not said which queues runs come from. Give --config intake.json, or set BULKHEAD_INTAKE to such a file.',
    });
  }
  await serve(context, { api: false, worker: false }, { intake: resolve(folder, file) });
}
