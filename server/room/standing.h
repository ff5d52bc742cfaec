/*
 * What is in force in the room: who is muted until when, whether it is closed
 * and to whom it is open all the same; in a talk, who takes nothing more from
 * the other. It follows from the log's rules alone, fed by its watch, and so
 * outlives whatever the log does. Pure.
 *
 * Where retention is about to take an entry that still counts, standing_again
 * gives it once more, to be appended: the newer one counts from then on.
 */
#ifndef SERVER_ROOM_STANDING_H
#define SERVER_ROOM_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/rule.h"

enum {
	STANDING_MUTES = 1024,	/* at once; the oldest goes */
	STANDING_KEYS = 4096	/* that are allowed */
};

struct standing;
struct wire_in;
struct wire_out;

struct standing_mute {
	int64_t		 until_ms;	/* UTC; 0: for ever */
	char		 reason[RULE_REASON_BYTES + 1];
};

struct standing *standing_new(void);	/* NULL: no memory; none is needed */
void	 standing_free(struct standing *);	/* later. Takes NULL too. */

/* All of it, for a later start; and back into one that is new. False: that is
 * nothing that standing_put writes, and it may be half in. */
void	 standing_put(const struct standing *, struct wire_out *);
bool	 standing_get(struct standing *, struct wire_in *);

/* An entry of the log, in order. */
void	 standing_take(struct standing *, const struct entry *);

bool	 standing_closed(const struct standing *);
/* In a talk, where the author of an entry is a side, "1" or "2": has that one
 * shut it to the other? */
bool	 standing_shut(const struct standing *, unsigned side);
/* Another number, not 0, whenever somebody else may speak or not any more. */
uint64_t standing_version(const struct standing *);
/* How many keys are allowed, how many people muted, also those whose time is
 * over. */
size_t	 standing_keys(const struct standing *);
size_t	 standing_mutes(const struct standing *);
bool	 standing_allows(const struct standing *, const char *fingerprint);
/* Each of them, in the order they were allowed; name: len 0 if not known. */
void	 standing_each_key(const struct standing *, void (*each)(void *arg,
	    const char *fingerprint, const char *name, size_t len), void *arg);
/* Each key that is allowed or muted; one that is both, twice. */
void	 standing_each_whose(const struct standing *, void (*each)(void *arg,
	    const char *fingerprint), void *arg);
/* Of who has a key, that: what he is called does not matter. Of who has none
 * (fingerprint NULL) the folded name. *mute may be NULL. wall_ms 0: be it
 * over or not. */
bool	 standing_muted(const struct standing *, int64_t wall_ms,
	    const char *fingerprint, const char *fold,
	    struct standing_mute *mute);
/* Is there a place for him; who is muted already has one. */
bool	 standing_may_mute(const struct standing *, int64_t wall_ms,
	    const char *fingerprint, const char *fold);

/* The oldest entry that counts; UINT64_MAX: none does. */
uint64_t standing_oldest(const struct standing *);
/*
 * The next rule whose entry is below `below`, to be said again; e's text goes
 * to text, its time is such that it ends when it did. What is over by now is
 * forgotten. False: there is none.
 */
bool	 standing_again(struct standing *, int64_t wall_ms, uint64_t below,
	    struct entry *e, char text[RULE_BYTES]);

#endif
