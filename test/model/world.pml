/* All that happens to a run beside its owner: time, other workers' sweeps, people and programs that file messages. */

/* The database's clock, the lease's thread and the search for dead workers. */
inline lease_of(who) {
  if
  :: lease[who] == VALID -> lease[who] = PASSED
  :: lease[who] != UNBORN && lease[who] != VALID && RENEW_KNOWN(who) ->
    /* INVARIANT dead-stay-dead: Who was declared dead never holds that lease again. */
    assert(lease[who] != GONE);
    lease[who] = VALID
  :: BURY_PASSED(who) ->
    /* INVARIANT lease-protects: Nobody whose lease holds is declared dead. */
    assert(lease[who] == PASSED);
    lease[who] = GONE
  fi
}

proctype Leases() {
  do
  :: atomic { lease_of(0) }
  :: atomic { lease_of(1) }
#if REGISTRATIONS > 2
  :: atomic { lease_of(2) }
#endif
#if REGISTRATIONS > 3
  :: atomic { lease_of(3) }
#endif
  od
}

proctype Sweeper() {
#ifdef SNAPSHOTS
  byte victim, absent, who;
#endif
  do
#ifdef SNAPSHOTS
  /*
   * READ COMMITTED: the statement sees the workers as they were when it began. When the row of the run has changed
   * meanwhile, its condition is checked again: the row anew, the workers as of then.
   */
  :: atomic {
      FREE_RUNNING && FREE_OF_THE_DEAD(row.owner) ->
      victim = row.owner;
      who = 0;
      do
      :: who < REGISTRATIONS ->
        if
        :: lease[who] == GONE || lease[who] == UNBORN -> absent = absent | (1 << who)
        :: else
        fi;
        who++
      :: else -> break
      od
    }
    d_step {
      if
      :: FREE_RUNNING && (absent >> row.owner) & 1 && FREED_FROM_WHOM_IT_SAW(victim) -> free_run()
      :: else
      fi;
      victim = 0;
      absent = 0;
      who = 0
    }
#else
  :: d_step { FREE_RUNNING && FREE_OF_THE_DEAD(row.owner) && row.status != QUEUED -> free_run() }
#endif
#ifdef DATABASE_CRASHES
  /* 002_fair_queue.sql, claim_runs: a claim does not wait for the disk; a crash of the database may undo it. */
  :: d_step { unflushed == CLAIM -> row.status = QUEUED; row.owner = NOBODY; unflushed = 0; row_has_changed() }
#ifdef BIRTHS
  :: d_step { unflushed == BIRTH -> unmake_run() }
#endif
#endif
#ifdef SIGNALS
  :: d_step { row.status == WAITING && row.wakes -> wake_run() }
#endif
  od
}

/* People and programs that file messages. A person decides once about each unknown outcome. */
#if defined(CANCELS) || defined(SIGNALS)
#define SOMEBODY_WRITES true
#else
#define SOMEBODY_WRITES (journal.asked && !decided)
#endif

proctype Messenger() {
  unsigned kind : 3;
  do
  :: atomic {
      row.inbox < MESSAGES && INBOX_OPEN && row.status != ABSENT && SOMEBODY_WRITES ->
      if
#ifdef CANCELS
      :: kind = CANCEL
#endif
#ifdef SIGNALS
      :: kind = SIGNAL
#endif
      :: journal.asked && !decided -> decided = 1; kind = SAY_RETRY; may_happen++
      :: journal.asked && !decided -> decided = 1; kind = SAY_RECORD
      fi;
#ifdef WITHOUT_WAKE_WITH_MESSAGE
      wake_for_message()
    }
    d_step {
      if
      :: INBOX_OPEN -> number_message(kind)
      :: else
      fi;
      kind = 0
    }
#else
      wake_for_message();
      number_message(kind);
      kind = 0
    }
#endif
  od
}
