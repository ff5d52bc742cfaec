/*
 * What a session calls out for: all I/O that it decides.
 */
#ifndef TUI_SESSION_SESSION_OUT_H
#define TUI_SESSION_SESSION_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history;
struct record;
struct session_place;

/* How far the user has read there, from run to run; 0: not known. */
struct session_marks {
	uint64_t (*load)(void *arg, const struct session_place *);
	void	(*keep)(void *arg, const struct session_place *,
		    uint64_t seen);
};

struct session_out {
	/* To the receiver; false: it cannot take more now. */
	bool	(*send)(void *arg, const struct record *);
	/* Hosts a room here; false with why: it cannot. */
	bool	(*host)(void *arg, char *why, size_t size);
	struct session_marks mark;
	/* What was being typed there in an earlier run, malloc'd, or NULL. */
	char	*(*load_draft)(void *, const struct session_place *, size_t *);
	/* Keeps it for the next run, or, if it is "", nothing; false: not. */
	bool	(*keep_draft)(void *arg, const struct session_place *,
		    const char *text, size_t len);
	/* The room took the name. */
	void	(*welcome)(void *arg, const char *name);
	/* Writes the chat to a new file: how many lines; -1 with why. */
	int64_t	(*save)(void *arg, const char *path, struct history *,
		    char *why, size_t size);
	/* The i-th path that begins so, as of files_nth; NULL: no more. */
	const char *(*path)(void *arg, const char *begun, size_t i);
	/* Keeps a setting for the next start; false with why. */
	bool	(*keep)(void *arg, const char *word, char *why, size_t size);
	/* Opens a link; false with why. */
	bool	(*open)(void *arg, const char *url, char *why, size_t size);
	/* Opens the user's editor on a text; false with why: it cannot. Once
	 * it has ended, session_edited is called, and no key comes before. */
	bool	(*edit)(void *arg, const char *text, size_t len, char *why,
		    size_t size);
	/* Into the clipboard. */
	void	(*copy)(void *arg, const char *text, size_t len);
	/* Somebody names the user, who does not look. */
	void	(*alert)(void *arg, const char *name, const char *text,
		    size_t len);
	/* Settings of the screen have changed. */
	void	(*settings)(void *arg);
	/* What others type to join here, a line each. */
	void	(*invite)(void *arg, char *commands, size_t size);
	void	*arg;
};

#endif
