/*
 * Fuzzing: the frames of an opened datagram, all lists too. There is one way
 * to write each, so what is read is written the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "common/frame_put.h"
#include "tests/fuzz/fuzz.h"

/* What was asked for, rooms or what is not known. */
static uint64_t
put_asked(struct wire_out *out, struct frame *f)
{
	struct frame_listed l;
	struct frame_device d;
	struct frame_talk t;
	uint64_t n = 0;

	if (f->code == FRAME_ASK_DEVICES)
		for (; frame_next_device(f, &d); n++)
			frame_put_device(out, &d);
	else if (f->code == FRAME_ASK_TALKS)
		for (; frame_next_talk(f, &t); n++)
			frame_put_talk(out, &t);
	else
		for (; frame_next_listed(f, &l); n++)
			frame_put_listed(out, &l);
	return n;
}

static void
put_list(struct wire_out *out, struct frame *f)
{
	struct frame_member m;
	struct frame_post p;
	struct entry e;
	uint64_t n = 0, count = f->count;

	wire_put_varint(out, count);
	if (f->type == FRAME_POST)
		for (; frame_next_post(f, &p); n++)
			frame_put_post(out, &p);
	if (f->type == FRAME_ENTRIES || f->type == FRAME_SEAT)
		for (; frame_next_entry(f, &e); n++)
			entry_encode(out, &e);
	if (f->type == FRAME_MEMBERS)
		for (; frame_next_member(f, &m); n++) {
			wire_put_u8(out, m.flags);
			wire_put_string(out, m.name, m.name_len);
		}
	if (f->type == FRAME_LIST)
		n = put_asked(out, f);
	MUST(n == count);
}

static void
put_sync(struct wire_out *out, struct frame *f)
{
	struct frame_range ranges[FRAME_RANGES];
	uint64_t end = f->at.seq, count = f->count;
	size_t n = 0;

	for (; frame_next_range(f, &ranges[n]); n++) {
		MUST(n < FRAME_RANGES && ranges[n].first > end);
		MUST(ranges[n].last >= ranges[n].first);
		end = ranges[n].last;
	}
	MUST(n == count);
	frame_put_sync(out, &f->at, f->credit, f->loss_permille, ranges, n);
}

static void
put_marks(struct wire_out *out, struct frame *f)
{
	uint64_t count = f->count, n = 0;
	struct frame_mark *marks = calloc(FRAME_BODY_BYTES, sizeof(*marks));

	MUST(marks != NULL && count < FRAME_BODY_BYTES);
	while (frame_next_mark(f, &marks[n]))
		n++;
	MUST(n == count);
	frame_put_marks(out, f->flags, marks, n);
	free(marks);
}

static void
put_nodes(struct wire_out *out, struct frame *f)
{
	struct frame_node nodes[FRAME_NODES_MAX];
	uint64_t count = f->count;
	size_t n = 0;

	MUST(count <= FRAME_NODES_MAX);
	while (frame_next_node(f, &nodes[n]))
		MUST(frame_node_is_sound(&nodes[n++]));
	MUST(n == count);
	frame_put_nodes(out, nodes, n);
}

/* A frame with a list, or with nothing that has a writer of its own. */
static void
put_body(struct wire_out *out, struct frame *f)
{
	size_t begun = frame_begin(out, f->type);

	switch (f->type) {
	case FRAME_ENTRIES:
		frame_put_position(out, &f->at);
		break;
	case FRAME_SEAT:
		wire_put_varint(out, f->slot);
		wire_put_varint(out, f->at.term);
		wire_put_varint(out, f->at.seq);
		break;
	case FRAME_HEAD:
		frame_put_position(out, &f->at);
		wire_put_bytes(out, f->bytes, FRAME_CHAIN);
		wire_put_varint(out, f->version);
		break;
	case FRAME_MEMBERS:
		wire_put_varint(out, f->seq);
		wire_put_varint(out, f->version);
		wire_put_varint(out, f->total);
		wire_put_varint(out, f->offset);
		break;
	case FRAME_LIST:
		wire_put_u8(out, (uint8_t)f->code);
		wire_put_varint(out, f->seq);
		wire_put_varint(out, f->total);
		wire_put_varint(out, f->offset);
		break;
	default:
		MUST(f->type == FRAME_POST);
	}
	if (f->type != FRAME_HEAD)
		put_list(out, f);
	frame_end(out, begun);
}

static void
put_enter(struct wire_out *out, const struct frame *f)
{
	frame_put_enter(out, &(struct frame_enter){ .slot = f->slot,
	    .room = f->text, .room_len = f->text_len, .outbox = f->outbox,
	    .next_id = f->id, .have = f->at, .flags = f->flags,
	    .token = f->token, .token_len = f->token_len,
	    .former = f->former, .former_len = f->former_len });
}

static void
put_entered(struct wire_out *out, const struct frame *f)
{
	frame_put_entered(out, &(struct frame_entered){ f->slot, f->flags,
	    f->text, f->text_len, f->bytes, f->at });
}

static void
put_of_rooms(struct wire_out *out, struct frame *f)
{
	switch (f->type) {
	case FRAME_ROOM:
		frame_put_room(out, f->slot);
		break;
	case FRAME_ENTER:
		put_enter(out, f);
		break;
	case FRAME_ENTERED:
		put_entered(out, f);
		break;
	case FRAME_ASK:
		frame_put_ask(out, (enum frame_ask)f->code, f->offset);
		break;
	case FRAME_MARK:
		put_marks(out, f);
		break;
	case FRAME_NODES:
		put_nodes(out, f);
		break;
	case FRAME_REKEY:
		frame_put_rekey(out, f->bytes);
		break;
	case FRAME_NAME:
		frame_put_name(out, f->id, f->code, f->text, f->text_len);
		break;
	default:
		put_body(out, f);
	}
}

static void
put(struct wire_out *out, struct frame *f)
{
	switch (f->type) {
	case FRAME_SYNC:
		put_sync(out, f);
		break;
	case FRAME_POSTED:
		frame_put_posted(out, f->id, f->seq);
		break;
	case FRAME_READ:
		frame_put_read(out, f->seq, f->count);
		break;
	case FRAME_LEAVE:
		frame_put_leave(out, f->text, f->text_len);
		break;
	case FRAME_ERROR:
		frame_put_error(out, (enum frame_code)f->code, f->id,
		    f->wait_ms, f->text, f->text_len);
		break;
	case FRAME_PING:
	case FRAME_PONG:
		frame_put_ping(out, f->type, f->bytes);
		break;
	case FRAME_PROMPT:
		frame_put_prompt(out);
		break;
	case FRAME_WHOIS:
		frame_put_whois(out, f->text, f->text_len);
		break;
	case FRAME_PERSON:
		frame_put_person(out, f->seq, f->since_ms, f->bytes,
		    &(struct frame_member){ f->flags, f->text, f->text_len });
		break;
	default:
		put_of_rooms(out, f);
	}
}

/* The bytes end with the frame; unknown ones may stand before it. */
static void
check(struct frame *f, const uint8_t *bytes, size_t len)
{
	static uint8_t again[FRAME_BODY_BYTES + 16];
	struct wire_out out = wire_out(again, sizeof(again));

	/* A code that no enum has is still a code. */
	if (f->type == FRAME_ERROR && f->code > FRAME_CODE_MAX)
		return;
	/* Longer than any datagram: never written, so never read. */
	if (len > FRAME_BODY_BYTES)
		return;
	put(&out, f);
	MUST(!out.failed && out.len <= len);
	MUST(memcmp(again, bytes + len - out.len, out.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *bytes = fuzz_copy(data, len);
	struct wire_in in = wire_in(bytes, len);
	struct frame f;
	size_t from = 0;

	fuzz_ready();
	for (; frame_next(&in, &f) == FRAME_OK; from = in.pos) {
		MUST(in.pos > from && in.pos <= len);
		check(&f, bytes + from, in.pos - from);
	}
	free(bytes);
	return 0;
}
