/*
 * The hub: who is here, who may do what, what follows. Pure: it reads no
 * clock and no socket; datagrams and events leave through callbacks, entries
 * go to the log and come back from its watch. now_ms is monotonic, wall_ms is
 * UTC since 1970.
 */
#ifndef SERVER_HUB_H
#define SERVER_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classic.h"
#include "common/fingerprint.h"
#include "common/sock.h"
#include "server/bans.h"
#include "server/gate.h"
#include "server/nets.h"

enum hub_policy {
	HUB_CLASSIC_OFF,	/* classic datagrams are ignored */
	HUB_CLASSIC_LOCAL,	/* heard from hub_config.local only */
	HUB_CLASSIC_ANY		/* from anywhere; others on a byte budget */
};

enum {
	HUB_RATE = 2,		/* the usual rate */
	HUB_RATE_MAX = 100000,
	HUB_PEERS_MAX = 16384,	/* sessions, of those away too */
	HUB_KEY_PEERS = 8,	/* of one key */
	HUB_GROUP_PEERS = 64,	/* of one address group */
	/* One part of so many, but no fewer than that: */
	HUB_NET_PART = 16,	/* of a /24, of IPv6 a /48 */
	HUB_NET_WIDE_PART = 4	/* of a /16 or /32 */
};

struct hub_config {
	enum hub_policy		 classic;
	bool			 classic_yn;	/* answer Y N, not OK FAIL */
	enum classic_lang	 lang;		/* of notices */
	const struct nets	*local;		/* borrowed; NULL: loopback */
	bool			 closed;	/* only allowed keys enter */
	int64_t			 idle_ms;	/* removed after; 0: never */
	uint32_t		 rate;		/* lines/s each; 0: no limit */
	uint32_t		 seed;		/* secret, for the hashes */
	size_t			 peers_max;	/* 0: HUB_PEERS_MAX */
	struct gate_config	 gate;		/* key, room, passphrase */
	struct bans		*bans;		/* borrowed; NULL: none */
};

/* Why a datagram was refused or ignored. */
enum hub_reason {
	HUB_FINE,
	HUB_OUTSIDE,		/* its address has no business here: silence */
	HUB_MALFORMED,		/* no line of the protocol */
	HUB_NAME_MALFORMED,
	HUB_NAME_RESERVED,
	HUB_NAME_LETTER,	/* none in it, nor a digit or an emoji */
	HUB_NAME_START,		/* begins with what looks like ~ @ # or / */
	HUB_NAME_SIGN,		/* has a sign that names do not have */
	HUB_NAME_MIXED,		/* of several scripts */
	HUB_NAME_ALIKE,		/* looks like another's */
	HUB_NAME_MANY,		/* the key has enough, all in the room */
	HUB_NAME_TAKEN,
	HUB_NAME_OWNED,		/* by another key */
	HUB_ALREADY_IN,
	HUB_FULL,
	HUB_CROWDED,		/* too many are in from there */
	HUB_NOT_IN,
	HUB_TEXT,		/* nothing to say, or too long */
	HUB_OVER_LIMIT,
	HUB_NO_SPACE,		/* the log cannot be written */
	HUB_BANNED,		/* name, key or address */
	HUB_CLOSED,		/* the room, to this key */
	HUB_MUTED,
	/* Of secure datagrams; all but the first two: silence. */
	HUB_COOKIE,		/* it had none that counts */
	HUB_UNKNOWN_SESSION,	/* answered by a RESET */
	HUB_BAD_DATAGRAM,	/* malformed, truncated */
	HUB_TOO_MANY,		/* handshakes from there, or half open */
	HUB_FORGED,		/* not authentic; a wrong passphrase too */
	HUB_REPLAYED,
	HUB_BAD_FRAME,		/* authentic, but not to be understood */
	HUB_REASONS
};

/* What the operator may read about; names are as sent, not cleaned. */
enum hub_event_kind {
	HUB_JOINED,
	HUB_LEFT,
	HUB_VANISHED,		/* nobody listens at its address any more */
	HUB_SILENT,		/* not heard for too long */
	HUB_KICKED,
	HUB_REFUSED		/* see reason */
};

struct hub_event {
	enum hub_event_kind	 kind;
	enum hub_reason		 reason;
	const union sock_addr	*addr;		/* NULL: none known */
	const char		*name;		/* NULL: none known */
	size_t			 name_len;
};

struct hub_out {
	/* Takes a copy of the datagram and sends it, or loses it. */
	void	(*send)(void *arg, const union sock_addr *to, const void *data,
		    size_t len);
	void	(*event)(void *arg, const struct hub_event *);
	/* A session with this index is at this address, which is proved. */
	void	(*session)(void *arg, uint32_t index, const union sock_addr *);
	/* Fills dst with secret random bytes. */
	void	(*random)(void *arg, void *dst, size_t len);
	void	*arg;
};

struct hub_figures {
	size_t			 members;	/* now */
	size_t			 sessions;	/* secure, of those away too */
	size_t			 half_open;	/* handshakes */
	uint64_t		 head;		/* the log's newest entry */
	/* Since the start. */
	unsigned long long	 joined;
	unsigned long long	 left;
	unsigned long long	 lines;		/* said and announced */
	unsigned long long	 refused;	/* datagrams answered FAIL */
	unsigned long long	 ignored;	/* datagrams not answered */
	unsigned long long	 withheld;	/* not sent: over a budget */
	unsigned long long	 handshakes;	/* that came to an end */
	unsigned long long	 repeated;	/* posts that came again */
	unsigned long long	 carried;	/* entries, in all datagrams */
	unsigned long long	 why[HUB_REASONS];	/* refused or ignored */
};

struct hub;
struct log;

/*
 * The hub of the room that log keeps, borrowed, which it replays; members of
 * the classic protocol who are still in it have left with their server.
 * Returns NULL when out of memory or the log cannot be read; hub_free takes
 * NULL too.
 */
struct hub *hub_new(const struct hub_config *, struct log *, int64_t now_ms,
	    int64_t wall_ms, const struct hub_out *);
void	 hub_free(struct hub *);

/*
 * A session of an earlier run was at this address: its client is told that it
 * is over, by a RESET, and comes back by itself.
 */
void	 hub_wake(struct hub *, uint32_t index, const union sock_addr *);

/* A datagram came. Any bytes, any length. hub_tick is due afterwards. */
void	 hub_input(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const union sock_addr *from, const void *data, size_t len);

/* The kernel reports that nobody listens at addr (ECONNREFUSED). */
void	 hub_unreachable(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const union sock_addr *addr);

enum hub_text {
	HUB_TEXT_OK,
	HUB_TEXT_EMPTY,		/* nothing visible */
	HUB_TEXT_LONG,		/* over TEXT_LINE_BYTES after cleaning */
	HUB_TEXT_UTF8,		/* not UTF-8 */
	HUB_TEXT_NO_SPACE	/* the log cannot be written */
};
/* Tells everybody text from the operator; anything but OK: told nobody. */
enum hub_text hub_announce(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const char *text, size_t len);

/* What is known of somebody. Views until the next call. */
struct hub_person {
	/* Its own: an act may put out who has it. */
	char		 name[TEXT_NAME_BYTES];
	size_t		 name_len;	/* 0: it is a key that was named */
	bool		 here;		/* in the room; else it owns the name */
	bool		 classic, away;
	const uint8_t	*key;		/* NULL: it has none */
	char		 fingerprint[FINGERPRINT_TEXT];	/* of it; "": none */
	const union sock_addr *addr;	/* proved; NULL: it has no session */
	int64_t		 since_ms;	/* of the JOIN, UTC; 0: not known */
	int64_t		 spoke_ms;	/* said something last; 0: never */
};
/* Each member in the order of names. */
void	 hub_names(const struct hub *, int64_t wall_ms,
	    void (*member)(void *arg, const struct hub_person *), void *arg);
/* The member of that name, else who owns it; false: nobody. */
bool	 hub_look(const struct hub *, int64_t wall_ms, const char *name,
	    size_t len, struct hub_person *);

/* The member with that key, else the name that it used last; false: nobody. */
bool	 hub_look_key(const struct hub *, int64_t wall_ms,
	    const char *fingerprint, struct hub_person *);
/* Each name and its key; of one key that counts which comes last. */
void	 hub_keys(const struct hub *, int64_t wall_ms, void (*each)(void *arg,
	    const char *name, size_t len, const uint8_t key[NOISE_KEY]),
	    void *arg);

enum hub_act {
	HUB_ACT_OK,
	HUB_ACT_ALREADY,	/* it is so: nothing was done, nor said */
	HUB_ACT_NOBODY,		/* whom it could be done to */
	HUB_ACT_NO_SPACE,	/* the log cannot be written: not done */
	HUB_ACT_MANY		/* no more of those at once: not done */
};
/*
 * Each act is an entry of the log. reason: at most FRAME_REASON_BYTES, clean,
 * may be empty. Puts a member out, else who waits to come in by that name.
 */
enum hub_act hub_kick(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const char *name, size_t len, const char *reason,
	    size_t reason_len);
/*
 * Bans somebody, whose name is this (NULL: not known), and puts out who
 * matches, each of whom it tells (out NULL: of nobody). False with errno: that cannot be written, or
 * it is so already (EALREADY), and nothing has happened. No entry has an
 * address.
 */
bool	 hub_ban(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct ban *, const char *name, void (*out)(void *arg,
	    const struct hub_person *), void *arg);
/* False: there was none (errno 0), or that cannot be written. */
bool	 hub_unban(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct ban *, const char *name);
/*
 * Closes the room: who is in it with a key is allowed from then on, in *keys
 * how many; who has none is out. NOBODY: it is closed already, or open.
 */
enum hub_act hub_close_room(struct hub *, int64_t now_ms, int64_t wall_ms,
	    size_t *keys);
enum hub_act hub_open_room(struct hub *, int64_t now_ms, int64_t wall_ms);
bool	 hub_is_closed(const struct hub *);
/* The key may enter a closed room; or not any more: then it is out. NOBODY: it
 * was not allowed. */
enum hub_act hub_allow(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
enum hub_act hub_disallow(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
/* Each key that is allowed, with the name it had, if any. */
void	 hub_allowed(const struct hub *, void (*each)(void *arg,
	    const char *fingerprint, const char *name, size_t len), void *arg);
/* He says nothing for so long (whole seconds; 0: for ever), by his key.
 * ALREADY: for ever, and for that reason. */
enum hub_act hub_mute(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *, int64_t ms, const char *reason,
	    size_t reason_len);
enum hub_act hub_unmute(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const struct hub_person *);
/* Frees a name from its owner; false: nobody owned it. */
bool	 hub_release(struct hub *, int64_t wall_ms, const char *name,
	    size_t len);

/*
 * Does what is due. Returns when to call again, monotonic ms; INT64_MAX:
 * not before the next input.
 */
int64_t	 hub_tick(struct hub *, int64_t now_ms, int64_t wall_ms);

/* The server did not run for so long, nor read what came: nobody was silent
 * meanwhile. */
void	 hub_slept(struct hub *, int64_t ms);

/* True once all who are in have acknowledged all there is. Those of the classic
 * protocol cannot. */
bool	 hub_is_heard(const struct hub *);

enum hub_end {
	HUB_END_STOPPED,	/* somebody wants it so */
	HUB_END_DISK		/* nothing said now would be kept */
};
/* Tells everybody that the server ends. Needs no disk. */
void	 hub_close(struct hub *, int64_t now_ms, int64_t wall_ms,
	    enum hub_end);

struct hub_figures hub_figures(const struct hub *);

#endif
