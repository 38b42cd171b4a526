/** A message of a broker that asks for a run. */
export type IntakeMessage = {
  /** What tells it apart from others, also when it comes again; absent where its sender gave none. */
  id: string | undefined;
  body: Buffer;
  /** Where its sender wants the result. */
  replyTo: string | undefined;
  /** What its sender will know the result by; a property of RabbitMQ's messages alone. */
  correlationId?: string | undefined;
};

/** What a broker is to do with a message. */
export type Verdict =
  /** Its run is durable: acknowledge it. */
  | { kind: 'taken' }
  /** It can never become a run: put it aside, with the reason. */
  | { kind: 'refused'; reason: string }
  /** It could not be decided now: leave it, and hand it out again. */
  | { kind: 'left' };

/** The result of a run, on its way back. */
export type Reply = {
  /** A queue, a stream or the URL of a queue. */
  to: string;
  /** The run's id; the reply's message id at every attempt. */
  run: string;
  /** JSON. */
  body: string;
  /** The message's own, where it had one. */
  correlationId?: string | undefined;
};

export type ConsumeOptions = {
  handle(message: IntakeMessage): Promise<Verdict>;
  /** Told when messages flow. */
  ready(): void;
  signal: AbortSignal;
};

/** A queue that runs come from, and the way back. */
export type IntakeBroker = {
  /**
   * Takes messages over one connection until the signal fires, then lets those under way end.
   *
   * @throws the reason for which it ended by itself
   */
  consume(options: ConsumeOptions): Promise<void>;
  /** Resolves when the broker has it for good. */
  publish(reply: Reply): Promise<void>;
  /** Bytes that a reply may have. */
  readonly largestReply: number;
  close(): Promise<void>;
};
