/*
 * /commands: one table of names, arguments and help. Pure.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <stddef.h>

enum command_id {
	COMMAND_SAY,		/* not a command: say arg */
	COMMAND_ACT,
	COMMAND_CLEAR,
	COMMAND_HELP,
	COMMAND_QUIT,
	COMMAND_RECONNECT,
	COMMAND_UNKNOWN,	/* suggestion: the nearest name */
	COMMAND_AMBIGUOUS	/* suggestion: the names it could be */
};

struct command {
	enum command_id	 id;
	const char	*arg;		/* a view into the line */
	size_t		 arg_len;
	char		 suggestion[128];
};

/*
 * What a line typed by the user asks for. A word after a slash is a command or
 * any unique prefix of one; "//x" says "/x"; "quit" alone quits, " quit"
 * says quit. A multi-line text that begins with a slash is still a command.
 */
struct command	 command_parse(const char *line, size_t len);

/*
 * The i-th line of help: usage ("/me TEXT") and what it does, translated, in
 * dst. Returns dst, NULL behind the last.
 */
enum { COMMAND_HELP_BYTES = 128 };
char		*command_help(char dst[COMMAND_HELP_BYTES], size_t i);

#endif
