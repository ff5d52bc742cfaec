/*
 * The crowd: all sessions by key, by address group and the networks around it,
 * and by how long they were not heard. How many there may be, and who goes for
 * another. Pure; owned by the peers. It looks at peers and drops none.
 */
#ifndef SERVER_CROWD_H
#define SERVER_CROWD_H

#include "server/hub_config.h"
#include "server/peer.h"
#include "server/room/hub_types.h"

enum { CROWD_SLOTS = 4096 };

SLIST_HEAD(peer_slot, peer);
LIST_HEAD(peer_list, peer);
TAILQ_HEAD(peer_queue, peer);

/* Sessions of the networks that share a slot. */
struct crowd_net {
	struct peer_list list;
	size_t		 n;
};

/* Zeroed before crowd_init. */
struct crowd {
	uint32_t	 seed;
	size_t		 peers_max;
	struct peer_slot by_key[CROWD_SLOTS];
	struct peer_list by_group[CROWD_SLOTS];
	struct crowd_net by_net[PEER_NETS][CROWD_SLOTS];
	struct peer_queue heard;	/* longest silent first */
	struct peer_queue ending;	/* those closing: oldest first */
	size_t		 count, endings;
	int64_t		 now_ms;	/* while one is checked */
};

/* seed: secret, for the hashes; peers_max 0: HUB_PEERS_MAX. */
void	 crowd_init(struct crowd *, uint32_t seed, size_t peers_max);
/*
 * May he have a session, who owns the name that he comes with or not, and is
 * not one of the crowd yet? If not, *out is who can go for him, NULL: nobody;
 * then ask again.
 */
enum hub_reason crowd_check(struct crowd *, struct peer *, bool owns,
	    struct peer **out);
void	 crowd_add(struct crowd *, struct peer *);
void	 crowd_remove(struct crowd *, struct peer *);
/* For gate: what a session there has used of its share; NULL: there is none.
 * arg: the crowd. */
struct limit *crowd_seat(void *arg, const union sock_addr *);
/* A number for the address group where it answered last. */
uint32_t crowd_place(const struct crowd *, const struct peer *);
/* And for the network around it, a /24, of IPv6 a /48, where it is now. */
uint32_t crowd_network(const struct crowd *, const struct peer *);
/* Sessions there, where they answered last, and a few more. */
struct peer_list *crowd_near(struct crowd *, const union sock_addr *);
/* Of that key under that name, who came before it and waits to come in, or is
 * outside by the same outbox; NULL: nobody. */
struct peer *crowd_before(struct peer *);
/* The next session of that key, closing or not; after NULL the first. */
struct peer *crowd_next_of(struct crowd *, const uint8_t key[NOISE_KEY],
	    const struct peer *);
/* Of that key, an earlier session of the same run of a client, of no room
 * itself; NULL: none. */
struct peer *crowd_former(struct peer *);
/* It was heard; it is at another address. */
void	 crowd_heard(struct crowd *, struct peer *);
void	 crowd_moved(struct crowd *, struct peer *);
/* It is closing from now on. Returns which one is to be dropped for that, or
 * NULL. */
struct peer *crowd_ends(struct crowd *, struct peer *);

#endif
