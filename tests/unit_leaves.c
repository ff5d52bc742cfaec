/*
 * What lies in a directory, on a disk in memory.
 */
#include "tui/shared/leaves.h"

#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum { MANY = 40 };

static void
all_names_are_there_before_anything_changes(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct leaves list;
	char path[16];
	size_t i;

	(void)state;
	assert_int_equal(d.make_dir(d.arg, "/d"), 0);
	for (i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/d/%zu", i);
		d.close(d.arg, d.open(d.arg, path, true));
	}
	assert_true(leaves_list(&list, &d, "/d"));
	assert_int_equal(list.n, MANY);
	assert_false(list.full);
	for (i = 0; i < list.n; i++) {
		snprintf(path, sizeof(path), "/d/%s", list.leaf[i]);
		assert_int_equal(d.remove(d.arg, path), 0);
	}
	leaves_forget(&list);
	assert_false(leaves_list(&list, &d, "/nowhere"));
	assert_int_equal(list.n, 0);
	leaves_forget(&list);
	memdisk_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_names_are_there_before_anything_changes),
	};

	return tests_run(tests, NULL, NULL);
}
