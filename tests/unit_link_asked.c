/*
 * What is said to a name before its key is known: on a disk that may fail, and
 * by a receiver that may be killed at any moment, it is kept once, in its
 * order.
 */
#include "tui/receiver/link_asked.h"

#include <stdio.h>
#include <string.h>

#include "common/base64.h"
#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/receiver/link.h"
#include "tui/receiver/link_floor.h"
#include "tui/receiver/link_talk.h"
#include "tui/shared/boxes.h"
#include "tui/shared/outbox.h"
#include "tui/shared/record.h"

enum { ASKED = 1, TALK = 2, WINDOWS = 3 };

static struct {
	struct memdisk	*mem;
	struct disk	 disk;
	struct link	*link;
	struct noise_keypair ada, bob;
	int64_t		 now;
	uint64_t	 drawn;
	/* What waits there, as the screen knows it: "1 one|". */
	char		 told[WINDOWS][512];
	uint64_t	 stored[WINDOWS], refused;
	uint32_t	 counter[WINDOWS];
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
on_record(void *arg, const struct record *r)
{
	char *told;

	(void)arg;
	if (r->window >= WINDOWS)
		return;
	told = play.told[r->window];
	if (r->type == RECORD_PENDING)
		snprintf(told + strlen(told), 256, "%.*s|", (int)r->text_len,
		    r->text);
	if (r->type == RECORD_REFUSED)
		play.refused++;
	if (r->type != RECORD_STORED)
		return;
	if (r->id > play.stored[r->window])
		play.stored[r->window] = r->id;
	play.counter[r->window] = r->flags;
}

static bool
on_room(void *arg)
{
	(void)arg;
	return true;
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	(void)arg;
	(void)key;
	(void)psk;
	return LINK_KNOWN;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	(void)arg;
	(void)key;
	(void)psk;
	return LINK_KNOWN;
}

static void
on_port(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	uint8_t *out = dst;

	(void)arg;
	while (len-- > 0)
		*out++ = (uint8_t)(++play.drawn * 0x9e3779b9U >> 7);
}

static void
start(void)
{
	const struct link_out out = { .send = on_send, .record = on_record,
	    .room = on_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_port, .random = on_random };
	const struct link_config config = { .identity = play.ada,
	    .people = true, .device = "here" };

	memset(play.told, 0, sizeof(play.told));
	memset(play.stored, 0, sizeof(play.stored));
	memset(play.counter, 0, sizeof(play.counter));
	play.link = link_new(&config, &out);
	assert_non_null(play.link);
	link_login(play.link, play.now, "ada", 3);
}

static void
end(void)
{
	link_free(play.link);
	play.link = NULL;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	keys_make(&play.ada);
	keys_make(&play.bob);
	play.now = 1000;
	play.mem = memdisk_new();
	play.disk = memdisk_disk(play.mem);
	if (play.disk.make_dir(play.disk.arg, "/asked") == -1 ||
	    play.disk.make_dir(play.disk.arg, "/talk") == -1)
		return -1;
	start();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end();
	memdisk_free(play.mem);
	return 0;
}

static bool
await(bool stored)
{
	const struct link_place place = { .disk = stored ? &play.disk : NULL,
	    .dir = "/asked" };

	return link_await(play.link, play.now, ASKED, &place, "@bob", 4);
}

static void
join(uint16_t window, bool stored)
{
	const struct link_place place = { .disk = stored ? &play.disk : NULL,
	    .dir = "/talk" };
	char room[LINK_TALK_NAME + 1];

	link_talk_room(room, play.bob.public);
	assert_true(link_join(play.link, play.now, window, &place, room,
	    strlen(room)));
}

static void
say(uint16_t window, uint64_t id, const char *text)
{
	link_post(play.link, play.now, window, &(struct link_line){ id,
	    ENTRY_SAY, text, strlen(text), true });
}

static void
tick(void)
{
	link_tick(play.link, ++play.now);
}

static void
take(uint16_t window)
{
	link_take_asked(play.link, play.now, window, "@bob", 4);
}

/* The lines there, as the next run finds them. */
static const char *
lines_in(const char *dir, char text[256])
{
	struct outbox_post p;
	struct outbox *o;
	char path[PATH_MAX];
	unsigned n = 0;
	size_t i;

	text[0] = '\0';
	do {
		if (!boxes_path(path, dir, n) ||
		    (o = boxes_open(&play.disk, path)) == NULL)
			continue;
		for (i = 0; i < outbox_count(o); i++) {
			p = outbox_get(o, i);
			snprintf(text + strlen(text), 256 - strlen(text),
			    "%.*s|", (int)p.text_len, p.text);
		}
		outbox_close(o);
	} while ((n = boxes_next(&play.disk, dir, n)) != 0);
	return text;
}

/* The receiver is killed, or the machine. */
static void
crash(uint64_t random)
{
	if (random == 0)
		memdisk_kill(play.mem);
	else
		memdisk_crash(play.mem, random);
	end();
}

static void
what_is_said_to_a_name_is_on_the_disk(void **state)
{
	char text[256];

	(void)state;
	assert_true(await(true));
	/* That is no room, nor one window's twice. */
	assert_false(await(true));
	say(ASKED, 7, "one");
	say(ASKED, 8, "two");
	tick();
	assert_int_equal(play.stored[ASKED], 8);
	crash(1);
	assert_string_equal(lines_in("/asked", text), "one|two|");
	start();
	assert_true(await(true));
	assert_string_equal(play.told[ASKED], "one|two|");
}

/* Nor does a line for all go there. */
static void
what_is_not_private_is_refused_there(void **state)
{
	(void)state;
	assert_true(await(true));
	link_post(play.link, play.now, ASKED, &(struct link_line){ 1,
	    ENTRY_SAY, "all", 3, false });
	assert_int_equal(play.refused, 1);
}

static void
the_talk_has_it_behind_what_waits_there(void **state)
{
	char text[256];

	(void)state;
	/* From an earlier run. */
	join(TALK, true);
	say(TALK, 1, "before");
	tick();
	end();
	start();
	assert_true(await(true));
	say(ASKED, 7, "one");
	tick();
	say(ASKED, 8, "two");
	join(ASKED, true);
	take(ASKED);
	assert_string_equal(play.told[ASKED], "before|");
	/* What was said so fast as well. */
	assert_int_equal(play.stored[ASKED], 8);
	assert_int_equal(play.counter[ASKED], 2);
	say(ASKED, 9, "three");
	tick();
	assert_int_equal(play.stored[ASKED], 9);
	assert_int_equal(play.counter[ASKED], 3);
	crash(0);
	assert_string_equal(lines_in("/asked", text), "");
	assert_string_equal(lines_in("/talk", text),
	    "before|one|two|three|");
}

/* Once, whatever is killed when. */
static void
a_kill_leaves_it_here_or_there(void **state)
{
	char here[256], there[256], all[512];
	unsigned n, random;
	bool died = true;

	for (random = 0; random < 3; random++)
		for (n = 0, died = true; died; n++) {
			tear_down(state);
			set_up(state);
			assert_true(await(true));
			say(ASKED, 7, "one");
			say(ASKED, 8, "two");
			tick();
			join(ASKED, true);
			memdisk_die(play.mem, n);
			take(ASKED);
			tick();
			died = memdisk_died(play.mem);
			crash(random);
			lines_in("/asked", here);
			lines_in("/talk", there);
			snprintf(all, sizeof(all), "%s%s", here, there);
			assert_string_equal(all, "one|two|");
			start();
		}
	assert_true(n > 1);
	assert_string_equal(there, "one|two|");
}

/* A window of his that is there already. */
static void
a_talk_that_goes_on_takes_it(void **state)
{
	char text[256];

	(void)state;
	join(TALK, true);
	say(TALK, 1, "before");
	tick();
	assert_true(await(true));
	say(ASKED, 7, "one");
	take(TALK);
	assert_int_equal(play.stored[TALK], 7);
	say(TALK, 8, "two");
	tick();
	assert_int_equal(play.stored[TALK], 8);
	/* The name is free for another. */
	assert_true(await(true));
	assert_string_equal(play.told[ASKED], "");
	crash(0);
	assert_string_equal(lines_in("/talk", text), "before|one|two|");
	assert_string_equal(lines_in("/asked", text), "");
}

/* It is told there by a receiver that opens it only for that. */
static void
a_new_receiver_tells_it_where_it_goes(void **state)
{
	const struct link_place place = { .disk = &play.disk,
	    .dir = "/asked" };
	char text[256];

	(void)state;
	assert_true(await(true));
	say(ASKED, 7, "one");
	tick();
	end();
	start();
	join(TALK, true);
	assert_true(link_await(play.link, play.now, LINK_NO_WINDOW, &place,
	    "@bob", 4));
	take(TALK);
	assert_string_equal(play.told[TALK], "one|");
	end();
	assert_string_equal(lines_in("/talk", text), "one|");
	start();
}

static void
what_is_not_to_be_said_is_forgotten(void **state)
{
	char text[256], more[3000];

	(void)state;
	assert_true(await(true));
	say(ASKED, 7, "one");
	tick();
	end();
	start();
	assert_true(await(true));
	say(ASKED, 8, "two");
	link_forget_lines(play.link, play.now, ASKED, 0);
	join(TALK, true);
	say(TALK, 9, "three");
	memset(more, 'x', sizeof(more) - 1);
	more[sizeof(more) - 1] = '\0';
	say(TALK, 10, more);
	say(TALK, 11, "four");
	link_forget_lines(play.link, play.now, TALK, 10);
	crash(1);
	assert_string_equal(lines_in("/asked", text), "");
	assert_string_equal(lines_in("/talk", text), "three|");
	/* Nor what an earlier run said. */
	start();
	join(TALK, true);
	link_forget_lines(play.link, play.now, TALK, 1);
	end();
	assert_string_equal(lines_in("/talk", text), "three|");
	start();
}

/* Also where another window of that name is still there. */
static void
a_window_takes_its_own(void **state)
{
	const struct link_place place = { .disk = NULL, .dir = "" };
	char text[256];

	(void)state;
	assert_true(link_await(play.link, play.now, TALK, &place, "@bob", 4));
	assert_true(await(true));
	say(ASKED, 7, "one");
	tick();
	join(ASKED, true);
	take(ASKED);
	assert_null(link_asked_at(play.link, ASKED));
	assert_non_null(link_asked_at(play.link, TALK));
	/* What is said from now on is said there. */
	say(ASKED, 8, "two");
	tick();
	assert_int_equal(play.counter[ASKED], 2);
	crash(0);
	assert_string_equal(lines_in("/talk", text), "one|two|");
}

/* Which needs no room on the disk. */
static void
a_full_disk_forgets_it_as_well(void **state)
{
	char text[256];

	(void)state;
	assert_true(await(true));
	say(ASKED, 7, "one");
	say(ASKED, 8, "two");
	tick();
	memdisk_limit(play.mem, memdisk_bytes(play.mem));
	link_forget_lines(play.link, play.now, ASKED, 0);
	assert_string_equal(play.told[ASKED], "");
	memdisk_limit(play.mem, UINT64_MAX);
	say(ASKED, 9, "three");
	tick();
	assert_int_equal(play.stored[ASKED], 9);
	crash(1);
	assert_string_equal(lines_in("/asked", text), "three|");
	start();
}

/* Nor does it stay by that name where the talk has no outbox of its own yet,
 * for which there is no room: the next one of that name would have it. */
static void
a_full_disk_lets_it_go_as_well(void **state)
{
	char text[256];

	(void)state;
	assert_true(await(true));
	say(ASKED, 7, "one");
	tick();
	memdisk_limit(play.mem, memdisk_bytes(play.mem));
	join(ASKED, true);
	take(ASKED);
	memdisk_limit(play.mem, UINT64_MAX);
	crash(0);
	assert_string_equal(lines_in("/asked", text), "");
	assert_string_equal(lines_in("/talk", text), "one|");
	start();
	join(TALK, true);
	assert_string_equal(play.told[TALK], "one|");
}

/* Where nothing is stored it is in memory, and goes all the same. */
static void
without_a_disk_it_goes_as_well(void **state)
{
	char text[256];

	(void)state;
	assert_true(await(false));
	say(ASKED, 7, "one");
	tick();
	join(ASKED, false);
	take(ASKED);
	link_withdraw(play.link, play.now, ASKED, true);
	assert_int_equal(play.refused, 0);
	/* Where only the talk's cannot be stored it is, where it was. */
	end();
	start();
	assert_true(await(true));
	say(ASKED, 8, "two");
	join(ASKED, false);
	take(ASKED);
	tick();
	assert_int_equal(play.stored[ASKED], 8);
	end();
	assert_string_equal(lines_in("/asked", text), "two|");
	start();
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_said_to_a_name_is_on_the_disk),
		TEST(what_is_not_private_is_refused_there),
		TEST(the_talk_has_it_behind_what_waits_there),
		TEST(a_kill_leaves_it_here_or_there),
		TEST(a_talk_that_goes_on_takes_it),
		TEST(a_new_receiver_tells_it_where_it_goes),
		TEST(what_is_not_to_be_said_is_forgotten),
		TEST(a_full_disk_forgets_it_as_well),
		TEST(a_full_disk_lets_it_go_as_well),
		TEST(a_window_takes_its_own),
		TEST(without_a_disk_it_goes_as_well)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
