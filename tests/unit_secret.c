/*
 * Memory of secrets: kept where no swap is while it is locked, empty once it
 * is wiped.
 */
#include "common/secret.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { PAGE = 4096 };

/* What the system says that is locked of this process, KiB. */
static long
locked_kib(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kib = -1;

	assert_non_null(f);
	while (kib == -1 && fgets(line, sizeof(line), f) != NULL)
		sscanf(line, "VmLck: %ld", &kib);
	fclose(f);
	return kib;
}

/* Not with a sanitizer, which lets nothing be locked and says that it is. */
static bool
is_told_of_locks(void)
{
	void *page = aligned_alloc(PAGE, PAGE);
	long before = locked_kib();
	bool grows;

	assert_non_null(page);
	mlock(page, PAGE);
	grows = locked_kib() > before;
	munlock(page, PAGE);
	free(page);
	return grows;
}

static void
what_is_locked_is_locked_until_it_is_wiped(void **state)
{
	char *secret = aligned_alloc(PAGE, PAGE);
	bool told = is_told_of_locks();
	long before = locked_kib();

	(void)state;
	assert_non_null(secret);
	secret_lock(secret, PAGE);
	strlcpy(secret, "correct horse battery staple", PAGE);
	if (told)
		assert_true(locked_kib() > before);
	assert_string_equal(secret, "correct horse battery staple");
	secret_wipe(secret, PAGE);
	assert_true(sodium_is_zero((uint8_t *)secret, PAGE));
	assert_int_equal(locked_kib(), before);
	/* What was never locked as well. */
	memset(secret, 'x', PAGE);
	secret_wipe(secret, PAGE);
	assert_true(sodium_is_zero((uint8_t *)secret, PAGE));
	free(secret);
}

static void
asking_says_what_the_system_does_and_locks_nothing(void **state)
{
	void *page = aligned_alloc(PAGE, PAGE);
	long before = locked_kib();
	bool locks;

	(void)state;
	assert_non_null(page);
	locks = mlock(page, PAGE) == 0;
	munlock(page, PAGE);
	assert_int_equal(secret_locks(), locks);
	assert_int_equal(locked_kib(), before);
	free(page);
}

/* The last test: a limit that is lowered stays so. */
static void
where_the_limit_is_too_low_it_is_as_good_otherwise(void **state)
{
	struct rlimit none = { 0, 0 };
	char secret[64] = "s";

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	secret_lock(secret, sizeof(secret));
	assert_string_equal(secret, "s");
	secret_wipe(secret, sizeof(secret));
	assert_true(sodium_is_zero((uint8_t *)secret, sizeof(secret)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_locked_is_locked_until_it_is_wiped),
		cmocka_unit_test(
		    asking_says_what_the_system_does_and_locks_nothing),
		cmocka_unit_test(
		    where_the_limit_is_too_low_it_is_as_good_otherwise),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
