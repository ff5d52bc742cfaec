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

#include "server/hub_config.h"
#include "server/moderation.h"
#include "server/room/hub_types.h"
#include "server/roomlist.h"

struct hub;
struct log;
struct place;

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
 * One more room, of that log, borrowed, which is ready; its names are kept with
 * the first one's. After hub_is_open. False: no memory, or it cannot be read.
 */
bool	 hub_add_room(struct hub *, const char *name, struct log *);

/* Of several servers this one is the first, and its log is theirs: they hear
 * whom it has banned, whose heirs there are, and of its rooms, with all that is
 * in them; until then it is busy. Twice is harmless. */
void	 hub_found(struct hub *);

/*
 * As roomlist_make, _rename, _put_away, and who is there hears of it; of
 * several servers it is so when all are told: then *made is NULL.
 */
struct hub_new_name {
	struct roomlist	*rooms;
	const char	*name;
	size_t		 len;
};
enum roomlist_error hub_make_room(struct hub *, int64_t now_ms,
	    int64_t wall_ms, const struct hub_new_name *,
	    const uint8_t *opener, struct place **made);
enum roomlist_error hub_rename_room(struct hub *, int64_t now_ms,
	    int64_t wall_ms, struct place *, const struct hub_new_name *);
enum roomlist_error hub_put_away_room(struct hub *, struct roomlist *,
	    int64_t now_ms, int64_t wall_ms, struct place *, bool away);
/* It is not open any more. False: somebody is there, or about to be. */
bool	 hub_close_place(struct hub *, struct place *);

/*
 * A session of an earlier run was at this address: its client is told that it
 * is over, by a RESET, and comes back by itself.
 */
void	 hub_wake(struct hub *, uint32_t index, const union sock_addr *);

/* False: the log has not told all that there is. Until it has, who comes had
 * better wait: it is not known who is in. */
bool	 hub_is_open(const struct hub *);

/* What ended one of the logs, an errno; 0: nothing did. */
int	 hub_failed(const struct hub *);

/* A datagram came. Any bytes, any length. hub_tick is due afterwards. */
void	 hub_input(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const union sock_addr *from, const void *data, size_t len);

/* That one comes behind so many others, at most HUB_AHEAD: what it will look at
 * is on its way from memory meanwhile, and nothing changes. To be told of each
 * at each step. */
void	 hub_foresee(struct hub *, const void *data, size_t len,
	    unsigned ahead);

/* The kernel reports that nobody listens at addr (ECONNREFUSED). */
void	 hub_unreachable(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const union sock_addr *addr);
/* Or that no way leads there now (EHOSTUNREACH). */
void	 hub_no_way(struct hub *, int64_t now_ms, int64_t wall_ms,
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

/*
 * Does what is due. Returns when to call again, monotonic ms; INT64_MAX:
 * not before the next input.
 */
int64_t	 hub_tick(struct hub *, int64_t now_ms, int64_t wall_ms);

/* The server did not run for so long, nor read what came: nobody was silent
 * meanwhile. */
void	 hub_slept(struct hub *, int64_t ms);

/* Something that was asked is not in the log yet. */
bool	 hub_is_busy(const struct hub *);

/* Who waits for what becomes of what he asks. */
enum hub_asker { HUB_ITSELF, HUB_CONSOLE, HUB_CONTROL, HUB_ASKERS };
enum hub_fate {
	HUB_WAITS,		/* some of it is in the log's hands */
	HUB_SO,
	HUB_NOT_SO		/* some was refused since it was asked */
};
/* What is asked now, until hub_asked, is his. */
void	 hub_asks(struct hub *, enum hub_asker);
void	 hub_asked(struct hub *);
/* What has become of it. */
enum hub_fate hub_fate(const struct hub *, enum hub_asker);
/* He knows, or waits no more. */
void	 hub_forget(struct hub *, enum hub_asker);

/* True once what was asked is in the log, and all who are in have acknowledged
 * all there is. Those of the classic protocol cannot. */
bool	 hub_is_heard(const struct hub *);

/* Tells everybody that the server ends. Needs no disk. That those of the
 * classic protocol leave is asked for, and so when the log tells it. */
void	 hub_close(struct hub *, int64_t now_ms, int64_t wall_ms,
	    enum hub_end);
/* After that: says so again, and lets the log take what was asked. Returns when
 * to call again; INT64_MAX: all of it was told, or will not be. */
int64_t	 hub_ends(struct hub *, int64_t now_ms, int64_t wall_ms);

struct hub_figures hub_figures(const struct hub *);

#endif
