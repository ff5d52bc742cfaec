/*
 * Programs that talk in lines, under test: chat-tui in plain mode, chat-ctl.
 * What does not come in time fails the test.
 */
#ifndef TESTS_WITH_PLAIN_H
#define TESTS_WITH_PLAIN_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAIN_WAIT_MS = 60000 };

struct plain {
	pid_t	 pid;
	char	 called[128];		/* its words */
	int	 in, out, err;		/* in: -1 once closed */
	char	*said, *told;		/* stdout and stderr so far */
	size_t	 said_len, told_len;
};

/* Runs a program of CHAT_BIN in the environment of env_make with that home. */
void	 plain_run_program(struct plain *, const char *program,
	    const char *home, const char *const words[]);
/* The same with more of an environment, which may be NULL. */
void	 plain_run_with(struct plain *, const char *program,
	    const char *home, const char *const more[],
	    const char *const words[]);
/* chat-tui -p port words. */
void	 plain_start(struct plain *, uint16_t port, const char *home,
	    const char *const words[]);
void	 plain_give(struct plain *, const char *text);
/* More than a pipe holds, taking meanwhile what is said: how many bytes of it
 * went before none did for so long. */
size_t	 plain_feed(struct plain *, const char *text, size_t len, int wait_ms);
void	 plain_end_input(struct plain *);
/* Until text is in what it said, or with NULL until it has closed both. */
bool	 plain_until(struct plain *, const char *text);
/* Until text is so many times in what it told on standard error. */
bool	 plain_until_told(struct plain *, const char *text, int times);
/* How often one is in the other. */
size_t	 plain_count(const char *text, const char *what);
/* Takes what is there; returns at once. */
void	 plain_poll(struct plain *);
/* Waits for its end and for all it said; its exit status, 128 + signal. The
 * texts stay until plain_clear. Who does not end is shown. */
int	 plain_finish(struct plain *);
void	 plain_clear(struct plain *);

#endif
