/*
 * What the flags of an entry say. Pure.
 */
#ifndef COMMON_ENTRY_FLAGS_H
#define COMMON_ENTRY_FLAGS_H

#include <stdint.h>

/*
 * A message too long for one entry is ENTRY_PARTs and then its last
 * piece, contiguous; entry_index counts them from 0, entry_more says how many
 * pieces still follow. A rename that the room refused is in the log too, quiet
 * and to the same name as before: entry_why is the frame_code, 0: it is called
 * so already, entry_refusal the enum refusal that says more, 0: nothing does,
 * entry_wait after how many seconds it may be, 0: that is not a matter of time.
 * So each post is there once, whatever became of it.
 */
enum {
	ENTRY_CLASSIC = 1 << 0,	/* of the classic protocol: name unverified */
	ENTRY_QUIET = 1 << 1,	/* keeps the books: not shown */
	ENTRY_ROLE_SHIFT = 2,	/* an entry_role; the server's to set */
	ENTRY_ROLE_MAX = 63,
	ENTRY_MORE_SHIFT = 8,
	ENTRY_MORE_MAX = 15,
	ENTRY_INDEX_SHIFT = 12,
	ENTRY_PIECE_FLAGS = 0xff << ENTRY_MORE_SHIFT,	/* both of them */
	ENTRY_WHY_SHIFT = 16,
	ENTRY_WHY_MAX = 15,
	ENTRY_REFUSAL_SHIFT = 20,
	ENTRY_REFUSAL_MAX = 15,
	ENTRY_WAIT_SHIFT = 24,
	ENTRY_WAIT_MAX = 255
};

/* What an entry means besides being said. A rule and what is sealed have a
 * meaning now. */
enum entry_role {
	ENTRY_SAID,
	ENTRY_REPLY,
	ENTRY_EDIT,
	ENTRY_REACTION,
	ENTRY_RULE,		/* common/rule.h */
	ENTRY_FILE,
	ENTRY_SEALED
};

static inline unsigned
entry_role(uint32_t flags)
{
	return flags >> ENTRY_ROLE_SHIFT & ENTRY_ROLE_MAX;
}

static inline unsigned
entry_more(uint32_t flags)
{
	return flags >> ENTRY_MORE_SHIFT & ENTRY_MORE_MAX;
}

static inline unsigned
entry_index(uint32_t flags)
{
	return flags >> ENTRY_INDEX_SHIFT & ENTRY_MORE_MAX;
}

static inline unsigned
entry_why(uint32_t flags)
{
	return flags >> ENTRY_WHY_SHIFT & ENTRY_WHY_MAX;
}

static inline unsigned
entry_refusal(uint32_t flags)
{
	return flags >> ENTRY_REFUSAL_SHIFT & ENTRY_REFUSAL_MAX;
}

static inline unsigned
entry_wait(uint32_t flags)
{
	return flags >> ENTRY_WAIT_SHIFT & ENTRY_WAIT_MAX;
}

#endif
