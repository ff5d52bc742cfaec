/*
 * Whether a peer may be where it is. Pure; runs in the server.
 */
#include "server/peers_state.h"
#include "server/room/bans.h"
#include "server/room/room_say.h"

static void
put_out_banned(struct seat *s, int64_t until_ms)
{
	struct rule r = { .word = RULE_BAN };
	struct room *room = s->in->room;
	const struct peer *p = s->peer;
	size_t len;
	const char *name = seat_name(s, &len);

	peers_name(p, &r);
	r.name = name;
	r.name_len = len;
	if (until_ms != 0)
		r.ms = (until_ms - room->house->wall_ms + 999) / 1000 * 1000;
	room_say_rule_soon(room, &r);
	room_report(room, HUB_KICKED, HUB_FINE, NULL, name, len);
	room_put_out(room, ENTRY_LEAVE, ENTRY_QUIET, name, len);
}

/* Of an address no entry tells: only who is put out by it. */
void
peers_check_place(struct peers *ps, struct peer *p)
{
	struct seat *s;
	int64_t until_ms;

	if (!bans_until(ps->config.bans, ps->house->wall_ms, &p->at.home,
	    &until_ms))
		return;
	SEAT_FOREACH(s, p)
		if (s->person != NULL && !s->talk)
			put_out_banned(s, until_ms);
		else if (!s->closing)
			peers_refuse(ps, s, HUB_BANNED);
}
