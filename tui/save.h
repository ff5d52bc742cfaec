/*
 * Writing the chat to a file. The client's parent process.
 */
#ifndef TUI_SAVE_H
#define TUI_SAVE_H

#include <stddef.h>
#include <stdint.h>

struct history;

/*
 * Writes all lines that are held, as they were said, to a new file, 0600: "date
 * time name: text", further lines of a text indented. A leading ~/ is the
 * home. Returns how many, or -1 with a sentence in why: an existing file is
 * never touched, and where writing fails none is left.
 */
int64_t	 save_chat(const char *path, struct history *, char *why,
	    size_t size);

#endif
