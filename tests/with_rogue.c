/*
 * The rogue server. Its randomness is counted up, so that runs are the same.
 */
#include "common/frame_put.h"
#include "tests/with_rogue.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/hello.h"
#include "common/keys.h"
#include "common/wire.h"

enum { QUEUE = 4096, BYTES = 1300, STEPS = 20000, LINES = 10000 };

static struct {
	size_t		 len;
	uint8_t		 data[BYTES];
} queue[QUEUE];
static size_t first, count;
static uint64_t drawn;

static bool
on_send(void *arg, const void *data, size_t len)
{
	struct rogue *r = arg;

	r->sent++;
	if (count == QUEUE || len > BYTES)
		return false;
	memcpy(queue[(first + count) % QUEUE].data, data, len);
	queue[(first + count++) % QUEUE].len = len;
	return true;
}

static void
on_record(void *arg, const struct record *record)
{
	struct rogue *r = arg;

	r->told[record->type]++;
	if (record->type == RECORD_DENIED)
		r->denial = record->denial;
	if (record->type == RECORD_ASIDE || record->type == RECORD_DENIED)
		snprintf(r->text, sizeof(r->text), "%.*s",
		    (int)record->text_len, record->text);
	if (record->type == RECORD_VERIFIED)
		r->differences += record->flags == 0;
	if (record->type == RECORD_STATE)
		r->state = record->state;
	if (r->tell != NULL)
		r->tell(r, record);
}

static bool
on_room(void *arg)
{
	(void)arg;
	return true;
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	struct rogue *r = arg;

	*psk = r->knows && r->knows_psk;
	if (!r->knows)
		return r->trust;
	return memcmp(r->known, key, NOISE_KEY) == 0 ? LINK_KNOWN :
	    LINK_CHANGED;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	struct rogue *r = arg;

	r->remembered++;
	r->knows = true;
	r->knows_psk = psk;
	memcpy(r->known, key, NOISE_KEY);
	return LINK_NEW;
}

static void
on_new_port(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	struct rogue *r = arg;
	uint8_t *out = dst;

	/* The first that a link draws. */
	if (r->outbox != 0 && len == sizeof(r->outbox)) {
		memcpy(dst, &r->outbox, sizeof(r->outbox));
		r->outbox = 0;
		return;
	}
	while (len-- > 0)
		*out++ = (uint8_t)(++drawn * UINT64_C(0x9e3779b97f4a7c15) >>
		    56);
}

void
rogue_link(struct rogue *r)
{
	const struct link_out out = { .send = on_send, .record = on_record,
	    .room = on_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_new_port, .random = on_random, .arg = r };

	r->link = link_new(&r->config, &out);
	link_login(r->link, r->now, "alice", 5);
}

void
rogue_start(struct rogue *r)
{
	memset(r, 0, sizeof(*r));
	first = count = 0;
	keys_make(&r->key);
	keys_make(&r->config.identity);
	r->room = "den";
	r->trust = LINK_NEW;
	r->now = 1000;
	r->index = 100;
	memset(r->head.log_id, 7, sizeof(r->head.log_id));
	r->head.term = 1;
}

void
rogue_end(struct rogue *r)
{
	link_free(r->link);
	r->link = NULL;
	count = 0;
}

static void
put_line(struct wire_out *out, uint64_t seq)
{
	struct entry e = { .seq = seq, .time_ms = 1, .kind = ENTRY_SAY,
	    .author = "mallory", .author_len = 7, .text = "line",
	    .text_len = 4 };

	entry_encode(out, &e);
}

void
rogue_chain(uint8_t chain[FRAME_CHAIN], const uint8_t *entry, size_t len)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, FRAME_CHAIN);
	crypto_generichash_update(&state, chain, FRAME_CHAIN);
	crypto_generichash_update(&state, entry, len);
	crypto_generichash_final(&state, chain, FRAME_CHAIN);
}

/* Over all lines up to seq; of one that cannot be, none. */
static void
chain_to(uint64_t seq, uint8_t chain[FRAME_CHAIN])
{
	uint8_t entry[ENTRY_BYTES];
	struct wire_out out;
	uint64_t i;

	memset(chain, 0, FRAME_CHAIN);
	for (i = 1; i <= seq && seq <= LINES; i++) {
		out = wire_out(entry, sizeof(entry));
		put_line(&out, i);
		rogue_chain(chain, entry, out.len);
	}
}

void
rogue_put_head(const struct rogue *r, struct wire_out *out, uint64_t version)
{
	uint8_t chain[FRAME_CHAIN];
	size_t begun = frame_begin(out, FRAME_HEAD);

	if (r->chain != NULL)
		memcpy(chain, r->chain, sizeof(chain));
	else
		chain_to(r->head.seq, chain);
	frame_put_position(out, &r->head);
	wire_put_bytes(out, chain, sizeof(chain));
	wire_put_varint(out, version);
	frame_end(out, begun);
}

void
rogue_say_once(struct rogue *r, const uint8_t *frames, size_t len)
{
	uint8_t datagram[BYTES];
	size_t n = seal_pack(&r->seal, frames, len, datagram);

	link_input(r->link, r->now, datagram, n);
}

void
rogue_say(struct rogue *r, const uint8_t *frames, size_t len)
{
	rogue_say_once(r, frames, len);
	rogue_run(r, 0);
}

void
rogue_say_entry(struct rogue *r, uint64_t seq)
{
	uint8_t frames[1024];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun = frame_begin(&out, FRAME_ENTRIES);

	if (r->head.seq < seq)
		r->head.seq = seq;
	frame_put_position(&out, &r->head);
	wire_put_varint(&out, 1);
	put_line(&out, seq);
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

void
rogue_say_entries(struct rogue *r, uint64_t first_seq, uint64_t last)
{
	uint64_t seq;

	if (r->head.seq < last)
		r->head.seq = last;
	for (seq = first_seq; seq <= last; seq++)
		rogue_say_entry(r, seq);
	rogue_run(r, 100);
}

/* To HELLO: the second message at once, without a cookie. */
static void
answer(struct rogue *r, const struct hello *hello)
{
	struct hello_room room = { .head = r->head, .name = r->room,
	    .name_len = strlen(r->room),
	    .flags = r->flags | (r->has_psk ? HELLO_WANTS_PASSPHRASE : 0) };
	uint8_t payload[128], noise[HELLO_DATAGRAM - 16], none[HELLO_NOISE];
	uint8_t datagram[HELLO_DATAGRAM];
	struct noise_keypair e;
	size_t len;

	keys_make(&e);
	noise_init(&r->noise, NOISE_RESPONDER, r->has_psk, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), &r->key, &e);
	if (r->has_psk)
		noise_set_psk(&r->noise, r->psk);
	if (!noise_read(&r->noise, hello->noise, r->has_psk ? HELLO_NOISE :
	    NOISE_KEY, none, &len))
		return;
	len = hello_put_room(payload, sizeof(payload), &room);
	len = noise_write(&r->noise, payload, len, noise, sizeof(noise));
	r->index++;
	len = hello_put_hs2(datagram, hello->client, r->index, noise, len);
	link_input(r->link, r->now, datagram, len);
}

static void
welcome(struct rogue *r)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (r->mute)
		return;
	if (r->flags & HELLO_ROOMS)
		frame_put_name(&out, 0, 0, "alice", 5);
	else
		rogue_put_head(r, &out, 1);
	rogue_say_once(r, frames, out.len);
}

static void
admit(struct rogue *r, const struct hello_datagram *d, uint32_t client)
{
	uint8_t payload[HELLO_DATAGRAM], send[NOISE_KEY], receive[NOISE_KEY];
	uint8_t hash[NOISE_KEY], out[HELLO_DATAGRAM], start[HELLO_DATAGRAM];
	struct hello_visitor visitor;
	size_t len;

	r->visits++;
	len = hello_put_hs3(start, d->server, d->bytes, d->len);
	if (!r->resets && noise_read(&r->noise, d->bytes, d->len, payload,
	    &len) && noise_split(&r->noise, send, receive, hash)) {
		seal_init(&r->seal, send, receive, r->index, client);
		r->live = true;
		if (hello_read_visitor(payload, len, &visitor)) {
			r->age_ms = visitor.age_ms;
			r->run = visitor.outbox;
			r->room_len = visitor.room_len;
			r->caps = visitor.caps;
			snprintf(r->device, sizeof(r->device), "%.*s",
			    (int)visitor.device_len, visitor.device_len == 0 ?
			    "" : visitor.device);
		}
		welcome(r);
		return;
	}
	len = hello_put_reset(out, d->server, start);
	link_input(r->link, r->now, out, len);
}

static void
pong(struct rogue *r, const struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	r->pings++;
	if (r->mute)
		return;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	rogue_say_once(r, frames, out.len);
}

static void
hear(struct rogue *r, struct frame *f)
{
	switch (f->type) {
	case FRAME_POST:
		r->posts++;
		break;
	case FRAME_LEAVE:
		r->leaves++;
		break;
	case FRAME_PING:
		pong(r, f);
		break;
	case FRAME_READ:
		r->reads++;
		if (f->seq == 0)
			r->asked_from = f->count;
		break;
	default:
		break;
	}
	if (r->hear != NULL)
		r->hear(r, f);
}

static void
take(struct rogue *r, const uint8_t *data, size_t len)
{
	uint8_t frames[BYTES];
	struct hello_datagram d;
	struct wire_in in;
	struct frame f;
	size_t n;

	r->sealed += data[0] == SEAL_TYPE;
	if (r->deaf)
		return;
	if (data[0] == SEAL_TYPE && r->live &&
	    seal_open(&r->seal, data, len, frames, &n) == SEAL_OK) {
		in = wire_in(frames, n);
		r->slot = 0;
		while (frame_next(&in, &f) == FRAME_OK) {
			if (f.type == FRAME_ROOM)
				r->slot = f.slot;
			else
				hear(r, &f);
		}
	} else if (data[0] == SEAL_TYPE) {
		/* Of a session that this server does not have. */
		n = hello_put_reset(frames, (uint32_t)data[1] << 24 |
		    (uint32_t)data[2] << 16 | (uint32_t)data[3] << 8 |
		    data[4], data);
		link_input(r->link, r->now, frames, n);
	} else if (hello_read(data, len, &d) && d.type == HELLO_TYPE) {
		r->hellos++;
		r->client = d.hello.client;
		if (!r->busy)
			answer(r, &d.hello);
	} else if (hello_read(data, len, &d) && d.type == HELLO_HS3_TYPE)
		admit(r, &d, r->client);
}

bool
rogue_run(struct rogue *r, int64_t ms)
{
	int64_t end = r->now + ms, due;
	uint8_t data[BYTES];
	unsigned steps;
	size_t len;

	for (steps = 0; steps < STEPS; steps++) {
		due = link_tick(r->link, r->now);
		if (count > 0) {
			len = queue[first].len;
			memcpy(data, queue[first].data, len);
			first = (first + 1) % QUEUE;
			count--;
			take(r, data, len);
		} else if (due > end) {
			r->now = end;
			return true;
		} else if (due > r->now)
			r->now = due;
	}
	return false;
}

void
rogue_post(struct rogue *r, const char *text)
{
	link_post(r->link, r->now, 0, &(struct link_line){ 1, ENTRY_SAY, text,
	    strlen(text), false });
}
