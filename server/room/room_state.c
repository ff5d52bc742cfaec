/*
 * What follows from the log, to bytes and back: who is in the room, how far
 * each author's posts are, what is in force. Pure; runs in the server. What is
 * added to what an entry leads to is added here, and is another version of
 * the checkpoint.
 */
#include "server/room/room_state.h"

#include <string.h>

#include "common/wire.h"
#include "server/room/room.h"

static void
put_member(const struct member *p, struct wire_out *out)
{
	wire_put_string(out, p->name, p->name_len);
	wire_put_u8(out, p->classic);
	wire_put_u64(out, (uint64_t)p->since_ms);
	wire_put_u64(out, (uint64_t)p->spoke_ms);
}

void
room_put_state(struct room *r, struct wire_out *out)
{
	struct member *p;

	wire_put_varint(out, r->roster.count);
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		put_member(p, out);
	dedup_put(r->dedup, out);
	standing_put(r->standing, out);
}

/* Each once, in the order of folded names. */
static bool
get_members(struct roster *roster, struct wire_in *in)
{
	uint64_t n = wire_get_varint(in);
	const struct member *before = NULL;
	struct member *p;
	const char *name;
	bool classic;
	size_t len;

	if (n > in->len)
		return false;
	for (; n > 0; n--, before = p) {
		name = wire_get_string(in, &len);
		classic = wire_get_u8(in) != 0;
		if (in->failed || len == 0 ||
		    (p = roster_add(roster, name, len, classic)) == NULL ||
		    (before != NULL && strcmp(p->fold, before->fold) <= 0))
			return false;
		p->since_ms = (int64_t)wire_get_u64(in);
		p->spoke_ms = (int64_t)wire_get_u64(in);
	}
	return !in->failed;
}

bool
room_get_state(struct room *r, struct wire_in *in)
{
	struct dedup *dedup = dedup_new();
	struct standing *standing = standing_new();

	if (dedup != NULL && standing != NULL && r->roster.count == 0 &&
	    get_members(&r->roster, in) && dedup_get(dedup, in) &&
	    standing_get(standing, in) && wire_done(in)) {
		dedup_free(r->dedup);
		standing_free(r->standing);
		r->dedup = dedup;
		r->standing = standing;
		log_hold(r->log, standing_oldest(standing));
		return true;
	}
	roster_clear(&r->roster);
	dedup_free(dedup);
	standing_free(standing);
	return false;
}
