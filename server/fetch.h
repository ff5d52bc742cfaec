/*
 * What is looked at soon comes from memory meanwhile: of a thousand sessions
 * none is in the cache any more when it is its turn. Changes nothing. Pure.
 */
#ifndef SERVER_FETCH_H
#define SERVER_FETCH_H

#include <stddef.h>
#include <stdint.h>

enum { FETCH_LINE = 64 };		/* bytes */

/* So many bytes there, or around it: it may be no address at all. */
static inline void
fetch(const void *at, size_t len)
{
	const char *first = (const char *)at - (uintptr_t)at % FETCH_LINE;
	const char *line;

	for (line = first; line < (const char *)at + len; line += FETCH_LINE) {
		__builtin_prefetch(line);
		/* A function that does nothing else does nothing, gcc finds,
		 * and leaves out who calls it. */
		__asm__ volatile ("" : : "r" (line));
	}
}

#endif
