/*
 * A guest with keys; see guest.h. Tests only.
 */
#include "tests/fuzz/guest.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

void
guest_init(struct guest *g, const char *name, uint8_t number)
{
	const uint8_t secret[NOISE_KEY] = { 100, number };

	memset(g, 0, sizeof(*g));
	g->name = name;
	noise_keypair_from(&g->key, secret);
	g->addr = hall_addr("127.0.0.1", (uint16_t)(1000 + number));
	g->outbox = number;
	g->next = 1;
}

static void
send_step(struct guest *g, struct hall *r)
{
	uint8_t datagram[HELLO_DATAGRAM];
	size_t len = g->hs.datagram_len;

	/* The answer comes before this returns and makes the next one. */
	memcpy(datagram, g->hs.datagram, len);
	hall_input(r, &g->addr, datagram, len);
}

struct hello_visitor
guest_visitor(const struct guest *g, const struct hall *r)
{
	struct hello_visitor v = { .name = g->name,
	    .name_len = strlen(g->name), .outbox = g->outbox,
	    .next_id = g->next, .have = log_head(r->log) };

	return v;
}

void
guest_come(struct guest *g, struct hall *r, struct hello_visitor v)
{
	uint8_t secret[NOISE_KEY] = { 50, (uint8_t)g->handshakes++,
	    (uint8_t)g->outbox };
	int step;

	handshake_begin(&g->hs, &g->key, 1 + (g->outbox << 8 |
	    (g->handshakes & 0xff)), secret);
	for (step = 0; step < 2 && g->hs.step == HANDSHAKE_HELLO; step++)
		send_step(g, r);
	if (g->hs.step != HANDSHAKE_DOOR)
		return;
	MUST(memcmp(handshake_server(&g->hs), r->key.public, NOISE_KEY) == 0);
	v.room = g->hs.room.name;
	v.room_len = g->many ? 0 : g->hs.room.name_len;
	MUST(handshake_visit(&g->hs, NULL, &v));
	g->seal = g->hs.seal;
	g->in = true;
	send_step(g, r);
}

bool
guest_say(struct guest *g, struct hall *r, const union sock_addr *from,
    const void *frames, size_t len)
{
	MUST(len <= GUEST_DATAGRAM - SEAL_OVER);
	if (!g->in)
		return false;
	g->last_len = seal_pack(&g->seal, frames, len, g->last);
	MUST(g->last_len > 0);
	hall_input(r, from, g->last, g->last_len);
	return true;
}

/* It is in the log just so. */
static void
check_entry(struct log *log, const struct entry *e)
{
	struct entry own;
	const uint8_t *bytes;
	struct wire_in in;
	size_t len;

	MUST(e->seq <= log_head(log).seq);
	MUST((bytes = log_read(log, e->seq, &len)) != NULL);
	in = wire_in(bytes, len);
	MUST(entry_decode(&in, &own) == ENTRY_OK);
	MUST(own.kind == e->kind && own.flags == e->flags &&
	    own.id == e->id && own.time_ms == e->time_ms);
	MUST(fuzz_same(own.author, own.author_len, e->author, e->author_len));
	MUST(fuzz_same(own.text, own.text_len, e->text, e->text_len));
}

/* Of which room's log it is told in that seat. */
static struct log *
log_of(const struct guest *g, const struct hall *r, uint32_t slot,
    const struct frame *f)
{
	size_t room = hall_room_of(r, f->at.log_id);

	MUST(room < r->rooms);
	MUST(g->many ? g->asked[slot] >> room & 1 : room == 0 && slot == 0);
	return r->of[room].log;
}

static void
read_frame(struct guest *g, struct hall *r, uint32_t slot, struct frame *f)
{
	struct log *log = NULL;
	struct entry e;

	if (f->type == FRAME_ENTRIES || f->type == FRAME_HEAD)
		log = log_of(g, r, slot, f);
	if (f->type == FRAME_ENTERED) {
		MUST(f->slot == slot);
		log_of(g, r, slot, f);
	}
	if (f->type == FRAME_PING)
		memcpy(g->ping, f->bytes, sizeof(g->ping));
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &e))
		check_entry(log, &e);
	if (f->type == FRAME_HEAD)
		MUST(f->at.seq <= log_head(log).seq);
	/* Never what only a client says. */
	MUST(f->type != FRAME_POST && f->type != FRAME_SYNC &&
	    f->type != FRAME_READ && f->type != FRAME_WHOIS &&
	    f->type != FRAME_ENTER && f->type != FRAME_ASK);
	/* Nor what only one of several rooms knows. */
	MUST(g->many || (f->type != FRAME_ROOM && f->type != FRAME_ENTERED &&
	    f->type != FRAME_NAME && f->type != FRAME_LIST));
}

static void
read_frames(struct guest *g, struct hall *r, const uint8_t *frames,
    size_t len)
{
	struct wire_in in = wire_in(frames, len);
	enum frame_error error;
	uint32_t slot = 0;
	struct frame f;

	while ((error = frame_next(&in, &f)) == FRAME_OK) {
		if (f.type == FRAME_ROOM)
			slot = f.slot;
		read_frame(g, r, slot, &f);
	}
	MUST(error == FRAME_END);
}

static void
take_handshake(struct guest *g, const uint8_t *data, size_t len)
{
	struct hello_datagram d;

	MUST(hello_read(data, len, &d));
	handshake_input(&g->hs, &d);
}

void
guest_hear(struct guest *g, struct hall *r, const uint8_t *data, size_t len)
{
	uint8_t frames[GUEST_DATAGRAM];
	uint32_t index;
	size_t n;

	MUST(len > 0 && len <= GUEST_DATAGRAM);
	if (data[0] < HELLO_TYPE)
		return;		/* it spoke the classic protocol, too */
	if (data[0] != SEAL_TYPE) {
		take_handshake(g, data, len);
		return;
	}
	MUST(seal_index(data, len, &index));
	if (!g->in || index != g->seal.here)
		return;		/* of a session before */
	MUST(seal_open(&g->seal, data, len, frames, &n) == SEAL_OK);
	read_frames(g, r, frames, n);
}
