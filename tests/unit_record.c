/*
 * The records on the client's pipes: they survive the trip, whole or not at
 * all, and a broken other side is noticed.
 */
#include <sys/ioctl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/refusal.h"
#include "tests/with_cmocka.h"
#include "tui/shared/duct.h"
#include "tui/shared/record.h"

static struct record
some_entry(const char *text)
{
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .seq = 42, .time_ms = 1795000000000, .id = 7, .kind = ENTRY_SAY,
	    .author = "小明", .author_len = strlen("小明"),
	    .text = text, .text_len = strlen(text) } };

	return r;
}

static void
check_same(const struct record *a, const struct record *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->window, b->window);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->text_len, b->text_len);
	if (a->text_len > 0)
		assert_memory_equal(a->text, b->text, a->text_len);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->entry.seq, b->entry.seq);
	assert_int_equal(a->entry.time_ms, b->entry.time_ms);
	assert_int_equal(a->entry.author_len, b->entry.author_len);
	if (a->entry.author_len > 0)
		assert_memory_equal(a->entry.author, b->entry.author,
		    a->entry.author_len);
	assert_int_equal(a->entry.text_len, b->entry.text_len);
	if (a->entry.text_len > 0)
		assert_memory_equal(a->entry.text, b->entry.text,
		    a->entry.text_len);
	assert_memory_equal(&a->state, &b->state, sizeof(a->state));
}

#define TALK "@0123456789012345678901234567890123456789012"

static const struct record samples[] = {
	{ .type = RECORD_LOGIN, .text = "alice", .text_len = 5 },
	{ .type = RECORD_POST, .id = 9, .kind = ENTRY_SAY, .text = "hi",
	    .text_len = 2 },
	{ .type = RECORD_LEAVE },
	{ .type = RECORD_KEEP },
	{ .type = RECORD_KEPT, .id = 3, .text = "/a/outbox", .text_len = 9 },
	{ .type = RECORD_ROOM, .text = "lab", .text_len = 3 },
	{ .type = RECORD_JOIN, .window = 3, .id = 70, .text = "ops",
	    .text_len = 3 },
	{ .type = RECORD_PART, .window = UINT16_MAX },
	{ .type = RECORD_LOOK, .window = 256 },
	{ .type = RECORD_ROOMS },
	{ .type = RECORD_LISTED, .id = 70, .flags = RECORD_LISTED_HOME |
	    RECORD_LISTED_LAST | 12 << RECORD_LISTED_PEOPLE, .text = "lab",
	    .text_len = 3 },
	{ .type = RECORD_WELCOME, .text = "alice", .text_len = 5 },
	{ .type = RECORD_DENIED, .denial = RECORD_TAKEN, .text = "bob",
	    .text_len = 3 },
	{ .type = RECORD_DENIED, .denial = RECORD_TAKEN, .text = "b0b",
	    .text_len = 3, .flags = REFUSAL_ALIKE, .entry = { .text = "bob",
	    .text_len = 3 } },
	{ .type = RECORD_REFUSED, .id = 9, .kind = ENTRY_ACT, .text = "x",
	    .text_len = 1, .entry = { .text = "said", .text_len = 4 } },
	{ .type = RECORD_STATE, .state = { .phase = RECORD_LOST,
	    .ended = true, .phase_ms = 3000, .rtt_ms = -1, .loss_permille = 12,
	    .people = 6, .pending = 2 } },
	{ .type = RECORD_DISK },
	{ .type = RECORD_DAMAGED, .text = "/x/outbox", .text_len = 9 },
	{ .type = RECORD_WINDOW },
	{ .type = RECORD_NICK, .text = "bob", .text_len = 3 },
	{ .type = RECORD_WHOIS, .text = "carol", .text_len = 5 },
	{ .type = RECORD_VERIFY },
	{ .type = RECORD_WAKE },
	{ .type = RECORD_MEMBER, .flags = RECORD_MEMBER_FIRST |
	    RECORD_MEMBER_AWAY | RECORD_MEMBER_CLASSIC, .text = "dave",
	    .text_len = 4 },
	{ .type = RECORD_PERSON, .text = "carol", .text_len = 5,
	    .entry = { .kind = ENTRY_JOIN, .time_ms = 1795000000000,
	    .text = "SHA256:abc", .text_len = 10 } },
	{ .type = RECORD_PERSON, .flags = RECORD_MEMBER_ABSENT,
	    .text = "erin", .text_len = 4 },
	{ .type = RECORD_PERSON, .flags = RECORD_MEMBER_UNKNOWN,
	    .text = "erin", .text_len = 4 },
	{ .type = RECORD_POST, .window = 4, .id = 9, .kind = ENTRY_SAY,
	    .flags = RECORD_POST_PRIVATE, .text = "hi", .text_len = 2 },
	{ .type = RECORD_WELCOME, .flags = RECORD_WELCOME_TALKS,
	    .text = "alice", .text_len = 5 },
	{ .type = RECORD_TALK, .text = "bob", .text_len = 3 },
	{ .type = RECORD_TALKS },
	{ .type = RECORD_PIN, .flags = RECORD_PIN_VERIFIED, .text = "bob",
	    .text_len = 3 },
	{ .type = RECORD_COMPARE, .text = "bob", .text_len = 3 },
	{ .type = RECORD_SHUT, .window = 4, .id = 1 },
	{ .type = RECORD_OFFERED, .flags = RECORD_TALK_ASKED |
	    RECORD_TALK_VERIFIED, .text = TALK, .text_len = 44,
	    .entry = { .author = "bob", .author_len = 3,
	    .text = "SHA256:abc", .text_len = 10 } },
	{ .type = RECORD_OFFERED, .flags = RECORD_TALK_ASKED |
	    RECORD_TALK_ABSENT, .entry = { .author = "bob",
	    .author_len = 3 } },
	{ .type = RECORD_TALK_LISTED, .id = 70, .flags = RECORD_TALK_FIRST |
	    RECORD_TALK_LAST | RECORD_TALK_MORE, .text = TALK,
	    .text_len = 44, .entry = { .author = "bob", .author_len = 3 } },
	{ .type = RECORD_TALKER, .window = 4, .text = TALK,
	    .text_len = 44, .entry = { .author = "bob", .author_len = 3 } },
	{ .type = RECORD_LOCKED, .window = 4, .text = "SHA256:abc",
	    .text_len = 10, .entry = { .author = "bob", .author_len = 3,
	    .time_ms = 1795000000000, .text = "SHA256:def",
	    .text_len = 10 } },
	{ .type = RECORD_MISSING, .window = 4, .id = 3 },
	{ .type = RECORD_DIGITS, .text = "12345 12345 12345 12345 12345",
	    .text_len = 29, .entry = { .author = "bob", .author_len = 3 } },
	{ .type = RECORD_SEEN, .window = 3, .id = 70 },
	{ .type = RECORD_DEVICES, .id = 1795000000000 },
	{ .type = RECORD_MARK, .window = 3, .id = 70 },
	{ .type = RECORD_MINE, .text = "ops", .text_len = 3 },
	{ .type = RECORD_PARTED, .window = 3 },
	{ .type = RECORD_DEVICE, .id = 1795000000000,
	    .flags = RECORD_DEVICE_SELF | RECORD_DEVICE_LAST |
	    12 << RECORD_DEVICE_HEARD, .text = "desk", .text_len = 4 },
	{ .type = RECORD_DENIED, .window = 4, .id = 1,
	    .denial = RECORD_NO_TALK, .text = "bob", .text_len = 3 },
};
enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static void
every_record_survives_the_pipe(void **state)
{
	uint8_t buf[RECORD_BYTES];
	struct record got, entry = some_entry("你好 👋");
	size_t i, len, used;

	(void)state;
	for (i = 0; i <= SAMPLES; i++) {
		const struct record *r = i < SAMPLES ? &samples[i] : &entry;

		len = record_encode(buf, r);
		assert_true(len > 0);
		assert_int_equal(record_decode(buf, len, &got, &used),
		    RECORD_OK);
		assert_int_equal(used, len);
		check_same(r, &got);
	}
}

/* Of all records a whole message alone may be so long. */
static void
a_whole_message_is_a_record(void **state)
{
	static char text[RECORD_TEXT + 1];
	uint8_t buf[RECORD_BYTES];
	struct record r = { .type = RECORD_POST, .id = 9, .kind = ENTRY_ACT,
	    .text = text, .text_len = RECORD_TEXT }, got;
	size_t len = 0, used;

	(void)state;
	memset(text, 'x', sizeof(text));
	len = record_encode(buf, &r);
	assert_true(len > RECORD_TEXT);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_OK);
	assert_int_equal(used, len);
	check_same(&r, &got);
	buf[2] = RECORD_PENDING;
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
	r.text_len++;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
	r.type = RECORD_PASSPHRASE;
	assert_int_equal(record_encode(buf, &r), 0);
}

static void
a_part_of_a_record_is_none(void **state)
{
	uint8_t buf[RECORD_BYTES];
	struct record got;
	size_t i, len, cut, used;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		len = record_encode(buf, &samples[i]);
		for (cut = 0; cut < len; cut++)
			assert_int_equal(record_decode(buf, cut, &got, &used),
			    RECORD_MORE);
	}
}

static void
nonsense_is_refused(void **state)
{
	static const struct { uint8_t bytes[8]; size_t len; } bad[] = {
		{ { 0, 0 }, 2 },		/* no type */
		{ { 0xff, 0xff, 1 }, 3 },	/* longer than a pipe takes */
		{ { 0, 1, RECORD_LEAVE }, 3 },	/* no window */
		{ { 0, 2, RECORD_LEAVE, 0 }, 4 },	/* half of one */
		{ { 0, 3, 99, 0, 0 }, 5 },	/* no such type */
		/* something behind, text cut short, no such flag, no JOIN */
		{ { 0, 4, RECORD_LEAVE, 0, 0, 0 }, 6 },
		{ { 0, 5, RECORD_LOGIN, 0, 0, 5, 'a' }, 7 },
		{ { 0, 6, RECORD_MEMBER, 0, 0, 0x80, 1, 'a' }, 8 },
		{ { 0, 6, RECORD_PERSON, 0, 0, 0, 1, 'a' }, 8 },
		{ { 0, 4, RECORD_TALKER, 0, 0, 0 }, 6 },
	};
	struct record got;
	size_t i, used;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(record_decode(bad[i].bytes, bad[i].len, &got,
		    &used), RECORD_BAD);
}

struct ends {
	struct duct	*near;
	int		 to_near, from_near;
};

static void
open_ends(struct ends *e)
{
	int in[2], out[2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	e->to_near = in[1];
	e->from_near = out[0];
	e->near = duct_new(in[0], out[1]);
	assert_non_null(e->near);
}

static void
close_ends(struct ends *e)
{
	duct_free(e->near);
	if (e->to_near != -1)
		close(e->to_near);
	close(e->from_near);
}

/* The screen's process has no key to it, and draws what it is handed. */
static void
no_record_hands_over_what_is_sealed(void **state)
{
	struct record r = some_entry("0123456789012345678901234"), got;
	uint8_t buf[RECORD_BYTES];
	size_t len, used;

	(void)state;
	r.entry.flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
	r.entry.flags = ENTRY_FILE << ENTRY_ROLE_SHIFT;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_OK);
}

/* Nor of a talk more than there can be, or what nobody knows. */
static void
a_talk_is_told_within_its_bounds(void **state)
{
	static char name[65];
	const struct record talk = { .type = RECORD_OFFERED, .text = TALK,
	    .text_len = 44, .entry = { .author = name, .author_len = 64 } };
	struct record r = talk, got;
	uint8_t buf[RECORD_BYTES];
	size_t len, used;

	(void)state;
	memset(name, 'x', sizeof(name));
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_OK);
	r.entry.author_len++;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
	r = talk;
	r.flags = RECORD_TALK_FLAGS + 1;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
	r = talk;
	r.entry.time_ms = -1;
	len = record_encode(buf, &r);
	assert_int_equal(record_decode(buf, len, &got, &used), RECORD_BAD);
}

static void
records_are_put_together_from_single_bytes(void **state)
{
	uint8_t buf[RECORD_BYTES];
	struct record r = some_entry("piece by piece"), got;
	struct ends e;
	size_t i, len = record_encode(buf, &r);

	(void)state;
	open_ends(&e);
	for (i = 0; i < len; i++) {
		assert_int_equal(duct_next(e.near, &got), DUCT_EMPTY);
		assert_int_equal(write(e.to_near, buf + i, 1), 1);
	}
	assert_int_equal(duct_next(e.near, &got), DUCT_RECORD);
	check_same(&r, &got);
	close_ends(&e);
}

static void
an_end_between_records_and_one_inside_differ(void **state)
{
	uint8_t buf[RECORD_BYTES];
	struct record r = some_entry("cut"), got;
	struct ends e;
	size_t len = record_encode(buf, &r);

	(void)state;
	open_ends(&e);
	assert_int_equal(write(e.to_near, buf, len), (ssize_t)len);
	close(e.to_near);
	e.to_near = -1;
	assert_int_equal(duct_next(e.near, &got), DUCT_RECORD);
	assert_int_equal(duct_next(e.near, &got), DUCT_CLOSED);
	close_ends(&e);

	open_ends(&e);
	assert_int_equal(write(e.to_near, buf, len - 1), (ssize_t)len - 1);
	close(e.to_near);
	e.to_near = -1;
	assert_int_equal(duct_next(e.near, &got), DUCT_BROKEN);
	close_ends(&e);
}

/* A reader that does not read: the queue fills, refuses, and loses nothing. */
static void
a_full_queue_refuses_and_keeps_what_it_took(void **state)
{
	static uint8_t all[1 << 20];
	struct record r = some_entry("again and again and again"), got;
	struct ends e;
	size_t sent = 0, seen = 0, len = 0, pos = 0, used;
	ssize_t n;

	(void)state;
	open_ends(&e);
	for (r.entry.seq = 1; duct_send(e.near, &r); r.entry.seq++)
		sent++;
	assert_false(duct_has_room(e.near));
	assert_true(sent > 1000);
	fcntl(e.from_near, F_SETFL, O_NONBLOCK);
	do {
		n = read(e.from_near, all + len, sizeof(all) - len);
		if (n > 0)
			len += (size_t)n;
		assert_true(duct_flush(e.near));
	} while (n > 0);
	while (record_decode(all + pos, len - pos, &got, &used) == RECORD_OK) {
		assert_int_equal(got.entry.seq, ++seen);
		pos += used;
	}
	assert_int_equal(pos, len);
	assert_int_equal(seen, sent);
	assert_int_equal(duct_queued(e.near), 0);
	close_ends(&e);
}

static int
in_pipe(const struct ends *e)
{
	int n;

	assert_int_equal(ioctl(e->from_near, FIONREAD, &n), 0);
	return n;
}

/* One that is read in small pieces would else cost a write a record. */
static void
a_full_pipe_is_tried_again_for_many_records(void **state)
{
	struct record r = some_entry("again and again and again");
	uint8_t record[RECORD_BYTES], page[4096];
	size_t len = record_encode(record, &r), waits;
	struct ends e;
	int full;

	(void)state;
	open_ends(&e);
	while (duct_queued(e.near) < 20 * 1024)
		assert_true(duct_send(e.near, &r));
	assert_true(duct_flush(e.near));
	waits = duct_queued(e.near);
	for (full = in_pipe(&e); in_pipe(&e) > full - (int)sizeof(page); )
		assert_true(read(e.from_near, page, sizeof(page)) > 0);
	full = in_pipe(&e);
	while (duct_queued(e.near) + len < waits + 16 * 1024) {
		assert_true(duct_send(e.near, &r));
		assert_int_equal(in_pipe(&e), full);
	}
	assert_true(duct_send(e.near, &r) && duct_send(e.near, &r));
	assert_true(in_pipe(&e) > full);
	assert_true(duct_has_room(e.near));
	close_ends(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_survives_the_pipe),
		cmocka_unit_test(a_whole_message_is_a_record),
		cmocka_unit_test(a_part_of_a_record_is_none),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(no_record_hands_over_what_is_sealed),
		cmocka_unit_test(a_talk_is_told_within_its_bounds),
		cmocka_unit_test(records_are_put_together_from_single_bytes),
		cmocka_unit_test(an_end_between_records_and_one_inside_differ),
		cmocka_unit_test(a_full_queue_refuses_and_keeps_what_it_took),
		cmocka_unit_test(a_full_pipe_is_tried_again_for_many_records),
	};

	return tests_run(tests, NULL, NULL);
}
