/*
 * What a test tells fault.so, and what that tells the test: a file that both
 * map, so that a fault can be ordered and counted while the program runs, in
 * all of its processes.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdatomic.h>
#include <stdint.h>

/* Kinds of calls, as bits. */
enum fault_kind {
	FAULT_WRITE = 1 << 0,		/* to a regular file */
	FAULT_SYNC = 1 << 1,		/* fsync, fdatasync */
	FAULT_RENAME = 1 << 2,
	FAULT_OPEN = 1 << 3,		/* and opendir, fopen */
	FAULT_TRUNCATE = 1 << 4,
	FAULT_MKDIR = 1 << 5,
	FAULT_LINK = 1 << 6,
	FAULT_REMOVE = 1 << 7,
	FAULT_ALLOC = 1 << 8,
	FAULT_SOCKET = 1 << 9,
	FAULT_FORK = 1 << 10,		/* and pipe */
	FAULT_DISK = FAULT_WRITE | FAULT_SYNC | FAULT_RENAME | FAULT_OPEN |
	    FAULT_TRUNCATE | FAULT_MKDIR | FAULT_LINK | FAULT_REMOVE
};

struct fault_plan {
	atomic_uint	 kinds;		/* counted; 0: none */
	atomic_uint	 nth;		/* fails, from 1; 0: none */
	atomic_uint	 onwards;	/* so many more of them fail */
	atomic_int	 error;		/* errno */
	atomic_uint	 count;		/* of calls of these kinds */
	atomic_uint	 hits;		/* of them, those that failed */
	atomic_llong	 wall_ms;	/* added to the wall clock */
	atomic_llong	 run_ms;	/* and to the one that only runs */
	atomic_uint	 nap_in;	/* at the reading of it so far on, */
	atomic_llong	 nap_ms;	/* so much more is added */
};

#endif
