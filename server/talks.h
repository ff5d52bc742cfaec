/*
 * The talks of a server: which two keys have one, and how much was said there.
 * A talk is kept for good; where nobody is its log is closed, and all that is
 * left of it is what is here. Pure but for the disk.
 *
 *   DIR/talks       "LOGID DAY FROM TO SAID FLAGS" a line, of which later ones
 *                   of a talk count: 32 hex; the day since 1970 on which FROM
 *                   began it; two keys, base64; the number of the last entry
 *                   that one of them said; of talk_flags those below 8
 *   DIR/talk/LOGID  its log, made when it is first opened
 *
 * A new one is on the disk at once, and that one is open before anything is
 * said there; how much was said is written when it was closed. So a crash loses
 * nothing: what was open then has to be read again.
 */
#ifndef SERVER_TALKS_H
#define SERVER_TALKS_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "server/room/persons.h"

enum {
	TALKS_MAX = 1 << 16,
	TALKS_UNANSWERED = 16	/* that one key began and nobody answered */
};

enum talk_flags {
	TALK_LOWER_SPOKE = 1 << 0,
	TALK_HIGHER_SPOKE = 1 << 1,
	TALK_OPENED = 1 << 2,	/* and not closed: more may have been said */
	TALK_FILE_FLAGS = 7,
	TALK_BY_HIGHER = 1 << 3,	/* who began it */
	TALK_CHANGED = 1 << 4,	/* the file does not say so */
	TALK_UNREAD = 1 << 5	/* its log could not be opened lately */
};

struct place;
struct talk_place;

struct talk_end {
	LIST_ENTRY(talk_end) by_person;	/* where something was said last first;
					 * with oneself, of the first alone */
	struct person	*person;
	struct talk_place *talk;
};

/* A talk, closed or open. */
struct talk_place {
	RB_ENTRY(talk_place) by_pair;
	uint8_t		 id[JOURNAL_ID];	/* of its log */
	struct talk_end	 end[2];	/* sides 1 and 2, the lower key first */
	uint32_t	 said;		/* an entry of one of them; 0: none */
	uint16_t	 day;
	uint8_t		 flags;
	struct place	*open;		/* NULL: it is closed */
};
_Static_assert(sizeof(struct talk_place) <= 128, "there may be many");

struct talks_config {
	const struct disk *disk;	/* all borrowed */
	const char	*dir;
	struct persons	*persons;	/* do not go before it */
	void		(*random)(void *arg, void *dst, size_t len);
	void		*arg;
};

enum talks_error {
	TALKS_FINE,
	TALKS_DISK,		/* it cannot be written, or no memory: errno */
	TALKS_FULL,		/* there are TALKS_MAX */
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
enum talks_error talks_make(struct talks *, int64_t wall_ms,
		    const uint8_t from[NOISE_KEY], const uint8_t to[NOISE_KEY],
		    struct talk_place **);
/* Each, from NULL on. */
struct talk_place *talks_next(const struct talks *, struct talk_place *);
size_t		 talks_count(const struct talks *);
/* Where its log is. False with errno: no path is so long. */
bool		 talks_path(const struct talks *, const struct talk_place *,
		    char path[PATH_MAX]);

/* 1: of the lower key, or of both; 2: of the higher; 0: it is not his. */
unsigned	 talks_side(const struct talk_place *,
		    const uint8_t key[NOISE_KEY]);
/* Whom he has it with, who may be himself. */
struct person	*talks_other(const struct talk_place *, const struct person *);
/* Has who did not begin it said something? Oneself always has. */
bool		 talks_is_answered(const struct talk_place *);
/* Is it sure that no more was said than it says here? */
bool		 talks_is_known(const struct talk_place *);

/* It is about to be opened. False with errno: it may not be. */
bool		 talks_opens(struct talks *, struct talk_place *);
/* A side said entry seq of it, now or before. */
void		 talks_said(struct talk_place *, unsigned side, uint64_t seq);
/* All of its log was told here, and it is closed. */
void		 talks_closed(struct talks *, struct talk_place *);

/* Is there something to write? Then it is worth it after a while. False with
 * errno: it is still to be written. */
bool		 talks_are_changed(const struct talks *);
bool		 talks_write(struct talks *);

#endif
