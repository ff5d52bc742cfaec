/*
 * Talks, for the peers' files: peers_talk.c is before peers_table.c there,
 * peers_talks.c and then peers_offers.c before peers_naming.c.
 */
#ifndef SERVER_PEERS_TALK_H
#define SERVER_PEERS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/text.h"
#include "server/room/hub_types.h"

struct member;
struct peer;
struct peers;
struct seat;
struct seats;
struct talk_place;
struct wire_out;

/* peers_talk.c */
/* Its log has told all: who both are, and what was said. False: no memory. */
bool	 peers_begin_sides(struct seats *);
/* Something that is in its log is known from now on. */
void	 peers_told_talk(struct seats *, const struct entry *);
/* Who he is there. */
struct member *peers_side_of(const struct seat *);
/* The other one takes nothing from him any more. */
bool	 peers_is_shut_out(const struct seat *);
/* He began it, and was not answered: then he may not say much. May he say one
 * more message, of so many bytes, behind others that are not in the log yet? */
bool	 peers_is_alone(const struct seat *);
bool	 peers_may_go_on(const struct seat *, uint32_t messages,
	    uint32_t bytes);
/* May one say that in a talk, or in a room? */
bool	 peers_takes(const struct seat *, enum entry_kind, uint32_t flags,
	    const char *text, size_t len);

/* peers_talks.c */
/* His seat in it; NULL: he has none. */
struct seat *peers_seat_in_talk(const struct peer *,
	    const struct talk_place *);
/* Is something said there that he has not read, as far as that is known? */
bool	 peers_is_new_to(struct peers *, const struct peer *,
	    const struct talk_place *);
/* May he have one: is he let into the house, and not banned? And is he told of
 * those that he has? */
enum hub_reason peers_may_talk(const struct peers *, const struct peer *);
bool	 peers_has_talks(const struct peers *, const struct peer *);
/* The LIST of his. */
void	 peers_put_talks(struct peers *, const struct peer *, uint64_t from,
	    struct wire_out *);
/* What the key is called, as far as that is sure; 0: nobody knows. */
size_t	 peers_called(struct peers *, const uint8_t *key,
	    char name[TEXT_NAME_BYTES]);
/* The key of the other one, or of oneself. */
const uint8_t *peers_other_key(const struct talk_place *,
	    const struct peer *);
/* Who of both is there changes the version of the list of them. */
void	 peers_look_who_is_there(struct seat *);
void	 peers_put_both(struct seat *, struct wire_out *);

/* peers_offers.c: a talk that one has not read all of is offered to those of
 * his devices that are not in it. */
void	 peers_offer_to_both(struct seats *);
/* It came: all, those with the newest first. */
void	 peers_offer_all(struct peers *, struct peer *);
/* Those are due again, or it was silent for long and is heard. */
void	 peers_repeat_offers(struct peers *, struct peer *);
void	 peers_offer_again(struct peers *, struct peer *);
void	 peers_put_offers(struct peers *, struct peer *, struct wire_out *);
/* Is that one offered by that slot? And not any more. */
bool	 peers_has_offered(const struct peer *, uint32_t slot,
	    const char *name, size_t len);
void	 peers_decline(struct peer *, uint32_t slot);

#endif
