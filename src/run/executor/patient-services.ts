import { databaseUnreachable, mayPass } from '../../foundation/store/index.ts';
import type { ExecutorServices } from './services.ts';

/** Between tries while the database does not do what it is asked, ms. */
const PAUSE = 250;

/**
 * Services for one execution: what fails for a reason that may pass is done again until it works, or until
 * `released` fires; `onDatabaseFailure` is told once. The code of a run must not be told of such a failure: the journal does not hold it, so the
 * next owner would tell the code something else. Each of these calls changes nothing when it is repeated.
 */
export function patientServices(services: ExecutorServices, released: AbortSignal): ExecutorServices {
  const { clock, reviews, onDatabaseFailure } = services;
  const patiently =
    <Parameters extends unknown[], Result>(work: (...parameters: Parameters) => Promise<Result>) =>
    async (...parameters: Parameters): Promise<Result> => {
      for (let told = false; ; ) {
        try {
          return await work(...parameters);
        } catch (error) {
          if (!mayPass(error)) throw error;
          if (!told) onDatabaseFailure?.(databaseUnreachable(error));
          told = true;
          await clock.sleep(PAUSE, released);
        }
      }
    };
  return {
    ...services,
    reviews: {
      open: patiently((review) => reviews.open(review)),
      expire: patiently((id) => reviews.expire(id)),
      withdraw: patiently((ids) => reviews.withdraw(ids)),
    },
    createChild: patiently(services.createChild),
    cancelChildren: patiently(services.cancelChildren),
    readChild: patiently(services.readChild),
    readSession: patiently(services.readSession),
  };
}
