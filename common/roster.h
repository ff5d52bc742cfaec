/*
 * Who is in the room, as its entries say: found by folded name, in the order
 * of names. Pure; the server and each client keep one.
 */
#ifndef COMMON_ROSTER_H
#define COMMON_ROSTER_H

#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

struct member {
	RB_ENTRY(member) node;
	/* A server has very many. */
	uint64_t	 since_ms : 48;	/* of the JOIN; 0: not known */
	uint64_t	 name_len : 8;
	bool		 classic : 1;	/* unverified: shown as ~name */
	bool		 away : 1;
	uint64_t	 spoke_ms : 48;	/* of his last line; 0: none */
	uint64_t	 servers : 16;	/* where he is, a bit of each */
	void		*session, *look;	/* of who keeps the roster */
	const char	*name;		/* in fold, or behind its NUL */
	char		 fold[];
};
RB_HEAD(roster_tree, member);

struct roster {
	struct roster_tree tree;
	size_t		 count;
	struct member	*spare;		/* for when there is no memory */
};

void	 roster_init(struct roster *);
void	 roster_clear(struct roster *);

/*
 * What an entry does to the roster: join, leave, timeout, rename; of a line,
 * who spoke when. Returns the member who came (or was there already), spoke, or
 * is now called otherwise: that is another struct member than before; NULL for
 * everything else.
 */
struct member *roster_take(struct roster *, const struct entry *);

/* Sees to it that the next entry needs no memory. False: there is none. */
bool	 roster_reserve(struct roster *);

/* Adds a valid name; the one who is there already if so. NULL: no memory. */
struct member *roster_add(struct roster *, const char *name, size_t len,
	    bool classic);
void	 roster_remove(struct roster *, struct member *);

/* The member whose name folds so; NULL: nobody. */
struct member *roster_find(const struct roster *, const char *fold);
struct member *roster_named(const struct roster *, const char *name,
	    size_t len);
/* In the order of folded names. */
struct member *roster_first(const struct roster *);
struct member *roster_next(const struct member *);
/* The first whose fold comes behind this one; NULL: nobody. */
struct member *roster_after(const struct roster *, const char *fold);
/* True if the entry may change who is there. */
bool	 roster_changes(const struct entry *);

#endif
