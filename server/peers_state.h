/*
 * The inside of the peers, shared by their files only, each of which calls only
 * those above it here.
 */
#ifndef SERVER_PEERS_STATE_H
#define SERVER_PEERS_STATE_H

#include "common/refusal.h"
#include "server/afar.h"
#include "server/budget.h"
#include "server/crowd.h"
#include "server/hub_config.h"
#include "server/peer.h"
#include "server/peers.h"
#include "server/peers_requests.h"
#include "server/peers_rooms.h"
#include "server/room/house_news.h"
#include "server/room/names.h"
#include "server/seats.h"

enum {
	PEERS_LONGEST_WAIT_MS = 60 * 1000,	/* that older clients heed */
	PEERS_SLOTS = 4096,
	PEERS_FULL_WAIT_MS = 2000,	/* try again when the disk is full */
	PEERS_BACK_MS = 1000,		/* between two steps back, at first */
	PEERS_BACK_MAX_MS = 64 * 1000,
	/* A frame is written with two bytes for its length. */
	PEERS_PING_DATAGRAM = SEAL_OVER + 3 + FRAME_PING_BYTES
};

struct peers {
	struct hub_config config;
	struct house	*house;
	struct names	*names;
	struct budget	*budget;
	struct gate	*gate;
	struct ask_kind	 kind;
	struct crowd	 crowd;
	struct stages	 stages;
	struct seats	*home;		/* of the room */
	uint16_t	 rooms;		/* that were opened */
	struct peer_list all;
	struct peer	*reading;	/* whose datagram this is */
	struct strays	 strays;	/* in it */
	struct namings	 namings;
	unsigned	 turn;		/* of the seats of one */
	struct dues	 dues;
	struct peer_slot by_index[PEERS_SLOTS];
	struct limit	 errors;	/* ICMP's, that were heeded */
	struct peers_rekey rekey;	/* that the last datagram asks for */
	struct peer_nodes nodes;	/* that are told */
	struct house_news marks;	/* that others are to hear, then; and */
	struct afar	 afar;		/* what they said */
	int64_t		 marks_ms, farewell_ms;	/* the next one */
	enum hub_end	 end;		/* once it is closed */
	unsigned	 farewells;	/* still to be said */
};

/* peers_table.c */
struct peer_slot *peers_slot(struct peers *, uint32_t index);
struct peer *peers_find(struct peers *, uint32_t index);
void	 peers_schedule(struct peers *, struct peer *);
struct peer *peers_first_due(struct peers *);	/* of those that are */
void	 peers_hurry(struct peers *, struct peer *);	/* is served soon */
void	 peers_drop(struct peers *, struct peer *);
/* The seat goes, of the first one the session, and nobody sees it. */
void	 peers_dismiss(struct peers *, struct seat *);
/* It has no person from now on; and if he has no other device there he goes:
 * LEAVE or TIMEOUT. */
void	 peers_stand(struct seat *);
void	 peers_go(struct seat *, enum entry_kind);
void	 peers_time_out(struct peers *, struct peer *);	/* it is dropped, too */
/* To the operator, of who is at no other server. */
void	 peers_report_silent(struct peers *, const struct peer *);
/* It is closing from now on. Older ones that are may be dropped for that. */
void	 peers_end(struct peers *, struct peer *);
/* Counts a datagram that nothing is done about; p NULL: of nobody known. */
void	 peers_ignore(struct peers *, enum hub_reason why,
	    const union sock_addr *from, const struct peer *p);
/* That, of a session that there is not; and its sender is told. */
void	 peers_reset(struct peers *, const struct gate_stray *);
struct budget_who peers_who(const struct peer *);
/* Does the peer still have so much work to ask for, in us? Then it is done. */
bool	 peers_work(struct peers *, struct peer *, uint32_t us);
/* Whose that name is, for this peer. */
enum log_lease peers_lease(const struct peers *, const struct peer *,
	    const char *fold);
/* May it say nothing there? */
bool	 peers_is_muted(struct seat *);
/* A reason as far as this peer's client knows it. */
enum frame_code peers_code_for(const struct peer *, enum hub_reason);
void	 peers_ask(struct peers *, struct peer *);	/* is it there? */
/* POSTED is sent when the log is on the disk up to there. */
void	 peers_await_disk(struct seat *, uint64_t seq);
void	 peers_serve_soon(struct seat *);	/* after the log's turn */

/* peers_people.c */
/* The peer asks to be called so, by this post. What becomes of it is in the
 * log, one way or the other. False: not in this block. */
bool	 peers_rename(struct peers *, struct seat *, uint64_t id,
	    const char *name, size_t len);
/* Is that name, which his posts gave him, his to take? */
bool	 peers_may_inherit(struct peers *, const struct seat *,
	    const char *fold);
/* Is a name another's now under which that outbox went on? */
bool	 peers_is_foreign(struct peers *, const struct seat *,
	    const char *fold);
/* Who wants in says what he was called; his posts may have changed that. */
void	 peers_take_name(struct peers *, struct seat *);
/* The piece of the list of members that is asked for, as much as fits. */
void	 peers_put_members(struct seat *, struct wire_out *);
/* Who is asked for; "": the peer himself. */
void	 peers_put_person(struct peers *, struct seat *, struct wire_out *);

/* peers_send.c */
/* Sends what the peer is owed, and sees to when it is looked at again. */
void	 peers_serve(struct peers *, struct peer *);
/* Sends it what is new in one of its rooms; of several, with what is in the
 * others meanwhile. */
void	 peers_serve_room(struct peers *, struct peer *);
/* A turn is over: serves who was called, and whose posts are on the disk. */
void	 peers_turned(struct seats *);
/* It may not come in, or not again. */
void	 peers_refuse(struct peers *, struct seat *, enum hub_reason);

/* peers_post.c */
void	 peers_take_posts(struct peers *, struct seat *, struct frame *,
	    struct requests *);
/* Decides what it says. */
enum ask_verdict peers_decide_posts(struct peers *, struct seat *);
/* Something that it said, here or elsewhere, is in the log. */
void	 peers_said(struct peers *, struct seat *, const struct entry *);
/* What it says is refused, for so long; a client has kept it. */
void	 peers_refuse_posts(struct seat *, enum frame_code,
	    int64_t wait_ms);

/* peers_join.c */
void	 peers_want_in(struct peers *, struct seat *);
/* May it? Decides, and what follows: it is in, comes, waits, or is refused. */
enum ask_verdict peers_decide_join(struct peers *, struct seat *);
/* Its entry is in the log. */
void	 peers_joined(struct peers *, struct seat *, const struct entry *);
/* That cannot be written. */
void	 peers_refuse_join(struct peers *, struct seat *, enum hub_reason);

/* peers_arrive.c */
void	 peers_handshake(struct peers *, const union sock_addr *from,
	    const uint8_t *data, size_t len);

#endif
