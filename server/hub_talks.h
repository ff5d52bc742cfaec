/*
 * The hub's private talks: how one is found or opened, which of them goes where
 * there are too many, and how several servers agree on that.
 */
#ifndef SERVER_HUB_TALKS_H
#define SERVER_HUB_TALKS_H

#include "server/hub_parts.h"

/* What tells networks apart, always the same by one key. */
void	 hub_have_secret(struct hub *);
/* The talk that he wishes, with who has that key. */
bool	 hub_wishes_talk(const struct house_wish *, uint8_t key[NOISE_KEY]);
struct room *hub_find_talk(struct hub *, const struct house_wish *,
	    const uint8_t key[NOISE_KEY], enum frame_code *why);
/* What came is done: what it took to open some is known. */
void	 hub_rest_from_talks(struct hub *);
/* What was said in one that a crash left open is read, one at a time. False:
 * there is none any more. */
bool	 hub_read_talk(struct hub *);

/* Who founds pours one after the other into blocks. True: it is at one, and
 * comes again when that is due. And before that the others hear of all. */
bool	 hub_tick_founding_talks(struct hub *, int64_t *due);
void	 hub_found_talks(struct hub *);

/* One that the next block is of: it is open, if it can be. */
enum log_other hub_has_talk(struct hub *, const uint8_t id[JOURNAL_ID]);
/* All was told: were there blocks of a log that is none, and never was put
 * away? Then the server has lost one, and ends. */
bool	 hub_misses_talks(const struct hub *);

/* hub_talks_news.c: those of several servers, where there is a list of them. It
 * is asked for that one that may be begun, for which that one goes, or NULL. */
void	 hub_tell_talk(struct hub *, const struct talk_wish *,
	    const struct talk_place *goes);
enum house_verdict hub_judge_talk(const struct hub *,
	    const struct house_news *);
bool	 hub_told_talk(struct hub *, const struct house_news *);

#endif
