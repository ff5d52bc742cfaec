/*
 * Hosting: a chat-server of our own, started and stopped with the client.
 * Parent process.
 */
#ifndef TUI_HOST_H
#define TUI_HOST_H

#include <sys/types.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum { HOST_WHY_BYTES = 256, HOST_COMMANDS_BYTES = 1024 };

struct host {
	pid_t		 pid;			/* 0: none runs */
	int		 in;			/* its standard input */
	bool		 is_visited;		/* others are in at the end */
	uint16_t	 port;
	char		 dir[PATH_MAX];	/* of this run alone; "": none */
	pid_t		 keeper;		/* who removes it; 0: nobody */
	char		 share[HOST_WHY_BYTES];	/* what others type to join */
	char		 commands[HOST_COMMANDS_BYTES];	/* all they may type, a
							 * line each */
};

/*
 * Starts the chat-server that lies beside this program (else the one on
 * PATH) on port, 0 for a free one, and waits until it listens; passphrase: the
 * file with the room's, or "". The room is kept where such rooms are; not with
 * no_store: then it, and its key, are of this run alone. Returns false with why
 * filled if it does not. It outlives neither host_stop nor this process.
 */
bool	 host_start(struct host *, int family, uint16_t port,
	    const char *passphrase, bool no_store, char why[HOST_WHY_BYTES]);
/* Ends and reaps it; others, if it is visited, are told why. Nothing if none
 * runs. */
void	 host_stop(struct host *);

/* True, once, where it has ended by itself: it is reaped, and none runs. */
bool	 host_has_ended(struct host *);

/* Is it a command that others type? */
bool	 host_is_command(const char *line);
/*
 * Takes the first lines of the server, in place, up to one behind those
 * commands: "listening on ADDRESS:PORT", the room, the commands. False: it has
 * said something else, and does not listen.
 */
bool	 host_understand(struct host *, char *lines);

#endif
