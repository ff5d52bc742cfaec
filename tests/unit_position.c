/*
 * The file that says how far one of several servers was told: it comes back as
 * it was written, and what is torn or of something else is none.
 */
#include "server/cluster/position.h"

#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static struct memdisk *md;
static struct disk d;

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(md);
	return 0;
}

static void
put(uint64_t number, const char *where, const char *rooms)
{
	const struct position p = { .number = number, .nonce = 77,
	    .where = (const uint8_t *)where, .where_len = strlen(where),
	    .rooms = (const uint8_t *)rooms, .rooms_len = strlen(rooms) };

	assert_true(position_write(&d, "/d", &p));
}

static void
it_comes_back_as_it_was(void **state)
{
	struct position p;
	uint8_t *rooms;
	size_t len;

	(void)state;
	assert_false(position_read(&d, "/d", &p));
	put(5, "there", "a room\n");
	put(6, "here", "two rooms\n");
	assert_true(position_read(&d, "/d", &p));
	assert_true(p.number == 6 && p.nonce == 77);
	assert_int_equal(p.where_len, 4);
	assert_memory_equal(p.where, "here", 4);
	/* And so does the list of then. */
	assert_null(position_rooms(&d, "/d", &len));
	assert_true(position_put_back(&d, "/d", &p));
	position_free(&p);
	rooms = position_rooms(&d, "/d", &len);
	assert_int_equal(len, 10);
	assert_memory_equal(rooms, "two rooms\n", 10);
	free(rooms);
	assert_true(position_remove(&d, "/d"));
	assert_false(position_read(&d, "/d", &p));
	assert_true(position_remove(&d, "/d"));
}

static void
what_is_torn_is_none(void **state)
{
	struct position p;
	off_t size, at;
	int fd;

	(void)state;
	put(5, "there", "a room\n");
	fd = d.open(d.arg, "/d/position", false);
	size = d.size(d.arg, fd);
	d.close(d.arg, fd);
	for (at = 0; at < size; at++) {
		assert_true(memdisk_flip(md, "/d/position", at));
		assert_false(position_read(&d, "/d", &p));
		put(5, "there", "a room\n");
	}
	for (at = size - 1; at >= 0; at--) {
		fd = d.open(d.arg, "/d/position", false);
		assert_int_equal(d.truncate(d.arg, fd, at), 0);
		d.close(d.arg, fd);
		assert_false(position_read(&d, "/d", &p));
	}
}

static void
where_it_cannot_be_written_the_one_before_stays(void **state)
{
	const struct position next = { .number = 6 };
	struct position p;

	(void)state;
	put(5, "there", "a room\n");
	memdisk_limit(md, 0);
	assert_false(position_write(&d, "/d", &next));
	assert_true(position_read(&d, "/d", &p));
	assert_true(p.number == 5);
	position_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_comes_back_as_it_was,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_torn_is_none, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    where_it_cannot_be_written_the_one_before_stays, set_up,
		    tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
