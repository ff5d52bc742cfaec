/*
 * The frames of several rooms: they survive the trip; everything malformed is
 * refused whole.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/frame_room.h"
#include "tests/with_cmocka.h"
#include "tests/with_frame.h"

static const struct frame_position at = {
	.log_id = "0123456789abcde", .term = 3, .seq = 1000
};

static const struct frame_enter entering = {
	.slot = 3, .room = "café", .room_len = 5, .outbox = 0xfffffffe,
	.next_id = 4, .have = { .log_id = "0123456789abcde", .term = 3,
	.seq = 1000 }, .flags = FRAME_ENTER_NEW | FRAME_ENTER_MAKES,
	.token = "a\0c", .token_len = 3, .former = "bob rob", .former_len = 7
};

static void
put_rooms(struct wire_out *out)
{
	const struct frame_listed lab = { FRAME_LISTED_IN, 7, 400, 0, "lab",
	    "what the day brings", 3, 19 };
	const struct frame_listed ops = { FRAME_LISTED_CLOSED, 0, 0, 2, "ops",
	    "", 3, 0 };
	size_t begun;

	frame_put_room(out, FRAME_SLOT_MAX);
	frame_put_enter(out, &entering);
	frame_put_entered(out, &(struct frame_entered){ 3, FRAME_ENTERED_HOME,
	    "lab", 3, NULL, at });
	frame_put_ask(out, FRAME_ASK_ROOMS, 20);
	begun = frame_begin(out, FRAME_LIST);
	wire_put_u8(out, FRAME_ASK_ROOMS);
	wire_put_varint(out, 1000);
	wire_put_varint(out, 22);
	wire_put_varint(out, 20);
	wire_put_varint(out, 2);
	frame_put_listed(out, &lab);
	frame_put_listed(out, &ops);
	frame_end(out, begun);
	frame_put_name(out, 300, FRAME_NAME_TAKEN, "小明", 6);
	begun = frame_begin(out, FRAME_SEAT);
	wire_put_varint(out, 5);
	wire_put_varint(out, 300);
	wire_put_varint(out, 1000);
	wire_put_varint(out, 0);
	frame_end(out, begun);
}

static void
check_enter(const struct frame *f)
{
	assert_int_equal(f->slot, entering.slot);
	assert_int_equal(f->text_len, entering.room_len);
	assert_memory_equal(f->text, entering.room, f->text_len);
	assert_true(f->outbox == entering.outbox && f->id == 4);
	assert_memory_equal(&f->at, &entering.have, sizeof(at));
	assert_int_equal(f->flags, entering.flags);
	assert_int_equal(f->token_len, 3);
	assert_memory_equal(f->token, entering.token, 3);
	assert_int_equal(f->former_len, 7);
	assert_memory_equal(f->former, entering.former, 7);
}

static void
check_list(struct frame *f)
{
	struct frame_listed r;

	assert_true(f->code == FRAME_ASK_ROOMS && f->seq == 1000);
	assert_true(f->total == 22 && f->offset == 20);
	assert_true(frame_next_listed(f, &r));
	assert_true(r.flags == FRAME_LISTED_IN && r.people == 7 &&
	    r.head == 400 && r.mark == 0);
	assert_int_equal(r.name_len, 3);
	assert_memory_equal(r.topic, "what the day brings", r.topic_len);
	assert_true(frame_next_listed(f, &r));
	assert_memory_equal(r.name, "ops", r.name_len);
	assert_true(r.mark == 2 && r.topic_len == 0);
	assert_false(frame_next_listed(f, &r));
}

static void
check_rooms(struct frame *f)
{
	if (f->type == FRAME_ROOM)
		assert_int_equal(f->slot, FRAME_SLOT_MAX);
	if (f->type == FRAME_ENTER)
		check_enter(f);
	if (f->type == FRAME_ENTERED) {
		assert_true(f->slot == 3 && f->flags == FRAME_ENTERED_HOME);
		assert_memory_equal(f->text, "lab", f->text_len);
		assert_null(f->bytes);
		assert_memory_equal(&f->at, &at, sizeof(at));
	}
	if (f->type == FRAME_ASK)
		assert_true(f->code == FRAME_ASK_ROOMS && f->offset == 20);
	if (f->type == FRAME_LIST)
		check_list(f);
	if (f->type == FRAME_SEAT)
		assert_true(f->slot == 5 && f->at.term == 300 &&
		    f->at.seq == 1000 && f->count == 0);
	if (f->type == FRAME_NAME) {
		assert_true(f->id == 300 && f->code == FRAME_NAME_TAKEN);
		assert_memory_equal(f->text, "小明", f->text_len);
	}
}

static void
every_frame_survives_the_trip(void **state)
{
	static const enum frame_type types[] = { FRAME_ROOM, FRAME_ENTER,
	    FRAME_ENTERED, FRAME_ASK, FRAME_LIST, FRAME_NAME, FRAME_SEAT };
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	size_t i;

	(void)state;
	put_rooms(&out);
	in = frame_reading(&out);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(frame_next(&in, &f), FRAME_OK);
		assert_int_equal(f.type, types[i]);
		check_rooms(&f);
	}
	assert_int_equal(frame_next(&in, &f), FRAME_END);
}

static void
no_datagram_cut_short_is_taken_for_whole(void **state)
{
	uint8_t buf[DATAGRAM], *copy;
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	enum frame_error error;
	size_t cut;

	(void)state;
	put_rooms(&out);
	for (cut = 1; cut < out.len; cut++) {
		/* Exactly as long as it says, for the sanitizers. */
		copy = malloc(cut);
		memcpy(copy, buf, cut);
		in = wire_in(copy, cut);
		while ((error = frame_next(&in, &f)) == FRAME_OK)
			assert_int_not_equal(f.type, FRAME_SEAT);
		assert_true(error == FRAME_END || error == FRAME_TRUNCATED);
		free(copy);
	}
}

/* An ENTER of that slot, outbox, next id and flags, as a varint each. */
static enum frame_error
read_enter(const char *slot, const char *room, uint32_t outbox, uint64_t next,
    uint64_t flags)
{
	uint8_t body[512];
	struct wire_out out = wire_out(body, sizeof(body));

	wire_put_bytes(&out, slot, strlen(slot));
	wire_put_string(&out, room, strlen(room));
	wire_put_u32(&out, outbox);
	wire_put_varint(&out, next);
	frame_put_position(&out, &at);
	wire_put_varint(&out, flags);
	wire_put_string(&out, NULL, 0);
	wire_put_string(&out, NULL, 0);
	return frame_read_raw(FRAME_ENTER, body, out.len);
}

static void
of_a_seat_what_cannot_be_is_refused(void **state)
{
	char room[FRAME_ROOM_BYTES + 2] = "";

	(void)state;
	assert_int_equal(frame_read_raw(FRAME_ROOM, "\0", 1), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_ROOM, "\xff\x0f", 2), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_ROOM, "\x80\x10", 2),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_SEAT, "\1\1\1\0", 4), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_SEAT, "\x80\x10\1\1\0", 5),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_SEAT, "\1\1\1\1", 4),
	    FRAME_BAD_ENTRY);
	/* an even slot is one that the server offered, 0 the session's */
	assert_int_equal(read_enter("\1", "lab", 1, 1, 0), FRAME_OK);
	assert_int_equal(read_enter("\2", "lab", 1, 1, 0), FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_ENTER, "\0", 1), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\x81\x10", "lab", 1, 1, 0),
	    FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "", 1, 1, 0), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "a\nb", 1, 1, 0), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "\33", 1, 1, 0), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "lab", 0, 1, 0), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "lab", 1, 0, 0), FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "lab", 1, UINT64_C(1) << 32, 0),
	    FRAME_BAD_VALUE);
	assert_int_equal(read_enter("\1", "lab", 1, UINT32_MAX, 256),
	    FRAME_BAD_VALUE);
	memset(room, 'r', FRAME_ROOM_BYTES);
	assert_int_equal(read_enter("\1", room, 1, 1, 255), FRAME_OK);
	room[FRAME_ROOM_BYTES] = 'r';
	assert_int_equal(read_enter("\1", room, 1, 1, 0), FRAME_OVER_LIMIT);
}

static void
of_rooms_what_cannot_be_is_refused(void **state)
{
	uint8_t bytes[DATAGRAM];
	struct frame_enter enter = entering;
	struct wire_out out;
	struct wire_in in;
	struct frame f;

	(void)state;
	/* a token and former names that are too long */
	enter.token_len = FRAME_TOKEN_BYTES + 1;
	enter.token = enter.former = (const char[FRAME_FORMER_BYTES + 1]){ 0 };
	out = wire_out(bytes, sizeof(bytes));
	frame_put_enter(&out, &enter);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OVER_LIMIT);
	enter.token_len = 0;
	enter.former_len = FRAME_FORMER_BYTES + 1;
	out = wire_out(bytes, sizeof(bytes));
	frame_put_enter(&out, &enter);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OVER_LIMIT);
	/* ENTERED of the session, or with half a key */
	out = wire_out(bytes, sizeof(bytes));
	frame_put_entered(&out, &(struct frame_entered){ 0, 0, "lab", 3, NULL,
	    at });
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_ENTERED,
	    "\1\0\1x\2kk0123456789abcde\0\3\7", 25), FRAME_BAD_VALUE);
	/* a room without a name, a topic of two lines */
	assert_int_equal(frame_read_raw(FRAME_LIST, "\1\7\1\0\1\0\1\1\0\0\0", 11),
	    FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_LIST,
	    "\1\7\1\0\1\0\1\1\0\1x\3a\nb", 15), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_LIST, "\1\7\1\0\1\0\1\1\0\1x\0", 12),
	    FRAME_OK);
	assert_int_equal(frame_read_raw(FRAME_LIST, "\1\7\1\0\2\0\1\1\0\1x\0", 12),
	    FRAME_TRUNCATED);
	assert_int_equal(frame_read_raw(FRAME_NAME, "\1\0\0", 3), FRAME_BAD_VALUE);
	assert_int_equal(frame_read_raw(FRAME_NAME, "\1\0\1x", 4), FRAME_OK);
	/* what is asked for may be of a later version */
	assert_int_equal(frame_read_raw(FRAME_ASK, "\7\0", 2), FRAME_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_survives_the_trip),
		cmocka_unit_test(no_datagram_cut_short_is_taken_for_whole),
		cmocka_unit_test(of_a_seat_what_cannot_be_is_refused),
		cmocka_unit_test(of_rooms_what_cannot_be_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
