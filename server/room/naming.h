/*
 * What a new name may be, beyond what makes it a name at all (common/text):
 * no sign that the screens use, no word of the administrator, no mixture of
 * scripts, nothing that the tables here do not have; and how it looks, so that
 * two names that look alike are known.
 * Pure but for ICU's tables, which are read once, by naming_new. Only the
 * server has it: what is in a log already stays readable as it is.
 */
#ifndef SERVER_ROOM_NAMING_H
#define SERVER_ROOM_NAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NAMING_LOOK = 15,	/* bytes of a look: 16 with a count */
	NAMING_LOOKS = 3	/* of one name */
};

enum naming_error {
	NAMING_OK,
	NAMING_LETTER,		/* not one letter, digit or emoji in it */
	NAMING_START,		/* begins with what looks like ~ @ # or / */
	NAMING_RESERVED,	/* looks like a word of the administrator */
	NAMING_SIGN,		/* has a sign that names do not have */
	NAMING_MIXED,		/* letters of scripts that do not go together */
	NAMING_NO_MEMORY	/* to find out; another time */
};

/*
 * A name's looks: digests of UTS 39's skeleton, without case, of the name as
 * it is spelled, in small letters, and in capitals. Two names look alike where
 * they have a look in common.
 */
struct naming_looks {
	bool	 unsure;	/* no memory to find out */
	unsigned n;
	uint8_t	 look[NAMING_LOOKS][NAMING_LOOK];
};

struct naming;

/* NULL with errno: no memory, or ICU has no such tables. */
struct naming	*naming_new(void);
void		 naming_free(struct naming *);

/* May somebody new be called so? name: of which text_name_check says yes. */
enum naming_error naming_check(const struct naming *, const char *name,
		    size_t len);
/* Of all that, only whether it is the administrator's: for old owners too. */
bool		 naming_is_reserved(const struct naming *, const char *name,
		    size_t len);
void		 naming_look(const struct naming *, const char *name,
		    size_t len, struct naming_looks *);
bool		 naming_look_alike(const struct naming_looks *,
		    const struct naming_looks *);

/* The administrator's words in every language; NULL behind the last one. */
const char	*naming_reserved(size_t i);

#endif
