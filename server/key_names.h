/*
 * What keys are called: for lists of many of them. Runs in the server.
 */
#ifndef SERVER_KEY_NAMES_H
#define SERVER_KEY_NAMES_H

#include <stdint.h>

struct hub;
struct key_names;

/* As it is now; NULL: no memory, which key_names_find takes too. */
struct key_names *key_names_new(const struct hub *, int64_t wall_ms);
void		 key_names_free(struct key_names *);
/* The name that somebody with this key has here, else the one that it used
 * last; NULL: none. */
const char	*key_names_find(const struct key_names *,
		    const char *fingerprint);

#endif
