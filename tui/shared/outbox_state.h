/*
 * The outbox's state, for its own files only.
 */
#ifndef TUI_SHARED_OUTBOX_STATE_H
#define TUI_SHARED_OUTBOX_STATE_H

#include <sys/types.h>

#include "common/text.h"
#include "tui/shared/outbox.h"

#define OUTBOX_MAGIC "chatout1"

enum {
	OUTBOX_MAGIC_BYTES = sizeof(OUTBOX_MAGIC) - 1,
	OUTBOX_DRAFT_BYTES = OUTBOX_NAME_BYTES + 8,
	OUTBOX_HEADER = OUTBOX_MAGIC_BYTES + 4 + 4,
	OUTBOX_RECORD_HEADER = 4 + 4,
	OUTBOX_BODY = 4 + 1 + 5 + 2 + TEXT_LINE_BYTES,
	OUTBOX_RECORD = OUTBOX_RECORD_HEADER + OUTBOX_BODY
};

/* Of a record that is no post: all below its counter is acknowledged. Its flags
 * say what its text is; a program that knows no such text passes over it. */
enum {
	OUTBOX_ACKNOWLEDGED = 0,
	OUTBOX_NUMBERS = 1,
	OUTBOX_MOVES = 2,
	OUTBOX_SAID_AS = 3
};

struct post {
	uint32_t	 counter;
	uint8_t		 kind;
	uint32_t	 flags;
	uint64_t	 tag;
	uint64_t	 was;		/* id of before; 0: none */
	bool		 sent;
	bool		 earlier;	/* it was not said first in this run */
	size_t		 len;
	char		*text;
};

struct outbox {
	const struct disk *disk;	/* NULL: in memory only */
	char		 path[OUTBOX_NAME_BYTES];
	int		 fd;
	off_t		 size;
	uint32_t	 number;
	uint32_t	 next;		/* counter of the next post */
	struct post	*posts;		/* a ring of OUTBOX_POSTS */
	size_t		 first, count;
	size_t		 unsynced;	/* of them, the newest: not written */
	off_t		 synced;	/* bytes */
	bool		 junk;		/* behind size: it must go first */
	bool		 named;		/* on the disk, as the file is */
	bool		 damaged;	/* a part of it could not be read */
	bool		 said;		/* its file has what waits no more */
	struct past	 past;
	char		 names[OUTBOX_NAMES_BYTES];
};

static inline struct post *
outbox_post_at(const struct outbox *o, size_t i)
{
	return &o->posts[(o->first + i) % OUTBOX_POSTS];
}

/* outbox_write.c */
bool		 outbox_write_header(struct outbox *);
/* Fills dst, of OUTBOX_RECORD bytes; how many. */
size_t		 outbox_put_record(uint8_t *dst, uint32_t counter,
		    uint8_t kind, uint32_t flags, const char *text,
		    size_t len);
/* At the end of the file; false with errno: it is as it was. */
bool		 outbox_write_end(struct outbox *, const void *, size_t len);
/* The posts from the i-th on, there, as if the oldest had the counter `first`:
 * all of them, or false with errno. */
bool		 outbox_write_posts(struct outbox *, size_t i,
		    uint32_t first);
/* What is written is on the disk. False with errno: nobody knows what is, and
 * all that was not before is gone. */
bool		 outbox_sync_end(struct outbox *);

/* outbox_rewrite.c */
/* Its file is whole again, and has what was read; where posts are missing the
 * others get new counters. False with errno: it is as it was. */
bool		 outbox_mend(struct outbox *);

/* Of what is to take the file's place. */
void		 outbox_draft_path(char dst[OUTBOX_DRAFT_BYTES],
		    const struct outbox *);
/* Behind the names that the other one was said under. */
void		 outbox_join_names(struct outbox *, const struct outbox *);
/* Takes a copy of the text as the newest post. */
bool		 outbox_push(struct outbox *, uint32_t counter, uint8_t kind,
		    uint32_t flags, const char *text, size_t len);
/* Forgets the oldest post. */
void		 outbox_pop(struct outbox *);

#endif
