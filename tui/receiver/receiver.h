/*
 * The receiver: the child process that owns the UDP socket, the keys and the
 * link. It is forked before curses starts and never touches the terminal.
 */
#ifndef TUI_RECEIVER_RECEIVER_H
#define TUI_RECEIVER_RECEIVER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/keys.h"
#include "common/passphrase.h"
#include "common/sock.h"
#include "common/text.h"
#include "tui/shared/hosts.h"

struct duct;

enum {
	RECEIVER_WHY_BYTES = PATH_MAX + 256,
	RECEIVER_ROOM_BYTES = 64 + 1,
	RECEIVER_DEVICE = 16
};

struct receiver_config {
	struct sock_addrs addrs;	/* none: not known yet; */
	unsigned	 addrs_of;	/* of the host, 0, or the n-th other */
	int		 family;	/* for looking it up again: */
	const char	*host;
	uint16_t	 port;
	const char	*others;	/* a list, as hosts has it; "" */
	char		 told[HOSTS_LIST_BYTES];	/* what the server said
						 * of those, by
						 * receiver_start */
	int		 resolver;	/* the receiver's end; -1: none */
	int		 trace;		/* a file, see trace.h; -1: none */
	const char	*server;	/* HOST:PORT, as known_hosts has it */
	char		 place[KEYS_HOST_BYTES];	/* of what is kept, by
						 * receiver_start */
	const char	*key;		/* the server's, as it was given; "" */
	char		 room[RECEIVER_ROOM_BYTES];	/* of window 0; "": the
							 * home room */
	const char	*identity;	/* its file; NULL: the usual one */
	const uint8_t	*heir;		/* is to come after it; NULL: none */
	bool		 classic;
	bool		 people;	/* link.h */
	char		 device[RECEIVER_DEVICE + 1];	/* by
						 * receiver_start */
	uint32_t	 keeps_at;	/* a hash of where, by it; 0: nowhere */
	bool		 hosted;	/* our own, started for this run */
	bool		 no_store;
	bool		 only_new;	/* plain mode: no history */
	bool		 has_after;	/* show what follows entry `after` */
	uint64_t	 after;
	unsigned	 loss_percent;	/* dropped on purpose, both ways */
	char		 passphrase[PASSPHRASE_BYTES];	/* "": ask */
	const char	*passphrase_file;	/* "": none; for the next one */
	bool		 given;		/* one was typed in this run: no room
					 * is joined without */
	char		 keeps[TEXT_NAME_BYTES + 1];	/* whose outbox to go on
						 * with; "": who logs in */
};

/* How it left: of a window, */
enum { RECEIVER_WINDOWS = 64 };
struct receiver_left_of {
	uint64_t	 waits;		/* so many own lines do */
	bool		 kept;		/* they are on the disk */
	uint64_t	 stored;	/* on leaving: that line is, or 0; */
	uint64_t	 refused;	/* that is not, and nobody read it */
};
/* and in all. */
struct receiver_left {
	bool		 told;		/* what became of the lines; else it
					 * died, or took longer than it may */
	uint64_t	 waits;
	bool		 kept;
	bool		 refused;	/* some are */
	struct receiver_left_of of[RECEIVER_WINDOWS];	/* by its number */
};

struct receiver {
	pid_t		 pid;
	pid_t		 resolver;	/* 0: none */
	struct duct	*duct;		/* the parent's ends of the pipes */
	struct receiver_config config;	/* without the passphrase */
	int64_t		 died_at;	/* the one before; INT64_MIN: none */
	bool		 moves;		/* see receiver_moves */
	bool		 moved;
	struct receiver_left left;
};

/*
 * Forks the receiver. Returns 0 in the parent with *r filled and the
 * passphrase wiped from its memory, or -1 with the reason in why. The child
 * never returns.
 */
int	 receiver_start(struct receiver *r, struct receiver_config *,
	    char why[RECEIVER_WHY_BYTES]);

/*
 * The receiver has died: starts another, which goes on behind entry `after`
 * (0: as the first one) with the outbox of that name. False: it cannot be, or
 * the last one died within RECEIVER_AGAIN_MS; the duct is gone or closed then.
 */
enum { RECEIVER_AGAIN_MS = 10 * 1000 };
bool	 receiver_again(struct receiver *, int64_t now, uint64_t after,
	    const char *keeps);

/* It says RECORD_MOVED, and will end: that is no death. Once a run. */
void	 receiver_moves(struct receiver *);

/*
 * Waits until it has taken some of what is queued for it, as long as that is
 * not due; r->left notes what it tells meanwhile. False: it has taken nothing.
 */
bool	 receiver_drain(struct receiver *r, int64_t due);

/*
 * Hands over what is queued, closes the pipes and reaps the child; it leaves
 * the room by itself when it sees its pipe closed. A child that has not ended
 * within its time is killed. r->left says how it went. Again it does nothing.
 */
void	 receiver_stop(struct receiver *r);

#endif
