/*
 * Where people are, to bytes and back. Pure; runs in the server.
 */
#include "server/hub_where.h"

#include <string.h>

#include "server/hub_parts.h"
#include "server/roomlist.h"

static void
put_room(const struct room *r, struct wire_out *out)
{
	const struct frame_position head = log_head(r->log);
	struct member *p;

	wire_put_bytes(out, head.log_id, JOURNAL_ID);
	wire_put_varint(out, head.seq);
	wire_put_varint(out, r->roster.count);
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p)) {
		wire_put_string(out, p->fold, strlen(p->fold));
		wire_put_u32(out, p->servers);
	}
}

/* Somebody is there, or it is home. */
static bool
counts(const struct hub *h, const struct room *r)
{
	return r == h->room || r->roster.count > 0;
}

void
hub_put_where(const struct hub *h, struct wire_out *out)
{
	const struct room *r;
	uint64_t n = 0;

	LIST_FOREACH(r, &h->house.rooms, by_house)
		n += counts(h, r);
	wire_put_varint(out, n);
	LIST_FOREACH(r, &h->house.rooms, by_house)
		if (counts(h, r))
			put_room(r, out);
}

/* False: there is none. *r: it, NULL: it cannot be opened now. */
static bool
find(struct hub *h, const uint8_t id[JOURNAL_ID], struct room **r)
{
	const struct place *p;

	*r = h->room;
	if (memcmp(log_head(h->room->log).log_id, id, JOURNAL_ID) == 0)
		return true;
	if (h->config.rooms == NULL || (p = roomlist_of_log(h->config.rooms,
	    id)) == NULL)
		return false;
	hub_has_log(h, id);
	*r = p->room;
	return true;
}

static bool
get_member(struct room *r, struct wire_in *in)
{
	char fold[TEXT_FOLD_BYTES];
	struct member *p;
	size_t len;
	const char *s = wire_get_string(in, &len);
	uint32_t servers = wire_get_u32(in);

	if (in->failed || len >= sizeof(fold))
		return false;
	memcpy(fold, s, len);
	fold[len] = '\0';
	/* Who has gone since is not in any more; who came since is told. */
	if (r != NULL && (p = roster_find(&r->roster, fold)) != NULL)
		p->servers = servers & UINT16_MAX;
	return true;
}

static bool
get_room(struct hub *h, struct wire_in *in)
{
	const uint8_t *id = wire_get_bytes(in, JOURNAL_ID);
	uint64_t head = wire_get_varint(in), n = wire_get_varint(in);
	struct room *r;

	if (in->failed || !find(h, id, &r) ||
	    (r != NULL && log_head(r->log).seq < head))
		return false;
	for (; n > 0; n--)
		if (!get_member(r, in))
			return false;
	return true;
}

bool
hub_get_where(struct hub *h, struct wire_in *in)
{
	uint64_t n = wire_get_varint(in);

	for (; n > 0; n--)
		if (!get_room(h, in))
			return false;
	return wire_done(in);
}
