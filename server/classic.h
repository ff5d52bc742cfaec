/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; owned by the hub. It watches the room, and tells it.
 */
#ifndef SERVER_CLASSIC_H
#define SERVER_CLASSIC_H

#include "server/room/hub_types.h"
#include "server/room/room.h"

struct budget;
struct classic;
struct hub_config;
struct names;

/* All is borrowed but the settings. NULL: no memory. */
struct classic	*classic_new(const struct hub_config *, struct room *,
		    struct names *, struct budget *);
/* Before the room is. Takes NULL too. */
void		 classic_free(struct classic *);

void		 classic_input(struct classic *, const union sock_addr *from,
		    const void *data, size_t len);
/* Nobody listens there, somebody says. False: nobody of these is. */
bool		 classic_unreachable(struct classic *,
		    const union sock_addr *);
/* No way leads there now: that passes, but who was never heard again may have
 * been made up. */
void		 classic_no_way(struct classic *, const union sock_addr *);
/* Where the member of that name is; NULL: there is none. */
const union sock_addr *classic_addr(struct classic *, const char *name,
		    size_t len);
/* He is put out; false: there is none. */
bool		 classic_put_out(struct classic *, const char *name,
		    size_t len);
/* Remembers where he is who was muted, whatever he will be called. */
void		 classic_hush(struct classic *, const char *name, size_t len);
/* Who is silent for too long goes. When to look again. */
int64_t		 classic_tick(struct classic *);
void		 classic_slept(struct classic *, int64_t ms);
/* Tells them that the server ends. From then on nobody else is told anything
 * of the room. */
void		 classic_close(struct classic *, enum hub_end);

#endif
