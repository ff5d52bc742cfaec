/*
 * The encoder of frames. Pure; runs in the server and in the receiver process.
 */
#include "common/frame_put.h"

#include <string.h>

enum { LENGTH_BYTES = 2 };	/* kept free for the length while writing */
_Static_assert(FRAME_BODY_BYTES < 1 << 14, "two bytes of varint hold it");

size_t
frame_begin(struct wire_out *out, enum frame_type type)
{
	wire_put_u8(out, (uint8_t)type);
	wire_put_u16(out, 0);
	return out->len;
}

void
frame_end(struct wire_out *out, size_t begun)
{
	size_t len = out->len - begun;
	uint8_t *length;

	if (out->failed)
		return;
	if (len > FRAME_BODY_BYTES) {
		out->failed = true;
		return;
	}
	length = out->base + begun - LENGTH_BYTES;
	if (len >= 0x80) {
		length[0] = (uint8_t)(len | 0x80);
		length[1] = (uint8_t)(len >> 7);
		return;
	}
	/* Varints are canonical: a short length takes one byte. */
	length[0] = (uint8_t)len;
	memmove(length + 1, length + LENGTH_BYTES, len);
	out->len--;
}

void
frame_put_position(struct wire_out *out, const struct frame_position *p)
{
	wire_put_bytes(out, p->log_id, FRAME_LOG_ID);
	wire_put_varint(out, p->term);
	wire_put_varint(out, p->seq);
}

void
frame_put_post(struct wire_out *out, const struct frame_post *p)
{
	wire_put_varint(out, p->id);
	wire_put_u8(out, (uint8_t)p->kind);
	wire_put_varint(out, p->flags);
	wire_put_string(out, p->text, p->text_len);
}

void
frame_put_sync(struct wire_out *out, const struct frame_position *at,
    uint64_t credit, uint64_t loss_permille, const struct frame_range *ranges,
    size_t n)
{
	size_t begun = frame_begin(out, FRAME_SYNC), i;
	uint64_t end = at->seq;

	/* The lowest ranges are those whose gaps are needed first. */
	if (n > FRAME_RANGES)
		n = FRAME_RANGES;
	frame_put_position(out, at);
	wire_put_varint(out, credit);
	wire_put_varint(out, loss_permille);
	wire_put_varint(out, n);
	for (i = 0; i < n; i++) {
		wire_put_varint(out, ranges[i].first - end - 1);
		wire_put_varint(out, ranges[i].last - ranges[i].first + 1);
		end = ranges[i].last;
	}
	frame_end(out, begun);
}

void
frame_put_posted(struct wire_out *out, uint64_t next, uint64_t seq)
{
	size_t begun = frame_begin(out, FRAME_POSTED);

	wire_put_varint(out, next);
	wire_put_varint(out, seq);
	frame_end(out, begun);
}

void
frame_put_leave(struct wire_out *out, const char *reason, size_t len)
{
	size_t begun = frame_begin(out, FRAME_LEAVE);

	wire_put_string(out, reason, len);
	frame_end(out, begun);
}

void
frame_put_error(struct wire_out *out, enum frame_code code, uint64_t id,
    uint64_t wait_ms, const char *text, size_t len)
{
	size_t begun = frame_begin(out, FRAME_ERROR);

	wire_put_varint(out, code);
	wire_put_varint(out, id);
	wire_put_varint(out, wait_ms);
	wire_put_string(out, text, len);
	frame_end(out, begun);
}

void
frame_put_read(struct wire_out *out, uint64_t before, uint64_t count)
{
	size_t begun = frame_begin(out, FRAME_READ);

	wire_put_varint(out, before);
	wire_put_varint(out, count);
	frame_end(out, begun);
}

void
frame_put_whois(struct wire_out *out, const char *name, size_t len)
{
	size_t begun = frame_begin(out, FRAME_WHOIS);

	wire_put_string(out, name, len);
	frame_end(out, begun);
}

void
frame_put_person(struct wire_out *out, uint64_t seq, uint64_t since_ms,
    const uint8_t key[FRAME_KEY_BYTES], const struct frame_member *m)
{
	size_t begun = frame_begin(out, FRAME_PERSON);

	wire_put_varint(out, seq);
	wire_put_u8(out, m->flags);
	wire_put_varint(out, since_ms);
	wire_put_string(out, key, key == NULL ? 0 : FRAME_KEY_BYTES);
	wire_put_string(out, m->name, m->name_len);
	frame_end(out, begun);
}

void
frame_put_ping(struct wire_out *out, enum frame_type type,
    const uint8_t bytes[FRAME_PING_BYTES])
{
	size_t begun = frame_begin(out, type);

	wire_put_bytes(out, bytes, FRAME_PING_BYTES);
	frame_end(out, begun);
}

void
frame_put_room(struct wire_out *out, uint32_t slot)
{
	size_t begun = frame_begin(out, FRAME_ROOM);

	wire_put_varint(out, slot);
	frame_end(out, begun);
}

void
frame_put_enter(struct wire_out *out, const struct frame_enter *e)
{
	size_t begun = frame_begin(out, FRAME_ENTER);

	wire_put_varint(out, e->slot);
	wire_put_string(out, e->room, e->room_len);
	wire_put_u32(out, e->outbox);
	wire_put_varint(out, e->next_id);
	frame_put_position(out, &e->have);
	wire_put_varint(out, e->flags);
	wire_put_string(out, e->token, e->token_len);
	wire_put_string(out, e->former, e->former_len);
	frame_end(out, begun);
}

void
frame_put_entered(struct wire_out *out, const struct frame_entered *e)
{
	size_t begun = frame_begin(out, FRAME_ENTERED);

	wire_put_varint(out, e->slot);
	wire_put_varint(out, e->flags);
	wire_put_string(out, e->room, e->room_len);
	wire_put_string(out, e->key, e->key == NULL ? 0 : FRAME_KEY_BYTES);
	frame_put_position(out, &e->head);
	frame_end(out, begun);
}

void
frame_put_ask(struct wire_out *out, enum frame_ask what, uint64_t from)
{
	size_t begun = frame_begin(out, FRAME_ASK);

	wire_put_u8(out, (uint8_t)what);
	wire_put_varint(out, from);
	frame_end(out, begun);
}

void
frame_put_listed(struct wire_out *out, const struct frame_listed *r)
{
	wire_put_u8(out, r->flags);
	wire_put_varint(out, r->people);
	wire_put_varint(out, r->head);
	wire_put_varint(out, r->mark);
	wire_put_string(out, r->name, r->name_len);
	wire_put_string(out, r->topic, r->topic_len);
}

void
frame_put_device(struct wire_out *out, const struct frame_device *d)
{
	wire_put_u8(out, d->flags);
	wire_put_varint(out, d->since_ms);
	wire_put_varint(out, d->heard_ms);
	wire_put_string(out, d->name, d->name_len);
}

void
frame_put_talk(struct wire_out *out, const struct frame_talk *t)
{
	wire_put_u8(out, t->flags);
	wire_put_varint(out, t->said);
	wire_put_varint(out, t->mark);
	wire_put_bytes(out, t->log_id, FRAME_LOG_ID);
	wire_put_bytes(out, t->key, FRAME_KEY_BYTES);
	wire_put_string(out, t->name, t->name_len);
}

void
frame_put_marks(struct wire_out *out, unsigned flags,
    const struct frame_mark *marks, size_t n)
{
	size_t begun = frame_begin(out, FRAME_MARK), i;

	wire_put_u8(out, (uint8_t)flags);
	wire_put_varint(out, n);
	for (i = 0; i < n; i++) {
		wire_put_bytes(out, marks[i].log_id, FRAME_LOG_ID);
		wire_put_varint(out, marks[i].seq);
	}
	frame_end(out, begun);
}

void
frame_put_rekey(struct wire_out *out, const uint8_t key[FRAME_KEY_BYTES])
{
	size_t begun = frame_begin(out, FRAME_REKEY);

	wire_put_bytes(out, key, FRAME_KEY_BYTES);
	frame_end(out, begun);
}

void
frame_put_nodes(struct wire_out *out, const struct frame_node *nodes, size_t n)
{
	size_t begun = frame_begin(out, FRAME_NODES), i;

	wire_put_varint(out, n);
	for (i = 0; i < n; i++) {
		wire_put_string(out, nodes[i].host, nodes[i].host_len);
		wire_put_u16(out, nodes[i].port);
	}
	frame_end(out, begun);
}

void
frame_put_name(struct wire_out *out, uint64_t tag, uint64_t code,
    const char *name, size_t len)
{
	size_t begun = frame_begin(out, FRAME_NAME);

	wire_put_varint(out, tag);
	wire_put_varint(out, code);
	wire_put_string(out, name, len);
	frame_end(out, begun);
}

void
frame_put_prompt(struct wire_out *out)
{
	frame_end(out, frame_begin(out, FRAME_PROMPT));
}

void
frame_put_pad(struct wire_out *out, size_t bytes)
{
	static const uint8_t zeros[FRAME_PAD_MAX - FRAME_PAD_MIN];

	wire_put_u8(out, FRAME_PAD);
	wire_put_string(out, zeros, bytes - FRAME_PAD_MIN);
}
_Static_assert(FRAME_PAD_MAX - FRAME_PAD_MIN < 0x80, "a length of one byte");
