/*
 * Fuzzing: whatever arrives over the network. What is accepted must stay what
 * it is when it is written again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"
#include "common/entry.h"
#include "common/frame.h"
#include "common/hello.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
take_entries(const uint8_t *data, size_t len)
{
	uint8_t again[ENTRY_BYTES];
	struct wire_in in = wire_in(data, len);
	struct wire_out out;
	struct entry e, second;

	while (entry_decode(&in, &e) == ENTRY_OK) {
		out = wire_out(again, sizeof(again));
		entry_encode(&out, &e);
		if (out.failed)
			abort();
		in = wire_in(again, out.len);
		if (entry_decode(&in, &second) != ENTRY_OK ||
		    second.seq != e.seq || second.text_len != e.text_len)
			abort();
		return;
	}
}

static void
take_frames(const uint8_t *data, size_t len)
{
	struct wire_in in = wire_in(data, len);
	struct frame_member member;
	struct frame_range range;
	struct frame_post post;
	struct entry entry;
	struct frame f;

	while (frame_next(&in, &f) == FRAME_OK) {
		while (f.type == FRAME_POST && frame_next_post(&f, &post))
			;
		while (f.type == FRAME_ENTRIES && frame_next_entry(&f, &entry))
			;
		while (f.type == FRAME_SYNC && frame_next_range(&f, &range))
			if (range.first > range.last)
				abort();
		while (f.type == FRAME_MEMBERS && frame_next_member(&f,
		    &member))
			;
	}
}

static void
take_hello(const uint8_t *data, size_t len)
{
	struct hello_datagram d;
	struct hello_room room;
	struct hello_visitor visitor;

	hello_read(data, len, &d);
	hello_read_room(data, len, &room);
	hello_read_visitor(data, len, &visitor);
}

static void
take_classic(const char *data, size_t len)
{
	char buf[CLASSIC_BYTES];
	struct entry e;

	if (len >= CLASSIC_BYTES)
		return;
	classic_parse_request(data, len);
	classic_parse_answer(buf, data, len, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	take_entries(data, len);
	take_frames(data, len);
	take_hello(data, len);
	take_classic((const char *)data, len);
	return 0;
}
