/*
 * How far each person has read each log, and so which logs are his: a mark
 * begins where somebody comes in, moves up, and ends where he leaves for good.
 * Pure but for the disk.
 *
 *   DIR/marks  "KEY LOGID SEQ DAY" a line, of which later ones count: base64;
 *              32 hex; the number, "-" for no mark any more; the day, since
 *              1970, since when there is no such log, 0: there is; of no mark
 *              when he left, 0: that is not kept any more
 *
 * What has changed is written now and then, where one begins or ends soon, and
 * not synced: a crash may take that.
 */
#ifndef SERVER_ROOM_MARKS_H
#define SERVER_ROOM_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/journal.h"
#include "server/room/persons.h"

enum {
	MARKS_OF_KEY = 512,	/* then the one used longest ago goes */
	MARKS_MISSED_DAYS = 30,	/* one of no log lasts */
	MARKS_LEFT_DAYS = 90	/* that he left is known */
};

struct disk;
struct marks;

/* Reads DIR/marks. NULL with *why. disk and dir are borrowed, and so are the
 * persons, who may not go before it. */
struct marks	*marks_open(const struct disk *, const char *dir,
		    struct persons *, struct journal_why *why);
/* Writes what has changed; 0, or why it could not, an errno. Takes NULL too. */
int		 marks_close(struct marks *);

/*
 * These are the logs that there are, in any order, which is changed. Marks of
 * others last a while: a directory may have been renamed. Once after opening.
 */
void		 marks_missed(struct marks *, int64_t wall_ms,
		    uint8_t (*logs)[JOURNAL_ID], size_t n);

/* He has one, of 0 where he had none. False: no memory. */
bool		 marks_begin(struct marks *, struct person *,
		    const uint8_t log[JOURNAL_ID]);
/* True: he has one, and it was further down. */
bool		 marks_move(struct marks *, struct person *,
		    const uint8_t log[JOURNAL_ID], uint64_t seq);
/* He has none any more: he left. */
void		 marks_end(struct marks *, int64_t wall_ms, struct person *,
		    const uint8_t log[JOURNAL_ID]);
/* Did he, and has not come again? */
bool		 marks_has_left(const struct person *,
		    const uint8_t log[JOURNAL_ID]);

/* His mark there; NULL: none. */
const struct mark *marks_find(const struct person *,
		    const uint8_t log[JOURNAL_ID]);
/* Each of his, from NULL on, the one used longest ago first. */
const struct mark *marks_next(const struct person *, const struct mark *);
/* Is there a log that both have a mark in? */
bool		 marks_meet(const struct person *, const struct person *);

/* Is there something to write? Then it is worth it after a while. False with
 * errno: it is still to be written. */
bool		 marks_are_changed(const struct marks *);
bool		 marks_write(struct marks *);
/* Has one begun, or ended, since that was tried? Those are to be written soon,
 * alone: however much else has changed. */
bool		 marks_have_begun(const struct marks *);
bool		 marks_write_begun(struct marks *);

#endif
