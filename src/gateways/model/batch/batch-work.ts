import type { ModelRequest } from '../../../contract/model.ts';
import type { BatchOutcome } from './batch-requests.ts';

/** When a batch is full enough to be handed over. */
export type BatchSize = {
  /** So many requests. */
  requests: number;
  /** The first of them has waited so long, ms. */
  after: number;
  /** It holds so many bytes of sealed requests at most, or one request. Default 64 MiB. */
  bytes?: number;
};

/** A batch of one tenant, held by one worker for a while. */
export type HeldBatch = {
  id: string;
  provider: string;
  /** `'provider/model'` */
  model: string;
  /** The provider's id, once it is known. */
  providerId: string | null;
  /** Milliseconds since it was made, and when that was, by the database's clock. */
  age: number;
  madeAt: number;
  /** As many calls as it was last handed over with; before that: at most. */
  calls: number;
  /** When somebody last set out to hand it over, by the database's clock. Null: nobody has. */
  handedOverAt: number | null;
  /** How often somebody held it, this time included. */
  attempts: number;
};

/** A request of a batch whose run still waits. */
export type BatchedRequest = {
  id: string;
  run: string;
  tenant: string;
  key: string;
  /** Its call in the batch; requests of one number share it. */
  number: number;
  /** Its place in that call, from 1. It stays when others are called off. Null: the call is its own. */
  place: number | null;
  request: ModelRequest;
};

/** What became of a request. */
export type BatchAnswer = { request: BatchedRequest; outcome: BatchOutcome };

/** What the batch sender keeps in the database, by whose clock all is timed. */
export type BatchWork = {
  /** Makes a batch of one tenant and one model of the provider, if there is one to be made. */
  collect(provider: string, size: BatchSize): Promise<boolean>;
  /** Takes batches that are due, for `lease` ms. */
  hold(lease: number, limit: number): Promise<HeldBatch[]>;
  /** Those that still wait for an answer, by number. What cannot be opened any more is left out, and given up. */
  requestsOf(batch: HeldBatch): Promise<BatchedRequest[]>;
  /** Whether any request still waits for an answer. */
  isWaitedFor(batch: HeldBatch): Promise<boolean>;
  /** Ids of the provider's batches that are known to be others. */
  othersThan(batch: HeldBatch): Promise<Set<string>>;
  /** Written down before anything leaves. @throws BulkheadError `batch_lost`: somebody else holds it now */
  handingOver(batch: HeldBatch, calls: number): Promise<void>;
  submitted(batch: HeldBatch, providerId: string, nextIn: number): Promise<void>;
  /** @param nextIn milliseconds */
  later(batch: HeldBatch, nextIn: number, reason?: string): Promise<void>;
  /**
   * Keeps the answers of one call, all or none, and wakes their runs; an answer that is there already stays. Those who
   * share a call share its cost, so that none may be left over.
   */
  answer(answers: readonly BatchAnswer[]): Promise<void>;
  end(batch: HeldBatch): Promise<void>;
};
