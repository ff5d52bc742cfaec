/*
 * The room: whoever asks is decided on in his turn, on all that was told, and
 * what comes of it is told, once.
 */
#include "server/room/room.h"
#include "server/room/room_say.h"

#include <stdio.h>

#include "tests/with_room.h"

/* Somebody who says one thing. */
struct voice {
	struct ask	 ask;
	const char	*text;
	bool		 acts;
	bool		 again;		/* asks once more when he is told */
	unsigned	 decided, told, refused;
	uint64_t	 head;		/* of the log, when he was decided on */
};

static struct lodge l;
static struct ask_kind kind;
static char heard[256];

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct voice *v = (struct voice *)a;
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = v->text,
	    .text_len = strlen(v->text) };
	bool added;

	(void)arg;
	v->decided++;
	v->head = log_head(l.log).seq;
	added = v->acts ? room_add_act(l.room, a, &e, 1, NULL, 0) :
	    room_add_lines(l.room, a, &e, 1, NULL);
	return added ? ASK_SAID : ASK_LATER;
}

static void
told(void *arg, struct ask *a, const struct entry *e)
{
	struct voice *v = (struct voice *)a;

	(void)arg;
	assert_int_equal(e->text_len, strlen(v->text));
	v->told++;
	if (v->again)
		room_ask(l.room, a, &kind);
	v->again = false;
}

static void
refused(void *arg, struct ask *a)
{
	struct voice *v = (struct voice *)a;

	(void)arg;
	v->refused++;
	if (v->again)
		room_ask_later(l.room, a);
}

static void
on_after(void *arg, const struct entry *e, struct member *who, bool ours)
{
	(void)arg;
	(void)who;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard),
	    "%.*s%s ", (int)e->text_len, e->text, ours ? "" : "?");
}

static int
set_up(void **state)
{
	const struct room_watch watch = { .after = on_after };

	(void)state;
	lodge_open(&l);
	room_watch(l.room, &watch);
	lodge_begin(&l);
	kind = (struct ask_kind){ decide, told, refused, NULL, NULL };
	heard[0] = '\0';
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&l);
	return 0;
}

static void
nothing_comes_about_by_asking(void **state)
{
	struct voice v = { .text = "one" };

	(void)state;
	room_ask(l.room, &v.ask, &kind);
	room_ask(l.room, &v.ask, &kind);
	assert_int_equal(v.decided, 0);
	assert_true(room_is_asked(l.room));
	room_settle(l.room);
	assert_int_equal(v.decided, 1);
	assert_int_equal(v.told, 1);
	assert_string_equal(heard, "one ");
	assert_false(room_is_asked(l.room));
}

static void
lines_share_a_block_and_an_act_has_its_own(void **state)
{
	struct voice a = { .text = "a" }, b = { .text = "b" };
	struct voice act = { .text = "act", .acts = true };
	struct voice c = { .text = "c" };
	uint64_t head = log_head(l.log).seq;

	(void)state;
	room_ask(l.room, &a.ask, &kind);
	room_ask(l.room, &b.ask, &kind);
	room_ask(l.room, &act.ask, &kind);
	room_ask(l.room, &c.ask, &kind);
	room_settle(l.room);
	assert_string_equal(heard, "a b act c ");
	assert_int_equal(a.head, head);
	assert_int_equal(b.head, head);
	/* Decided on all that is before it. */
	assert_int_equal(act.head, head + 2);
	assert_int_equal(c.head, head + 3);
}

static void
who_is_told_may_ask_again(void **state)
{
	struct voice v = { .text = "x", .again = true };

	(void)state;
	room_ask(l.room, &v.ask, &kind);
	room_settle(l.room);
	assert_string_equal(heard, "x x ");
	assert_int_equal(v.told, 2);
}

static void
who_takes_it_back_is_not_decided_on(void **state)
{
	struct voice a = { .text = "a" }, b = { .text = "b" };

	(void)state;
	room_ask(l.room, &a.ask, &kind);
	room_ask(l.room, &b.ask, &kind);
	room_unask(l.room, &a.ask);
	room_settle(l.room);
	assert_int_equal(a.decided, 0);
	assert_string_equal(heard, "b ");
}

static void
a_full_disk_refuses_and_who_is_put_off_tries_again(void **state)
{
	struct voice a = { .text = "a" };
	struct voice b = { .text = "b", .acts = true, .again = true };

	(void)state;
	memdisk_limit(l.mem, memdisk_bytes(l.mem) + 3);
	room_ask(l.room, &a.ask, &kind);
	room_ask(l.room, &b.ask, &kind);
	room_settle(l.room);
	assert_int_equal(a.refused, 1);
	assert_int_equal(b.refused, 1);
	assert_false(room_say(l.room, 0, "no", 2));
	assert_string_equal(heard, "");
	memdisk_limit(l.mem, UINT64_MAX);
	room_turn(l.room);
	assert_string_equal(heard, "");
	b.again = false;
	l.house.now_ms += ROOM_FULL_WAIT_MS;
	room_turn(l.room);
	assert_string_equal(heard, "b ");
	assert_int_equal(a.told, 0);
}

/* What no block ever has room for must not stop the others. */
static void
what_cannot_be_written_is_refused_alone(void **state)
{
	char longer[TEXT_LINE_BYTES + 2];
	struct voice a = { .text = longer }, b = { .text = "b" };

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	room_ask(l.room, &a.ask, &kind);
	room_ask(l.room, &b.ask, &kind);
	room_settle(l.room);
	assert_int_equal(a.refused, 1);
	assert_string_equal(heard, "b ");
}

/* The room ends with what nobody owns, and what its owner has. */
static void
what_waits_at_the_end_is_its_owners(void **state)
{
	static struct voice v = { .text = "one" };

	(void)state;
	room_ask(l.room, &v.ask, &kind);
}

/* It was put off in that turn. */
static void
who_is_put_off_has_his_time(void **state)
{
	struct voice v = { .text = "one", .again = true };

	(void)state;
	memdisk_limit(l.mem, memdisk_bytes(l.mem));
	room_ask(l.room, &v.ask, &kind);
	room_turn(l.room);
	assert_int_equal(v.refused, 1);
	assert_true(l.room->due_ms <= l.house.now_ms + ROOM_FULL_WAIT_MS);
	room_unask(l.room, &v.ask);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_comes_about_by_asking),
		TEST(lines_share_a_block_and_an_act_has_its_own),
		TEST(who_is_told_may_ask_again),
		TEST(who_takes_it_back_is_not_decided_on),
		TEST(a_full_disk_refuses_and_who_is_put_off_tries_again),
		TEST(what_cannot_be_written_is_refused_alone),
		TEST(what_waits_at_the_end_is_its_owners),
		TEST(who_is_put_off_has_his_time)
	};

	return tests_run(tests, NULL, NULL);
}
