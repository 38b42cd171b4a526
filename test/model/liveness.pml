/*
 * That a run comes to its end, whether it was submitted or born. One worker may die at any point, the other lives;
 * bells may go unheard. Frames are abstracted to who wrote the last `claimed`: only that owner's frames are accepted
 * (protocol.pml shows why). The run waits for a time, then for a message, and ends. Each guard below keeps the run
 * from being left lying.
 */

#define QUEUED 0
#define RUNNING 1
#define WAITING 2
#define ENDED 3
#define ABSENT 4
#define MORTAL 0
#define LIVING 1
#define NOBODY 2

byte status = ABSENT, owner = NOBODY, writer = NOBODY;
byte stage; /* 0: waits for its time, 1: for a message, 2: nothing is left, 3: its journal says that it ended */
bit due, wakes, filed, bell;
bit asked, left_out; /* the run was asked for; who was to make it has not got it */
bit holds[2] = 1, registered[2] = 1; /* the lease holds; its row is there */
bit works[2]; /* the worker knows of the run */
bit claiming[2];
byte passed, lost_answers;

inline ring() {
  /* A bell may be lost. */
  if
  :: bell = 1
  :: true
  fi
}

#ifdef WITHOUT_LOOK
#define HEARD bell
#else
#define HEARD true /* worker.ts, look: now and then it looks for ready runs without a bell */
#endif

inline leave(new_status, with_time) {
  /* commit.ts: the frame is accepted from the last who wrote `claimed`, the settlement from the row's owner. */
  if
  :: writer == self && owner == self ->
    status = new_status;
    owner = NOBODY;
    wakes = with_time
  :: else
  fi
}

inline bear() {
  /* create-run.ts: who has no lease, or a limit, makes it for anybody. A bell follows what is submitted after it. */
  if
  :: holds[self] && registered[self] -> status = RUNNING; owner = self; writer = self
  :: true -> status = QUEUED; left_out = 1
  fi
}

proctype Worker(byte self) {
  byte at;
end:
  do
  /* worker.ts, begin: it is asked for in this process. */
  :: atomic { !asked -> asked = 1; works[self] = 1 }
    if
    :: atomic {
        bear();
        if
        :: owner == self -> goto steps
        :: else -> goto again
        fi
      }
    /* Nobody here waits for the statement any more, and it goes on. */
    :: atomic { works[self] = 0; left_out = 1 }
      atomic {
        if
        :: status == ABSENT -> bear()
        :: else
        fi
      }
    fi
  :: atomic { status == QUEUED && holds[self] && registered[self] && HEARD -> bell = 0; status = RUNNING; owner = self; wakes = 0; claiming[self] = 1 }
    if
    :: atomic { works[self] = 1; claiming[self] = 0 }
    :: atomic { lost_answers < 1 -> lost_answers++; claiming[self] = 0; goto again }
    fi;
    if
    :: atomic { owner == self -> writer = self; at = stage }
    :: atomic { owner != self -> goto again }
    fi;
steps:
    do
    :: at == 0 && due && writer == self -> atomic { at = 1; if :: writer == self -> stage = 1 :: else fi }
    :: at == 0 && !due -> atomic { leave(WAITING, true) } break
    :: at == 1 && filed -> atomic { at = 2; if :: writer == self -> stage = 2 :: else fi }
    :: at == 1 && !filed -> atomic {
#ifdef WITHOUT_WAIT_LOOKS_AT_INBOX
        skip
      }
      atomic { leave(WAITING, false) }
      break
#else
        if
        :: !filed -> leave(WAITING, false)
        :: else -> leave(QUEUED, false)
        fi
      } break
#endif
    :: at == 2 -> atomic {
        at = 3;
        if
        :: writer == self -> stage = 3; leave(ENDED, false)
        :: else
        fi
      } break
#ifdef WITHOUT_END_SAID_AGAIN
    :: at == 3 -> break
#else
    /* take-up.ts: the end that the journal holds is said again, with the row. */
    :: at == 3 -> atomic { leave(ENDED, false) } break
#endif
    :: at < 3 && writer != self -> break
    od;
again:
    atomic { works[self] = 0; at = 0 }
  /* It dies; its process never comes back. */
  :: self == MORTAL -> break
  od
}

/* What goes on in the worker that lives, beside its runs. */
proctype Sweeper() {
end:
  do
#ifndef WITHOUT_BURIAL
  :: atomic { registered[MORTAL] && !holds[MORTAL] -> registered[MORTAL] = 0 } /* sweep.ts, bury-workers */
#endif
#ifndef WITHOUT_FREEING
  :: atomic { status == RUNNING && !registered[owner] -> status = QUEUED; owner = NOBODY } /* sweep.ts, free-dead */
#endif
#ifndef WITHOUT_WAKING
  :: atomic { status == WAITING && wakes -> status = QUEUED; wakes = 0; due = 1 } /* sweep.ts, wake-due */
#endif
#ifndef WITHOUT_FORGOTTEN_HAND_BACK
  /* claim.ts, handBackForgotten */
  :: atomic { status == RUNNING && owner == LIVING && !works[LIVING] && !claiming[LIVING] -> status = QUEUED; owner = NOBODY }
#endif
  od
}

/* worker-lease.ts and lease-thread.ts */
proctype Clock() {
end:
  do
  :: atomic { holds[LIVING] && passed < 1 -> holds[LIVING] = 0; passed++ }
  :: atomic { holds[MORTAL] -> holds[MORTAL] = 0 }
  od
}

proctype LeaseThread() {
end:
  do
#ifndef WITHOUT_RENEWAL
  :: holds[LIVING] = 1
#else
  :: false
#endif
  od
}

/* make-chat.ts: what no worker made is submitted. */
proctype Client() {
  atomic { !asked || left_out -> asked = 1 }
  atomic {
    if
    :: status == ABSENT -> status = QUEUED
    :: else
    fi;
    ring()
  }
}

proctype Messenger() {
  atomic {
    status != ABSENT ->
    filed = 1;
#ifndef WITHOUT_WAKE_BY_MESSAGE
    if
    :: status == WAITING -> status = QUEUED; wakes = 0; ring()
    :: else
    fi
#endif
  }
}

init {
  atomic {
    run Worker(MORTAL);
    run Worker(LIVING);
    run Sweeper();
    run Clock();
    run LeaseThread();
    run Messenger();
    run Client()
  }
}

/* INVARIANT queued-is-claimed: A queued run is claimed in the end, as long as a worker lives. */
ltl queued_is_claimed { [] (status == QUEUED -> <> (status != QUEUED)) }

/* INVARIANT comes-to-its-end: A run comes to its end, as long as a worker lives. */
ltl comes_to_its_end { [] (status != ABSENT -> <> (status == ENDED)) }
