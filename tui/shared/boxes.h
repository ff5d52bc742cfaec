/*
 * The outboxes of a room under one name: DIR/outbox, which is said from, and
 * behind it DIR/outbox.1, .2 and so on, which were taken over from other
 * spellings of its host. Each keeps its number, under which the room may have
 * some of its lines already. What is typed goes into the last one.
 */
#ifndef TUI_SHARED_BOXES_H
#define TUI_SHARED_BOXES_H

#include <limits.h>
#include <stdbool.h>

struct disk;
struct outbox;

/* Of number n, 0: the one that is said from. False with errno: too long. */
bool	 boxes_path(char dst[PATH_MAX], const char *dir, unsigned n);
/* The lowest number of those behind above n; 0: there is none. */
unsigned boxes_next(const struct disk *, const char *dir, unsigned n);
/* The outbox at path; NULL where there is none, or with errno it cannot be
 * read. */
struct outbox *boxes_open(const struct disk *, const char *path);
/* Opens the first behind number *n, and sets *n; what cannot be read stays.
 * NULL: there is none. */
struct outbox *boxes_open_next(const struct disk *, const char *dir,
	    unsigned *n);
/* Are there lines in the outbox at path, which nobody else has open? */
bool	 boxes_wait(const struct disk *, const char *path);
/*
 * Takes the outbox at path over: in one step it is the one that is said from,
 * where that has no lines, or behind all others; one without lines is removed.
 * Nobody has it, or one of dir, open. False with errno: it is where it was.
 */
bool	 boxes_take(const struct disk *, const char *dir, const char *path);
/* The same with all of the room in `from`, in their order; false: some stay. */
bool	 boxes_take_all(const struct disk *, const char *dir, const char *from);

#endif
