/*
 * The devices of one person, each a session: what they are called, for him
 * alone; of several servers those at all of them. Pure; runs in the server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/text.h"
#include "common/wire.h"
#include "server/cluster/shared.h"
#include "server/peers_marks.h"
#include "server/peers_state.h"
#include "server/room/room_say.h"

enum { LIST_OVER = 64 };	/* bytes of a LIST frame around the list */

/* By when it began it is known: no two of one key at once. */
static int64_t
free_since(struct peers *ps, const struct peer *p, int64_t since_ms)
{
	const struct peer *other = NULL;

	while ((other = crowd_next_of(&ps->crowd, p->key, other)) != NULL)
		if (other != p && other->device != NULL &&
		    other->device->since_ms == since_ms)
			return free_since(ps, p, since_ms + 1);
	return since_ms;
}

void
peers_begin_device(struct peers *ps, struct peer *p,
    const struct hello_visitor *v)
{
	struct peer_device *d;

	if ((p->caps & HELLO_PEOPLE) == 0 ||
	    (d = calloc(1, sizeof(*d))) == NULL)
		return;
	d->since_ms = free_since(ps, p, ps->house->wall_ms);
	d->marks_ms = INT64_MAX;
	d->place = v->place;
	d->offers.due_ms = INT64_MAX;
	if (v->device_len > 0 && v->device_len <= sizeof(d->name) &&
	    memchr(v->device, '\n', v->device_len) == NULL &&
	    text_is_clean(v->device, v->device_len)) {
		memcpy(d->name, v->device, v->device_len);
		d->name_len = (uint8_t)v->device_len;
	}
	p->device = d;
}

void
peers_go_on_by(struct peers *ps, struct peer *p, const struct peer *old)
{
	struct peer_device *d = p->device;
	const struct peer_device *was = old->device;
	const struct seat *s;

	d->since_ms = was->since_ms;
	memcpy(d->marks, was->marks, sizeof(d->marks));
	d->marks_n = was->marks_n;
	memcpy(d->left, was->left, sizeof(d->left));
	d->left_n = was->left_n;
	/* Those that are free are offered again. */
	SEAT_FOREACH(s, p)
		if (s->slot % 2 == 0)
			d->offers.slot = (uint16_t)s->slot;
	peers_tell_marks(ps, p);
}

bool
peers_is_listed(const struct peer *p)
{
	return !p->closing && p->device != NULL;
}

unsigned
peers_devices_of(struct peers *ps, const uint8_t key[NOISE_KEY])
{
	const struct peer *p = NULL;
	unsigned n = 0;

	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		n += peers_is_listed(p);
	return n;
}

/*
 * Of several servers
 */

/* Bit i: node i is another one, which lives. */
static uint64_t
others(const struct peers *ps)
{
	const struct room *home = ps->home->room;
	uint32_t node = log_node(home->log), i;
	uint64_t all = 0;

	for (i = 1; node != 0 && i <= SHARED_NODES; i++)
		if (i != node && (home->gone >> i & 1) == 0)
			all |= UINT64_C(1) << i;
	return all;
}

bool
peers_asks_afar(struct peers *ps, const struct peer *p)
{
	struct house_news n = { .kind = HOUSE_DEVICES,
	    .what = HOUSE_DEVICES_ASK };
	enum afar_verdict verdict;

	if (others(ps) == 0)
		return false;
	verdict = afar_asks(&ps->afar, ps->house->now_ms, p->key, others(ps));
	if (verdict == AFAR_ASK) {
		memcpy(n.key, p->key, NOISE_KEY);
		room_tell_news_soon(ps->home->room, &n, true);
	}
	return verdict != AFAR_ANSWER;
}

/*
 * The list
 */

/* As many as there is room for. */
struct device_list {
	struct wire_out	 out;
	size_t		 good;		/* bytes, of so many: */
	uint64_t	 n;
};

static void
list(struct device_list *l, const struct frame_device *d)
{
	frame_put_device(&l->out, d);
	if (l->out.failed)
		return;
	l->good = l->out.len;
	l->n++;
}

static void
list_here(struct peers *ps, const struct peer *asks, struct device_list *l)
{
	uint64_t here[HUB_KEY_PEERS];
	const struct peer *p = NULL;
	struct frame_device d;
	size_t n = 0;

	while ((p = crowd_next_of(&ps->crowd, asks->key, p)) != NULL) {
		if (!peers_is_listed(p))
			continue;
		d = (struct frame_device){
		    .flags = p == asks ? FRAME_DEVICE_SELF : 0,
		    .since_ms = (uint64_t)p->device->since_ms,
		    .heard_ms = (uint64_t)(ps->house->now_ms - p->heard_ms),
		    .name = p->device->name,
		    .name_len = p->device->name_len };
		list(l, &d);
		if (n < HUB_KEY_PEERS)
			here[n++] = d.since_ms;
	}
	afar_show(&ps->afar, asks->key, here, n);
}

static void
list_afar(const struct peers *ps, const struct afar_key *k,
    struct device_list *l)
{
	const struct afar_device *a;
	struct frame_device d;

	for (a = k->of; a < k->of + k->n; a++) {
		d = (struct frame_device){ .since_ms = a->shown_ms,
		    .heard_ms = (uint64_t)(ps->house->now_ms - a->heard_ms),
		    .name = a->is.name, .name_len = strlen(a->is.name) };
		list(l, &d);
	}
}

/* A key has few: they are all in one piece, but where long names leave no room
 * for all those at other servers. */
void
peers_put_devices(struct peers *ps, const struct peer *asks,
    struct wire_out *out)
{
	const struct afar_key *k = others(ps) != 0 ? afar_of(&ps->afar,
	    asks->key) : NULL;
	size_t room = out->size - out->len, begun;
	uint8_t bytes[PEER_DATAGRAM];
	struct device_list l = { .out = wire_out(bytes, room < LIST_OVER ? 0 :
	    room - LIST_OVER) };

	list_here(ps, asks, &l);
	if (k != NULL)
		list_afar(ps, k, &l);
	begun = frame_begin(out, FRAME_LIST);
	wire_put_u8(out, FRAME_ASK_DEVICES);
	wire_put_varint(out, log_head(ps->house->home->log).seq);
	wire_put_varint(out, l.n);
	wire_put_varint(out, 0);
	wire_put_varint(out, l.n);
	wire_put_bytes(out, bytes, l.good);
	frame_end(out, begun);
}
