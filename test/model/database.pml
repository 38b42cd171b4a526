/*
 * The tables, and one inline for each statement that changes them. A statement is atomic. The invariants stand
 * where they are checked, each as a sentence with its name; whatever is marked as a ghost serves them alone.
 */

#define UNBORN 0 /* lease: not yet registered */
#define VALID 1
#define PASSED 2
#define GONE 3 /* declared dead: the row was deleted */

#define QUEUED 0
#define RUNNING 1
#define WAITING 2
#define SUCCEEDED 3
#define FAILED 4
#define CANCELLED 5
#define ABSENT 6 /* there is no such row */
#define ENDED(status) (status >= SUCCEEDED && status != ABSENT)

#define UNDECIDED 0
#define RETRY 1
#define RECORD 2

/* Kinds of frames, by the entry that matters in them. */
#define CREATED 1
#define CLAIMED 2
#define STARTED 3
#define COMPLETED 4
#define WAITS 5
#define ENDS 6
#define INTERRUPTED 7
#define CLAIMED_ENDS 8

/* Kinds of messages. */
#define CANCEL 1
#define SIGNAL 2
#define SAY_RETRY 3
#define SAY_RECORD 4

#define NOBODY 15

/* What becomes of a frame that was sent. */
#define WRITTEN 1
#define CONFLICT 2

/* The fold of a journal: what its entries say. An owner's own copy holds what is on its way, too. */
typedef Journal {
  unsigned seen : 2; /* highest inbox number that it holds */
  bit open; /* the effect has a start without an end */
  bit done; /* the effect's step is completed */
  bit asked; /* a person was asked what became of it */
  unsigned decision : 2;
  bit signalled;
  bit cancelled;
  bit interrupted;
  unsigned end : 3 /* the status that its terminal entry stands for, or 0 */
}

typedef Row {
  unsigned status : 3;
  unsigned owner : 4; /* the registration (worker and epoch) that owns it */
  unsigned inbox : 2;
  unsigned seen : 2;
  bit wakes /* wake_at is set */
}

/* What is not on disk yet. */
#define CLAIM 1
#define BIRTH 2

#ifdef DATABASE_CRASHES
#define CLAIMED_WITHOUT_DISK unflushed = CLAIM
#else
#define CLAIMED_WITHOUT_DISK skip
#endif

Row row;
Journal journal;
byte hash[FRAMES];
unsigned frames : 5;
byte lease[REGISTRATIONS];
byte message[MESSAGES + 1];
unsigned registered : 3;
/* Time has passed the wake_at of the wait. */
bit due;

/* What a worker's process keeps in memory for its claim loop. */
byte held[REGISTRATIONS];
bit claiming[REGISTRATIONS];
bit doubting[REGISTRATIONS];
#define NAMED_BY_ROW(who) (row.owner == who && row.status == RUNNING)

/* The person has decided about the last unknown outcome. */
bit decided;

/* An empty journal. */
Journal nothing;

/* How much has happened of what the model bounds. */
unsigned claims : 3;
unsigned lost_answers : 2;

/* What was answered, while nothing that waits for the disk was committed since. */
unsigned unflushed : 2;

/* Ghosts. */
byte author[FRAMES];
unsigned may_happen : 3; /* how often the effect may still happen: once, and once more for each decision to retry */
unsigned looked : 2; /* messages that the steps had looked at when the run was left waiting */
unsigned first_end : 3; /* the status that the first terminal entry stands for */
bit ended; /* the row has ended */

inline copy_journal(from, to) {
  to.seen = from.seen;
  to.open = from.open;
  to.done = from.done;
  to.asked = from.asked;
  to.decision = from.decision;
  to.signalled = from.signalled;
  to.cancelled = from.cancelled;
  to.interrupted = from.interrupted;
  to.end = from.end
}

inline row_may_change() {
  /* INVARIANT terminal-is-final: A terminal run never changes. */
  assert(!ENDED(row.status))
}

inline row_has_changed() {
  if
  :: row.status != WAITING -> looked = 0
  :: else
  fi;
  /* INVARIANT no-message-slept-over: A run with a message that its steps have not looked at is never left waiting. */
  assert(row.status != WAITING || row.inbox <= looked);
  /* INVARIANT owned-while-running: A run has an owner exactly while it is running. */
  assert((row.status == RUNNING) == (row.owner != NOBODY))
}

inline taken_from_owner() {
  /* INVARIANT living-keep-their-runs: A run is taken from nobody but a worker that was declared dead. */
  assert(row.owner == NOBODY || lease[row.owner] == GONE)
}

/* claim.ts, the statement that takes what it has picked. */
inline claim_takes(self) {
  row_may_change();
  taken_from_owner();
  row.status = RUNNING;
  row.owner = self;
  row.wakes = 0;
  CLAIMED_WITHOUT_DISK;
  row_has_changed()
}

/* claim.ts, handBack. */
inline hand_back(self) {
  if
  :: HAND_BACK_OWN(self) && row.status == RUNNING ->
    if
    :: row.owner != self -> taken_from_owner()
    :: else
    fi;
    row.status = QUEUED;
    row.owner = NOBODY;
    unflushed = 0;
    row_has_changed()
  :: else
  fi
}

/* claim.ts, handBackForgotten: its last statement is that of handBack. */
inline hand_back_forgotten(self) {
  /* INVARIANT forgotten-is-idle: What is handed back as forgotten is neither worked on nor about to be. */
  assert(row.owner != self || (held[self] == 0 && !claiming[self]));
  hand_back(self)
}

/* sweep.ts, free-dead, for one row. */
inline free_run() {
  row_may_change();
  taken_from_owner();
  row.status = QUEUED;
  row.owner = NOBODY;
  unflushed = 0;
  row_has_changed()
}

/* sweep.ts, wake-due. */
inline wake_run() {
  row_may_change();
  row.status = QUEUED;
  row.wakes = 0;
  due = 1;
  row_has_changed()
}

/* inbox.ts, openInbox and fileMessage, in one transaction. */
inline wake_for_message() {
  if
  :: row.status == WAITING ->
    row.status = QUEUED;
    row.wakes = 0
  :: else
  fi
}

inline number_message(kind) {
  row_may_change();
  unflushed = 0;
  row.inbox++;
  message[row.inbox] = kind;
  row_has_changed()
}

/* commit.ts, the update of the run's row in the commit of its frame. */
inline settle_row(self) {
  row_may_change();
  if
  :: row.owner != self -> taken_from_owner()
  :: else
  fi;
  if
  :: ENDED(wanted) ->
    /* INVARIANT ends-once: A run ends once, and as its journal first says that it ended. */
    assert(!ended && wanted == first_end);
    ended = 1
  :: else
  fi;
  looked = looked_at;
  row.status = STATUS_OF(wanted, SEEN_IS(looked_at, mine.seen));
  row.seen = SEEN_IS(looked_at, mine.seen);
  row.owner = NOBODY;
  row.wakes = (row.status == WAITING && wakes_up);
  row_has_changed()
}

/*
 * commit.ts and writer.ts: one frame at the writer's position, with its settlement (RUNNING: none), and what the
 * writer makes of the answer.
 */
inline commit_frame(self) {
  if
  :: NUMBER_IS_FREE(place) ->
    /* INVARIANT written-once: A frame that stands is never written over. */
    assert(hash[place] == 0);
    /* INVARIANT chain: The journal is a chain without gaps: every frame names the one before it. */
    assert(place == frames && hash[place - 1] == previous);
    /* INVARIANT lost-is-lost: Who has lost a run writes nothing more in it. */
    assert(!fenced);
    /* INVARIANT nothing-after-the-end: Nothing is written after the frame with which a run ended or was left waiting. */
    assert(!ENDED(row.status) && row.status != WAITING);
    unflushed = 0;
    hash[place] = HASH_OF(self, kind);
    author[place] = _pid;
    frames = place + 1;
    if
    :: kind == STARTED -> decided = 0
    :: else
    fi;
    copy_journal(mine, journal);
    if
    :: mine.end != 0 && first_end == 0 -> first_end = mine.end
    :: else
    fi;
    if
    :: wanted != RUNNING && SETTLE_OWN(self) -> settle_row(self)
    :: else
    fi;
    answer = WRITTEN
  :: else ->
    if
    :: SETTLES_WITHOUT_FRAME && wanted != RUNNING && SETTLE_OWN(self) ->
      /* INVARIANT settled-with-its-frame: A row is settled only by the commit that brings the frame which says so. */
      assert(false)
    :: else
    fi;
    if
    :: STORED_IS_MINE(place, HASH_OF(self, kind)) -> answer = WRITTEN
    :: else -> answer = CONFLICT
    fi
  fi;
  if
  :: answer == WRITTEN ->
    /* INVARIANT one-author: Two owners never both take the frame at one number for their own. */
    assert(author[place] == _pid)
  :: else ->
    /* INVARIANT lost-to-another: Who gives a run up has found another owner's frame where its own should stand. */
    assert(author[place] != _pid)
  fi
}

/* The tool does what it does in the world. */
inline effect_happens() {
  /* INVARIANT effect-once: An effect that is not idempotent happens at most once without a person's decision. */
  assert(may_happen > 0);
  may_happen--
}

/* worker.ts, #work: of two ownerships in one worker the newer holds the run; the older sends nothing more. */
#ifdef ONE_WORKER
byte holder;
#define HOLDS holder = _pid
#define IS_NEWEST (holder == _pid)
#else
#define HOLDS skip
#define IS_NEWEST true
#endif

/*
 * Frames below every writer's place are looked at by nobody: the model forgets them, so that what differs only in
 * its past is one state.
 */
byte standing[OWNERS + 1];
byte oldest;
hidden byte at;
hidden byte each;
inline forget_old_frames() {
  d_step {
    at = frames;
    each = 1;
    do
    :: each <= OWNERS ->
      if
      :: standing[each] < at -> at = standing[each]
      :: else
      fi;
      each++
    :: else -> break
    od;
    do
    :: oldest + 1 < at -> hash[oldest] = 0; author[oldest] = 0; oldest++
    :: else -> break
    od;
    at = 0;
    each = 0
  }
}
