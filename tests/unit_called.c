/*
 * What somebody in several rooms is called: he asks once, and is called so in
 * all of them; nothing that he says is there twice or not at all for that.
 */
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

static struct den den;
static size_t ops;
static struct ears his, hers;

static int
open_den(void **state)
{
	(void)state;
	den_open_rooms(&den);
	ops = den_open_room(&den, "ops");
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

/* How many such entries a log has; author NULL: of anybody, text: with any. */
static unsigned
count_in(struct log *log, enum entry_kind kind, const char *author,
    const char *text, uint64_t *id)
{
	uint64_t seq, head = log_head(log).seq;
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	unsigned n = 0;
	size_t len;

	for (seq = 1; seq <= head; seq++) {
		bytes = log_read(log, seq, &len);
		assert_non_null(bytes);
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		if (e.kind != kind || (author != NULL && (e.author_len !=
		    strlen(author) || memcmp(e.author, author,
		    e.author_len) != 0)) || (text != NULL && (e.text_len !=
		    strlen(text) || memcmp(e.text, text, e.text_len) != 0)) ||
		    (e.flags & ENTRY_QUIET) != 0)
			continue;
		n++;
		if (id != NULL)
			*id = e.id;
	}
	return n;
}

static unsigned
count(enum entry_kind kind, const char *author, const char *text)
{
	return count_in(den.log, kind, author, text, NULL);
}

static unsigned
count_ops(enum entry_kind kind, const char *author, const char *text)
{
	return count_in(den.rooms[ops], kind, author, text, NULL);
}

static struct guest *
ada_in_both(void)
{
	struct guest *g = ears_guest(&den, "ada", "192.0.2.1", &his);

	ears_enter(&den, g, LAB, "den");
	ears_enter(&den, g, OPS, "ops");
	return g;
}

static void
assert_named(const struct ears *e, uint64_t tag, uint64_t code,
    const char *name)
{
	assert_int_equal(e->tag, tag);
	assert_int_equal(e->code, code);
	assert_string_equal(e->name, name);
}

static void
a_name_is_for_all_rooms(void **state)
{
	struct guest *ada = ada_in_both();
	uint64_t id = 1, head;
	unsigned named;

	(void)state;
	assert_named(&his, 0, 0, "ada");
	ears_ask_name(&den, ada, 1, "cat");
	assert_named(&his, 1, 0, "cat");
	assert_int_equal(count_in(den.log, ENTRY_RENAME, "ada", "cat", &id),
	    1);
	assert_int_equal(id, 0);
	assert_int_equal(count_ops(ENTRY_RENAME, "ada", "cat"), 1);
	ears_say(&den, ada, OPS, 1, "miaow");
	assert_int_equal(count_ops(ENTRY_SAY, "cat", "miaow"), 1);
	/* The answer was lost. */
	named = his.named;
	head = den_head(&den);
	ears_ask_name(&den, ada, 1, "cat");
	assert_int_equal(his.named, named + 1);
	assert_named(&his, 1, 0, "cat");
	/* One of before is late. */
	ears_ask_name(&den, ada, 3, "dog");
	ears_ask_name(&den, ada, 2, "cow");
	assert_named(&his, 3, 0, "dog");
	assert_int_equal(den_head(&den), head + 1);
	/* Also another spelling, and what one is called already. */
	ears_ask_name(&den, ada, 4, "Dog");
	assert_int_equal(count_ops(ENTRY_RENAME, "dog", "Dog"), 1);
	ears_ask_name(&den, ada, 5, "Dog");
	assert_named(&his, 5, 0, "Dog");
	assert_int_equal(den_head(&den), head + 2);
	ears_leave(&den, ada, OPS);
	assert_int_equal(count_ops(ENTRY_LEAVE, "Dog", NULL), 1);
}

static void
a_name_is_refused_for_all_rooms(void **state)
{
	struct guest *ada = ada_in_both();
	struct guest *bob = ears_guest(&den, "bob", "192.0.2.2", &hers);

	(void)state;
	ears_enter(&den, bob, OPS, "ops");
	ears_ask_name(&den, ada, 1, "bob");
	assert_named(&his, 1, FRAME_NAME_OWNED, "bob");
	assert_int_equal(his.why, FRAME_NAME_OWNED);
	ears_ask_name(&den, ada, 2, "b");
	ears_ask_name(&den, ada, 3, "b b");
	assert_named(&his, 3, FRAME_NAME_BAD, "b b");
	/* It looks like another's. */
	ears_ask_name(&den, ada, 4, "b0b");
	if (his.code != 0)
		assert_string_equal(his.reason, "alike bob");
	ears_ask_name(&den, ada, 5, "admin");
	assert_named(&his, 5, FRAME_NAME_BAD, "admin");
	assert_string_equal(his.reason, "reserved");
	assert_int_equal(count_ops(ENTRY_RENAME, NULL, "bob"), 0);
	assert_true(ada->live);
}

static void
who_may_say_nothing_in_one_room_keeps_his_name(void **state)
{
	struct guest *ada = ada_in_both();
	struct hub_person who;

	(void)state;
	assert_true(hub_look(den.hub, den.now_ms, "ada", 3, &who));
	assert_int_equal(hub_mute(den.hub, den.now_ms, den.now_ms, &who,
	    60000, ""), HUB_ACT_OK);
	den_run(&den, 50);
	ears_ask_name(&den, ada, 1, "cat");
	assert_named(&his, 1, FRAME_MUTED, "cat");
	assert_in_range(his.wait_ms, 50000, 60000);
	den_run(&den, 60000);
	ears_ask_name(&den, ada, 2, "cat");
	assert_named(&his, 2, 0, "cat");
}

static void
mute_ada(int64_t ms)
{
	struct hub_person who;

	assert_true(hub_look(den.hub, den.now_ms, "ada", 3, &who));
	assert_int_equal(hub_mute(den.hub, den.now_ms, den.now_ms, &who, ms,
	    ""), HUB_ACT_OK);
	den_run(&den, 50);
}

/* A name is a word, too: nor does he say one by coming under another. */
static void
nor_does_he_come_back_by_another(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	mute_ada(0);
	ears_leave(&den, ada, LAB);
	ears_leave(&den, ada, OPS);
	ears_ask_name(&den, ada, 1, "nasty-words");
	ears_enter(&den, ada, CLASS, "den");
	den_run(&den, 1000);
	assert_int_equal(count(ENTRY_JOIN, "nasty-words", NULL), 0);
	/* The one that he was muted by is no news. */
	ears_ask_name(&den, ada, 2, "ada");
	ears_enter(&den, ada, 7, "den");
	assert_true(his.entered[7] > 0);
	assert_int_equal(count(ENTRY_JOIN, "ada", NULL), 2);
}

/* That he was heard to be called before. */
static void
but_by_one_of_his_he_does(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	ears_ask_name(&den, ada, 1, "cat");
	ears_ask_name(&den, ada, 2, "ada");
	mute_ada(0);
	ears_leave(&den, ada, LAB);
	ears_leave(&den, ada, OPS);
	ears_ask_name(&den, ada, 3, "cat");
	ears_enter(&den, ada, CLASS, "den");
	assert_int_equal(count(ENTRY_JOIN, "cat", NULL), 1);
}

/* Nor while he comes. */
static void
nor_who_is_on_his_way(void **state)
{
	struct guest *ada = ada_in_both();
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	mute_ada(0);
	ears_leave(&den, ada, LAB);
	ears_leave(&den, ada, OPS);
	ears_put_enter(&out, CLASS, "ops");
	frame_put_name(&out, 1, 0, "nasty-words", strlen("nasty-words"));
	den_say(&den, ada, &out);
	den_run(&den, 1000);
	assert_int_equal(count_ops(ENTRY_JOIN, "nasty-words", NULL), 0);
	assert_int_equal(count_ops(ENTRY_RENAME, NULL, NULL), 0);
}

/* Nor whom the server's end has left there. */
static void
nor_whom_a_restart_left_there(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	mute_ada(0);
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	memset(&his, 0, sizeof(his));
	assert_true(den_enter(&den, ada));
	ears_ask_name(&den, ada, 1, "nasty-words");
	ears_enter(&den, ada, LAB, "den");
	den_run(&den, 1000);
	assert_int_equal(count(ENTRY_RENAME, NULL, NULL), 0);
	assert_int_equal(count(ENTRY_JOIN, "nasty-words", NULL), 0);
}

static void
who_is_nowhere_asks_too(void **state)
{
	struct guest *bob = ears_guest(&den, "bob", "192.0.2.2", &hers), *two;

	(void)state;
	ears_enter(&den, bob, OPS, "ops");
	two = ears_guest(&den, "bob", "192.0.2.1", &his);
	ears_enter(&den, two, LAB, "den");
	assert_int_equal(his.error[LAB], FRAME_NAME_OWNED);
	ears_ask_name(&den, two, 1, "bob");
	assert_named(&his, 1, FRAME_NAME_OWNED, "bob");
	ears_ask_name(&den, two, 2, "eve");
	assert_named(&his, 2, 0, "eve");
	ears_enter(&den, two, OPS, "den");
	assert_true(his.entered[OPS] > 0);
	assert_int_equal(count(ENTRY_JOIN, "eve", NULL), 1);
}

/* By the outbox of slot OPS, wherever it sits. */
static void
enter_again(struct guest *g, uint32_t slot, uint64_t next)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	const struct frame_enter e = { .slot = slot, .room = "ops",
	    .room_len = 3, .outbox = 100 + OPS, .next_id = next };

	frame_put_enter(&out, &e);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
what_was_said_before_is_not_said_again(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	ears_say(&den, ada, OPS, 1, "one");
	ears_ask_name(&den, ada, 1, "cat");
	ears_say(&den, ada, OPS, 1, "one");
	ears_say(&den, ada, OPS, 2, "two");
	/* By a later session, which heard of nothing, after a restart. */
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	strlcpy(ada->name, "cat", sizeof(ada->name));
	memset(&his, 0, sizeof(his));
	assert_true(den_enter(&den, ada));
	enter_again(ada, OPS, 1);
	assert_int_equal(his.posted[OPS], UINT64_C(103) << 32 | 3);
	ears_say(&den, ada, OPS, 1, "one");
	ears_say(&den, ada, OPS, 2, "two");
	ears_say(&den, ada, OPS, 3, "three");
	assert_int_equal(count_ops(ENTRY_SAY, NULL, "one"), 1);
	assert_int_equal(count_ops(ENTRY_SAY, NULL, "two"), 1);
	assert_int_equal(count_ops(ENTRY_SAY, "cat", "three"), 1);
	assert_int_equal(count_ops(ENTRY_JOIN, NULL, NULL), 1);
}

static void
nor_by_a_name_that_he_took_elsewhere(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	ears_say(&den, ada, OPS, 1, "one");
	ears_leave(&den, ada, OPS);
	ears_ask_name(&den, ada, 1, "cat");
	assert_int_equal(count_ops(ENTRY_RENAME, NULL, NULL), 0);
	enter_again(ada, CLASS, 1);
	assert_int_equal(his.posted[CLASS], UINT64_C(103) << 32 | 2);
	ears_post(&den, ada, CLASS, UINT64_C(103) << 32 | 1, ENTRY_SAY,
	    "one");
	assert_int_equal(count_ops(ENTRY_SAY, NULL, "one"), 1);
}

static void
one_that_is_posted_is_for_all_rooms(void **state)
{
	struct guest *ada = ada_in_both();
	uint64_t id = 0;

	(void)state;
	ears_post(&den, ada, OPS, UINT64_C(103) << 32 | 1, ENTRY_RENAME,
	    "cat");
	assert_int_equal(count_in(den.rooms[ops], ENTRY_RENAME, "ada", "cat",
	    &id), 1);
	assert_int_equal(id, UINT64_C(103) << 32 | 1);
	assert_int_equal(his.posted[OPS], UINT64_C(103) << 32 | 2);
	assert_named(&his, 0, 0, "cat");
	assert_int_equal(count_in(den.log, ENTRY_RENAME, "ada", "cat", &id),
	    1);
	assert_int_equal(id, 0);
	ears_say(&den, ada, LAB, 1, "so");
	assert_int_equal(count(ENTRY_SAY, "cat", "so"), 1);
	/* One that may not be is refused there, and what follows is said. */
	ears_post(&den, ada, OPS, UINT64_C(103) << 32 | 2, ENTRY_RENAME,
	    "admin");
	ears_say(&den, ada, OPS, 3, "still");
	assert_int_equal(count_ops(ENTRY_SAY, "cat", "still"), 1);
	assert_int_equal(count(ENTRY_RENAME, NULL, NULL), 1);
}

/* It is his while he is in under it, but for nobody else to go by. */
static void
who_sits_somewhere_by_a_name_that_was_released_enters(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	struct guest *mal = ears_guest(&den, "ada", "192.0.2.9", &hers);

	(void)state;
	ears_enter(&den, ada, LAB, "den");
	assert_int_equal(hub_release(den.hub, den.now_ms, den.now_ms, "ada",
	    3), HUB_ACT_OK);
	den_run(&den, 50);
	ears_enter(&den, mal, OPS, "ops");
	assert_int_equal(hers.error[OPS], FRAME_NAME_TAKEN);
	ears_enter(&den, ada, OPS, "ops");
	assert_int_equal(his.error[OPS], 0);
	assert_int_equal(count_ops(ENTRY_JOIN, "ada", NULL), 1);
	/* In whatever room that is. */
	ears_leave(&den, ada, LAB);
	assert_int_equal(hub_release(den.hub, den.now_ms, den.now_ms, "ada",
	    3), HUB_ACT_OK);
	den_run(&den, 50);
	ears_enter(&den, mal, CLASS, "den");
	assert_int_equal(hers.error[CLASS], FRAME_NAME_TAKEN);
}

/* The word of a posted one was lost: nobody repeats it. */
static void
a_pong_says_what_he_is_called(void **state)
{
	static const uint8_t ping[FRAME_PING_BYTES] = { 1 };
	struct guest *ada = ada_in_both();
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	ears_post(&den, ada, OPS, UINT64_C(103) << 32 | 1, ENTRY_RENAME,
	    "cat");
	his.name[0] = '\0';
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&den, ada, &out);
	assert_named(&his, 0, 0, "cat");
}

/* The session ended after whose the name is was on the disk, and one room
 * heard it. */
static void
a_room_that_missed_it_hears_it_when_he_comes(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his), *two;

	(void)state;
	ears_enter(&den, ada, OPS, "ops");
	ears_say(&den, ada, OPS, 1, "one");
	two = ears_of(&den, ada, "ada", &hers);
	ears_enter(&den, two, LAB, "den");
	ears_ask_name(&den, two, 1, "cat");
	assert_int_equal(count_ops(ENTRY_RENAME, NULL, NULL), 0);
	den_restart(&den);
	ops = den_open_room(&den, "ops");
	strlcpy(ada->name, "cat", sizeof(ada->name));
	memset(&his, 0, sizeof(his));
	assert_true(den_enter(&den, ada));
	enter_again(ada, OPS, 1);
	assert_true(his.entered[OPS] > 0);
	assert_int_equal(his.posted[OPS], UINT64_C(103) << 32 | 2);
	assert_int_equal(count_ops(ENTRY_RENAME, "ada", "cat"), 1);
	assert_int_equal(count_ops(ENTRY_JOIN, NULL, NULL), 1);
	ears_say(&den, ada, OPS, 1, "one");
	ears_say(&den, ada, OPS, 2, "two");
	assert_int_equal(count_ops(ENTRY_SAY, NULL, "one"), 1);
	assert_int_equal(count_ops(ENTRY_SAY, "cat", "two"), 1);
	den_run(&den, 300000);
	assert_int_equal(count_ops(ENTRY_TIMEOUT, "ada", NULL), 0);
}

static void
a_room_whose_disk_is_full_hears_it_later(void **state)
{
	struct guest *ada = ada_in_both();

	(void)state;
	ears_ask_name(&den, ada, 1, "cat");
	ears_ask_name(&den, ada, 2, "ada");
	memdisk_limit(den.mem, memdisk_bytes(den.mem));
	ears_ask_name(&den, ada, 3, "cat");
	assert_named(&his, 3, 0, "cat");
	assert_int_equal(count_ops(ENTRY_RENAME, "ada", "cat"), 1);
	/* A name of nobody cannot be taken now. */
	ears_ask_name(&den, ada, 4, "eve");
	assert_named(&his, 4, FRAME_NO_SPACE, "eve");
	memdisk_limit(den.mem, UINT64_MAX);
	ears_say(&den, ada, OPS, 1, "one");
	assert_int_equal(count_ops(ENTRY_SAY, "ada", "one"), 1);
	den_run(&den, 3000);
	assert_int_equal(count_ops(ENTRY_RENAME, "ada", "cat"), 2);
	assert_int_equal(count(ENTRY_RENAME, "ada", "cat"), 2);
	ears_say(&den, ada, OPS, 2, "two");
	assert_int_equal(count_ops(ENTRY_SAY, "cat", "two"), 1);
}

static void
he_is_told_when_it_is_on_the_disk(void **state)
{
	struct guest *ada;

	(void)state;
	close_den(NULL);
	den_open_rooms_waiting(&den);
	ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	ears_enter(&den, ada, LAB, "den");
	den_run(&den, 1000);
	den.waiter.slow = true;
	ears_ask_name(&den, ada, 1, "cat");
	assert_named(&his, 0, 0, "ada");
	ears_ask_name(&den, ada, 1, "cat");
	assert_named(&his, 0, 0, "ada");
	den.waiter.slow = false;
	den_run(&den, 100);
	assert_named(&his, 1, 0, "cat");
}

/* A fifth name takes none that he sits anywhere under. */
static void
a_name_is_his_while_he_is_in_any_room(void **state)
{
	struct guest *ada = ears_guest(&den, "ada", "192.0.2.1", &his), *two;
	static const char *const names[] = { "bea", "cat", "dog", "eve" };
	struct guest *mal;
	unsigned i;

	(void)state;
	ears_enter(&den, ada, OPS, "ops");
	two = ears_of(&den, ada, "bob", &hers);
	ears_enter(&den, two, LAB, "den");
	for (i = 0; i < 4; i++) {
		ears_ask_name(&den, two, i + 1, names[i]);
		assert_named(&hers, i + 1, 0, names[i]);
	}
	mal = ears_guest(&den, "ada", "192.0.2.9", &hers);
	ears_enter(&den, mal, LAB, "den");
	assert_int_equal(hers.error[LAB], FRAME_NAME_OWNED);
}

int
main(void)
{
#define IN_A_DEN(f) cmocka_unit_test_setup_teardown(f, open_den, close_den)
	const struct CMUnitTest tests[] = {
		IN_A_DEN(a_name_is_for_all_rooms),
		IN_A_DEN(a_name_is_refused_for_all_rooms),
		IN_A_DEN(who_may_say_nothing_in_one_room_keeps_his_name),
		IN_A_DEN(nor_does_he_come_back_by_another),
		IN_A_DEN(but_by_one_of_his_he_does),
		IN_A_DEN(nor_who_is_on_his_way),
		IN_A_DEN(nor_whom_a_restart_left_there),
		IN_A_DEN(who_is_nowhere_asks_too),
		IN_A_DEN(what_was_said_before_is_not_said_again),
		IN_A_DEN(nor_by_a_name_that_he_took_elsewhere),
		IN_A_DEN(one_that_is_posted_is_for_all_rooms),
		IN_A_DEN(who_sits_somewhere_by_a_name_that_was_released_enters),
		IN_A_DEN(a_pong_says_what_he_is_called),
		IN_A_DEN(a_room_that_missed_it_hears_it_when_he_comes),
		IN_A_DEN(a_room_whose_disk_is_full_hears_it_later),
		IN_A_DEN(he_is_told_when_it_is_on_the_disk),
		IN_A_DEN(a_name_is_his_while_he_is_in_any_room)
	};

	return tests_run(tests, NULL, NULL);
}
