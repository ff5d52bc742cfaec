/*
 * The link's state, for its own files only. Each part belongs to the file that
 * is named with it; the others read it, and change it where the protocol ties
 * two of them together. What follows from what is said in the room is in
 * link_room_state.h, what the files do for each other in link_parts.h.
 */
#ifndef TUI_RECEIVER_LINK_STATE_H
#define TUI_RECEIVER_LINK_STATE_H

#include "common/netpath.h"
#include "common/refusal.h"
#include "tui/receiver/handshake.h"
#include "tui/receiver/link.h"
#include "tui/receiver/link_go.h"
#include "tui/receiver/link_hall_state.h"
#include "tui/receiver/link_person_state.h"
#include "tui/receiver/link_room_state.h"

/* link_shake.c: the handshake. */
struct link_shaking {
	struct handshake hs;
	int64_t		 due;			/* INT64_MAX: none */
	int32_t		 wait;
	unsigned	 tries;			/* datagrams unanswered */
	unsigned	 begun;			/* so many since: */
	int64_t		 begun_at;
	int64_t		 since;			/* one is; INT64_MAX: none */
	unsigned	 resets;		/* HS3s not understood */
	bool		 for_keys;		/* hs is for new keys alone */
	bool		 told_silent, told_unreachable, told_classic;
};

/* link_shake.c: whom we talk to. */
struct link_trusting {
	uint8_t		 server[NOISE_KEY];
	bool		 known;			/* server is the one we know: it
						 * has proved it in this run */
	bool		 known_psk;		/* and that it knows the
						 * passphrase */
	bool		 must_psk;		/* never without a passphrase */
	int64_t		 doubted_at;		/* another key was shown, and
						 * nothing heard since; 0 */
	enum record_denial barred;		/* for good; 0: we are not */
};

/* link_shake.c: the room's passphrase. */
struct link_secret {
	char		 passphrase[256];
	bool		 has_passphrase;
	bool		 has_psk;
	uint8_t		 psk[NOISE_KEY];
	uint8_t		 server[NOISE_KEY];	/* psk is for this key, */
	char		 room[HELLO_ROOM_NAME];	/* and this room */
	size_t		 room_len;
};

/* link_shake.c: the session with the server, if there is one. */
struct link_channel {
	struct seal	 seal;
	bool		 live;			/* seal counts */
	bool		 talked;		/* something was said in it */
	bool		 unheard;		/* by these keys, as yet, as far
						 * as is known */
	bool		 rekey;			/* the key is used up */
	struct netpath	 path;			/* from the server to here */
	int64_t		 born_at, sent_at, heard_at;
	int64_t		 rekey_due;		/* new keys; later if not */
	int64_t		 joined_at;		/* under this name; 0: not */
};

/* link_send.c: a question whose answer shows that the way is good. */
struct link_asking {
	int64_t		 at;			/* INT64_MAX: nothing is */
	int64_t		 retry_due;
	int32_t		 retry_wait;
	int64_t		 port_due, shake_due;
	uint8_t		 ping[FRAME_PING_BYTES];
	int64_t		 ping_at;
	bool		 pinging;
	bool		 ponged;		/* in this datagram */
};

/* link_name.c: what we are called in it, and ask to be called. */
struct link_wanted {
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;
	uint16_t	 window;		/* that it was typed in */
};

struct link_called {
	char		 name[TEXT_NAME_BYTES];
	size_t		 len;
	struct link_wanted wanted[LINK_NAMES];	/* the first is asked for */
	unsigned	 wanted_n;
	uint64_t	 tag;
	int64_t		 asked_at, due;
	unsigned	 tries;
	enum refusal	 why;			/* not, as an ERROR said */
	int64_t		 wait_ms;
};

/* link_go.c: other servers of the room. */
struct link_going {
	struct link_go_out out;
	bool		 others, several;	/* there are */
	bool		 round;			/* all were tried in vain */
	enum nodes_way	 passed;		/* was just one, or not */
};

struct link {
	struct link_config config;
	struct link_shaking shaking;
	struct link_trusting trust;
	struct link_secret secret;
	struct link_channel channel;	/* the keys end here */
	struct link_out	 out;
	int64_t		 now;			/* of this call */
	struct record_state state;		/* but for what is a room's */
	int64_t		 phase_at;
	const struct link_room *looked;		/* at by the user */
	struct link_asking asking;
	struct link_going going;
	struct link_hall hall;
	struct link_called called;
	struct link_listing listing;
	struct link_mine mine;
	struct link_devices devices;
	struct link_marking marking;
	struct link_heir heir;
	struct link_people people;
	struct link_wishing wishing;
	struct link_talks talks;
	struct link_leaving leaving;
	struct link_room_list rooms, asked;	/* first: the first window's */
};

static inline struct link_room *
link_first(const struct link *l)
{
	return TAILQ_FIRST(&l->rooms);
}

/* Would it go to another server for silence? */
static inline bool
link_may_go(const struct link *l)
{
	return l->going.others && !l->leaving.begun && l->trust.barred == 0;
}

#endif
