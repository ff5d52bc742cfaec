/*
 * The hub's inside, shared by its files only: hub.c (the room and its
 * log), hub_names.c (what names are allowed), hub_classic.c (who speaks the classic protocol), hub_secure.c (who
 * has a session), hub_people.c (what people are called, who is told of whom).
 */
#ifndef SERVER_HUB_STATE_H
#define SERVER_HUB_STATE_H

#include "common/refusal.h"
#include "server/budget.h"
#include "server/classic.h"
#include "server/bans.h"
#include "server/hub.h"
#include "server/nets.h"
#include "server/names.h"
#include "server/peer.h"
#include "server/room.h"

enum {
	HUB_LONGEST_WAIT_MS = 60 * 1000,	/* that older clients heed */
	HUB_PEER_SLOTS = 4096,
	HUB_CROWD_SLOTS = 4096,
	HUB_FULL_WAIT_MS = 2000,	/* try again when the disk is full */
	HUB_ERROR_MS = 1000,	/* an ICMP error is of what went out since */
	HUB_ERRORS = 200,	/* heeded each second */
	HUB_PING_DATAGRAM = SEAL_OVER + 2 + FRAME_PING_BYTES
};

LIST_HEAD(peer_list, peer);
TAILQ_HEAD(peer_queue, peer);

/* Sessions of the networks that share a slot. */
struct hub_net {
	struct peer_list list;
	size_t		 n;
};

RB_HEAD(peer_tree, peer);

/* What a rule told last of somebody, who is put out by it. */
struct hub_outing {
	enum rule_word	 word;
	char		 reason[RULE_REASON_BYTES + 1];
};

struct hub {
	struct room		*room;
	struct hub_config	 config;
	struct names		*names;
	enum hub_end		 end;		/* once it is closed */

	struct classic		*classic;
	struct budget		*budget;
	struct ask_kind		 peer_kind;

	struct gate		*gate;
	struct peer_list	 peers;
	struct peer_list	 waiting;	/* to be served, see peer.h */
	bool			 ready;		/* some of them can be now */
	uint64_t		 durable;	/* the log, when they were last */
	struct peer		*reading;	/* whose datagram this is */
	struct peer_tree	 due;
	struct peer_list	 by_index[HUB_PEER_SLOTS];
	struct peer_list	 by_key[HUB_CROWD_SLOTS];
	struct peer_list	 by_group[HUB_CROWD_SLOTS];
	struct hub_net		 by_net[PEER_NETS][HUB_CROWD_SLOTS];
	struct limit		 errors;	/* ICMP's, that were heeded */
	struct peer_queue	 heard;		/* longest silent first */
	struct peer_queue	 ending;	/* those closing: oldest first */
	size_t			 endings;
	uint64_t		 version;	/* of who is away */
	bool			 begun;		/* all was told once */
	struct hub_outing	 outing;	/* why who is put out is */
	bool			 grown;		/* the log, since the fan-out */
	int64_t			 round_ms;	/* of the last fan-out */
	int64_t			 ghosts_ms;	/* they have until then */
};

/* hub_people.c */
/* As far as this peer's client knows them. */
enum frame_code hub_code_for(const struct peer *, enum hub_reason);
/*
 * The peer asks to be called so, by this post. What becomes of it is in the
 * log, one way or the other. False: not in this block.
 */
bool	 hub_rename(struct hub *, struct peer *, uint64_t id,
	    const char *name, size_t len);
/* He is called so now. */
void	 hub_renamed(struct hub *, struct peer *, const struct person *);
/* Is that name, which his posts gave him, free for him to take? */
bool	 hub_may_inherit(struct hub *, const struct peer *,
	    const char *fold);
/* Who wants in says what he was called; his posts may have changed that. */
void	 hub_call(struct hub *, struct peer *);
/* A piece of the list of members from this one on, as much as fits. */
void	 hub_put_members(struct hub *, struct wire_out *, uint32_t from);
/* name "": the peer himself. */
void	 hub_put_person(struct hub *, struct wire_out *, const struct peer *,
	    const char *name);

/* May this peer say nothing? */
bool	 hub_is_muted(struct hub *, struct peer *);
/* A rule of just this word about him; NULL: about nobody. Views into *who. */
void	 hub_rule_of(struct rule *, enum rule_word, const struct hub_person *);

/* hub_acts.c */
/* Sessions of nobody in the room: who waits to come in, or was silent for
 * long, hears it. Ends those that may not be there any more. */
void	 hub_put_out_absent(struct hub *);
/* Puts the peer out, if its new address is banned. */
void	 hub_check_address(struct hub *, struct peer *);

/* hub_secure.c */
void	 hub_secure_open(struct hub *);
void	 hub_secure_input(struct hub *, const union sock_addr *from,
	    const uint8_t *data, size_t len);
void	 hub_secure_unreachable(struct hub *, const union sock_addr *);
int64_t	 hub_secure_tick(struct hub *);
void	 hub_secure_close(struct hub *);

/* hub_ask.c */
/* What one datagram asks for; views into it. which 0: nothing yet. */
struct hub_asks {
	unsigned	 which;
	struct frame	 sync;
	uint64_t	 before, count;
	uint32_t	 members_from;
	const char	*name;
	size_t		 name_len;
	const uint8_t	*ping;
	enum frame_code	 code;		/* why a post was refused */
	uint64_t	 code_id;
	int64_t		 code_wait_ms;
};
/* Does the peer still have so much work to ask for, in us? Then it is done. */
bool	 hub_works(struct hub *, struct peer *, uint32_t us);
void	 hub_ask_note(struct hub_asks *, const struct frame *);
/* A post came again; one was refused: then the others behind it wait as well. */
void	 hub_ask_posted(struct hub_asks *);
void	 hub_ask_refuse(struct hub_asks *, enum frame_code, uint64_t id,
	    int64_t wait_ms);
bool	 hub_ask_is_refused(const struct hub_asks *);
/* When all of the datagram was read: the peer is owed the answers. */
void	 hub_ask_take(struct hub *, struct peer *, struct hub_asks *);

/* hub_post.c */
void	 hub_peer_take_posts(struct hub *, struct peer *, struct frame *,
	    struct hub_asks *);
/* Decides what it says. */
enum ask_verdict hub_peer_decide_posts(struct hub *, struct peer *);
/* Something that it said, here or elsewhere, is in the log. */
void	 hub_peer_said(struct hub *, struct peer *, const struct entry *);
/* What it says is refused, for so long; a client has kept it. */
void	 hub_peer_refuse_posts(struct hub *, struct peer *, enum frame_code,
	    int64_t wait_ms);

/* hub_crowd.c */
/*
 * May he have a session? Others may go for that. peer: not yet one of the
 * crowd.
 */
enum hub_reason hub_crowd_check(struct hub *, struct peer *);
void	 hub_crowd_add(struct hub *, struct peer *);
void	 hub_crowd_remove(struct hub *, struct peer *);
/* For gate: what a session there has used of its share; NULL: there is none.
 * arg: the hub. */
struct limit *hub_crowd_seat(void *arg, const union sock_addr *);
/* A number for the address group where it answered last. */
uint32_t hub_place(const struct hub *, const struct peer *);
/* Sessions there, where they answered last, and a few more. */
struct peer_list *hub_crowd_near(struct hub *, const union sock_addr *);
/* It was heard; it is at another address. */
void	 hub_crowd_heard(struct hub *, struct peer *);
void	 hub_crowd_moved(struct hub *, struct peer *);
/* It is closing from now on. Older ones that are may be dropped for that. */
void	 hub_crowd_ends(struct hub *, struct peer *);
/* Its person times out and it is dropped. */
void	 hub_crowd_put_out(struct hub *, struct peer *);

/* hub_arrive.c */
struct budget_who hub_who(const struct peer *);
void	 hub_peer_handshake(struct hub *, const union sock_addr *from,
	    const uint8_t *data, size_t len);
/* Is the copy that ends there a part of this log? Else how much of it is. */
uint64_t hub_common_part(struct hub *, const struct frame_position *have,
	    bool *same);
/* It wants to be in the room. */
void	 hub_peer_want_in(struct hub *, struct peer *);
/* May it? Decides, and what follows: it is in, comes, waits, or is refused. */
enum ask_verdict hub_peer_decide_join(struct hub *, struct peer *);
/* Its entry is in the log. */
void	 hub_peer_joined(struct hub *, struct peer *);
/* That cannot be written. */
void	 hub_peer_refuse_join(struct hub *, struct peer *, enum hub_reason);
/* Puts the peer out, with an ERROR or, FRAME_REPLACED, in favour of itself. */
void	 hub_secure_close_peer(struct hub *, struct peer *, enum frame_code,
	    const char *reason, size_t len);
/* It may not come in, or not again. */
void	 hub_secure_refuse(struct hub *, struct peer *, enum hub_reason);

/* hub_send.c */
/* Sends what the peer is owed, and sees to when it is looked at again. */
void	 hub_peer_serve(struct hub *, struct peer *);
/* POSTED is sent when the log is on the disk up to there. */
void	 hub_peer_await_disk(struct hub *, struct peer *, uint64_t seq);
/* It is served after this turn of the log. */
void	 hub_peer_call(struct hub *, struct peer *);
/* A turn is over: serves who was called, and whose posts are on the disk. */
void	 hub_secure_turned(struct hub *);
/* The log has grown. */
void	 hub_secure_grown(struct hub *);

/* hub_peers.c */
RB_PROTOTYPE(peer_tree, peer, by_due, )
struct peer_list *hub_peer_slot(struct hub *, uint32_t index);
struct peer *hub_peer_find(struct hub *, uint32_t index);
/* For gate: is a session's index in use? arg: the hub. */
bool	 hub_peer_is_taken(void *arg, uint32_t index);
void	 hub_peer_schedule(struct hub *, struct peer *);
/* Its person goes, and it has none from now on: LEAVE or TIMEOUT. */
void	 hub_peer_go(struct hub *, struct peer *, enum entry_kind);
void	 hub_peer_drop(struct hub *, struct peer *);
/* Counts a datagram that nothing is done about; p NULL: of nobody known. */
void	 hub_ignore(struct hub *, enum hub_reason why,
	    const union sock_addr *from, const struct peer *p);
void	 hub_secure_clear(struct hub *);

#endif
