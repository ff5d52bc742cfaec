/*
 * The file that spares a start the replay: what is known of the log's older
 * segments and what followed from them, of log.c alone. It may be missing,
 * torn, older or of something else at any time: then the whole log is read.
 *
 *   DIR/checkpoint   "chatmark" | version u32 | body | BLAKE2b-256 of all that
 *
 * The body is journal_put_mark's and then what log_out's save wrote. A version
 * for each change of what that means; what the same entries lead to counts.
 */
#ifndef SERVER_ROOM_CHECKPOINT_H
#define SERVER_ROOM_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHECKPOINT_VERSION = 2,	/* 1: a rename was of one outbox */
	CHECKPOINT_HEAD = 8 + 4,
	CHECKPOINT_SUM = 32,
	CHECKPOINT_BYTES = 64 << 20	/* no longer one is written or read */
};

struct disk;
struct wire_out;

struct checkpoint {
	const struct disk *disk;
	const char	*dir;		/* borrowed */
	int		 fd;		/* of a draft; -1: there is none */
};

/* Its bytes, to be freed, whole and of this version; NULL: there are none. The
 * body is without CHECKPOINT_HEAD and CHECKPOINT_SUM. */
uint8_t	*checkpoint_read(const struct disk *, const char *dir, size_t *len);

void	 checkpoint_init(struct checkpoint *, const struct disk *,
	    const char *dir);
/* A body goes behind this, and is followed by that. */
void	 checkpoint_begin(struct wire_out *);
void	 checkpoint_end(struct wire_out *);
/* As a draft, which may be synced, and then replaces what was there. What
 * fails is given up: there will be another one. */
void	 checkpoint_draft(struct checkpoint *, const uint8_t *bytes,
	    size_t len);
/* The draft's descriptor; -1: there is none. */
int	 checkpoint_fd(const struct checkpoint *);
void	 checkpoint_finish(struct checkpoint *, bool good);
/* There is none any more: the next start looks at everything. */
void	 checkpoint_remove(const struct checkpoint *);

#endif
