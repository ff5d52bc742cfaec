/*
 * The output of plain mode: which entries, and how, and what is told besides.
 * Runs in the client's parent process; nothing but entries goes to standard
 * output.
 */
#ifndef TUI_PLAIN_OUT_H
#define TUI_PLAIN_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/pieces.h"
#include "common/text.h"

struct options;

enum { PLAIN_ROOM_BYTES = 256 };

/* Of a room. */
struct plain_out_of {
	char		 room[PLAIN_ROOM_BYTES];	/* "": not known */
	char		 was[PLAIN_ROOM_BYTES];	/* when one came in */
	struct pieces	 pieces;	/* a message is printed whole */
	int64_t		 since_ms;	/* what was said before is left out */
	bool		 private;	/* it is a talk with one alone */
};

struct plain_out {
	const struct options *options;
	char		 name[TEXT_NAME_BYTES + 1]; /* ours, as it is there */
	uint64_t	 printed;	/* lines */
};

void	 plain_out_init(struct plain_out *, const struct options *);
void	 plain_out_begin(const struct plain_out *, struct plain_out_of *,
	    int64_t wall_ms);
/* --count is reached. */
bool	 plain_out_is_full(const struct plain_out *);
void	 plain_out_room(struct plain_out_of *, const char *name, size_t len);
void	 plain_out_name(struct plain_out *, const char *name, size_t len);
/* Prints it, if it is to be seen, of a long message with the last piece. */
void	 plain_out_entry(struct plain_out *, struct plain_out_of *,
	    const struct entry *);

/* On standard error: a state, of a room or, with NULL, of the server, for
 * programs and in words (NULL: for programs only); what went wrong, in line
 * `line` of the input where that is not 0. */
void	 plain_out_state(const struct options *, const char *state,
	    const struct plain_out_of *, const char *words);
void	 plain_out_error(const struct options *, unsigned long line,
	    const char *why);

#endif
