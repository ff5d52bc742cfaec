/*
 * The room alone, on a log in memory: who asks, what is decided when, and who
 * is told.
 */
#include "server/room.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

static const int64_t start_ms = 1000000;

static struct memdisk *mem;
static struct disk disk;
static struct log *journal;
static struct room *r;
static char seen[512];		/* what happened, a word each */
static bool asks_too;		/* who is asked happens as well */

static void
note(const char *what, const char *text, size_t len)
{
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%s%.*s ", what, (int)len,
	    text);
}

static void
happened(const char *what)
{
	assert_string_equal(seen, what);
	seen[0] = '\0';
}

static void
on_event(void *arg, const struct hub_event *e)
{
	(void)arg;
	note("event:", e->name, e->name_len);
}

static void
begin(void)
{
	const struct hub_out out = { .event = on_event };
	struct log_config lc = { .disk = &disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = JOURNAL_SEGMENT_BYTES };
	const uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	journal = log_open(&lc, start_ms, id, &why);
	assert_non_null(journal);
	r = room_new(journal, &out);
	assert_non_null(r);
	r->now_ms = r->wall_ms = start_ms;
}

static void
end(void)
{
	room_free(r);
	log_close(journal);
}

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	disk.make_dir(disk.arg, "/d");
	begin();
	assert_true(room_replay(r));
	r->quiet = false;
	seen[0] = '\0';
	asks_too = false;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end();
	memdisk_free(mem);
	return 0;
}

/* Who watches; arg: a letter. */
static void
on_before(void *arg, const struct entry *e, struct person *who)
{
	note(arg, "-", 1);
	note(who == NULL ? "nobody" : "who:", e->author,
	    who == NULL ? 0 : e->author_len);
}

static void
on_after(void *arg, const struct entry *e, struct person *who, bool ours)
{
	(void)who;
	note(arg, "+", 1);
	note(ours ? "ours:" : "", e->text, e->text_len);
}

static void
watch(const char *letter)
{
	room_watch(r, &(struct room_watch){ .before = on_before,
	    .after = on_after, .arg = (void *)(uintptr_t)letter });
}

/* Until nobody asks any more. */
static void
turn(void)
{
	int i;

	for (i = 0; i < 20 && room_is_asked(r); i++)
		room_turn(r);
	assert_false(room_is_asked(r));
}

/* Somebody who asks: says a line, or does an act. */
struct asker {
	struct ask	 ask;
	const char	*text;
	bool		 acts, later;
};

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct asker *k = (struct asker *)a;
	struct entry e = { .kind = ENTRY_SAY, .time_ms = r->wall_ms,
	    .author = "bob", .author_len = 3, .text = k->text,
	    .text_len = k->text == NULL ? 0 : strlen(k->text) };

	(void)arg;
	if (k->text == NULL)
		return ASK_OVER;
	if (asks_too)
		note("ask:", k->text, strlen(k->text));
	if (k->later)
		return ASK_LATER;
	return (k->acts ? room_add_act(r, a, &e, 1, NULL, 0) :
	    room_add_lines(r, a, &e, 1, NULL)) ? ASK_SAID : ASK_LATER;
}

static void
on_told(void *arg, struct ask *a, const struct entry *e)
{
	(void)arg;
	(void)a;
	note("told:", e->text, e->text_len);
}

static void
on_refused(void *arg, struct ask *a)
{
	(void)arg;
	note("refused:", ((struct asker *)a)->text,
	    strlen(((struct asker *)a)->text));
}

static void
on_drop(struct ask *a)
{
	note("dropped:", ((struct asker *)a)->text,
	    strlen(((struct asker *)a)->text));
}

static const struct ask_kind kind = { decide, on_told, on_refused, on_drop,
    NULL };

static void
what_is_asked_is_told_by_the_log(void **state)
{
	struct asker a = { .text = "one" };
	uint64_t head = log_head(journal).seq;

	(void)state;
	watch("A");
	watch("B");
	room_ask(r, &a.ask, &kind);
	room_ask(r, &a.ask, &kind);
	assert_true(room_is_asked(r));
	assert_int_equal(log_head(journal).seq, head);
	happened("");
	turn();
	assert_int_equal(log_head(journal).seq, head + 1);
	happened("told:one A+ ours:one B+ ours:one ");
	/* It may ask again, then. */
	a.text = "two";
	room_ask(r, &a.ask, &kind);
	room_settle(r);
	happened("told:two A+ ours:two B+ ours:two ");
}

static void
those_who_ask_come_in_turn_and_acts_by_themselves(void **state)
{
	struct asker a[] = { { .text = "1" }, { .text = "2", .acts = true },
	    { .text = "3" }, { .text = NULL }, { .text = "4" } };
	size_t i;

	(void)state;
	asks_too = true;
	for (i = 0; i < sizeof(a) / sizeof(a[0]); i++)
		room_ask(r, &a[i].ask, &kind);
	turn();
	/* On all that was told: an act waits for the lines before it, and
	 * those behind it for that. */
	happened("ask:1 ask:2 told:1 ask:2 told:2 ask:3 ask:4 told:3 told:4 ");
}

static void
who_asks_no_more_says_nothing(void **state)
{
	struct asker a = { .text = "one" }, b = { .text = "two" };

	(void)state;
	room_ask(r, &a.ask, &kind);
	room_ask(r, &b.ask, &kind);
	room_unask(r, &a.ask);
	turn();
	happened("told:two ");
	room_unask(r, &a.ask);
}

static void
what_no_block_can_take_stops_nobody(void **state)
{
	struct asker a = { .text = "never", .later = true };
	struct asker b = { .text = "one" };

	(void)state;
	room_ask(r, &a.ask, &kind);
	room_ask(r, &b.ask, &kind);
	turn();
	happened("refused:never told:one ");
}

static void
what_the_disk_has_no_room_for_is_refused(void **state)
{
	struct asker a = { .text = "one" };
	uint64_t head = log_head(journal).seq;

	(void)state;
	memdisk_limit(mem, memdisk_bytes(mem));
	room_ask(r, &a.ask, &kind);
	turn();
	happened("refused:one ");
	assert_false(room_say(r, 0, "hello", 5));
	assert_int_equal(log_head(journal).seq, head);
	/* Or it tries again in a while. */
	memdisk_limit(mem, UINT64_MAX);
	room_ask_later(r, &a.ask);
	room_turn(r);
	happened("");
	assert_true(r->due_ms <= start_ms + ROOM_FULL_WAIT_MS);
	r->now_ms += ROOM_FULL_WAIT_MS;
	room_turn(r);
	happened("told:one ");
	assert_int_equal(log_head(journal).seq, head + 1);
}

static void
who_still_asks_at_the_end_is_told_so(void **state)
{
	struct asker a = { .text = "one" }, b = { .text = "two" };

	(void)state;
	room_ask(r, &a.ask, &kind);
	b.ask.kind = &kind;
	room_ask_later(r, &b.ask);
	end();
	happened("dropped:one dropped:two ");
	begin();
	assert_true(room_replay(r));
}

static void
put(enum entry_kind what, const char *name)
{
	struct entry e = { .kind = what, .time_ms = start_ms, .author = name,
	    .author_len = strlen(name), .text = "" };

	assert_true(log_put(journal, start_ms, start_ms, &e, 1));
}

/* Begins anew, with these two in it. */
static void
with_two(void)
{
	put(ENTRY_JOIN, "bob");
	put(ENTRY_JOIN, "eve");
	end();
	begin();
	watch("A");
	assert_true(room_replay(r));
	r->quiet = false;
}

static void
who_was_in_is_known_from_the_log(void **state)
{
	(void)state;
	with_two();
	/* It is told as it follows, but not as news. */
	happened("A- nobody A- nobody ");
	assert_int_equal(r->roster.count, 2);
	assert_true(room_is_ghost(r, roster_named(&r->roster, "bob", 3)));
	roster_named(&r->roster, "bob", 3)->session = r;
	assert_false(room_is_ghost(r, roster_named(&r->roster, "bob", 3)));
}

static void
who_is_put_out_is_there_until_that_is_told(void **state)
{
	(void)state;
	with_two();
	seen[0] = '\0';
	room_put_out(r, ENTRY_TIMEOUT, 0, "bob", 3);
	assert_non_null(roster_named(&r->roster, "bob", 3));
	turn();
	assert_null(roster_named(&r->roster, "bob", 3));
	happened("A- who:bob A+ ours: ");
	/* Who is back does not go, but by an act; nor who has gone. */
	roster_named(&r->roster, "eve", 3)->session = r;
	room_put_out(r, ENTRY_LEAVE, 0, "eve", 3);
	room_put_out(r, ENTRY_LEAVE, 0, "bob", 3);
	turn();
	happened("");
	room_put_out(r, ENTRY_LEAVE, ENTRY_QUIET, "eve", 3);
	turn();
	assert_int_equal(r->roster.count, 0);
}

static void
what_the_room_says_has_no_author(void **state)
{
	(void)state;
	watch("A");
	assert_true(room_say(r, 0, "at five", 7));
	happened("A+ ours:at five ");
	room_say_soon(r, ENTRY_RULE << ENTRY_ROLE_SHIFT, "close", 5);
	happened("");
	turn();
	happened("A+ ours:close ");
	assert_true(standing_closed(r->standing));
}

static void
a_name_that_is_freed_is_nobodys(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 1 };

	(void)state;
	assert_true(log_give(journal, start_ms, start_ms, "bob", key));
	assert_non_null(log_lease_owner(journal, start_ms, "bob"));
	assert_true(room_free_name(r, "bob"));
	turn();
	assert_null(log_lease_owner(journal, start_ms, "bob"));
	assert_true(room_free_name(r, "bob"));
}

static void
who_comes_and_goes_is_reported_and_counted(void **state)
{
	(void)state;
	room_report(r, HUB_JOINED, HUB_FINE, NULL, "bob", 3);
	room_report(r, HUB_JOINED, HUB_FINE, NULL, "ann", 3);
	room_report(r, HUB_KICKED, HUB_FINE, NULL, "bob", 3);
	room_report(r, HUB_REFUSED, HUB_BANNED, NULL, "eve", 3);
	happened("event:bob event:ann event:bob event:eve ");
	assert_int_equal(r->figures.joined, 2);
	assert_int_equal(r->figures.left, 1);
	assert_int_equal(r->figures.why[HUB_BANNED], 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_asked_is_told_by_the_log),
		TEST(those_who_ask_come_in_turn_and_acts_by_themselves),
		TEST(who_asks_no_more_says_nothing),
		TEST(what_no_block_can_take_stops_nobody),
		TEST(what_the_disk_has_no_room_for_is_refused),
		TEST(who_still_asks_at_the_end_is_told_so),
		TEST(who_was_in_is_known_from_the_log),
		TEST(who_is_put_out_is_there_until_that_is_told),
		TEST(what_the_room_says_has_no_author),
		TEST(a_name_that_is_freed_is_nobodys),
		TEST(who_comes_and_goes_is_reported_and_counted),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
