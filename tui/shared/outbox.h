/*
 * The outbox: what this person said and the room has not acknowledged, on the
 * disk before it is sent, so that a crash of either side loses nothing. Runs
 * in the receiver process.
 *
 *   header  "chatout1" | outbox u32 | crc32c u32          outbox: random
 *   record  length u32 | crc32c u32 | counter u32 | kind u8 | flags varint |
 *           text string           kind 0: all below counter is acknowledged,
 *                                 and text is, by the flags, 1: its numbers;
 *                                 2: its moves; see past.h; 3: its names
 *                                 kind 255, of before: text is its mark
 */
#ifndef TUI_SHARED_OUTBOX_H
#define TUI_SHARED_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/text.h"
#include "tui/shared/past.h"

enum {
	OUTBOX_POSTS = 4096,		/* the most that may wait */
	OUTBOX_NAME_BYTES = 4096,	/* longest path, with NUL */
	OUTBOX_NAMES = 8,		/* that it was said under, and */
	OUTBOX_NAMES_BYTES = OUTBOX_NAMES * (TEXT_NAME_BYTES + 1)
};

struct disk;

struct outbox_post {
	uint32_t	 counter;
	enum entry_kind	 kind;
	uint32_t	 flags;
	uint64_t	 tag;		/* the screen's name for it; 0: none */
	bool		 sent;		/* it may be on its way, or there */
	size_t		 text_len;
	const char	*text;
};

struct outbox;

/*
 * Opens or makes path; disk NULL: keeps it in memory only. random: for a new
 * outbox's number, not 0. NULL with errno. A torn end is cut; what waits is on
 * the disk then, whoever left it; a file that is none of ours is EINVAL and
 * left alone.
 */
struct outbox	*outbox_open(const struct disk *, const char *path,
		    uint32_t random);
void		 outbox_close(struct outbox *);

/* Was a part of its file not to be read when it was opened? What was sound
 * behind that waits all the same, under counters of its own. */
bool		 outbox_is_damaged(const struct outbox *);
uint32_t	 outbox_number(const struct outbox *);
/* Its file; "": in memory only. */
const char	*outbox_path(const struct outbox *);
/* Begins anew under another number; what waits gets new counters. What has one
 * below `taken` is known by that no more: there it is another's. False with
 * errno: nothing has changed. */
bool		 outbox_renumber(struct outbox *, uint32_t random,
		    uint32_t taken);
/* The same, in one step, but what is there already is not to be said any more:
 * there[i] of the i-th, whole messages. */
bool		 outbox_renumber_rest(struct outbox *, uint32_t random,
		    uint32_t taken, const bool *there);
/* Knows the past of that one and its names as its own. False with errno: it
 * does not. */
bool		 outbox_follow(struct outbox *, const struct outbox *former);
/* The same, and its file takes the place of that one's, for good. False with
 * errno: it is where it was. */
bool		 outbox_replace(struct outbox *, const struct outbox *former);
/* Its file lies at path from now on, in one step; one in memory stays there.
 * False with errno: it is where it was. */
bool		 outbox_move(struct outbox *, const char *path);
/* From now on it is said under that name: on the disk. False with errno: that
 * is not known later. */
bool		 outbox_say_as(struct outbox *, const char *name, size_t len);
/* Was it ever, as far as is known? */
bool		 outbox_was_said_as(const struct outbox *, const char *name,
		    size_t len);
/* The names that what waits may have been said under, the newest last, with
 * blanks between; "": none is known. */
const char	*outbox_names(const struct outbox *);
/* The counter of the oldest post that waits, else of the next one. */
uint32_t	 outbox_first(const struct outbox *);
/* And of the newest post, or of the one before the next. */
uint32_t	 outbox_last(const struct outbox *);
size_t		 outbox_count(const struct outbox *);

/*
 * Adds the pieces of one message, all or none; outbox_sync writes them, and
 * outbox_close: they must not be sent before that. tag goes to the last piece;
 * a piece's id is the one of before, see outbox_put_before. False with errno:
 * nothing was added.
 */
bool		 outbox_add(struct outbox *, const struct entry *pieces,
		    size_t n, uint64_t tag);
/*
 * What was added is on the disk now: one write and one wait for many lines.
 * False with errno: nothing of it is, and those posts must be taken back.
 */
bool		 outbox_sync(struct outbox *);
/* How many of the newest are not synced. */
size_t		 outbox_unsynced(const struct outbox *);
/* Takes back the newest post that is not synced; text is gone. False: none. */
bool		 outbox_take_back(struct outbox *, struct outbox_post *);
/*
 * What a room lost is said again, before all that waits; `lost` holds it, in
 * memory only, and is empty then. All get counters that were never used, and
 * are on the disk together with the mark and what they had been before. Nothing
 * may be unsynced. False with errno: nothing has changed.
 */
bool		 outbox_put_before(struct outbox *, struct outbox *lost,
		    const struct past_mark *);
/* The n from the i-th on are not to be said any more. All others get counters
 * that were never used, in one step. Nothing may be unsynced. False with errno:
 * nothing has changed. */
bool		 outbox_remove(struct outbox *, size_t i, size_t n);
/* The last one; a view, and so is the past. */
const struct past_mark *outbox_mark(const struct outbox *);
const struct past *outbox_past(const struct outbox *);
/* Which of those that wait is this line of the log, under this id or one of
 * before; outbox_count: none. */
size_t		 outbox_find(const struct outbox *, const struct entry *);
/* One of those that wait has this id, and other words. */
bool		 outbox_differs(const struct outbox *, const struct entry *);
/* Had the i-th another id? */
bool		 outbox_was_moved(const struct outbox *, size_t i);
/* The i-th that waits, a view until the next change. i < outbox_count. */
struct outbox_post outbox_get(const struct outbox *, size_t i);
void		 outbox_set_tag(struct outbox *, size_t i, uint64_t tag);
/* The posts from i to before end are sent now. */
void		 outbox_set_sent(struct outbox *, size_t i, size_t end);
/* Takes the n newest back, none of which was ever sent: their counters will be
 * others'. False with errno: they wait as before. */
bool		 outbox_withdraw(struct outbox *, size_t n);
bool		 outbox_empty(struct outbox *);	/* all; that needs no room */
/* All below counter is in the room's log, on its disk. */
void		 outbox_acknowledged(struct outbox *, uint32_t counter);
/* Has its file the words of what is acknowledged? Till that is forgotten. */
bool		 outbox_has_said(const struct outbox *);
void		 outbox_forget_said(struct outbox *);
/* All below counter is not to be said any more, also after a crash. */
void		 outbox_give_up(struct outbox *, uint32_t counter);

#endif
