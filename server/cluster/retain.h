/*
 * Which blocks the engine keeps: the last so many, and no more than so many
 * bytes of them. What is older goes in steps, by whoever has written the last
 * block of one, so that one does it as a rule, and another one if not. Pure.
 */
#ifndef SERVER_CLUSTER_RETAIN_H
#define SERVER_CLUSTER_RETAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RETAIN_BLOCKS = 50000,	/* as a rule */
	RETAIN_BYTES = 1 << 30,	/* of what was told since the start */
	RETAIN_STEPS = 50	/* of what is kept */
};

struct retain {
	uint64_t	 blocks;	/* that are kept; 0: all */
	uint64_t	 bytes[RETAIN_STEPS];	/* of a step, round and round */
};

/* That block of so many bytes was told. Returns before which number all may go
 * now; 0: nothing does. */
uint64_t retain_told(struct retain *, uint64_t number, size_t len, bool ours);

#endif
