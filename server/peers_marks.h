/*
 * What the peers' files know of a person who has several devices: for these
 * files only, behind peers_naming.c, before peers_list.c.
 */
#ifndef SERVER_PEERS_MARKS_H
#define SERVER_PEERS_MARKS_H

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct hello_visitor;
struct peer;
struct peers;
struct seat;
struct seats;
struct wire_out;

/* peers_devices.c */
/* It is one of several of its person, if it knows of that. */
void	 peers_begin_device(struct peers *, struct peer *,
	    const struct hello_visitor *);
/* It is the same one as that. */
void	 peers_go_on_by(struct peers *, struct peer *, const struct peer *old);
/* All of them, for who asks, one of them. */
void	 peers_put_devices(struct peers *, const struct peer *,
	    struct wire_out *);

/* Is it one of those? */
bool	 peers_is_listed(const struct peer *);
/* Are those at other servers asked for? Then he is to ask again soon. */
bool	 peers_asks_afar(struct peers *, const struct peer *);

/* peers_marks.c */
/* He is in that room, and it is one of his from now on; or not any more. */
void	 peers_begin_mark(struct peers *, const struct seat *);
void	 peers_end_mark(struct peers *, const struct seat *);
/* Has he left it, by whichever device, since he was there last? */
bool	 peers_has_left(const struct peers *, const struct peer *,
	    const struct seats *);
/* A MARK. */
void	 peers_take_marks(struct peers *, struct peer *, struct frame *);
/* Other servers hear of those that have changed, in a while. When that is. */
int64_t	 peers_share_marks(struct peers *);
/* Another device has left the room of that seat, which it is told until it says
 * so; true: it does. */
void	 peers_tell_left(struct peers *, struct peer *, uint32_t slot);
bool	 peers_knows_left(struct peer *, uint32_t slot);
/* What it is to be told of all that; again, if it is time and it has not said
 * that it was; and what it was not, while nothing was heard of it. */
void	 peers_put_marks(const struct peers *, struct peer *,
	    struct wire_out *);
void	 peers_repeat_marks(struct peers *, struct peer *);
void	 peers_tell_marks(struct peers *, struct peer *);

/* peers_afar.c */
/* One of his others ends, by when it began, wherever it is. */
void	 peers_end_device(struct peers *, struct peer *, uint64_t since_ms);

#endif
