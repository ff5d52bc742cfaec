/*
 * The hub's secure half: sessions with clients that shook hands, what they say
 * and ask for, what they are sent, and what silence means. Pure; owned by the
 * hub. It watches the room, and tells it.
 */
#ifndef SERVER_PEERS_H
#define SERVER_PEERS_H

#include "server/room/hub_types.h"
#include "server/room/room.h"

struct budget;
struct hub_config;
struct names;
struct house_news;
struct peer;
struct peers;
struct seat;
struct seats;
struct talk_place;

/* The settings' keys are copied by its gate, all else is borrowed. NULL: no
 * memory. */
struct peers	*peers_new(const struct hub_config *, struct room *,
		    struct names *, struct budget *);
/* One more, or a talk's. False: no memory. */
bool		 peers_open_room(struct peers *, struct room *,
		    const char *name, struct talk_place *);
/* Its log has told all; of a talk. False: no memory. */
bool		 peers_begin_talk(struct seats *);
/* When who sits there is to be looked at, all together; INT64_MAX: not. */
int64_t		 peers_due(const struct seats *);
/* There is no such talk any more: nobody is offered it. */
void		 peers_forget_talk(struct peers *, const struct talk_place *);
/* A room is called so from now on: who sits there hears it with what comes
 * next. And the home room, of which all hear it who come. */
void		 peers_call_room(struct seats *, const char *name);
void		 peers_call_home(struct peers *, const char *name);
/* Nobody may be there but who has left, and was told. */
void		 peers_close_room(struct room *);
/* Before the rooms are. Takes NULL too. */
void		 peers_free(struct peers *);

void		 peers_input(struct peers *, const union sock_addr *from,
		    const uint8_t *data, size_t len);
/* That one is input behind so many others, at most HUB_AHEAD. */
void		 peers_foresee(struct peers *, const uint8_t *data, size_t len,
		    unsigned ahead);
/* A session of an earlier run was at this address: it is told to come back. */
void		 peers_wake(struct peers *, uint32_t index,
		    const union sock_addr *);
/* Nobody listens there, somebody says. */
void		 peers_unreachable(struct peers *, const union sock_addr *);
/* Does what is due. When to come again. */
int64_t		 peers_tick(struct peers *);
/* Nobody was silent for so long. */
void		 peers_slept(struct peers *, int64_t ms);
/* Have all who are in acknowledged all there is? */
bool		 peers_are_heard(const struct peers *);
/* Tells them that the server ends; they stay members. */
void		 peers_close(struct peers *, enum hub_end);
/* After that: tells them again, for a datagram may be lost. When to come again;
 * INT64_MAX: no more. */
int64_t		 peers_ends(struct peers *);
void		 peers_count(const struct peers *, struct hub_figures *);

/* Of somebody in the room: his session's key, and where it is, which is proved.
 * False: he has none here. */
bool		 peers_look(const struct member *, const uint8_t **key,
		    const union sock_addr **);
/* Sessions of nobody in the room: who waits to come in, or was silent for
 * long, hears it. Ends those that may not be there any more. */
void		 peers_put_out_absent(struct peers *);
/* What one of them has in that room, by name; NULL: there is none. */
struct seat	*peers_absent(struct peers *, const struct room *,
		    const char *fold);
/* Are these two in one room, or is who is one key in any? */
bool		 peers_have_met(struct peers *, const uint8_t one[NOISE_KEY],
		    const uint8_t two[NOISE_KEY]);
/* Who that is, for a rule. */
void		 peers_name(const struct peer *, struct rule *);
/* Puts the peer out, with an ERROR or, FRAME_REPLACED, in favour of itself. */
void		 peers_put_out(struct peers *, struct peer *, enum frame_code,
		    const char *reason, size_t len);
/* How many devices of that key there are. */
unsigned	 peers_devices_of(struct peers *,
		    const uint8_t key[NOISE_KEY]);
/* All sessions of that key are over: another one came after it. Where he is in
 * a room he has a while to come back by that. */
void		 peers_put_out_key(struct peers *,
		    const uint8_t key[NOISE_KEY]);
/* How far who has read what, as another server says. */
void		 peers_hear_marks(struct peers *, const struct house_news *);
/* Of his devices at several, the same. */
void		 peers_hear_devices(struct peers *, const struct house_news *,
		    bool ours);
/* It is not in that room any more, and told so; nor in any, where its session
 * is of the room. */
void		 peers_unseat(struct peers *, struct seat *, enum frame_code,
		    const char *reason, size_t len);

#endif
