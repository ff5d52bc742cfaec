/*
 * A real chat-server under test and UDP sockets that speak to it as anybody's
 * program might. Whatever does not come within WAIT_MS fails the test.
 */
#ifndef TESTS_WITH_SERVER_H
#define TESTS_WITH_SERVER_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/with_env.h"

enum {
	WAIT_MS = 60000,	/* as TERM_WAIT_MS; success never takes it */
	SERVER_TEXT = 16384,
	/* What standard input is, if not a descriptor. */
	SERVER_PIPE = -1,
	SERVER_CLOSED = -2
};

struct server_stream {
	int	fd;
	size_t	len;
	char	text[SERVER_TEXT + 1];	/* read, not yet taken as a line */
};

struct server {
	pid_t			pid;
	int			in;		/* -1: closed */
	struct server_stream	out;
	struct server_stream	err;
	uint16_t		port;
	char			listening[128];	/* the first line */
	char			room[256];	/* the second: its key */
	char			command[128];	/* the third: chat-tui HOST */
	char			home[ENV_HOME_BYTES];
	bool			home_made;
};

/*
 * Runs $CHAT_BIN/chat-server (CHAT_BIN unset: .) with args, NULL ends, in
 * the environment that env_make() says, with env, which may be NULL. For the
 * words "-p", "0" it gets one of server_free_port().
 */
void	 server_spawn(struct server *, int in, const char *const env[],
	    const char *const args[]);
/*
 * Spawns it with a pipe as standard input on a free port, "-p PORT" and
 * args, and waits until it listens. args NULL: on 127.0.0.1.
 */
void	 server_start(struct server *, const char *const env[],
	    const char *const args[]);
/* A port that nobody has now, nor gets by chance: it may be used again. */
uint16_t server_free_port(void);
/* Waits for the lines that tell that it listens. */
void	 server_listening(struct server *);

/* Types text into standard input. */
void	 server_type(struct server *, const char *text);
void	 server_end_input(struct server *);

/* The next line of out or err without its newline; NULL: it ended. */
char	*server_line(struct server_stream *, char *line, size_t size);
/* Takes lines of err until one has text in it. */
void	 server_expect_log(struct server *, const char *text);
/* The number after key in the figures of SIGUSR1. */
unsigned long long server_figure(struct server *, const char *key);

/* Waits until it is that. */
void	 server_expect_figure(struct server *, const char *key,
	    unsigned long long figure);

/*
 * Waits for its end, closes and removes what belongs to it. Returns its exit
 * status, 128 + n for signal n. What it still said stays in out and err.
 */
int	 server_wait(struct server *);
/* Sends sig, then waits; 0 for one that has ended: a test that fails behind
 * that is told, not its tear_down. */
int	 server_stop(struct server *, int sig);

/* Whether this machine has IPv6's loopback: containers often have not. */
bool	 udp_has_ipv6(void);
/* A socket connected to the server's port on the loopback of the family. */
int	 udp_open(const struct server *, int family);
void	 udp_send(int fd, const char *text);
void	 udp_send_bytes(int fd, const void *data, size_t len);
/* The next datagram, NUL-terminated; its length, or -1 if none comes. */
ssize_t	 udp_receive(int fd, char *buf, size_t size);

/* Fails where it stands unless the next datagram is want. */
#define udp_expect(fd, want)	udp_expect_at(fd, want, __FILE__, __LINE__)
void	 udp_expect_at(int fd, const char *want, const char *file, int line);
/* Sends text and expects want. */
#define udp_ask(fd, text, want) do {					\
	udp_send(fd, text);						\
	udp_expect(fd, want);						\
} while (0)
/*
 * Fails if anything came that was not expected: the server answers in order,
 * so the answer to nonsense is the next datagram.
 */
#define udp_expect_nothing(fd)	udp_ask(fd, "nonsense", "FAIL")

#endif
