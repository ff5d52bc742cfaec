/*
 * Where a room is, as a text: one server or several, commas between. One
 * reader, one writer; pure. What the user types, a setting says, and what is
 * kept of NODES are such lists.
 *
 *   HOST[:PORT][,HOST[:PORT] ...]
 *   HOST  letters, digits, "-", "_" and "."; an address of IPv6 in brackets
 *         where there is a port, which may end with % and an interface
 */
#ifndef TUI_SHARED_HOSTS_H
#define TUI_SHARED_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOSTS_MAX = 16,			/* in a list */
	HOSTS_HOST_BYTES = 253 + 1,	/* longest host, with its NUL */
	HOSTS_ONE_BYTES = HOSTS_HOST_BYTES + 8,	/* "[HOST]:PORT" */
	HOSTS_LIST_BYTES = HOSTS_MAX * (HOSTS_ONE_BYTES + 1)
};

struct hosts_one {
	char		 host[HOSTS_HOST_BYTES];	/* without brackets */
	uint16_t	 port;				/* 0: not said */
};

/* Is it one of several, and no invitation? Then it is a list, or wrong. */
bool	 hosts_is_list(const char *text);
/* NULL, or what is wrong with it, as a part of a sentence. */
const char *hosts_flaw(const char *text);
/* The next one of a list, from *at on, which goes on behind it; false at its
 * end, or where it is wrong. */
bool	 hosts_next(const char **at, struct hosts_one *);
/* Is the list's first one written so? */
bool	 hosts_begin_with(const char *list, const char *one);
/* Adds one to a list of so many bytes; false: it is too long for that. */
bool	 hosts_add(char *list, size_t size, const char *host, uint16_t port);

#endif
