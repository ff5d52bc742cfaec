/*
 * What is being typed in a window, as it is kept for the next run. No code.
 */
#ifndef TUI_SESSION_DRAFT_H
#define TUI_SESSION_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

enum { DRAFT_ASIDES = 4 };

/* What is being typed, as it is on the disk. */
struct draft {
	char		*text;
	char		*aside[DRAFT_ASIDES];	/* oldest first: for one alone,
						 * gave way to it unsaid */
	size_t		 asides;
	bool		 stale;		/* the disk has others of those */
	char		 name[TEXT_NAME_BYTES + 1];	/* of whom */
	int64_t		 due;		/* then it is to be kept, unless keys
					 * come just then */
	bool		 wanted;	/* of the run before, once in */
	char		*given;		/* to the editor, which runs; or NULL */
};

#endif
