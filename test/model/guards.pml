/*
 * Every guard of the protocol, one macro each, in its place a condition of the statement or of the code that is
 * named beside it. `-DWITHOUT_<NAME>` takes exactly that guard away.
 */

/* claim.ts: status = 'queued' */
#ifdef WITHOUT_CLAIM_QUEUED
#define CLAIM_QUEUED true
#else
#define CLAIM_QUEUED (row.status == QUEUED)
#endif

/* claim.ts: EXISTS (worker of this id and epoch whose lease_until > now()) */
#ifdef WITHOUT_CLAIM_UNDER_LEASE
#define CLAIM_UNDER_LEASE(who) true
#else
#define CLAIM_UNDER_LEASE(who) (lease[who] == VALID)
#endif

/* claim.ts: FOR UPDATE SKIP LOCKED: what was picked is looked at again before it is taken */
#ifdef WITHOUT_CLAIM_LOOKS_AGAIN
#define CLAIM_LOOKS_AGAIN true
#else
#define CLAIM_LOOKS_AGAIN CLAIM_QUEUED
#endif

/* worker-lease.ts, renewLease: WHERE id = … AND epoch = …: a row that is gone is not renewed */
#ifdef WITHOUT_RENEW_KNOWN
#define RENEW_KNOWN(who) true
#else
#define RENEW_KNOWN(who) (lease[who] != GONE)
#endif

/* sweep.ts, bury-workers: lease_until < now() */
#ifdef WITHOUT_BURY_PASSED
#define BURY_PASSED(who) (lease[who] == VALID || lease[who] == PASSED)
#else
#define BURY_PASSED(who) (lease[who] == PASSED)
#endif

/* sweep.ts, free-dead: status = 'running' */
#ifdef WITHOUT_FREE_RUNNING
#define FREE_RUNNING true
#else
#define FREE_RUNNING (row.status == RUNNING)
#endif

/* sweep.ts, free-dead: NOT EXISTS (the worker that the row names) */
#ifdef WITHOUT_FREE_OF_THE_DEAD
#define FREE_OF_THE_DEAD(who) true
#else
#define FREE_OF_THE_DEAD(who) (who == NOBODY || lease[who] == GONE || lease[who] == UNBORN)
#endif

/* claim.ts, handBack: worker = $1 AND epoch = $2 */
#ifdef WITHOUT_HAND_BACK_OWN
#define HAND_BACK_OWN(who) true
#else
#define HAND_BACK_OWN(who) (row.owner == who)
#endif

/* claim.ts, handBackForgotten: !isKnown(id) */
#ifdef WITHOUT_FORGOTTEN_UNKNOWN
#define FORGOTTEN_UNKNOWN(who) true
#else
#define FORGOTTEN_UNKNOWN(who) (held[who] == 0)
#endif

/* claimer.ts, #claimAll: between two claims, never while one is under way */
#ifdef WITHOUT_FORGOTTEN_BETWEEN_CLAIMS
#define FORGOTTEN_BETWEEN_CLAIMS(who) true
#else
#define FORGOTTEN_BETWEEN_CLAIMS(who) (!claiming[who])
#endif

/*
 * claim.ts, handBackForgotten: the worker is asked what it knows of after the rows were read, so that what it bears
 * meanwhile is not taken for forgotten
 */
#ifdef WITHOUT_ROWS_BEFORE_KNOWN
#define SEEN_FIRST(who) FORGOTTEN_UNKNOWN(who)
#define SEEN_LAST(who) NAMED_BY_ROW(who)
#else
#define SEEN_FIRST(who) NAMED_BY_ROW(who)
#define SEEN_LAST(who) FORGOTTEN_UNKNOWN(who)
#endif

/* commit.ts: primary key (class, stream, frame), ON CONFLICT DO NOTHING */
#ifdef WITHOUT_NUMBER_IS_FREE
#define NUMBER_IS_FREE(n) true
#else
#define NUMBER_IS_FREE(n) (hash[n] == 0)
#endif

/* frame.ts, hashFrame: what is hashed is ciphertext */
#ifdef BIRTHS
#define KEY_IN_HASH(by) (by * key)
#else
#define KEY_IN_HASH(by) 0
#endif

/* frame.ts, hashFrame: the owner's epoch is part of what is hashed */
#ifdef WITHOUT_EPOCH_IN_HASH
#define HASH_OF(who, kind) (16 + kind)
#else
#ifdef ONE_WORKER
/* One worker stamps what its ownerships write, one after the other, with different times. */
#define HASH_OF(who, kind) (64 * _pid + KEY_IN_HASH(16) + kind)
#else
#define HASH_OF(who, kind) (KEY_IN_HASH(64) + 16 * (who + 1) + kind)
#endif
#endif

/* writer.ts, #writeTogether: a row that did not come back is mine only if its hash is mine */
#ifdef WITHOUT_OTHER_HASH_IS_LOST
#define STORED_IS_MINE(n, mine) true
#else
#ifdef WITHOUT_SAME_HASH_IS_MINE
#define STORED_IS_MINE(n, mine) false
#else
#define STORED_IS_MINE(n, mine) (hash[n] == mine)
#endif
#endif

/* commit.ts: row.epoch = s.epoch */
#ifdef WITHOUT_SETTLE_OWN
#define SETTLE_OWN(who) true
#else
#define SETTLE_OWN(who) (row.owner == who)
#endif

/* commit.ts: JOIN inserted: a settlement counts only with its frame */
#ifdef WITHOUT_SETTLE_WITH_FRAME
#define SETTLES_WITHOUT_FRAME true
#else
#define SETTLES_WITHOUT_FRAME false
#endif

/* commit.ts: CASE WHEN s.status = 'waiting' AND row.inbox > s.seen THEN 'queued' */
#ifdef WITHOUT_WAIT_LOOKS_AT_INBOX
#define STATUS_OF(wanted, seen) wanted
#else
#define STATUS_OF(wanted, seen) (wanted == WAITING && row.inbox > seen -> QUEUED : wanted)
#endif

/* open-steps.ts, waiting: `seen` counts what every suspended step has looked at, not what the journal holds */
#ifdef WITHOUT_SEEN_IS_LOOKED_AT
#define SEEN_IS(looked, journaled) journaled
#else
#define SEEN_IS(looked, journaled) looked
#endif

/* inbox.ts, openInbox: status NOT IN (the terminal ones) */
#ifdef WITHOUT_INBOX_OPEN
#define INBOX_OPEN true
#else
#define INBOX_OPEN (!ENDED(row.status))
#endif

/* execution.ts, #takeIn: message.number <= this.seen is passed over */
#ifdef WITHOUT_TAKE_IN_ONCE
#define ALREADY_TAKEN_IN(number) false
#else
#define ALREADY_TAKEN_IN(number) (number <= mine.seen)
#endif

/* execution.ts, start: what the journal says is cancelled is not executed any further */
#ifdef WITHOUT_CANCEL_HEEDED
#define CANCEL_HEEDED false
#else
#define CANCEL_HEEDED mine.cancelled
#endif

/* ledger.ts, handle: a start without an end is an unknown outcome, about which a person is asked */
#ifdef WITHOUT_PERSON_ASKED
#define PERSON_DECIDED true
#else
#define PERSON_DECIDED (mine.decision != UNDECIDED)
#endif

/* take-up.ts: a terminal entry that the journal holds is said again, and nothing is executed */
#ifdef WITHOUT_END_SAID_AGAIN
#define END_STANDS false
#else
#define END_STANDS (mine.end != 0)
#endif

/* take-up.ts: only the first frame after a claim is tried again further on when it conflicts */
#ifdef WITHOUT_RETRY_FIRST_ONLY
#define TRIES_FURTHER_ON true
#else
#define TRIES_FURTHER_ON false
#endif

/* take-up.ts: a conflict on the first frame after a claim means that the owner before wrote last: read again */
#ifdef WITHOUT_READ_AGAIN
#define TAKE_UP_READS_AGAIN false
#else
#define TAKE_UP_READS_AGAIN true
#endif

/* take-up.ts: who takes a run up reads its journal only while the row names it as the owner, in one statement */
#ifdef WITHOUT_READ_AS_OWNER
#define READ_AS_OWNER(who) true
#else
#define READ_AS_OWNER(who) (row.owner == who)
#endif

/* worker.ts, #work: a take-up under way gives up when a newer ownership in the same worker has the run */
#ifdef WITHOUT_NEWEST_TAKES_UP
#define NEWEST_TAKES_UP true
#else
#define NEWEST_TAKES_UP IS_NEWEST
#endif

/* sweep.ts, free-dead: a run is freed only from the owner from whom the statement first saw it */
#ifdef WITHOUT_FREED_FROM_WHOM_IT_SAW
#define FREED_FROM_WHOM_IT_SAW(seen) true
#else
#define FREED_FROM_WHOM_IT_SAW(seen) (row.owner == seen)
#endif

/* worker.ts, #claimAll: one claim of a worker at a time. Two ownerships of one worker share its claim loop. */
#define CAN_CLAIM (claims < CLAIMS && CLAIM_QUEUED && CLAIM_UNDER_LEASE(self) && !claiming[self] && !doubting[self])

/* create-run.ts, owned: EXISTS (worker of this id and epoch whose lease_until > clock_timestamp()) */
#ifdef WITHOUT_BEAR_UNDER_LEASE
#define BEAR_UNDER_LEASE(who) true
#else
#define BEAR_UNDER_LEASE(who) (lease[who] == VALID)
#endif

/* create-run.ts, owned: NOT EXISTS (a limit of the tenant or the agent) */
#ifdef WITHOUT_BEAR_UNLIMITED
#define BEAR_UNLIMITED true
#else
#define BEAR_UNLIMITED (!limited)
#endif

/* create-run.ts: ON CONFLICT (id) DO NOTHING */
#ifdef WITHOUT_ID_IS_FREE
#define ID_IS_FREE true
#else
#define ID_IS_FREE (row.status == ABSENT)
#endif

/* create-run.ts, made: the row names the epoch under which the owner's frame is written */
#ifdef WITHOUT_NAMED_IN_ROW
#define NAMED_IN_ROW(who) (who + 1)
#else
#define NAMED_IN_ROW(who) who
#endif

/* create-run.ts, owner_frame: JOIN made … AND made.status = 'running'; commit.ts: the frames of what is owned */
#ifdef WITHOUT_FRAME_IF_OWNED
#define FRAME_IF_OWNED true
#else
#define FRAME_IF_OWNED (row.status == RUNNING)
#endif

/* begin-run.ts, make: who makes a run that stands in line has no part in it */
#ifdef WITHOUT_MINE_IF_RUNNING
#define MINE_IF_RUNNING true
#else
#define MINE_IF_RUNNING (row.status == RUNNING)
#endif

/* create-run.ts: the commit waits for the disk, other than that of a claim */
#ifdef WITHOUT_BIRTH_ON_DISK
#define MADE_ON_DISK unflushed = BIRTH
#else
#define MADE_ON_DISK unflushed = 0
#endif

/* take-up.ts: what somebody else has made under the same id is not read by whoever wanted to bear it */
#ifdef WITHOUT_CONFLICT_IS_OVER
#define CONFLICT_IS_OVER false
#else
#define CONFLICT_IS_OVER true
#endif

/* take-up.ts: of a birth that the database refuses nothing is read again */
#ifdef WITHOUT_REFUSED_IS_OVER
#define REFUSED_IS_OVER false
#else
#define REFUSED_IS_OVER true
#endif

/* stream-writer.ts, #endBirth: whoever waits is told when the frame is on disk */
#ifdef WITHOUT_TOLD_WHEN_WRITTEN
#define TOLD_WHEN_WRITTEN false
#else
#define TOLD_WHEN_WRITTEN true
#endif

/* make-chat.ts: what its worker did not make is submitted */
#ifdef WITHOUT_SUBMITTED_ELSE
#define SUBMITTED_ELSE false
#else
#define SUBMITTED_ELSE true
#endif

/* make-chat.ts: it is submitted under the id under which its worker tried to make it */
#ifdef WITHOUT_SUBMITTED_UNDER_ITS_ID
#define SUBMITTED_AS_ANOTHER true
#else
#define SUBMITTED_AS_ANOTHER false
#endif
