/*
 * Whose key a name was when we first wrote to who had it, and whether that is
 * verified: what the server says of a name later is held against it. A file of
 * the server's rooms has one a line, the oldest first, and what does not fit in
 * it in lines behind, which a program that knows none of them leaves out:
 *
 *   KEY SINCE FLAGS LOGID NAME      base64url, ms since 1970, pin_flags,
 *                                   base64url or "-"; "-" for no name; then
 *                                   those that he had before, the first first
 *   KEY SINCE 8 - NAME              more of these, in order
 *   KEY SINCE 16 LOGID OWN          the talk of that key of ours with him
 *
 * A name that he had stays his until the user says otherwise: a server that
 * calls him by another one cannot give it away. By the newest he can always be
 * written to. Of those before, the first PINS_FIRST stay, however often he
 * takes one of them again, and the newest of the others: what falls out is one
 * between. It may be given to another key then, as any name of which nobody
 * knows, and so is what a server can win that makes names up: not one that was
 * known before it began, but one of its own, when the user has been told of
 * more than PINS_FIRST behind it. He himself wins nothing: what one would write
 * to that name he can hand on as it is.
 *
 * A STRANGER has no name for good, but what he was called when he wrote is
 * remembered: who goes by it next is another one.
 *
 * Each key is there once, and each name but for keys that are OLD and for
 * STRANGERs, of whom a server can make up as many as it likes. Pure.
 */
#ifndef TUI_RECEIVER_PINS_H
#define TUI_RECEIVER_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"
#include "common/text.h"

enum {
	PINS_MAX = 4096,	/* then one that is not verified goes, */
	PINS_STRANGERS = 256,	/* of so many of them one at once */
	PINS_LOG = 16,
	PINS_LOGS = 4,		/* of so many keys of ours, the newest */
	PINS_FORMER = 64,	/* names that he had; */
	PINS_FIRST = 32,	/* of them these stay */
	PINS_MET = 8,		/* of a STRANGER so many; */
	PINS_MET_FIRST = 4,	/* of them these stay */
	PINS_LINE = 320		/* the longest, with its end */
};

enum pin_flags {
	PIN_VERIFIED = 1 << 0,	/* the user has compared the digits */
	PIN_OLD = 1 << 1,	/* the name has another key by now */
	PIN_STRANGER = 1 << 2,	/* who wrote to us, and has no answer: the name
				 * is not his by that */
	PIN_FLAGS = (1 << 3) - 1
};

/* Their talk is of two keys: with another one of ours it is another. */
struct pin_log {
	bool		 owned;		/* known is which of ours: */
	uint8_t		 own[NOISE_KEY];
	uint8_t		 id[PINS_LOG];
};

struct pin {
	uint8_t		 key[NOISE_KEY];
	int64_t		 since_ms;	/* as a pin; 0: not known */
	unsigned	 flags;
	struct pin_log	 log[PINS_LOGS];	/* the newest first */
	size_t		 logs_n;
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;		/* 0: not known */
	char		(*former)[TEXT_NAME_BYTES + 1];	/* maybe name, too */
	size_t		 former_n;
};

struct pins {
	struct pin	*pin;
	size_t		 n, room;
};

void	 pins_init(struct pins *);
void	 pins_clear(struct pins *);
/* Adds what is in a file; what is no line is left out. False: no memory. */
bool	 pins_read(struct pins *, const char *text, size_t len);
/*
 * What `mine` has come to since it was `base`, on top of what another program
 * has made of that meanwhile. A name that two keys have got stays that one's
 * which has it here: the other one is OLD. False: no memory.
 */
bool	 pins_merge(struct pins *, const struct pins *base,
	    const struct pins *mine);
/* The file, malloc'd; NULL: no memory. */
char	*pins_write(const struct pins *, size_t *len);

/* Views, until the next change; NULL: there is none. */
struct pin *pins_of_key(const struct pins *, const uint8_t key[NOISE_KEY]);
/* Neither OLD nor a STRANGER; or, if there is none, who had it before. */
struct pin *pins_of_name(const struct pins *, const char *name, size_t len);
/* The same; or, if there is none, a STRANGER of another key than that who has
 * the name or had it, of whom the user may think by it. NULL: by no key. */
struct pin *pins_met(const struct pins *, const char *name, size_t len,
	    const uint8_t key[NOISE_KEY]);
/* He has an answer: what he was called is his, but what is another's by now. */
void	 pins_know(const struct pins *, struct pin *);
/* A key that is not there; NULL: no memory. */
struct pin *pins_add(struct pins *, const uint8_t key[NOISE_KEY],
	    int64_t now_ms, unsigned flags);
/* It is called so from now on; who was is OLD, and what that one was called
 * before is its, too. Without memory it keeps the name that it has. */
void	 pins_call(struct pins *, struct pin *, const char *name, size_t len);
/* It was called so, behind all that are there, unless another is by now. False:
 * no memory. */
bool	 pins_was_called(const struct pins *, struct pin *, const char *name,
	    size_t len);
/*
 * The log of the talk of that key of ours with him; where it is not known of
 * which of ours one is, which only a program of before did not write, it may be
 * of any. NULL: none is known.
 */
const struct pin_log *pins_log(const struct pin *,
	    const uint8_t own[NOISE_KEY]);
/* It is that one, from now on. */
void	 pins_keep_log(struct pin *, const uint8_t own[NOISE_KEY],
	    const uint8_t id[PINS_LOG]);

#endif
