/*
 * A worker's process: its claim loop, and one ownership of the run at a time. It may stop for good between any two
 * of its steps (a crash), and it may go on after any pause, long after it was declared dead (a zombie).
 */

#define FIRST_FRAME (kind == CLAIMED || kind == CLAIMED_ENDS)

/* execution.ts, #takeIn: takes in what was filed, one after the other. When it hears of it is open. */
inline take_in() {
  do
  :: atomic {
      read < row.inbox ->
      read++;
      if
      :: ALREADY_TAKEN_IN(read)
      :: else ->
        /* INVARIANT message-once: Each message enters the journal once, in the order of filing. */
        assert(read == mine.seen + 1);
        mine.seen = read;
        if
        :: message[read] == CANCEL -> mine.cancelled = 1
        :: message[read] == SIGNAL -> mine.signalled = 1
        :: message[read] == SAY_RETRY -> mine.decision = RETRY
        :: message[read] == SAY_RECORD -> mine.decision = RECORD
        fi
      fi
    }
  :: break
  od
}

proctype Owner(byte born) {
  byte self = born;
  byte place, previous;
  unsigned kind : 4, wanted : 3 = RUNNING, answer : 2, read : 2, looked_at : 2;
  bit fenced, wakes_up;
  Journal mine;
#ifdef BIRTHS
  bit takes;
  unsigned key : 2; /* by which it opens and seals the journal */
#endif

idle:
  do
#ifdef BIRTHS
  /* worker.ts, begin: a client's request comes to this worker's process, and there is room. */
  :: atomic {
      !begun ->
      begun = 1;
      held[self]++;
      HOLDS;
      key = OF_BIRTH;
      place = 1;
      previous = CREATED;
      standing[_pid] = 1;
      kind = CLAIMED;
      if
      :: true
      :: mine.end = FAILED; wanted = FAILED /* it ends in its first frame: nothing here can execute it */
      fi;
      if
      :: TOLD_WHEN_WRITTEN
      :: !TOLD_WHEN_WRITTEN -> told = YES
      fi
    } goto bear
#endif
  :: atomic {
      CAN_CLAIM ->
      /* INVARIANT claimed-under-lease: Only a worker whose lease holds sets out to take a run. */
      assert(lease[self] == VALID);
      claims++;
      claiming[self] = 1
    }
    /* The statement has begun; what it has seen of workers may have changed when it takes the run. */
    if
    :: atomic { CLAIM_LOOKS_AGAIN -> claim_takes(self); read = row.seen; KEY_OF_ROW; goto answered }
    :: atomic { !CLAIM_LOOKS_AGAIN -> claiming[self] = 0 }
    fi
  :: atomic { FORGOTTEN_BETWEEN_CLAIMS(self) && !doubting[self] && SEEN_FIRST(self) -> doubting[self] = 1 }
    if
    :: atomic { SEEN_LAST(self) -> hand_back_forgotten(self); doubting[self] = 0 }
    :: atomic { !SEEN_LAST(self) -> doubting[self] = 0 }
    fi
#ifndef ONE_WORKER
  /* It hears that it was declared dead, drops everything and starts afresh under a new epoch. */
  :: atomic { lease[self] == GONE && registered < REGISTRATIONS -> self = registered; lease[self] = VALID; registered++ }
#endif
  od;

answered:
  if
  :: atomic { claiming[self] = 0; held[self]++; HOLDS } goto take_up
  :: atomic { lost_answers < LOST_ANSWERS -> lost_answers++; claiming[self] = 0 } goto idle
  fi;

#ifdef BIRTHS
bear:
  /* create-run.ts: one statement, which sees leases and limits as they are when it begins. */
  atomic {
    if
    :: limited = 0
    :: limited = 1
    fi;
    takes = BEAR_UNDER_LEASE(self) && BEAR_UNLIMITED;
    /* INVARIANT born-under-lease: A worker whose lease is lost bears nothing. */
    assert(!takes || lease[self] == VALID);
    /* INVARIANT born-within-limits: Who has a limit has no runs that are born: they stand in line. */
    assert(!takes || !limited);
    limited = 0
  }
  if
  :: atomic { bear_run(self); takes = 0 }
  /* The database will not have it, whatever becomes of the others of its commit. */
  :: atomic {
      takes = 0;
      told = NO;
      if
      :: REFUSED_IS_OVER -> goto let_go
      :: !REFUSED_IS_OVER -> goto take_up
      fi
    }
  /* The writer was stopped, or its run put back: nobody here waits for the statement any more, and it goes on. */
  :: atomic { told = NO; held[self]-- } goto left_alone
  fi;
  if
  /* The connection is cut: what became of the statement is unknown, and it is sent again. */
  :: atomic { lost_answers < LOST_ANSWERS -> lost_answers++; answer = 0 } goto bear
  :: atomic { lost_answers < LOST_ANSWERS -> lost_answers++; answer = 0; told = NO; held[self]-- } goto left_alone
  :: atomic {
      compare_birth(self);
      if
      :: answer == WRITTEN -> told = YES; goto written
      :: answer != WRITTEN && CONFLICT_IS_OVER -> told = NO; goto let_go
      :: else -> told = NO; answer = 0; goto take_up
      fi
    }
  fi;

left_alone:
  atomic {
    if
    :: bear_run(self); takes = 0
    :: takes = 0; hand_back(self)
    fi;
    goto over
  }
#endif

take_up:
  /* take-up.ts: reads the journal, then writes `claimed`. */
  if
  :: atomic {
      READ_AS_OWNER(self) && NEWEST_TAKES_UP ->
      KEY_OPENS;
      copy_journal(journal, mine);
      place = frames;
      previous = hash[frames - 1];
      fenced = 0;
      standing[_pid] = place;
      forget_old_frames()
    }
  :: else -> goto let_go
  fi;
  if
  :: END_STANDS ->
    /* It ended under an owner whose last word on the row was refused: its end is said again. */
    atomic { kind = CLAIMED_ENDS; wanted = mine.end }
  :: else -> atomic { kind = CLAIMED; wanted = RUNNING }
  fi;

send:
  /* writer.ts: sends one frame until it is answered. An answer may be lost; then the same frame is sent again. */
  atomic {
    commit_frame(self);
#ifdef WITHOUT_ONE_IN_FLIGHT
    if
    :: answer == CONFLICT && hash[place + 1] == 0 -> place++; commit_frame(self)
    :: else
    fi
#endif
  }
  if
  :: atomic {
      answer == WRITTEN ->
written:
      previous = HASH_OF(self, kind);
      place++;
      standing[_pid] = place;
      forget_old_frames();
      answer = 0;
      if
      :: wanted != RUNNING -> goto let_go
      :: wanted == RUNNING && kind == STARTED -> kind = 0; goto effect
      :: else -> kind = 0; goto work
      fi
    }
  :: atomic { answer == WRITTEN && lost_answers < LOST_ANSWERS -> lost_answers++ } goto send
  :: answer == CONFLICT && FIRST_FRAME && TAKE_UP_READS_AGAIN -> goto take_up
  :: atomic {
      answer == CONFLICT && !FIRST_FRAME && TRIES_FURTHER_ON ->
      fenced = 1;
      place = frames;
      previous = hash[frames - 1];
      standing[_pid] = place
    } goto send
  :: answer == CONFLICT && !(FIRST_FRAME -> TAKE_UP_READS_AGAIN : TRIES_FURTHER_ON) ->
    /* INVARIANT owner-stays: An owner that the row still names is never pushed out of its run. */
    assert(row.owner != self || !IS_NEWEST);
    goto let_go
  fi;

work:
  atomic {
    take_in();
    if
#ifdef LETS_GO
    :: !mine.interrupted -> mine.interrupted = 1; looked_at = mine.seen; kind = INTERRUPTED; wanted = QUEUED; goto frame_made
    :: goto hand_it_back
#endif
    :: true
    fi;
    if
    :: CANCEL_HEEDED && !mine.open -> mine.end = CANCELLED; goto end_made
    :: else
    fi;
    if
    :: mine.done
    :: !mine.done && mine.open && !PERSON_DECIDED ->
      /* ledger.ts: nobody knows whether it happened; a person is asked, and the run waits. */
      mine.asked = 1;
      looked_at = mine.seen;
      goto suspended
    :: !mine.done && mine.open && mine.decision == RECORD ->
      mine.open = 0;
      mine.done = 1;
      mine.asked = 0;
      mine.decision = UNDECIDED;
      goto work
    :: else ->
      /* INVARIANT cancel-stops-effects: In a run that its journal calls cancelled nothing is begun, unless a person says so. */
      assert(!mine.cancelled || mine.decision == RETRY);
      mine.open = 1;
      mine.asked = 0;
      mine.decision = UNDECIDED;
#ifdef WITHOUT_DURABLE_BEFORE_EFFECT
      effect_happens();
#endif
      kind = STARTED;
      goto frame_made
    fi;
#ifdef SIGNALS
    if
    :: mine.signalled || due
    :: else ->
      looked_at = mine.seen;
      if
      :: wakes_up = 0
      :: wakes_up = 1
      fi;
      goto suspended
    fi;
#endif
    if
    :: mine.end = SUCCEEDED
    :: mine.end = FAILED
    fi;
end_made:
    looked_at = mine.seen;
    kind = ENDS;
    wanted = mine.end
  }
  goto frame_made;

effect:
  atomic {
#ifndef WITHOUT_DURABLE_BEFORE_EFFECT
    effect_happens();
#endif
    /* What came of it travels with the next frame, or in one of its own. */
    mine.open = 0;
    mine.done = 1
  }
  if
  :: atomic { kind = COMPLETED; goto frame_made }
  :: goto work
  fi;

suspended:
  /* More may come in while the other steps of the run come to rest. */
  atomic {
    take_in();
    kind = WAITS;
    wanted = WAITING
  }

frame_made:
  if
  :: IS_NEWEST -> goto send
  :: else -> goto let_go
  fi;

hand_it_back:
  /* worker.ts, stop: no further frame is sent, and the run is handed back, later. */
  atomic { hand_back(self) }

let_go:
  atomic {
    held[self]--;
over:
    standing[_pid] = FRAMES;
    forget_old_frames();
    place = 0;
    previous = 0;
    kind = 0;
    wanted = RUNNING;
    answer = 0;
    read = 0;
    looked_at = 0;
    fenced = 0;
    wakes_up = 0;
#ifdef BIRTHS
    key = 0;
#endif
    copy_journal(nothing, mine)
  };
  goto idle
}
