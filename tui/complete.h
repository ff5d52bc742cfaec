/*
 * Completion of the word before the caret: names (the latest speaker first),
 * /commands, the words of /set and /help, :emoji:. Pure; Tab goes on to the
 * next candidate, S-Tab back, any other change of the text begins anew.
 */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

enum { COMPLETE_BYTES = 128 };

/* Where candidates come from; each gives the i-th, NULL behind the last. */
struct complete_source {
	const char	*(*name)(void *arg, size_t i);		/* best first */
	const char	*(*command)(void *arg, size_t i);	/* without / */
	const char	*(*option)(void *arg, size_t i);	/* of /set */
	void		*arg;
};

/* The cycle being gone through. Zeroed: none. */
struct complete {
	bool	 active;
	int	 kind;			/* of word, complete.c knows which */
	size_t	 from;			/* where the word began */
	char	 stem[COMPLETE_BYTES];	/* as it was typed */
	char	 shown[COMPLETE_BYTES];	/* what stands there now */
	size_t	 at;			/* which candidate; behind all: stem */
};

struct complete_change {
	size_t	 from, to;	/* bytes of the text to be replaced ... */
	char	 text[COMPLETE_BYTES];	/* ... by this */
};

/*
 * The next candidate (back: the one before); behind the last the word as it
 * was typed comes again. False: there is none, nothing to change.
 *
 * "/he" at the start is "/help "; "/set no" is "/set notify ", "/help se" is
 * "/help set"; ":smi" is the emoji itself; "al" at the start of the text is
 * "alice: ", behind "bob: " it makes "bob, alice: "; elsewhere "alice ";
 * "@al" is "@alice ". Names match whatever their case (ASCII folded by
 * text_fold). On an empty line it is the latest speaker.
 */
bool	 complete_next(struct complete *, const char *text, size_t len,
	    size_t caret, const struct complete_source *, bool back,
	    struct complete_change *);

#endif
