/*
 * Sessions that are of several rooms, and what goes to any, for the peers'
 * files: peers_naming.c and peers_list.c are before peers_people.c there,
 * peers_put.c before peers_send.c, peers_enter.c before peers_arrive.c,
 * peers_watch.c after that.
 */
#ifndef SERVER_PEERS_ROOMS_H
#define SERVER_PEERS_ROOMS_H

#include "common/frame.h"
#include "server/peer_naming.h"
#include "server/peers_marks.h"
#include "server/peers_rekey.h"
#include "server/room/hub_types.h"

enum { PEERS_STRAYS = 8 };

struct hello_visitor;
struct peer;
struct peers;
struct person;
struct room;
struct seat;
struct seats;
struct wire_out;

/* What a datagram says of seats that there are not, and asks of rooms: its
 * sender is told, so much of it as there is room for here. */
struct stray {
	uint32_t	 slot, wait_ms;
	unsigned	 code;		/* enum frame_code; 0: LEAVE, and with a
					 * wait_ms by another device */
};
struct strays {
	uint32_t	 whose;		/* the session's index */
	struct stray	 of[PEERS_STRAYS];
	unsigned	 n;
	uint64_t	 list_from;
	uint8_t		 list_what;	/* enum frame_ask */
	uint32_t	 listing;	/* of rooms: another one each time */
};

/* Who asks to be called otherwise. */
struct namings {
	struct ask_kind	 kind;
	struct peer_naming_list list;	/* to be told, by and by */
};

/* peers_table.c */
/* Whose it is; NULL: that is not kept. */
struct person *peers_person(const struct peers *, const struct peer *);
/* It may not be here, by its name, its key or where it is. */
bool	 peers_is_banned(const struct peers *, const struct peer *);
/* What tells who is out of his seat: why, or that he has left. */
void	 peers_tell_end(struct seat *);
/* It asks for no other name any more. */
void	 peers_unask_name(struct peers *, struct peer *);
/* It has no seat of that slot: why, or 0 and it has left. */
void	 peers_stray(struct peers *, struct peer *, uint32_t slot,
	    unsigned code, unsigned wait_ms);

/* peers_table.c */
/* What it is told of that, in a word; of a key that is out, which came after
 * it. Returns its length. */
size_t	 peers_reason(const struct peers *, const struct peer *,
	    enum hub_reason, char text[FRAME_REASON_BYTES + 1]);

/* peers_naming.c */
/* May it be called so in all rooms that it is in? */
enum hub_reason peers_check_name(struct peers *, struct peer *,
	    const char *name, size_t len);
/* It is so from now on, by all its devices, and all who are there hear it. */
void	 peers_call(struct peers *, struct peer *, const char *name,
	    size_t len);
/* It comes: it is called as its other devices are, which may have come by
 * another name meanwhile. */
void	 peers_call_beside(struct peers *, struct peer *);
/* There it is, too, if it is not. */
void	 peers_call_in(struct seat *);
/* A NAME. */
void	 peers_take_naming(struct peers *, struct peer *,
	    const struct frame *);
/* For peers_new. */
void	 peers_init_namings(struct peers *);
/* What it is called, or that this is no name. */
void	 peers_put_called(const struct peer *, struct wire_out *);
/* What it asked for last is so, or why not. */
void	 peers_put_naming(const struct peer *, struct wire_out *);
/* Those who wait for the disk with that are, when they need not any more. */
struct peer *peers_next_named(struct peers *);

/* peers_list.c */
/* An ASK: which rooms there are. */
void	 peers_take_ask(struct peers *, struct peer *, const struct frame *);
/* Its answer, as much as fits. */
void	 peers_put_list(struct peers *, struct peer *, struct wire_out *);

/* peers_people.c */
/* He is called so there now, by a post or, id 0, in all rooms. */
void	 peers_renamed(struct peers *, struct seat *, uint64_t id);

/* peers_place.c */
/* It is there, as it proved just now: banned there it is put out. */
void	 peers_check_place(struct peers *, struct peer *);

/* peers_put.c */
/* What the session is owed, and of the first seat what is among that. */
void	 peers_put_owed(struct peers *, struct peer *, struct wire_out *);
/* Then what else that is to get, or one of the others all: as much as fits. */
void	 peers_put_first(struct peers *, struct seat *, struct wire_out *);
void	 peers_put_seat(struct peers *, struct seat *, struct wire_out *,
	    bool fresh);
/* What comes next for it is kept no more: it goes on from there. */
void	 peers_skip_forgotten(struct seat *);

/* peers_watch.c */
/* What the peers have to say is asked by this. */
void	 peers_init_asks(struct peers *);
/* Who sits there; NULL: no memory. */
struct seats *peers_watch_room(struct peers *, struct room *,
	    const char *name, struct talk_place *);

/* peers_send.c */
/* It is over, and told so outside of all rooms. */
void	 peers_tell_over(struct peers *, struct peer *, enum frame_code,
	    const char *reason);
/* Another device of his is there for it, or has ended it: it goes, and is told
 * so. */
void	 peers_replace(struct peers *, struct peer *, enum entry_kind,
	    const char *reason);

/* peers_enter.c */
/* Where it goes on in its room, which it comes into now. */
void	 peers_begin(struct peers *, struct seat *,
	    const struct hello_visitor *);
/* An ENTER. */
void	 peers_take_enter(struct peers *, struct peer *,
	    const struct frame *);

#endif
