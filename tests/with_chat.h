/*
 * People at terminals: chat-tui on a test terminal, against a test server.
 */
#ifndef TESTS_WITH_CHAT_H
#define TESTS_WITH_CHAT_H

#include "tests/with_server.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"

/*
 * chat-tui at the server's port on 127.0.0.1, in a window of that size; as
 * name joined at once and already in the room, or with NULL on the name prompt.
 */
struct term *chat_start(const struct server *, const char *name, int rows,
	    int cols);
/* The same with more words before HOST, and more environment; not waited for. */
struct term *chat_start_with(const struct server *, int rows, int cols,
	    const char *const env[], const char *const words[]);

/* Types a line and Enter. */
void	 chat_say(struct term *, const char *line);

/*
 * For term_wait_for: whether the screen is whole. No half of a wide character,
 * and the caret visible in the input pane, as high as that can be at most.
 */
bool	 chat_is_whole(struct term *, void *unused);

/*
 * After the program ended: true if it left the terminal as it was, the
 * alternate screen left, no mode on, and no process behind. Else says what.
 */
bool	 chat_left_clean(struct term *);

/* The path of a program under test, in a static buffer each. */
const char *chat_program(const char *name);

#endif
