/*
 * Which rooms there are, for who asks: one piece for one ASK, so that nobody is
 * sent much more than he asks for. Pure; runs in the server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/marks.h"

enum {
	LIST_OVER = 64,		/* bytes of a LIST frame around the list */
	LIST_US = 100		/* of work: some rooms are looked at */
};

void
peers_take_ask(struct peers *ps, struct peer *p, const struct frame *f)
{
	if (f->code != FRAME_ASK_ROOMS &&
	    ((f->code != FRAME_ASK_DEVICES && f->code != FRAME_ASK_END &&
	    f->code != FRAME_ASK_TALKS) || p->device == NULL))
		return;
	/* Of several in a datagram the last counts. */
	if ((p->owes & PEER_OWES_LIST) == 0 && !peers_work(ps, p, LIST_US)) {
		ps->house->figures.withheld++;
		return;
	}
	if (peers_is_banned(ps, p) || (f->code == FRAME_ASK_DEVICES &&
	    peers_asks_afar(ps, p)))
		return;
	p->owes |= PEER_OWES_LIST;
	ps->strays.list_from = f->offset;
	ps->strays.list_what = f->code == FRAME_ASK_END ? FRAME_ASK_DEVICES :
	    (uint8_t)f->code;
}

/* Where he sits is known by that from now on: he may sit in very many. */
static void
note_seats(struct peers *ps, const struct peer *p)
{
	unsigned i;

	ps->strays.listing++;
	for (i = 0; i < p->seats_n; i++)
		if (p->seats[i]->person != NULL)
			p->seats[i]->in->listing = ps->strays.listing;
}

/* How far he has read there, for one who knows what that is. */
static const struct mark *
mark_of(const struct peers *ps, const struct peer *p,
    const struct house_listed *l)
{
	const struct person *who = p->device == NULL ? NULL :
	    peers_person(ps, p);

	return who == NULL ? NULL : marks_find(who, l->log);
}

static struct frame_listed
item_of(const struct peers *ps, const struct peer *p,
    const struct house_listed *l)
{
	const struct mark *m = mark_of(ps, p, l);

	return (struct frame_listed){ .name = l->name,
	    .name_len = strlen(l->name), .head = l->head, .topic = "",
	    .mark = m == NULL ? 0 : m->seq,
	    .people = l->room == NULL ? 0 : l->room->roster.count,
	    .flags = (uint8_t)((l->home ? FRAME_LISTED_HOME : 0) |
	    (l->closed ? FRAME_LISTED_CLOSED : 0) |
	    (m != NULL ? FRAME_LISTED_MINE : 0) |
	    (l->room != NULL && seats_of(l->room)->listing ==
	    ps->strays.listing ? FRAME_LISTED_IN : 0)) };
}

void
peers_put_list(struct peers *ps, struct peer *p, struct wire_out *out)
{
	const struct house_doors *doors = &ps->house->doors;
	uint64_t from = ps->strays.list_from, total = 0, n = 0;
	size_t room = out->size - out->len, good = 0, begun;
	uint8_t list[PEER_DATAGRAM];
	struct wire_out piece = wire_out(list, room < LIST_OVER ? 0 :
	    room - LIST_OVER);
	struct frame_listed item;
	struct house_listed l;
	const void *at = NULL;

	if (ps->strays.list_what == FRAME_ASK_DEVICES) {
		peers_put_devices(ps, p, out);
		return;
	}
	if (ps->strays.list_what == FRAME_ASK_TALKS) {
		peers_put_talks(ps, p, from, out);
		return;
	}
	note_seats(ps, p);
	while ((at = doors->next(doors->arg, at, &l)) != NULL)
		if (total++ >= from && !piece.failed) {
			item = item_of(ps, p, &l);
			frame_put_listed(&piece, &item);
			if (piece.failed)
				continue;
			good = piece.len;
			n++;
		}
	begun = frame_begin(out, FRAME_LIST);
	wire_put_u8(out, FRAME_ASK_ROOMS);
	wire_put_varint(out, log_head(ps->house->home->log).seq);
	wire_put_varint(out, total);
	wire_put_varint(out, from);
	wire_put_varint(out, n);
	wire_put_bytes(out, list, good);
	frame_end(out, begun);
}
