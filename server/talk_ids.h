/*
 * Which talk has which log, and which logs are of none any more: found at once,
 * however many there are, since of several servers each block says of which log
 * it is. Ids are random. Pure; of the talks' files.
 */
#ifndef SERVER_TALK_IDS_H
#define SERVER_TALK_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"

struct talk_place;

/* One that is neither is none. */
struct talk_id {
	uint8_t		 id[JOURNAL_ID];
	struct talk_place *talk;	/* NULL: of none */
	bool		 gone;		/* of others, which is no more; */
	bool		 told;		/* that it is; else a block was there */
};

/* Zeroed: there are none. Fields are its own. */
struct talk_ids {
	struct talk_id	*of;
	size_t		 size, n;
};

/* Views until the next call that adds or drops. NULL: there is none. */
struct talk_id	*talk_ids_find(const struct talk_ids *,
		    const uint8_t id[JOURNAL_ID]);
/* The same, put there for the caller, who fills it in; NULL: no memory. */
struct talk_id	*talk_ids_put(struct talk_ids *,
		    const uint8_t id[JOURNAL_ID]);
void		 talk_ids_drop(struct talk_ids *, struct talk_id *);
void		 talk_ids_free(struct talk_ids *);

#endif
