/*
 * The link's outboxes as the screen's process sees them, without a server.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_link.h"
#include "tui/shared/handed.h"
#include "tui/shared/outbox.h"
#include "tui/shared/record.h"

static struct {
	struct link	*link;
	uint32_t	 pending;	/* as the link told it last */
	unsigned	 refused;	/* messages */
	uint64_t	 refused_last;	/* their ids grow */
	uint32_t	 crowded;	/* of them, where as many wait as may */
	unsigned	 denied;	/* names */
	unsigned	 stored;	/* how often something was */
	uint8_t		 random;
	/* As the screen's process has it, over all links. */
	struct memdisk	*mem;		/* NULL: nothing is stored */
	struct disk	 disk;
	struct handed	 handed;
	bool		 again;		/* not the first link */
	char		 told[256];	/* what waits, or is taken back */
	unsigned	 kept;		/* what waits, in all */
} play;

static bool
on_send(void *arg, const void *data, size_t len)
{
	(void)arg;
	(void)data;
	(void)len;
	return true;
}

static void
note(const struct record *r)
{
	size_t len = strlen(play.told);

	snprintf(play.told + len, sizeof(play.told) - len, "%s%.*s ",
	    r->text_len > 0 && (r->flags & RECORD_SENT) ? "?" : "",
	    (int)r->text_len, r->text);
}

static void
on_record(void *arg, const struct record *r)
{
	(void)arg;
	switch (r->type) {
	case RECORD_STATE:
		play.pending = r->state.pending;
		break;
	case RECORD_REFUSED:
		assert_true(r->id > play.refused_last || r->id == 1);
		play.refused_last = r->id;
		play.refused++;
		play.crowded += (r->flags & RECORD_CROWDED) != 0;
		note(r);
		break;
	case RECORD_NICK_DENIED:
		play.denied++;
		note(r);
		break;
	case RECORD_PENDING:
		note(r);
		handed_found(&play.handed, r->id, entry_more(r->flags),
		    play.again);
		break;
	case RECORD_STORED:
		play.stored++;
		handed_kept(&play.handed, r->id, r->flags);
		break;
	case RECORD_WITHDRAWN:
		if (r->text_len > 0)
			note(r);
		break;
	case RECORD_KEPT:
		play.kept = (unsigned)r->id;
		break;
	default:
		break;
	}
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, ++play.random, len);
}

/* On the disk, where there is one. */
static void
begin(void)
{
	const struct link_out out = link_out_of(on_send, on_record,
	    on_random, NULL);
	struct link_config config = { .place = { .dir = "/r" } };

	if (play.mem != NULL)
		config.place.disk = &play.disk;
	keys_make(&config.identity);
	play.told[0] = '\0';
	play.link = link_new(&config, &out);
	assert_non_null(play.link);
	link_login(play.link, 0, "alice", 5);
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	begin();
	return 0;
}

/* A line of an earlier run. */
static void
put(const char *path, uint32_t number, const char *line)
{
	struct outbox *o = outbox_open(&play.disk, path, number);
	struct entry e = { .kind = ENTRY_SAY, .text = line,
	    .text_len = strlen(line) };

	assert_non_null(o);
	assert_true(outbox_add(o, &e, 1, 0) && outbox_sync(o));
	outbox_close(o);
}

/* Three outboxes, two of which came from elsewhere. */
static int
set_up_boxes(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	play.mem = memdisk_new();
	play.disk = memdisk_disk(play.mem);
	assert_int_equal(play.disk.make_dir(play.disk.arg, "/r"), 0);
	put("/r/outbox", 10, "a1");
	put("/r/outbox.2", 12, "b1");
	put("/r/outbox.2", 12, "b2");
	put("/r/outbox.3", 13, "c1");
	begin();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	link_free(play.link);
	handed_clear(&play.handed);
	memdisk_free(play.mem);
	return 0;
}

/* As the screen's process does; tags grow. */
static void
type(const char *line)
{
	static uint64_t tag;

	assert_true(handed_add(&play.handed, ++tag, ENTRY_SAY, line,
	    strlen(line)));
	link_post(play.link, 0, 0, &(struct link_line){ tag, ENTRY_SAY, line,
	    strlen(line), false });
}

static void
withdraw(bool all)
{
	play.told[0] = '\0';
	link_withdraw(play.link, 0, 0, all);
}

/* The link dies, with all or nothing of what it had not told yet. */
static void
die(void)
{
	memdisk_kill(play.mem);
	link_free(play.link);
	play.again = true;
	begin();
}

/* A message of that many bytes; returns how many posts wait. */
static unsigned
post(const char *text, size_t len)
{
	link_post(play.link, 0, 0, &(struct link_line){ 1, ENTRY_SAY, text,
	    len, false });
	link_tick(play.link, 0);
	return play.pending;
}

static void
a_long_message_waits_in_pieces(void **state)
{
	static char text[RECORD_TEXT];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(post("text", 4), 1);
	assert_int_equal(post(text, TEXT_LINE_BYTES), 2);
	assert_int_equal(post(text, TEXT_LINE_BYTES + 1), 4);
	assert_int_equal(post(text, sizeof(text)), 4 + ENTRY_MORE_MAX + 1);
	assert_int_equal(play.refused, 0);
}

/* Nothing of it, though its beginning would do. */
static void
what_the_room_would_not_take_is_refused_whole(void **state)
{
	static char text[RECORD_TEXT + 1];
	size_t i;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(post(text, sizeof(text)), 0);
	assert_int_equal(play.refused, 1);
	text[TEXT_LINE_BYTES + 10] = 1;
	assert_int_equal(post(text, 2 * TEXT_LINE_BYTES), 0);
	assert_int_equal(play.refused, 2);
	assert_int_equal(post("", 0), 0);
	assert_int_equal(play.refused, 3);
	/* More than may wait. */
	memset(text, 'x', sizeof(text));
	for (i = 1; i < OUTBOX_POSTS; i++)
		link_post(play.link, 0, 0, &(struct link_line){ 1, ENTRY_SAY,
		    "text", 4, false });
	assert_int_equal(post(text, TEXT_LINE_BYTES + 1), OUTBOX_POSTS - 1);
	assert_int_equal(play.refused, 4);
	assert_int_equal(play.crowded, 1);
	assert_int_equal(post("text", 4), OUTBOX_POSTS);
}

static void
what_the_disk_does_not_keep_is_refused_as_it_was_said(void **state)
{
	uint64_t id;

	(void)state;
	memdisk_fail_sync(play.mem, 1);
	for (id = 1; id <= 3; id++)
		link_post(play.link, 0, 0, &(struct link_line){ id, ENTRY_SAY,
		    "text", 4, false });
	link_tick(play.link, 0);
	assert_int_equal(play.refused, 3);
	assert_int_equal(play.refused_last, 3);
	assert_int_equal(play.crowded, 0);
}

static void
that_lines_are_kept_is_told_once_for_all_of_them(void **state)
{
	(void)state;
	type("d1");
	type("d2");
	link_nick(play.link, 0, 0, "bob", 3);
	link_tick(play.link, 0);
	assert_int_equal(play.stored, 1);
	assert_int_equal(play.handed.n, 0);
	link_tick(play.link, 0);
	assert_int_equal(play.stored, 1);
}

/* In one write: all of it or nothing, and how each begins is told. */
static void
a_full_disk_refuses_all_that_came_together(void **state)
{
	char text[2 * TEXT_LINE_BYTES + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "begin ", 6);
	text[sizeof(text) - 1] = '\0';
	play.told[0] = '\0';
	memdisk_limit(play.mem, memdisk_bytes(play.mem) + 100);
	type("d1");
	link_nick(play.link, 0, 0, "bob", 3);
	type(text);
	link_tick(play.link, 0);
	assert_int_equal(play.refused, 2);
	assert_int_equal(play.denied, 1);
	assert_memory_equal(play.told, "d1 bob begin xxx", 16);
	assert_int_equal(play.pending, 4);
	memdisk_limit(play.mem, UINT64_MAX);
	handed_clear(&play.handed);
	type("d2");
	link_tick(play.link, 0);
	die();
	assert_string_equal(play.told, "a1 b1 b2 c1 d2 ");
}

/* It is told in the order in which it will be said, in any later run, too. */
static void
what_is_typed_waits_behind_all_that_was(void **state)
{
	(void)state;
	assert_string_equal(play.told, "a1 b1 b2 c1 ");
	type("d1");
	link_tick(play.link, 0);
	assert_int_equal(play.pending, 5);
	type("d2");
	link_keep(play.link, 0);
	assert_int_equal(play.kept, 6);
	die();
	assert_string_equal(play.told, "a1 b1 b2 c1 d1 d2 ");
	assert_int_equal(play.refused, 0);
}

/* Of two lines the second was not kept: that one alone is handed over again. */
static void
what_was_typed_is_found_in_the_last_outbox(void **state)
{
	(void)state;
	type("d1");
	link_tick(play.link, 0);
	assert_int_equal(play.handed.n, 0);
	assert_true(handed_add(&play.handed, 1000, ENTRY_SAY, "d2", 2));
	die();
	assert_string_equal(play.told, "a1 b1 b2 c1 d1 ");
	assert_int_equal(play.handed.n, 1);
	/* And one that was, of which nothing was told. */
	put("/r/outbox.3", 13, "d2");
	die();
	assert_string_equal(play.told, "a1 b1 b2 c1 d1 d2 ");
	assert_int_equal(play.handed.n, 0);
}

/* A line has the counter of one that was taken back. */
static void
what_was_taken_back_is_not_taken_for_what_follows(void **state)
{
	(void)state;
	type("d1");
	link_tick(play.link, 0);
	withdraw(false);
	assert_string_equal(play.told, "d1 ");
	assert_true(handed_add(&play.handed, 1000, ENTRY_SAY, "d2", 2));
	link_free(play.link);
	memdisk_kill(play.mem);
	put("/r/outbox.3", 13, "d2");
	play.again = true;
	begin();
	assert_string_equal(play.told, "a1 b1 b2 c1 d2 ");
	assert_int_equal(play.handed.n, 0);
}

static void
the_newest_line_is_taken_back_first_and_all_in_order(void **state)
{
	(void)state;
	type("d1");
	type("d2");
	withdraw(false);
	assert_string_equal(play.told, "d2 ");
	withdraw(false);
	assert_string_equal(play.told, "d1 ");
	/* Of an earlier run: the room may have it. */
	withdraw(false);
	assert_string_equal(play.told, "?c1 ");
	withdraw(false);
	assert_string_equal(play.told, "");
	type("d3");
	withdraw(true);
	assert_string_equal(play.told, "?a1 ?b1 ?b2 d3 ");
	link_keep(play.link, 0);
	assert_int_equal(play.kept, 0);
	type("d4");
	link_tick(play.link, 0);
	die();
	assert_string_equal(play.told, "d4 ");
}

/* And with it what was said before it. */
static void
a_name_that_waits_is_taken_back_too(void **state)
{
	(void)state;
	type("d1");
	link_nick(play.link, 0, 0, "bob", 3);
	type("d2");
	withdraw(true);
	assert_string_equal(play.told, "d1 bob d2 ");
	link_tick(play.link, 0);
	assert_int_equal(play.pending, 0);
	type("d3");
	link_nick(play.link, 0, 0, "bob", 3);
	withdraw(false);
	assert_string_equal(play.told, "bob ");
	link_tick(play.link, 0);
	assert_int_equal(play.pending, 1);
}

int
main(void)
{
#define BOXES(name) \
	cmocka_unit_test_setup_teardown(name, set_up_boxes, tear_down)
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_long_message_waits_in_pieces),
		TEST(what_the_room_would_not_take_is_refused_whole),
		TEST(a_name_that_waits_is_taken_back_too),
		BOXES(what_the_disk_does_not_keep_is_refused_as_it_was_said),
		BOXES(that_lines_are_kept_is_told_once_for_all_of_them),
		BOXES(a_full_disk_refuses_all_that_came_together),
		BOXES(what_is_typed_waits_behind_all_that_was),
		BOXES(what_was_typed_is_found_in_the_last_outbox),
		BOXES(what_was_taken_back_is_not_taken_for_what_follows),
		BOXES(the_newest_line_is_taken_back_first_and_all_in_order),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
