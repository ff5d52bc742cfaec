/*
 * Guests in several rooms, shared by tests.
 */
#include "tests/with_ears.h"

#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"

static void
take_entries(struct ears *e, struct frame *f)
{
	struct entry one;

	while (frame_next_entry(f, &one)) {
		if (one.kind == ENTRY_SAY && one.seq < SAID)
			snprintf(e->said[e->slot][one.seq], 16, "%.*s",
			    (int)one.text_len, one.text);
		if (one.seq < 64)
			e->has[e->slot] |= UINT64_C(1) << one.seq;
		if (one.seq > e->at[e->slot].seq)
			e->at[e->slot].seq = one.seq;
	}
}

static void
take_session(struct ears *e, const struct frame *f)
{
	if (f->type == FRAME_NAME) {
		e->named++;
		e->tag = f->id;
		e->code = f->code;
		snprintf(e->name, sizeof(e->name), "%.*s", (int)f->text_len,
		    f->text);
	}
	if (f->type == FRAME_ERROR && e->slot == 0) {
		e->why = f->code;
		e->wait_ms = f->wait_ms;
		snprintf(e->reason, sizeof(e->reason), "%.*s",
		    (int)f->text_len, f->text);
	}
}

void
ears_hear(struct guest *g, struct frame *f)
{
	struct ears *e = g->arg;

	if (e->datagram != g->opened) {
		e->datagram = g->opened;
		e->slot = 0;
		e->prompts = 0;
	}
	if (f->type == FRAME_PROMPT && ++e->prompts > e->most_prompts)
		e->most_prompts = e->prompts;
	if (f->type == FRAME_ROOM || f->type == FRAME_SEAT)
		e->slot = f->slot;
	if (f->type == FRAME_ROOM)
		return;
	if (f->type == FRAME_ENTERED) {
		if (e->entered[f->slot] == 0)
			e->first[f->slot] = e->datagram;
		e->entered[f->slot]++;
		e->head[f->slot] = f->at.seq;
		memcpy(e->at[f->slot].log_id, f->at.log_id, FRAME_LOG_ID);
		e->at[f->slot].term = f->at.term;
	}
	take_session(e, f);
	if (e->slot == 0 || e->slot >= SLOTS)
		return;
	if (f->type != FRAME_ENTERED && f->type != FRAME_ERROR &&
	    f->type != FRAME_LEAVE && e->entered[e->slot] == 0)
		e->early = true;
	if (f->type == FRAME_ERROR) {
		e->error[e->slot] = f->code;
		e->wait[e->slot] = f->wait_ms;
	}
	if (f->type == FRAME_LEAVE)
		e->left[e->slot]++;
	if (f->type == FRAME_POSTED)
		e->posted[e->slot] = f->id;
	if (f->type == FRAME_ENTRIES || f->type == FRAME_SEAT)
		take_entries(e, f);
}

static struct guest *
many(struct guest *g, struct ears *e)
{
	memset(e, 0, sizeof(*e));
	g->caps = HELLO_ROLES | HELLO_ROOMS | HELLO_SEAT;
	g->many = true;
	g->hear = ears_hear;
	g->arg = e;
	return g;
}

struct guest *
ears_guest(struct den *den, const char *name, const char *ip, struct ears *e)
{
	struct guest *g = many(den_guest(den, name, ip), e);

	assert_true(den_enter(den, g));
	return g;
}

struct guest *
ears_of(struct den *den, const struct guest *same_key, const char *name,
    struct ears *e)
{
	struct guest *g = many(den_guest(den, name, "192.0.2.1"), e);

	g->key = same_key->key;
	assert_true(den_enter(den, g));
	return g;
}

static struct guest *
device(struct den *den, const struct guest *same_key, const char *name,
    const char *ip, struct ears *e)
{
	struct guest *g = many(den_guest(den, name, ip), e);

	if (same_key != NULL)
		g->key = same_key->key;
	g->caps |= HELLO_PEOPLE;
	return g;
}

struct guest *
ears_device_named(struct den *den, const struct guest *same_key,
    const char *name, const char *ip, const char *called, struct ears *e)
{
	struct guest *g = device(den, same_key, name, ip, e);

	g->device = called;
	assert_true(den_enter(den, g));
	return g;
}

struct guest *
ears_device_at(struct den *den, const struct guest *same_key,
    const char *name, uint32_t place, struct ears *e)
{
	struct guest *g = device(den, same_key, name, "192.0.2.1", e);

	g->place = place;
	assert_true(den_enter(den, g));
	return g;
}

struct guest *
ears_device(struct den *den, const struct guest *same_key, const char *name,
    const char *ip, struct ears *e)
{
	return ears_device_named(den, same_key, name, ip, NULL, e);
}

static void
put_enter(struct wire_out *out, uint32_t slot, const char *room,
    unsigned flags)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = 100 + slot, .next_id = 1,
	    .flags = (uint8_t)flags };

	frame_put_enter(out, &e);
}

void
ears_put_enter(struct wire_out *out, uint32_t slot, const char *room)
{
	put_enter(out, slot, room, 0);
}

void
ears_enter_with(struct den *den, struct guest *g, uint32_t slot,
    const char *room, unsigned flags)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	put_enter(&out, slot, room, flags);
	den_say(den, g, &out);
	den_run(den, 50);
}

void
ears_enter(struct den *den, struct guest *g, uint32_t slot, const char *room)
{
	ears_enter_with(den, g, slot, room, 0);
}

void
ears_post(struct den *den, struct guest *g, uint32_t slot, uint64_t id,
    enum entry_kind kind, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint32_t outbox = g->outbox;
	uint64_t next = g->next;

	frame_put_room(&out, slot);
	g->outbox = (uint32_t)(id >> 32);
	g->next = (uint32_t)id;
	guest_put_post(g, &out, kind, text);
	g->outbox = outbox;
	g->next = next;
	den_say(den, g, &out);
	den_run(den, 50);
}

void
ears_post_as(struct den *den, struct guest *g, uint32_t slot, uint64_t id,
    enum entry_kind kind, uint32_t flags, const char *text)
{
	const struct frame_post post = { .id = id, .kind = kind,
	    .flags = flags, .text = text, .text_len = strlen(text) };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun;

	frame_put_room(&out, slot);
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	den_say(den, g, &out);
	den_run(den, 50);
}

void
ears_say(struct den *den, struct guest *g, uint32_t slot, uint32_t id,
    const char *text)
{
	ears_post(den, g, slot, (uint64_t)(100 + slot) << 32 | id, ENTRY_SAY,
	    text);
}

void
ears_leave(struct den *den, struct guest *g, uint32_t slot)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_leave(&out, NULL, 0);
	den_say(den, g, &out);
	den_run(den, 50);
}

void
ears_ask_name(struct den *den, struct guest *g, uint64_t tag,
    const char *name)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_name(&out, tag, 0, name, strlen(name));
	den_say(den, g, &out);
	den_run(den, 50);
}

bool
ears_has_all(const struct ears *e, uint32_t slot, unsigned upto)
{
	unsigned i;

	for (i = 1; i <= upto; i++)
		if ((e->has[slot] >> i & 1) == 0)
			return false;
	return true;
}

void
ears_sync(struct den *den, struct guest *g, unsigned rooms, unsigned credit)
{
	const struct ears *e = g->arg;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at;
	uint32_t slot;

	for (slot = 1; slot < 2 * rooms; slot += 2) {
		at = e->at[slot];
		for (at.seq = 0; e->has[slot] >> (at.seq + 1) & 1;)
			at.seq++;
		if (at.seq == 0)
			continue;
		frame_put_room(&out, slot);
		frame_put_sync(&out, &at, credit, 0, NULL, 0);
	}
	den_say(den, g, &out);
}

bool
ears_heard(const struct ears *e, uint32_t slot, const char *text)
{
	unsigned i;

	for (i = 0; i < SAID; i++)
		if (strcmp(e->said[slot][i], text) == 0)
			return true;
	return false;
}
