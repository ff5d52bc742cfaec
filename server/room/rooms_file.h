/*
 * The list of the server's rooms as a file in its data directory: read whole;
 * it grows by a line where a room is opened, else it is written anew. Decides
 * nothing about them. Pure but for the disk; of roomlist.c alone.
 *
 *   DIR/rooms  "LOGID SORT CREATED OPENER NAME" a line: 32 hex; home, room,
 *              away, or was, for a name that it had before; ms since 1970;
 *              base64 of the key that opened it ("-": the operator); the name,
 *              to the line's end
 */
#ifndef SERVER_ROOM_ROOMS_FILE_H
#define SERVER_ROOM_ROOMS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hello.h"
#include "common/journal.h"
#include "common/noise.h"

enum { ROOMS_FILE_LINES = 2048 };	/* more are not read */

enum rooms_sort {
	ROOMS_HOME,
	ROOMS_ROOM,
	ROOMS_AWAY,		/* put away: nobody enters, nothing is lost */
	ROOMS_WAS,		/* a former name of one of these */
	ROOMS_SORTS
};

struct rooms_line {
	uint8_t		 id[JOURNAL_ID];	/* of its log */
	enum rooms_sort	 sort;
	int64_t		 created_ms;		/* since 1970 */
	bool		 has_opener;		/* false: the operator did */
	uint8_t		 opener[NOISE_KEY];
	char		 name[HELLO_ROOM_NAME + 1];
};

/* Is this a name that a line can hold? The room's rules may ask more of it. */
bool	 rooms_file_can_name(const char *name, size_t len);
/* May a room be called so that is not the home room? */
bool	 rooms_file_is_name(const char *name, size_t len);

/* Takes a line; false: it cannot stand behind those before it, or, with errno
 * ENOMEM, no memory. */
typedef bool rooms_tell(void *arg, const struct rooms_line *);

/*
 * Tells each line, in order. *torn: the last one has no end, or a hole in it,
 * which a crash left: it does not count, and the file is to be written anew
 * before anything is appended. False with *why; JOURNAL_NONE: there is no file.
 */
bool	 rooms_file_read(const struct disk *, const char *dir, rooms_tell *,
	    void *arg, bool *torn, struct journal_why *why);
/* Has one more line, synced. False with errno: it may be there in part, or be
 * whole; the file is to be written anew. */
bool	 rooms_file_append(const struct disk *, const char *dir,
	    const struct rooms_line *);
/* Puts a file of these in the place of the old one, synced. False with errno:
 * one of the two is there. */
bool	 rooms_file_replace(const struct disk *, const char *dir,
	    const struct rooms_line *, size_t n);

#endif
