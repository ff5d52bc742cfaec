/*
 * Setting a journal aside, for whom it may be the only copy. Two are kept, the
 * oldest goes; what is set aside is a journal itself, see common/journal.h.
 */
#ifndef COMMON_JOURNAL_ASIDE_H
#define COMMON_JOURNAL_ASIDE_H

#include "common/journal.h"

/* aside gets where it is now. FAILED with errno: it is where it was. */
enum journal_aside {
	JOURNAL_ASIDE_NONE,	/* there is no log, or nothing in it */
	JOURNAL_ASIDE_KEPT,
	JOURNAL_ASIDE_FAILED
};
/* The log in dir, which nobody has open. */
enum journal_aside journal_set_aside(const struct disk *disk,
		    const char *dir, char aside[PATH_MAX]);
/* A copy of what is above seq (first - 1 <= seq < last), before it is cut
 * away; where it is `instead`, the newest one goes, and not the oldest. False
 * with errno. */
bool		 journal_cut_aside(struct journal *, uint64_t seq, bool instead,
		    char aside[PATH_MAX]);
/* The same of what is above seq up to `end`: it goes before what was cut away
 * above `end`, the newest that is aside or with `older` the other one. */
bool		 journal_cut_more(struct journal *, uint64_t seq, uint64_t end,
		    bool older, char aside[PATH_MAX]);

#endif
