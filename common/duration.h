/*
 * Spans of time as people write them: 45s, 30m, 12h, 2d; a bare number is
 * seconds. Pure.
 */
#ifndef COMMON_DURATION_H
#define COMMON_DURATION_H

#include <stdint.h>

enum duration {
	DURATION_OK,
	DURATION_MALFORMED,
	DURATION_LONG		/* more than a thousand years */
};

enum duration	 duration_parse(const char *text, int64_t *ms);

#endif
