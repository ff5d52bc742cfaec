/*
 * /commands: one table of names, arguments and help. Pure.
 */
#ifndef TUI_SESSION_COMMAND_H
#define TUI_SESSION_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command_id {
	COMMAND_SAY,		/* not a command: say arg */
	COMMAND_ACT,
	COMMAND_CLEAR, COMMAND_COPY, COMMAND_DEVICES, COMMAND_GO, COMMAND_HELP,
	COMMAND_IGNORE, COMMAND_INVITE, COMMAND_JOIN, COMMAND_LEAVE,
	COMMAND_LINKS, COMMAND_MSG,
	COMMAND_NAMES, COMMAND_NICK, COMMAND_OPEN, COMMAND_QUIT,
	COMMAND_RECONNECT, COMMAND_REPLY, COMMAND_ROOMS, COMMAND_SAVE,
	COMMAND_SEARCH, COMMAND_SET,
	COMMAND_TALKS, COMMAND_TRUST,
	COMMAND_UNIGNORE, COMMAND_VERIFY, COMMAND_WHOIS,
	COMMAND_WITHDRAW,
	COMMAND_PRIVATE,	/* where there are talks, it is /msg */
	COMMAND_OPERATOR,	/* elsewhere it rules the room */
	COMMAND_WORDY,		/* suggestion: what takes no words */
	COMMAND_UNKNOWN,	/* suggestion: the nearest name, or "" */
	COMMAND_AMBIGUOUS	/* suggestion: the names it could be */
};

struct command {
	enum command_id	 id;
	const char	*arg;		/* a view into the line */
	size_t		 arg_len;
	bool		 whispers;	/* its word begins one that, elsewhere
					 * or here, speaks to one alone */
	char		 suggestion[128];
};

/*
 * What a line typed by the user asks for. A word after a slash is a command or
 * any unique prefix of one; "//x" says "/x"; "quit" alone quits, " quit"
 * says quit. A text of several lines is never a command; blank ones around it
 * do not count.
 * Nothing is suggested that would say the rest of the line in public.
 * talks: there are talks here, and what is about them; without words behind
 * it, the beginning of a command is what it is where there are none.
 */
struct command	 command_parse(const char *line, size_t len, bool talks);

/* The text without the blank lines before and behind it; a view. */
const char	*command_trim(const char *text, size_t *len);
/* Says it something, as far as it goes, to everybody or to one? */
bool		 command_speaks(const char *line, size_t len);
/* The i-th command's name, without its slash; NULL behind the last. */
const char	*command_name(size_t i, bool talks);
/*
 * The i-th line of help: its usage ("/me TEXT") and, returned, what it does,
 * translated. NULL behind the last.
 */
enum { COMMAND_USAGE_BYTES = 64 };
const char	*command_help(char usage[COMMAND_USAGE_BYTES], size_t i,
		    bool talks);

#endif
