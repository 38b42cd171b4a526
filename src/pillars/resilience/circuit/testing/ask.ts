import { modelCall, modelResponse } from '../../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../../test/fakes/step.ts';
import { BulkheadError, type ErrorFields } from '../../../../contract/errors.ts';
import type { Middleware } from '../../../../contract/middleware.ts';

/** A provider of a test: it fails as it is told, or answers, and counts what reaches it. */
export class FakeUpstream {
  requests = 0;
  failure: BulkheadError | undefined;

  /** Sends one call through a breaker. @returns the code of its failure, or `answered` */
  async ask(
    breaker: Middleware<ReturnType<typeof modelCall>, ReturnType<typeof modelResponse>>,
    model = 'openai/gpt-5-mini',
  ): Promise<string> {
    try {
      await breaker.handle(modelCall(new FakeRun(), { model }), async () => {
        this.requests += 1;
        if (this.failure !== undefined) throw this.failure;
        return modelResponse({ model });
      });
      return 'answered';
    } catch (error) {
      if (BulkheadError.isInstance(error)) return error.code;
      throw error;
    }
  }
}

export function failure(code: string, details: ErrorFields['details'] = {}): BulkheadError {
  return new BulkheadError({ code, message: `${code}.`, details });
}
