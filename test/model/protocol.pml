/*
 * The protocol by which workers own a run and write its journal, for `spin`. See README.md. What a scenario is made
 * of comes as `-D`: how many owners and what may happen to them.
 */

#ifndef OWNERS
#define OWNERS 2
#endif
#ifndef REGISTRATIONS
#define REGISTRATIONS 3
#endif
#ifndef CLAIMS
#define CLAIMS 3
#endif
#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef LOST_ANSWERS
#define LOST_ANSWERS 1
#endif
#ifndef FRAMES
#define FRAMES 16
#endif

#include "guards.pml"
#include "database.pml"
#include "birth.pml"
#include "owner.pml"
#include "world.pml"

init {
  atomic {
    row.owner = NOBODY;
#ifdef BIRTHS
    row.status = ABSENT;
#else
    hash[0] = CREATED;
    frames = 1;
#endif
    may_happen = 1;
    do
    :: each < OWNERS ->
#ifdef ONE_WORKER
      run Owner(0);
#else
      run Owner(each);
#endif
      standing[each + 1] = FRAMES;
      each++
    :: else -> break
    od;
    each = 0;
#ifdef ONE_WORKER
    registered = 1;
#else
    registered = OWNERS;
#endif
    do
    :: each < registered -> lease[each] = VALID; each++
    :: else -> break
    od;
    run Leases();
    run Sweeper();
    run Messenger();
#ifdef BIRTHS
    run Client();
#ifdef ASKED_TWICE
    run AnotherServer();
#endif
#endif
    each = 0
  }
}
