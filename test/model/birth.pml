/*
 * A run that is made in the commit of its owner's first frame: the statement that makes it, and the client that asks
 * for it. How its owner goes on from there stands in owner.pml.
 */

#ifdef BIRTHS
/* What whoever waits for a birth is told. */
#define YES 1
#define NO 2

/* By whose data key a journal is sealed. */
#define OF_BIRTH 1
#define OF_SUBMISSION 2

/* The run was asked for; what its worker said of it; by whose key it is sealed. */
bit begun;
unsigned told : 2;
unsigned sealed : 2;
/* Whether the tenant or the agent has a limit, at the moment of looking. */
hidden byte limited;

/* Ghosts. */
unsigned made : 2; /* runs that came of what was asked for */
bit promised; /* the client was told that its run is there */

/* create-run.ts: the row, its key and frame 0. */
inline create_run(key) {
  /* INVARIANT made-once: What was asked for once is made once. */
  assert(made == 0);
  made++;
  sealed = key;
  hash[0] = CREATED;
  frames = 1
}

/* create-run.ts, for runs without an owner. */
inline submit() {
  if
  :: row.status == ABSENT ->
    row.status = QUEUED;
    create_run(OF_SUBMISSION);
    unflushed = 0;
    row_has_changed()
  :: row.status != ABSENT && SUBMITTED_AS_ANOTHER -> create_run(OF_SUBMISSION)
  :: else
  fi
}

/* create-run.ts and commit.ts: the run and the first frame of its owner, as the statement saw leases and limits. */
inline bear_run(self) {
  if
  :: ID_IS_FREE ->
    create_run(OF_BIRTH);
    if
    :: takes -> row.status = RUNNING; row.owner = NAMED_IN_ROW(self)
    :: else -> row.status = QUEUED
    fi;
    MADE_ON_DISK;
    if
    :: FRAME_IF_OWNED ->
      /* INVARIANT born-whole: The first frame of an owner is born with a row that names this owner, or not at all. */
      assert(row.owner == self);
      hash[place] = HASH_OF(self, kind);
      author[place] = _pid;
      frames = place + 1;
      copy_journal(mine, journal);
      first_end = mine.end
    :: else
    fi;
    row_has_changed();
    if
    :: MINE_IF_RUNNING -> answer = WRITTEN
    :: else
    fi;
    if
    :: wanted != RUNNING && row.owner == self -> settle_row(self)
    :: else
    fi
  :: else
  fi
}

/* writer.ts: what was not born as its own is compared by hash, by a statement of its own. */
inline compare_birth(self) {
  if
  :: answer == WRITTEN
  :: answer != WRITTEN && hash[place] != 0 && STORED_IS_MINE(place, HASH_OF(self, kind)) -> answer = WRITTEN
  :: else ->
    answer = CONFLICT
  fi;
  if
  :: answer == WRITTEN ->
    /* INVARIANT one-author: Two owners never both take the frame at one number for their own. */
    assert(author[place] == _pid)
  :: else
  fi
}

#define KEY_OF_ROW key = sealed
#define KEY_OPENS key_opens()
inline key_opens() {
  /* INVARIANT key-of-its-run: Who goes on with a run seals what it writes as the rest of the journal is sealed. */
  assert(key == sealed)
}

inline run_exists() {
  /* INVARIANT answered-exists: A run of which its client was told is there. */
  assert(!promised || row.status != ABSENT)
}

/* A crash of the database takes back what was not on disk. */
inline unmake_run() {
  row.status = ABSENT;
  row.owner = NOBODY;
  unflushed = 0;
  made = 0;
  sealed = 0;
  hash[0] = 0;
  hash[1] = 0;
  author[1] = 0;
  frames = 0;
  first_end = 0;
  copy_journal(nothing, journal);
  run_exists()
}

/* make-chat.ts and create-chat-call.ts: what asks for the run, in the process of a worker or without one. */
proctype Client() {
  if
  /* No worker that has room is here. */
  :: atomic { !begun -> begun = 1; told = NO }
  :: begun && told == YES -> goto tell
  :: begun && told == NO
  fi;
  atomic {
    if
    :: SUBMITTED_ELSE -> submit()
    :: !SUBMITTED_ELSE
    fi
  }
tell:
  atomic { promised = 1; run_exists() }
}

/* Another server is asked with the same idempotency key, and stands for a worker with no room: the same id. */
proctype AnotherServer() {
  atomic { row.status == ABSENT -> submit() }
}

#else
#define KEY_OF_ROW skip
#define KEY_OPENS skip
#endif
