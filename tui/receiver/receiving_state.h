/*
 * All that the receiver process owns, for its own files: receiving.c (what
 * comes when), receiving_link.c (the link and its rooms), receiving_rooms.c
 * (what is stored of each), receiving_tell.c (what the screen is told),
 * receiving_nodes.c (where the server is), receiving_socket.c (the network);
 * each leans on those behind it alone.
 */
#ifndef TUI_RECEIVER_RECEIVING_STATE_H
#define TUI_RECEIVER_RECEIVING_STATE_H

#include <sys/queue.h>
#include <limits.h>

#include "tui/receiver/classic_link.h"
#include "tui/receiver/known.h"
#include "tui/receiver/link.h"
#include "tui/receiver/nodes.h"
#include "tui/receiver/receiving.h"
#include "tui/receiver/rest.h"
#include "tui/receiver/trace.h"
#include "tui/shared/duct.h"
#include "tui/shared/store.h"

struct receiving_net {
	int		 fd;		/* -1: no socket for now */
	union sock_addr	 addr;
	bool		 refused, gone;	/* nobody listens, says an error of an
					 * earlier datagram, or of the last:
					 * the link is to be told */
	int		 resolver;	/* -1: none */
	bool		 resolving;	/* it was asked */
	struct nodes	 nodes;		/* addr is where these say */
	struct rest	 rest;
};

/* A window's room, and where what is kept of it lies. */
struct receiving_room {
	TAILQ_ENTRY(receiving_room) by_age;
	uint16_t	 window;
	bool		 parted;	/* it was left, in this run */
	bool		 makes;		/* it may be made */
	bool		 again;		/* unless another device has left it */
	bool		 other;		/* what waits is for that, whichever it
					 * is by now */
	bool		 has_after;	/* show what follows that entry */
	uint64_t	 after;
	char		 room[STORE_ROOM_BYTES];	/* "": the home room */
	char		 dir[PATH_MAX];
	char		 own[PATH_MAX];	/* the name's: that, or around it */
	int		 claim;		/* of dir; -1: none */
	bool		 awaited;	/* another's claim, and that is told */
	bool		 beside;	/* dir is beside the room's */
};

struct receiving_store {
	TAILQ_HEAD(, receiving_room) rooms;	/* the link's first is the
						 * first; never empty */
	struct known	 known;
	char		 pins[PATH_MAX];	/* whose keys names are; "" */
	bool		 given;		/* a passphrase, in this run */
	bool		 opened;	/* a link, in this run */
	bool		 moves;		/* what is kept lies elsewhere */
	bool		 welcomed;	/* just now */
	char		 name[TEXT_NAME_BYTES + 1];	/* that it lies under */
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
/* RECORD_JOIN and RECORD_PART, before or after that. */
void	 receiving_join(struct receiving *, const struct record *);
void	 receiving_part(struct receiving *, uint16_t window);

/* receiving_rooms.c */
/* Of that window from now on; NULL: no memory. */
struct receiving_room *receiving_add_room(struct receiving *, uint16_t window,
	    const char *room, size_t len);
/* NULL: it has none. */
struct receiving_room *receiving_room_of(struct receiving *, uint16_t window);
/* Once one is in: what was kept as another room is the home room's, which was
 * not known. The next receiver finds it there. */
void	 receiving_note_home(struct receiving *);
/* Where the room's things lie under that name is ours, at the latest then;
 * else it does without. */
void	 receiving_claim(struct receiving *, struct receiving_room *,
	    const char *name, int64_t end, struct link_place *);
/* What nothing is kept of goes, the link being closed. */
void	 receiving_tidy(struct receiving *);
/* None of it is ours any more. */
void	 receiving_let_go(struct receiving *);
/* It is of no window any more. */
void	 receiving_drop_room(struct receiving *, struct receiving_room *);

/* receiving_tell.c */
/* What is kept under this name goes on under that one. */
void	 receiving_note_kin(struct receiving *, const char *name, size_t len);
/* Callback: a record for the screen's process. */
void	 receiving_tell(void *receiving, const struct record *);

/* receiving_nodes.c */
void	 receiving_nodes_init(struct receiving *);
void	 receiving_nodes_join(struct receiving *);	/* there is a link */
void	 receiving_nodes_end(struct receiving *);	/* there is none */
/* Looks names up, keeps what was told. Returns due, or when to come again. */
int64_t	 receiving_resolve(struct receiving *, int64_t due);
void	 receiving_take_address(struct receiving *);

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

#endif
