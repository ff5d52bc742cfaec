/*
 * What the receiver was handed and may not have kept yet: should it die, this
 * is said again by the next one. Pure; runs in the parent process.
 */
#ifndef TUI_SHARED_HANDED_H
#define TUI_SHARED_HANDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

struct handed_line {
	uint64_t	 id;
	enum entry_kind	 kind;
	size_t		 len;
	char		*text;
};

struct handed {
	struct handed_line *lines;	/* oldest first */
	size_t		 n, room;
	uint32_t	 counter;	/* of the newest kept, in the outbox
					 * that is typed into */
};

void	 handed_clear(struct handed *);
/* Takes a copy; ids grow. False: no memory. */
bool	 handed_add(struct handed *, uint64_t id, enum entry_kind,
	    const char *text, size_t len);
/* A view until the next change; NULL: it is not there. */
const struct handed_line *handed_find(const struct handed *, uint64_t id);
/* All up to id are kept, or not to be said any more. */
void	 handed_forget(struct handed *, uint64_t id);
/* Those from id on are taken back by whoever typed them. */
void	 handed_withdraw(struct handed *, uint64_t id);
/* The line is in the outbox, with that counter at its end. */
void	 handed_kept(struct handed *, uint64_t id, uint32_t counter);
/* All that was kept is known to be: the next one finds nothing new. */
void	 handed_all_known(struct handed *);
/*
 * What waits in the outbox from before, by its RECORD_PENDING. again: the
 * receiver that tells it took another's place, and the oldest line that is not
 * known to be kept is, where the piece is new and the last of its line. The
 * outboxes that are not typed into have counters of their own.
 */
void	 handed_found(struct handed *, uint64_t tag, unsigned more,
	    bool again);

#endif
