/** One world for the protocol to hold in: how many owners, and what may happen to them. */
export type Scenario = {
  name: string;
  model: 'protocol' | 'liveness';
  /** What `spin` is given as `-D`. */
  defines: readonly string[];
  /** The formula to check; a protocol is checked by its assertions. */
  formula?: string;
};

const effects: Scenario = {
  name: 'effects, cancels, zombies',
  model: 'protocol',
  defines: ['CLAIMS=3', 'MESSAGES=2', 'CANCELS'],
};
const decisions: Scenario = {
  name: 'unknown outcomes, decided by a person',
  model: 'protocol',
  defines: ['CLAIMS=4', 'MESSAGES=2', 'REGISTRATIONS=4', 'LOST_ANSWERS=0'],
};
const waiting: Scenario = {
  name: 'waiting for messages and times',
  model: 'protocol',
  defines: ['CLAIMS=2', 'MESSAGES=2', 'SIGNALS'],
};
const lettingGo: Scenario = {
  name: 'interrupted and handed back',
  model: 'protocol',
  defines: ['CLAIMS=3', 'MESSAGES=1', 'LETS_GO', 'LOST_ANSWERS=0'],
};
const oneWorker: Scenario = {
  name: 'two ownerships in one worker',
  model: 'protocol',
  defines: ['CLAIMS=3', 'MESSAGES=1', 'REGISTRATIONS=2', 'LETS_GO', 'SIGNALS', 'ONE_WORKER'],
};
const crew: Scenario = {
  name: 'three workers',
  model: 'protocol',
  defines: ['OWNERS=3', 'REGISTRATIONS=3', 'CLAIMS=3', 'MESSAGES=0', 'LOST_ANSWERS=0'],
};
const snapshots: Scenario = {
  name: 'a search for the dead that began earlier',
  model: 'protocol',
  defines: ['CLAIMS=3', 'MESSAGES=1', 'SNAPSHOTS'],
};
const crash: Scenario = {
  name: 'a database that crashes and forgets a claim',
  model: 'protocol',
  defines: ['CLAIMS=3', 'MESSAGES=1', 'LOST_ANSWERS=0', 'DATABASE_CRASHES'],
};
const crashInOneWorker: Scenario = {
  name: 'the same, claimed again in one worker',
  model: 'protocol',
  defines: [
    'CLAIMS=3',
    'MESSAGES=0',
    'REGISTRATIONS=2',
    'LOST_ANSWERS=0',
    'LETS_GO',
    'ONE_WORKER',
    'DATABASE_CRASHES',
  ],
};
const births: Scenario = {
  name: 'a run born in the commit of its first frame',
  model: 'protocol',
  defines: ['BIRTHS', 'CLAIMS=2', 'MESSAGES=0'],
};
const bornAndCancelled: Scenario = {
  name: 'the same, and a cancel',
  model: 'protocol',
  defines: ['BIRTHS', 'CLAIMS=1', 'MESSAGES=1', 'CANCELS'],
};
const bornInOneWorker: Scenario = {
  name: 'born by a worker that claims it, too',
  model: 'protocol',
  defines: ['BIRTHS', 'CLAIMS=2', 'MESSAGES=0', 'REGISTRATIONS=2', 'LETS_GO', 'ONE_WORKER'],
};
const bornTwice: Scenario = {
  name: 'asked for at two servers under one id',
  model: 'protocol',
  defines: ['BIRTHS', 'ASKED_TWICE', 'CLAIMS=2', 'MESSAGES=0', 'REGISTRATIONS=2', 'LETS_GO', 'ONE_WORKER'],
};
const bornBeforeCrash: Scenario = {
  name: 'born in a database that crashes',
  model: 'protocol',
  defines: ['BIRTHS', 'CLAIMS=1', 'MESSAGES=0', 'LOST_ANSWERS=0', 'DATABASE_CRASHES'],
};
const claims: Scenario = {
  name: 'every queued run is claimed',
  model: 'liveness',
  defines: [],
  formula: 'queued_is_claimed',
};
const ends: Scenario = {
  name: 'every run comes to its end',
  model: 'liveness',
  defines: [],
  formula: 'comes_to_its_end',
};

export const scenarios: readonly Scenario[] = [
  effects,
  decisions,
  waiting,
  lettingGo,
  oneWorker,
  crew,
  snapshots,
  crash,
  crashInOneWorker,
  births,
  bornAndCancelled,
  bornInOneWorker,
  bornTwice,
  bornBeforeCrash,
  claims,
  ends,
];

/** Where the absence of each guard shows. */
export const guards: Readonly<Record<string, Scenario>> = {
  CLAIM_QUEUED: effects,
  CLAIM_LOOKS_AGAIN: effects,
  CLAIM_UNDER_LEASE: effects,
  RENEW_KNOWN: effects,
  BURY_PASSED: effects,
  FREE_RUNNING: effects,
  FREE_OF_THE_DEAD: effects,
  FREED_FROM_WHOM_IT_SAW: snapshots,
  HAND_BACK_OWN: lettingGo,
  FORGOTTEN_UNKNOWN: oneWorker,
  FORGOTTEN_BETWEEN_CLAIMS: oneWorker,
  READ_AS_OWNER: effects,
  NEWEST_TAKES_UP: crashInOneWorker,
  READ_AGAIN: effects,
  NUMBER_IS_FREE: effects,
  EPOCH_IN_HASH: effects,
  OTHER_HASH_IS_LOST: effects,
  SAME_HASH_IS_MINE: effects,
  ONE_IN_FLIGHT: effects,
  RETRY_FIRST_ONLY: effects,
  SETTLE_OWN: effects,
  SETTLE_WITH_FRAME: oneWorker,
  WAIT_LOOKS_AT_INBOX: waiting,
  SEEN_IS_LOOKED_AT: waiting,
  INBOX_OPEN: waiting,
  WAKE_WITH_MESSAGE: waiting,
  TAKE_IN_ONCE: effects,
  CANCEL_HEEDED: effects,
  DURABLE_BEFORE_EFFECT: decisions,
  PERSON_ASKED: decisions,
  END_SAID_AGAIN: effects,
  BEAR_UNDER_LEASE: births,
  BEAR_UNLIMITED: births,
  ID_IS_FREE: births,
  NAMED_IN_ROW: births,
  FRAME_IF_OWNED: births,
  MINE_IF_RUNNING: births,
  BIRTH_ON_DISK: bornBeforeCrash,
  CONFLICT_IS_OVER: bornTwice,
  REFUSED_IS_OVER: bornInOneWorker,
  ROWS_BEFORE_KNOWN: bornInOneWorker,
  TOLD_WHEN_WRITTEN: births,
  SUBMITTED_ELSE: births,
  SUBMITTED_UNDER_ITS_ID: births,
  LOOK: claims,
  RENEWAL: claims,
  BURIAL: ends,
  FREEING: ends,
  WAKING: ends,
  WAKE_BY_MESSAGE: ends,
  FORGOTTEN_HAND_BACK: ends,
};
