/*
 * Completion of the word before the caret: names (the latest speaker first),
 * /commands, what some of them take, :emoji:. Pure; Tab goes on to the next
 * candidate, S-Tab back, any other change of the text begins anew.
 */
#ifndef TUI_SESSION_COMPLETE_H
#define TUI_SESSION_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	COMPLETE_BYTES = 512,
	COMPLETE_OF_BYTES = 32,
	COMPLETE_LABEL_COLS = 24,
	COMPLETE_LABEL_BYTES = 128
};

enum complete_what {
	COMPLETE_NAME,		/* of the others, best first */
	COMPLETE_COMMAND,	/* without its slash */
	COMPLETE_OPTION,	/* of /set */
	COMPLETE_VALUE,		/* that the option `of` takes */
	COMPLETE_IGNORED,	/* of those, a name */
	COMPLETE_AUTHOR,	/* of lines, the latest first */
	COMPLETE_DAY,		/* on which lines were said, the latest first */
	COMPLETE_ROOM,		/* of the server, without a window */
	COMPLETE_WINDOW,	/* the room of one */
	COMPLETE_PATH	/* that begins with `of`; directories end in / */
};

/* Where candidates come from: gives the i-th, NULL behind the last. */
struct complete_source {
	const char	*(*nth)(void *arg, enum complete_what, const char *of,
			    size_t i);
	void		*arg;
	bool		 talks;		/* the commands are those with talks */
};

/* The cycle being gone through. Zeroed: none. */
struct complete {
	bool	 active;
	int	 kind;			/* of word, complete.c knows which */
	size_t	 from;			/* where the word began */
	char	 of[COMPLETE_OF_BYTES];	/* the option whose value it is */
	char	 stem[COMPLETE_BYTES];	/* as it was typed */
	char	 shown[COMPLETE_BYTES];	/* what stands there now */
	size_t	 n;			/* candidates, as of the last change */
	size_t	 at;			/* which of them; n: the stem */
};

/* What has been typed. */
struct complete_line {
	const char	*text;
	size_t		 len, caret;
};

/* A candidate as a list shows it: "/help", "alice", an emoji with its name. */
struct complete_label {
	char	 text[COMPLETE_LABEL_BYTES];
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
 * "/help set"; "/search from:al" is "/search from:alice "; "/join #op" is
 * "/join #ops"; ":smi" is the emoji itself; "al" at the start of the text is
 * "alice: ", behind "bob: " it makes "bob, alice: "; elsewhere "alice "; "@al"
 * is "@alice ". Names match whatever their case (ASCII folded by text_fold). On
 * an empty line it is the latest
 * speaker; where a command takes an argument an empty word is completed too. A
 * directory that is the only candidate is gone into by the next Tab.
 */
bool	 complete_next(struct complete *, const struct complete_line *,
	    const struct complete_source *, bool back,
	    struct complete_change *);
/* The candidates from the first-th on, as many as max; returns how many. */
size_t	 complete_list(const struct complete *, const struct complete_source *,
	    size_t first, struct complete_label labels[], size_t max);

#endif
