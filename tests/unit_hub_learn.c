/*
 * What the others have told of rooms, where the disk takes a part of it, or
 * nothing: who is there hears of it once, and the operator.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "server/hub_parts.h"
#include "server/room/house_news.h"
#include "server/roomlist_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

static const char *const names[] = { "lab", "ops", "bar" };
static struct den den;
static struct guest *ada;
static struct ears his;

/* The disk, which fails from some point on. */
static struct disk below;
static unsigned renames;	/* that it still takes */
static bool opens;

static int
rename_file(void *arg, const char *from, const char *to)
{
	if (renames == 0) {
		errno = ENOSPC;
		return -1;
	}
	renames--;
	return below.rename(arg, from, to);
}

static int
open_file(void *arg, const char *path, bool make)
{
	if (!opens && strstr(path, "/room/") != NULL) {
		errno = ENFILE;
		return -1;
	}
	return below.open(arg, path, make);
}

static unsigned unread;		/* events */
static char room[HELLO_ROOM_NAME + 1];
static int error;
static bool awaited;

static void
on_event(void *arg, const struct hub_event *ev)
{
	(void)arg;
	if (ev->kind != HUB_UNREAD)
		return;
	unread++;
	strlcpy(room, ev->room, sizeof(room));
	error = ev->disk->error;
	awaited = ev->awaited;
}

static struct place *
place(const char *name)
{
	return roomlist_find(den.list, name, strlen(name));
}

static int
set_up(void **state)
{
	(void)state;
	renames = UINT_MAX;
	opens = true;
	unread = 0;
	den_open_list(&den, names, 3);
	below = den.disk;
	den.disk.rename = rename_file;
	den.disk.open = open_file;
	den.hub->house.out.event = on_event;
	ada = ears_guest(&den, "ada", "192.0.2.1", &his);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	renames = UINT_MAX;
	opens = true;
	den_close(&den);
	return 0;
}

static void
a_new_name_is_told_once_though_the_rest_comes_later(void **state)
{
	struct house_news n = { .kind = HOUSE_ROOM };
	uint64_t head;

	(void)state;
	ears_enter(&den, ada, OPS, "ops");
	assert_true(his.entered[OPS] > 0);
	n.room = place("ops")->line;
	n.room.sort = ROOMS_AWAY;
	strlcpy(n.room.name, "desk", sizeof(n.room.name));
	head = log_head(place("ops")->log).seq;
	renames = 1;
	assert_false(hub_told_room(den.hub, &n, true));
	assert_int_equal(errno, ENOSPC);
	den_run(&den, 100);
	assert_string_equal(place("desk")->line.name, "desk");
	assert_int_equal(log_head(place("desk")->log).seq, head + 1);
	renames = UINT_MAX;
	assert_true(hub_told_room(den.hub, &n, true));
	den_run(&den, 100);
	assert_int_equal(place("desk")->line.sort, ROOMS_AWAY);
	assert_int_equal(log_head(place("desk")->log).seq, head + 1);
}

static void
the_operator_hears_once_of_a_room_that_all_others_wait_for(void **state)
{
	uint8_t id[JOURNAL_ID];
	unsigned i;

	(void)state;
	memcpy(id, place("ops")->line.id, sizeof(id));
	opens = false;
	for (i = 0; i < 3; i++) {
		assert_true(hub_has_log(den.hub, id));
		den_run(&den, 11 * 1000);
	}
	assert_int_equal(unread, 1);
	assert_true(awaited);
	assert_string_equal(room, "ops");
	assert_int_equal(error, ENFILE);
	opens = true;
	assert_true(hub_has_log(den.hub, id));
	assert_non_null(place("ops")->log);
	/* It is told again when it is so again. */
	assert_false(place("ops")->told);
}

/* It is the next that is told, and nothing is told before: whoever is elsewhere
 * gives way. */
static void
one_that_all_wait_for_is_opened_though_all_others_are_used(void **state)
{
	uint8_t id[JOURNAL_ID];
	unsigned entered;

	(void)state;
	den.list->config.open_max = 1;
	ears_enter(&den, ada, OPS, "ops");
	assert_true((entered = his.entered[OPS]) > 0);
	memcpy(id, place("bar")->line.id, sizeof(id));
	assert_int_equal(hub_has_log(den.hub, id), LOG_OTHER_HERE);
	assert_null(place("bar")->log);
	den_run(&den, 200);
	assert_null(place("ops")->log);
	assert_int_equal(hub_has_log(den.hub, id), LOG_OTHER_HERE);
	assert_non_null(place("bar")->log);
	/* And he comes again where there is room. */
	den.list->config.open_max = 2;
	ears_enter(&den, ada, OPS + 2, "ops");
	assert_true(his.entered[OPS + 2] > 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_new_name_is_told_once_though_the_rest_comes_later),
		TEST(the_operator_hears_once_of_a_room_that_all_others_wait_for),
		TEST(
		    one_that_all_wait_for_is_opened_though_all_others_are_used)
	};

	return tests_run(tests, NULL, NULL);
}
