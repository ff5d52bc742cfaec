/*
 * All that the receiver process owns, for its own files: receiving.c (what
 * comes when), receiving_link.c (the link and what is stored for it),
 * receiving_socket.c (the network); each leans on those behind it alone.
 */
#ifndef TUI_RECEIVER_RECEIVING_STATE_H
#define TUI_RECEIVER_RECEIVING_STATE_H

#include <limits.h>

#include "tui/receiver/classic_link.h"
#include "tui/receiver/known.h"
#include "tui/receiver/link.h"
#include "tui/receiver/receiving.h"
#include "tui/receiver/rest.h"
#include "tui/receiver/trace.h"
#include "tui/shared/duct.h"

struct receiving_net {
	int		 fd;		/* -1: no socket for now */
	union sock_addr	 addr;
	bool		 refused, gone;	/* nobody listens, says an error of an
					 * earlier datagram, or of the last:
					 * the link is to be told */
	int		 resolver;	/* -1: none */
	bool		 resolving;	/* it was asked; and when again */
	int64_t		 resolve_due;
	struct rest	 rest;
};

struct receiving_store {
	char		 dir[PATH_MAX];
	int		 claim;		/* of it; -1: none */
	bool		 awaited;	/* another's claim, and that is told */
	bool		 beside;	/* dir is beside the room's */
	struct known	 known;
	bool		 given;		/* a passphrase, in this run */
	bool		 opened;	/* a link, in this run */
	bool		 moves;		/* what is kept lies elsewhere */
};

struct receiving_screen {
	struct duct	*duct;
	bool		 told_stored;	/* but in the pipe */
	bool		 unread;	/* it is gone */
	bool		 asks;		/* more: there was no room to answer */
	int64_t		 flushed_at, flush_due;
};

struct receiving {
	const struct receiver_config *config;
	const struct noise_keypair *identity;
	struct classic_link *classic;	/* one of these two */
	struct link	*link;		/* NULL: no name yet */
	char		 name[TEXT_NAME_BYTES];
	size_t		 name_len;
	char		 called[TEXT_NAME_BYTES];	/* since */
	size_t		 called_len;
	bool		 online, leaving;
	int64_t		 asleep_ms;	/* in all, as the clocks say */
	struct receiving_net net;
	struct receiving_store store;
	struct receiving_screen screen;
	struct trace	 trace;
};

/* receiving_link.c */
/* What is known of servers, and nothing of the machine besides that and this
 * server's rooms. */
void	 receiving_lock_in(struct receiving *);
/* Under this name, from what is stored for it. */
void	 receiving_log_in(struct receiving *, const char *name, size_t len);
/* No link any more. */
void	 receiving_log_out(struct receiving *);
/* Callback: a record for the screen's process. */
void	 receiving_tell(void *receiving, const struct record *);

/* receiving_socket.c */
void	 receiving_net_init(struct receiving *);
void	 receiving_net_close(struct receiving *);
/* Callbacks of the links: see link_out. */
bool	 receiving_send(void *receiving, const void *data, size_t len);
bool	 receiving_room(void *receiving);
void	 receiving_new_port(void *receiving);
/* What is there, but not for ever. */
void	 receiving_take_datagrams(struct receiving *);
/* Until when the socket is left alone; INT64_MIN: it is not. */
int64_t	 receiving_rests(const struct receiving *);
/*
 * Nobody answers: has the host another address by now? Returns due, or when to
 * ask if that is earlier.
 */
int64_t	 receiving_resolve(struct receiving *, int64_t due);
void	 receiving_take_address(struct receiving *);

#endif
