/*
 * One process' two ends of the pipes: records out, through a bounded queue,
 * and records in, reassembled. Thin shell over tui/shared/record; runs in both
 * of the client's processes.
 */
#ifndef TUI_SHARED_DUCT_H
#define TUI_SHARED_DUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/shared/record.h"

struct duct;

/*
 * Takes over both descriptors and makes them non-blocking. NULL only when
 * out of memory. duct_free closes them.
 */
struct duct	*duct_new(int in_fd, int out_fd);
void		 duct_free(struct duct *);
int		 duct_in_fd(const struct duct *);
int		 duct_out_fd(const struct duct *);

/*
 * Queues a record; duct_flush writes, or this does where much is queued.
 * False if the queue is full (nothing was queued) or the other end is gone.
 */
bool		 duct_send(struct duct *, const struct record *);
/* Writes what is queued, as far as the pipe takes it. False: it is gone. */
bool		 duct_flush(struct duct *);
/* Bytes still queued: poll duct_out_fd for POLLOUT when not 0. */
size_t		 duct_queued(const struct duct *);
/* True while there is room for more records: else stop taking in what would
 * make them. */
bool		 duct_has_room(const struct duct *);

enum duct_result {
	DUCT_RECORD,	/* *r is filled, valid until the next duct_next */
	DUCT_EMPTY,	/* nothing more for now */
	DUCT_CLOSED,	/* the other end has gone, between records */
	DUCT_BROKEN	/* it went inside a record, or sent what is none */
};
/* The other end has gone, wherever that was. */
bool		 duct_is_closed(const struct duct *);
/* The next record, reading from the pipe when none is held. */
enum duct_result duct_next(struct duct *, struct record *r);

#endif
