/*
 * What is kept of a server's other places: for the key that told them, as it
 * was told, and nothing that somebody else has written there.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/shared/store.h"
#include "tui/shared/store_nodes.h"

#define SERVER	"chat.example:8888"
#define LIST	"a.example:8888,[2001:db8::1]:7"

static char home[32], list[HOSTS_LIST_BYTES];
static const uint8_t key[NOISE_KEY] = { 1, 2, 3 }, other[NOISE_KEY] = { 4 };

static int
set_up(void **state)
{
	(void)state;
	strlcpy(home, "/tmp/chat-nodes.XXXXXX", sizeof(home));
	assert_non_null(mkdtemp(home));
	setenv("HOME", home, 1);
	unsetenv("XDG_STATE_HOME");
	return 0;
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int
tear_down(void **state)
{
	(void)state;
	return nftw(home, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void
file(char path[PATH_MAX])
{
	assert_true(store_server(path, SERVER));
	strlcat(path, "/.nodes", PATH_MAX);
}

static void
what_was_told_is_there_for_the_same_key(void **state)
{
	(void)state;
	assert_false(store_nodes(SERVER, key, list));
	assert_string_equal(list, "");
	store_keep_nodes(SERVER, key, LIST);
	assert_true(store_nodes(SERVER, key, list));
	assert_string_equal(list, LIST);
	assert_false(store_nodes(SERVER, other, list));
	assert_string_equal(list, "");
	assert_false(store_nodes("other.example:8888", key, list));
	store_keep_nodes(SERVER, key, "");
	assert_false(store_nodes(SERVER, key, list));
}

static void
what_is_no_list_is_none(void **state)
{
	static const char *const bad[] = { "", "a.example", "a,,b", "a b",
		"a:0", "\x1b[2J", "../../x", "a\nb:1" };
	char path[PATH_MAX], text[2 * HOSTS_LIST_BYTES], *whose;
	size_t i, len;

	(void)state;
	file(path);
	store_keep_nodes(SERVER, key, LIST);
	assert_non_null(whose = store_load(path, &len));
	whose[strcspn(whose, " ")] = '\0';
	for (i = 2; i < sizeof(bad) / sizeof(bad[0]) - 1; i++) {
		snprintf(text, sizeof(text), "%s %s\n", whose, bad[i]);
		assert_true(store_replace(path, text, strlen(text)));
		assert_false(store_nodes(SERVER, key, list));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(store_replace(path, bad[i], strlen(bad[i])));
		assert_false(store_nodes(SERVER, key, list));
	}
	/* Nor is what is longer than any. */
	snprintf(text, sizeof(text), "%s ", whose);
	while (strlen(text) < HOSTS_LIST_BYTES + 64)
		strlcat(text, "a.example:8888,", sizeof(text));
	assert_true(store_replace(path, text, strlen(text)));
	assert_false(store_nodes(SERVER, key, list));
	/* A zero ends no text. */
	len = (size_t)snprintf(text, sizeof(text), "%s a:1", whose);
	assert_true(store_replace(path, text, len + 1));
	assert_false(store_nodes(SERVER, key, list));
	free(whose);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_was_told_is_there_for_the_same_key, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_list_is_none,
		    set_up, tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
