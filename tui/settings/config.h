/*
 * The table of settings and the file that keeps them: a line "word value"
 * each, # begins a comment; the same words are the long options. "host NAME"
 * begins a section: what follows, up to the next one, holds for that host
 * alone. Reads and writes the one file; prints nothing.
 */
#ifndef TUI_SETTINGS_CONFIG_H
#define TUI_SETTINGS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct options;

enum { CONFIG_WHY_BYTES = 512, CONFIG_VALUE_BYTES = 1100 };

/* What it is with nothing set. */
void	 config_defaults(struct options *);

/*
 * Sets a word to a value; "": it is not set any more, and as without its line;
 * NULL: there is none, and a switch is then on. False with a sentence in why:
 * no such word (with the nearest one), or not a value of its (with those it
 * takes). Nothing has changed then.
 */
bool	 config_set(struct options *, const char *word, const char *value,
	    char why[CONFIG_WHY_BYTES]);
/* The value as config_set takes it; false: no such word. */
bool	 config_get(const struct options *, const char *word,
	    char value[CONFIG_VALUE_BYTES]);
/* False: what config_get says is not set, and that makes a difference. */
bool	 config_is_given(const struct options *, const char *word);
/* Whether host is one, HOST:PORT or an invitation; false with why, in which it
 * is called as. */
bool	 config_check_host(const char *as, const char *host,
	    char why[CONFIG_WHY_BYTES]);

/*
 * Reads the file whole; a missing one is none, unless it must be there. What
 * stands before the first section is set, then what stands in that one, whose
 * name is the server unless it says another; NULL: the one that is called as
 * the server is that the general part names; "": none. The options' section is
 * its name, "" where there is none. The other sections are checked, too.
 * False with "FILE:LINE: what is wrong", errno being 0: what stands before that
 * line is set; or "FILE: why" it cannot be read, with errno.
 */
bool	 config_read(struct options *, const char *path, const char *section,
	    bool must, char why[CONFIG_WHY_BYTES]);
/*
 * Writes word's value to the file, which is made if need be (0600, replaced
 * whole): in the options' section where the word stands there, or says which
 * server it is, else in the general part. All other lines stay as they are,
 * comments too. False with why.
 */
bool	 config_save(const struct options *, const char *path,
	    const char *word, char why[CONFIG_WHY_BYTES]);

/* The i-th of the words that a setting takes; false: behind the last, or it is
 * no choice of words. */
enum { CONFIG_CHOICE_BYTES = 32 };
bool	 config_choice(const char *word, size_t i,
	    char choice[CONFIG_CHOICE_BYTES]);
/* What it takes, in words: "on|off", "2 to 4096"; "": no such setting. */
void	 config_takes(const char *word, char takes[CONFIG_WHY_BYTES]);

/* The table, in the order of words; NULL behind the last. */
struct config_word {
	const char	*word;
	const char	*value;	/* what it takes, for help: "NAME", "on|off" */
	const char	*does;		/* N_(), in a few words */
	int		 letter;	/* the short option; 0: none */
	bool		 is_switch;	/* takes no value on the command line */
	bool		 live;		/* /set of it takes effect at once */
	bool		 plain;		/* it is of plain mode alone */
};
const struct config_word *config_word(size_t i);

#endif
