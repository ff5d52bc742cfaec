/*
 * Faults in real programs: the n-th call of some kind fails, the clock jumps.
 * tests/fault.c does it, inside of the program, on the test's order.
 */
#ifndef TESTS_WITH_FAULT_H
#define TESTS_WITH_FAULT_H

#include <stdbool.h>

#include "tests/fault.h"

struct fault {
	struct fault_plan *plan;
	char		 path[64];	/* the plan's file */
	char		 set[80];	/* FAULT_FILE= */
	char		 preload[512];	/* LD_PRELOAD= */
	const char	*env[8];	/* for the program, to be added to */
};

/* False where programs cannot be interposed: sanitizers, valgrind. */
bool	 fault_possible(void);
/* Nothing fails yet. */
void	 fault_open(struct fault *);
void	 fault_close(struct fault *);
/* Adds NAME=value, borrowed, to env. */
void	 fault_add_env(struct fault *, const char *setting);

/* From now on the n-th call of these kinds fails with error, and so do the
 * `onwards` after it. n 0: they are only counted. */
void	 fault_order(struct fault *, unsigned kinds, unsigned n,
	    unsigned onwards, int error);
void	 fault_none(struct fault *);
unsigned fault_count(const struct fault *);
unsigned fault_hits(const struct fault *);

#endif
