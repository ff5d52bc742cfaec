/*
 * What somebody may be called in the room, and who in it looks like whom.
 * Pure; owned by the hub. It watches who comes and goes.
 */
#ifndef SERVER_ROOM_NAMES_H
#define SERVER_ROOM_NAMES_H

#include "common/classic.h"
#include "common/refusal.h"
#include "server/room/hub_types.h"
#include "server/room/room.h"

struct bans;
struct names;
struct naming;

/* lang: of the notices that a name must be readable in. All is borrowed. NULL:
 * no memory. */
struct names	*names_new(struct room *, enum classic_lang lang,
		    struct bans *);
/* Before the room is closed. Takes NULL too. */
void		 names_free(struct names *);
/* Looks at everybody who is in the room: all was told once. */
void		 names_fill(struct names *);

/* May somebody be called so, from there? key NULL: one without. */
enum hub_reason	 names_check(struct names *, const char *name, size_t len,
		    const uint8_t *key, const union sock_addr *);
/* What it knows such names by. */
const struct naming *names_naming(const struct names *);
/* What a client is told of it besides the code. */
enum refusal	 names_refusal(enum hub_reason);
/* For an ERROR, of what names_check said last. Returns its length. */
size_t		 names_refusal_text(const struct names *, enum hub_reason why,
		    char text[FRAME_REASON_BYTES + 1]);

#endif
