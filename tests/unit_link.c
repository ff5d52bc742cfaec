/*
 * The link's outbox as the screen's process sees it, without a server.
 */
#include <locale.h>
#include <stdint.h>
#include <string.h>

#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/receiver/link.h"
#include "tui/shared/outbox.h"
#include "tui/shared/record.h"

static struct {
	struct link	*link;
	uint32_t	 pending;	/* as the link told it last */
	unsigned	 refused;	/* messages */
	uint64_t	 refused_last;	/* their ids grow */
	uint32_t	 crowded;	/* of them, where as many wait as may */
	uint8_t		 random;
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
	(void)arg;
	if (r->type == RECORD_STATE)
		play.pending = r->state.pending;
	if (r->type != RECORD_REFUSED)
		return;
	assert_true(r->id > play.refused_last || r->id == 1);
	play.refused_last = r->id;
	play.refused++;
	play.crowded += (r->flags & RECORD_CROWDED) != 0;
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
	*psk = false;
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
on_new_port(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, ++play.random, len);
}

static void
open_link(const struct disk *disk)
{
	const struct link_out out = { .send = on_send, .record = on_record,
	    .room = on_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_new_port, .random = on_random };
	struct link_config config = { .disk = disk, .dir = "/room" };

	memset(&play, 0, sizeof(play));
	keys_make(&config.identity);
	play.link = link_new(&config, &out);
	assert_non_null(play.link);
	link_login(play.link, 0, "alice", 5);
}

static int
set_up(void **state)
{
	(void)state;
	open_link(NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	link_free(play.link);
	return 0;
}

/* A message of that many bytes; returns how many posts wait. */
static unsigned
post(const char *text, size_t len)
{
	link_post(play.link, 0, 1, ENTRY_SAY, text, len);
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
		link_post(play.link, 0, 1, ENTRY_SAY, "text", 4);
	assert_int_equal(post(text, TEXT_LINE_BYTES + 1), OUTBOX_POSTS - 1);
	assert_int_equal(play.refused, 4);
	assert_int_equal(play.crowded, 1);
	assert_int_equal(post("text", 4), OUTBOX_POSTS);
}

static void
what_the_disk_does_not_keep_is_refused_as_it_was_said(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk disk = memdisk_disk(mem);
	uint64_t id;

	tear_down(state);
	assert_int_equal(disk.make_dir(disk.arg, "/room"), 0);
	open_link(&disk);
	memdisk_fail_sync(mem, 1);
	for (id = 1; id <= 3; id++)
		link_post(play.link, 0, id, ENTRY_SAY, "text", 4);
	link_tick(play.link, 0);
	assert_int_equal(play.refused, 3);
	assert_int_equal(play.refused_last, 3);
	assert_int_equal(play.crowded, 0);
	set_up(state);
	memdisk_free(mem);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_long_message_waits_in_pieces),
		TEST(what_the_room_would_not_take_is_refused_whole),
		TEST(what_the_disk_does_not_keep_is_refused_as_it_was_said),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
