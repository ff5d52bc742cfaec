/*
 * The talks of a server: which two keys have one, and how much was said there.
 * A talk is kept for good, unless there are too many: server/talks_away.h.
 * Where nobody is its log is closed, and all that is left of it is what is
 * here. Pure but for the disk.
 *
 *   DIR/talks       "LOGID DAY FROM TO SAID FLAGS LAST NET WIDE" a line, of
 *                   which later ones of a talk count: 32 hex; the day since
 *                   1970 on which FROM began it; two keys, base64; the number
 *                   of the last entry that one of them said; of talk_flags
 *                   those below 16; the day on which that was said; and from
 *                   where it was begun, as talk_nets.h has it. FLAGS "-": it
 *                   is put away. The last three came later and may be missing:
 *                   then nobody knows, and it is kept.
 *   DIR/talk/LOGID  its log, made when it is first opened
 *
 * A new one is on the disk at once, and that one is open before anything is
 * said there; how much was said is written when it was closed. So a crash loses
 * nothing: what was open then has to be read again.
 */
#ifndef SERVER_TALKS_H
#define SERVER_TALKS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "server/room/persons.h"
#include "server/talk_nets.h"
#include "server/talk_place.h"

enum {
	TALKS_MAX = 1 << 16,
	TALKS_UNANSWERED = 16	/* that one key began and nobody answered */
};

struct talks_config {
	const struct disk *disk;	/* all borrowed */
	const char	*dir;
	struct persons	*persons;	/* do not go before it */
	void		(*random)(void *arg, void *dst, size_t len);
	void		*arg;
	size_t		 max;		/* 0: TALKS_MAX */
	uint32_t	 net_day;	/* 0: TALK_NETS_DAY */
};

/* Who begins one with whom, when and from where. */
struct talk_wish {
	const uint8_t	*from, *to;	/* keys */
	int64_t		 wall_ms, now_ms;
	struct talk_from at;
	bool		 opens;		/* it is about to be opened: as
					 * talks_opens, and that is done */
	bool		 replaces;	/* one that was put away for it */
	const uint8_t	*id;		/* its log; NULL: another one */
	bool		 past;		/* it counts for no day */
};

enum talks_error {
	TALKS_FINE,
	TALKS_DISK,		/* it cannot be written, or no memory: errno */
	TALKS_FULL,		/* there are TALKS_MAX */
	TALKS_PART,		/* or his network's part of half as many */
	TALKS_DAY,		/* that was begun from there in a day */
	TALKS_QUOTA		/* he has TALKS_UNANSWERED */
};

struct talks;

/* Reads DIR/talks. NULL with *why. */
struct talks	*talks_open(const struct talks_config *,
		    struct journal_why *why);
/* Writes what has changed; 0, or why it could not, an errno. Takes NULL too. */
int		 talks_close(struct talks *);

/* That of two keys, in any order, or of one with itself; NULL: none. */
struct talk_place *talks_find(const struct talks *,
		    const uint8_t one[NOISE_KEY], const uint8_t two[NOISE_KEY]);
/* The same, begun where there is none. */
enum talks_error talks_make(struct talks *, const struct talk_wish *,
		    struct talk_place **);
/* The first half of that: may it be begun? The other one: it is from now on,
 * on several servers, one of which found that it may. */
enum talks_error talks_judge(const struct talks *, const struct talk_wish *);
enum talks_error talks_learn(struct talks *, const struct talk_wish *,
		    struct talk_place **);
/* How long until TALKS_DAY is over, ms. */
int64_t		 talks_wait(const struct talks *, const struct talk_wish *);
/* A closed one is no more, nor is its log; whoever knew of it has forgotten
 * it. False with errno: it is still there. */
bool		 talks_put_away(struct talks *, struct talk_place *);
/* By its log; NULL: none. */
struct talk_place *talks_of_log(struct talks *,
		    const uint8_t id[JOURNAL_ID]);
/* Of several servers, while they tell what there was: that log was of a talk
 * that is no more, or is not any more. False: no memory. */
bool		 talks_note_gone(struct talks *, const uint8_t id[JOURNAL_ID]);
bool		 talks_is_gone(const struct talks *,
		    const uint8_t id[JOURNAL_ID]);
/* Then there is a block of a log that is not here: it may be a talk's that is
 * no more, of which that is told later. False: no memory. Is there one of which
 * it was not told? */
bool		 talks_pass(struct talks *, const uint8_t id[JOURNAL_ID]);
bool		 talks_miss(const struct talks *);
/* Each, from NULL on. */
struct talk_place *talks_next(const struct talks *, struct talk_place *);
size_t		 talks_count(const struct talks *);
/* What each network has of them. */
const struct talk_nets *talks_nets(const struct talks *);
/* Where its log is. False with errno: no path is so long. */
bool		 talks_path(const struct talks *, const struct talk_place *,
		    char path[PATH_MAX]);

/* It is about to be opened. False with errno: it may not be. */
bool		 talks_opens(struct talks *, struct talk_place *);
/* A side said entry seq of it, now or before. */
void		 talks_said(struct talk_place *, unsigned side, uint64_t seq,
		    int64_t wall_ms);
/* Or something else that holds on: it is kept for that. */
void		 talks_ruled(struct talk_place *);
/* All of its log was told here, and it is closed. */
void		 talks_closed(struct talks *, struct talk_place *);

/* Is there something to write? Then it is worth it after a while. False with
 * errno: it is still to be written. */
bool		 talks_are_changed(const struct talks *);
bool		 talks_write(struct talks *);

#endif
