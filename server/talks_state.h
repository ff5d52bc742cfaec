/*
 * The talks as their files know them: talks_table.c has who has which,
 * talks_file.c over it what is on the disk, talks.c over both what happens.
 */
#ifndef SERVER_TALKS_STATE_H
#define SERVER_TALKS_STATE_H

#include "server/room/line_file.h"
#include "server/talk_ids.h"
#include "server/talks.h"

RB_HEAD(talk_pairs, talk_place);

struct talks {
	struct talks_config config;
	struct line_file file;
	struct talk_pairs by_pair;
	struct talk_nets nets;
	size_t		 count;
	bool		 changed;	/* one of them is */
	/* Of several servers, once somebody asks for a log. */
	struct talk_ids	 ids;
	bool		 has_ids;	/* of all talks */
	size_t		 passed_n;	/* gone, and it was not told */
};

/* talks_table.c */
/* One more, of whom there is none yet, and nothing is known of it. NULL: no
 * memory. And how it was begun: its log, its day, from where. */
struct talk_place *talks_add(struct talks *, const uint8_t from[NOISE_KEY],
		    const uint8_t to[NOISE_KEY]);
void		 talks_begin(struct talks *, struct talk_place *,
		    const uint8_t id[JOURNAL_ID], uint16_t day,
		    const struct talk_from *);
void		 talks_drop(struct talks *, struct talk_place *);
/* With oneself. */
bool		 talks_is_alone(const struct talk_place *);

/* talks_file.c */
/* This one is on the disk as it is; what else has changed may stay to be
 * written. False with errno. */
bool		 talks_write_one(struct talks *, const struct talk_place *);

#endif
