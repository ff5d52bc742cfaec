/*
 * The client's half of the secure protocol: shake hands, post, take entries,
 * acknowledge, notice a network that moved or a server that is new. Pure but
 * for the disk it is given; runs in the receiver process.
 */
#ifndef TUI_RECEIVER_LINK_H
#define TUI_RECEIVER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"
#include "tui/receiver/link_rooms.h"
#include "tui/shared/record.h"

enum {
	LINK_KEEPALIVE_MS = 31 * 1000,
	LINK_KEEPALIVE_MANY_MS = 33 * 1000,	/* in several rooms */
	LINK_PEOPLE = 16384,		/* members that are known, at most */
	LINK_HISTORY = 500		/* entries for a newcomer */
};

enum link_trust {
	LINK_KNOWN,
	LINK_NEW,		/* unknown until now */
	LINK_CHANGED,		/* not the remembered key: do not go on */
	LINK_UNINVITED,		/* not the key that was given: do not go on */
	LINK_UNSURE,		/* the known ones cannot be read or written */
	LINK_ELSEWHERE		/* it is the one of another room, as that is
				 * kept: this link is to end */
};

struct link_out {
	/* Hands a datagram to the kernel; false: not taken. */
	bool	(*send)(void *arg, const void *data, size_t len);
	/* Tells the screen's process. */
	void	(*record)(void *arg, const struct record *);
	/* May more records follow? Else entries wait, unacknowledged. */
	bool	(*room)(void *arg);
	/*
	 * Is this the server's key, as far as is known? *psk: and of a room
	 * that wants a passphrase.
	 */
	enum link_trust (*trust)(void *arg, const uint8_t key[NOISE_KEY],
		    bool *psk);
	/* It proved that it has the key, and with psk that it knows the
	 * passphrase: it is to be remembered. LINK_KNOWN: it was. */
	enum link_trust (*remember)(void *arg,
		    const uint8_t key[NOISE_KEY], bool psk);
	/* Goes on from another source port. */
	void	(*new_port)(void *arg);
	void	(*random)(void *arg, void *dst, size_t len);
	/* UTC, ms since 1970; NULL: nobody knows. */
	int64_t	(*wall)(void *arg);
	/* Frames that came, or that are sealed and sent next; may be NULL. */
	void	(*frames)(void *arg, bool in, const uint8_t *frames,
		    size_t len);
	void	*arg;
};

struct link_config {
	struct noise_keypair identity;
	struct link_place place;	/* of the first room; */
	const char	*room;		/* its name; NULL, "": the home room */
	uint16_t	 window;
	const char	*passphrase;	/* NULL: ask */
	bool		 given;		/* one was, in this run: not without */
	const uint8_t	*heir;		/* to come after identity; NULL */
	bool		 only_new;	/* no history: plain mode */
	bool		 people;	/* several devices, where it knows of
					 * them: */
	const char	*device;	/* what this one is called, */
	uint32_t	 keeps;		/* and where it keeps, a hash; 0 */
	const struct disk *disk;	/* NULL: nothing is known later of */
	const char	*pins;		/* whose keys names are; a file */
};

struct link;

/* config's strings are borrowed. NULL with errno: no memory, or the outbox
 * cannot be read. */
struct link	*link_new(const struct link_config *, const struct link_out *);
/* Wipes all keys. */
void		 link_free(struct link *);

/* now: monotonic ms. window: of the room that is meant; without such a room
 * nothing is done. */
void		 link_login(struct link *, int64_t now, const char *name,
		    size_t len);
void		 link_passphrase(struct link *, int64_t now, const char *text,
		    size_t len);
/*
 * A message, cut into pieces where it is long. It is in the outbox before it is
 * sent, all of it; where that fails, RECORD_REFUSED.
 */
struct link_line {
	uint64_t	 tag;
	enum entry_kind	 kind;
	const char	*text;
	size_t		 len;
	bool		 is_private;	/* a talk takes no other, a room none */
};
void		 link_post(struct link *, int64_t now, uint16_t window,
		    const struct link_line *);
/* What was said may be on its way: the room's answer lets more of it go. Or a
 * round trip is measured. */
bool		 link_awaits(const struct link *);
/* Something is missing before what came. */
bool		 link_misses(const struct link *);
/* What was posted is on the disk, or refused; a RECORD_KEPT of each window says
 * what waits. */
void		 link_keep(struct link *, int64_t now);
/* Asks for up to count entries before number `before`. */
void		 link_read(struct link *, int64_t now, uint16_t window,
		    uint64_t before, uint32_t count);
/*
 * Asks the room to call us that from now on; like a line it is in the outbox
 * first. The room's entry says that it is so, and RECORD_WELCOME with the new
 * name; RECORD_DENIED that it is not, and we stay in under the old one.
 */
void		 link_nick(struct link *, int64_t now, uint16_t window,
		    const char *name, size_t len);
/* Asks who that is; RECORD_PERSON answers. */
void		 link_whois(struct link *, int64_t now, uint16_t window,
		    const char *name, size_t len);
/* The newest own line that waits is not to be said, or none of them;
 * RECORD_WITHDRAWN answers. */
void		 link_withdraw(struct link *, int64_t now, uint16_t window,
		    bool all);
/* Compares the copy with the server's log; RECORD_VERIFIED answers. */
void		 link_verify(struct link *, int64_t now, uint16_t window);
/* Leaves the room; then tick until link_left. */
void		 link_leave(struct link *, int64_t now);
bool		 link_left(const struct link *);
void		 link_input(struct link *, int64_t now, const void *data,
		    size_t len);
/* The kernel reported that nobody listens there (ECONNREFUSED). */
void		 link_unreachable(struct link *, int64_t now);
/* Is to try again at once. */
void		 link_wake(struct link *, int64_t now);
/* That; the machine slept for so long, which now does not count. */
void		 link_slept(struct link *, int64_t now, int64_t ms);
/* Does what is due; returns when to call again, monotonic ms. */
int64_t		 link_tick(struct link *, int64_t now);

/* For tests: what is acknowledged to the server. */
uint64_t	 link_have(const struct link *, uint16_t window);

#endif
