/*
 * The frames of people: they survive the trip; everything malformed is refused
 * whole.
 */
#include "common/frame_person.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_frame.h"

static const struct frame_mark marks[] = {
	{ "0123456789abcde", 300 }, { "fedcba987654321", ENTRY_SEQ_MAX },
	{ "fedcba987654320", 0 }
};
static const struct frame_device devices[] = {
	{ FRAME_DEVICE_SELF, UINT64_C(1800000000000), 0, "desk", 4 },
	{ 0, ENTRY_TIME_MS_MAX, ENTRY_TIME_MS_MAX, "", 0 },
	{ 0, 0, 7, "sixteen letters!", FRAME_DEVICE_BYTES }
};
static const uint8_t key[FRAME_KEY_BYTES] = { 7, 8 };
static const struct frame_talk talks[] = {
	{ FRAME_TALK_IN | FRAME_TALK_HERE, 300, 299, marks[0].log_id, key,
	    "小明", 6 },
	{ 0, ENTRY_SEQ_MAX, ENTRY_SEQ_MAX, marks[1].log_id, key, "", 0 }
};

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static size_t
begin_list(struct wire_out *out, enum frame_ask what, size_t n)
{
	size_t begun = frame_begin(out, FRAME_LIST);

	wire_put_u8(out, (uint8_t)what);
	wire_put_varint(out, 0);
	wire_put_varint(out, 22);
	wire_put_varint(out, 20);
	wire_put_varint(out, n);
	return begun;
}

static void
put_people(struct wire_out *out)
{
	size_t begun, i;

	frame_put_marks(out, FRAME_MARK_ANSWER, marks, LEN(marks));
	frame_put_rekey(out, key);
	frame_put_ask(out, FRAME_ASK_DEVICES, 0);
	begun = begin_list(out, FRAME_ASK_DEVICES, LEN(devices));
	for (i = 0; i < LEN(devices); i++)
		frame_put_device(out, &devices[i]);
	frame_end(out, begun);
	begun = begin_list(out, FRAME_ASK_TALKS, LEN(talks));
	for (i = 0; i < LEN(talks); i++)
		frame_put_talk(out, &talks[i]);
	frame_end(out, begun);
	frame_put_entered(out, &(struct frame_entered){ 2, FRAME_ENTERED_TALK,
	    "bob", 3, key, { .term = 0 } });
	frame_put_error(out, FRAME_NO_TALK, 0, 0, NULL, 0);
}

static void
check_marks(struct frame *f)
{
	struct frame_mark m;
	size_t i;

	for (i = 0; i < LEN(marks); i++) {
		assert_true(frame_next_mark(f, &m));
		assert_memory_equal(m.log_id, marks[i].log_id, FRAME_LOG_ID);
		assert_true(m.seq == marks[i].seq);
	}
	assert_false(frame_next_mark(f, &m));
}

static void
check_devices(struct frame *f)
{
	struct frame_device d;
	size_t i;

	assert_true(f->total == 22 && f->offset == 20);
	for (i = 0; i < LEN(devices); i++) {
		assert_true(frame_next_device(f, &d));
		assert_int_equal(d.flags, devices[i].flags);
		assert_true(d.since_ms == devices[i].since_ms &&
		    d.heard_ms == devices[i].heard_ms);
		assert_int_equal(d.name_len, devices[i].name_len);
		assert_memory_equal(d.name, devices[i].name, d.name_len);
	}
	assert_false(frame_next_device(f, &d));
}

static void
check_talks(struct frame *f)
{
	struct frame_talk t;
	size_t i;

	for (i = 0; i < LEN(talks); i++) {
		assert_true(frame_next_talk(f, &t));
		assert_int_equal(t.flags, talks[i].flags);
		assert_true(t.said == talks[i].said &&
		    t.mark == talks[i].mark);
		assert_memory_equal(t.log_id, talks[i].log_id, FRAME_LOG_ID);
		assert_memory_equal(t.key, key, sizeof(key));
		assert_int_equal(t.name_len, talks[i].name_len);
		assert_memory_equal(t.name, talks[i].name, t.name_len);
	}
	assert_false(frame_next_talk(f, &t));
}

static void
every_frame_survives_the_trip(void **state)
{
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;

	(void)state;
	put_people(&out);
	in = frame_reading(&out);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(f.type, FRAME_MARK);
	assert_int_equal(f.flags, FRAME_MARK_ANSWER);
	check_marks(&f);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(f.type, FRAME_REKEY);
	assert_memory_equal(f.bytes, key, sizeof(key));
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_true(f.type == FRAME_ASK && f.code == FRAME_ASK_DEVICES);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_true(f.type == FRAME_LIST && f.code == FRAME_ASK_DEVICES);
	check_devices(&f);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_true(f.type == FRAME_LIST && f.code == FRAME_ASK_TALKS);
	check_talks(&f);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_true(f.type == FRAME_ENTERED && f.slot == 2 &&
	    f.flags == FRAME_ENTERED_TALK && f.at.seq == 0);
	assert_memory_equal(f.bytes, key, sizeof(key));
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_true(f.type == FRAME_ERROR && f.code == 13);
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
	put_people(&out);
	for (cut = 1; cut < out.len; cut++) {
		/* Exactly as long as it says, for the sanitizers. */
		copy = malloc(cut);
		memcpy(copy, buf, cut);
		in = wire_in(copy, cut);
		while ((error = frame_next(&in, &f)) == FRAME_OK)
			assert_int_not_equal(f.type, FRAME_ERROR);
		assert_true(error == FRAME_END || error == FRAME_TRUNCATED);
		free(copy);
	}
}

/* The whole of a MARK or of a LIST with that in it. */
static enum frame_error
read_one(const struct frame_mark *m, const struct frame_device *d,
    const struct frame_talk *t)
{
	uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	size_t begun;

	if (m != NULL)
		frame_put_marks(&out, 0, m, 1);
	else {
		begun = begin_list(&out, d != NULL ? FRAME_ASK_DEVICES :
		    FRAME_ASK_TALKS, 1);
		if (d != NULL)
			frame_put_device(&out, d);
		else
			frame_put_talk(&out, t);
		frame_end(&out, begun);
	}
	in = frame_reading(&out);
	return frame_next(&in, &f);
}

static enum frame_error
read_device(uint64_t since, uint64_t heard, const char *name)
{
	return read_one(NULL, &(struct frame_device){ 255, since, heard, name,
	    strlen(name) }, NULL);
}

static enum frame_error
read_talk(uint64_t said, uint64_t mark, const char *name)
{
	return read_one(NULL, NULL, &(struct frame_talk){ 255, said, mark,
	    marks[0].log_id, key, name, strlen(name) });
}

static void
what_cannot_be_is_refused(void **state)
{
	const uint64_t over = ENTRY_SEQ_MAX + 1, late = ENTRY_TIME_MS_MAX + 1;
	struct frame_mark m = marks[0];

	(void)state;
	assert_int_equal(read_one(&m, NULL, NULL), FRAME_OK);
	m.seq = over;
	assert_int_equal(read_one(&m, NULL, NULL), FRAME_BAD_VALUE);
	assert_int_equal(read_device(1, 2, "a b"), FRAME_OK);
	assert_int_equal(read_device(late, 2, "a b"), FRAME_BAD_VALUE);
	assert_int_equal(read_device(1, late, "a b"), FRAME_BAD_VALUE);
	assert_int_equal(read_device(1, 2, "a\nb"), FRAME_BAD_VALUE);
	assert_int_equal(read_device(1, 2, "\33"), FRAME_BAD_VALUE);
	assert_int_equal(read_device(1, 2, "seventeen letters"),
	    FRAME_OVER_LIMIT);
	assert_int_equal(read_talk(1, 2, "bob"), FRAME_OK);
	assert_int_equal(read_talk(over, 2, "bob"), FRAME_BAD_VALUE);
	assert_int_equal(read_talk(1, over, "bob"), FRAME_BAD_VALUE);
	assert_int_equal(read_talk(1, 2, "a b"), FRAME_BAD_VALUE);
	assert_int_equal(read_talk(1, 2, "123456789012345678901"),
	    FRAME_BAD_VALUE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_survives_the_trip),
		cmocka_unit_test(no_datagram_cut_short_is_taken_for_whole),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
