/*
 * The link's outbox as the screen's process sees it, without a server.
 */
#include <locale.h>
#include <stdint.h>
#include <string.h>

#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tui/link.h"
#include "tui/record.h"

static struct {
	struct link	*link;
	uint32_t	 pending;	/* as the link told it last */
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

static int
set_up(void **state)
{
	const struct link_out out = { on_send, on_record, on_room, on_trust,
	    on_remember, on_new_port, on_random, NULL };
	struct link_config config = { .dir = NULL };

	(void)state;
	memset(&play, 0, sizeof(play));
	keys_make(&config.identity);
	play.link = link_new(&config, &out);
	assert_non_null(play.link);
	link_login(play.link, 0, "alice", 5);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	link_free(play.link);
	return 0;
}

/* Pieces [from, to) of a message of n. */
static void
post(unsigned from, unsigned to, unsigned n)
{
	for (; from < to; from++)
		link_post(play.link, 0, 1, ENTRY_SAY,
		    from << ENTRY_INDEX_SHIFT |
		    (n - 1 - from) << ENTRY_MORE_SHIFT, "text", 4);
	link_tick(play.link, 0);
}

static void
a_message_waits_when_it_is_whole(void **state)
{
	(void)state;
	post(0, 1, 1);
	assert_int_equal(play.pending, 1);
	post(0, 2, 3);
	assert_int_equal(play.pending, 1);
	post(2, 3, 3);
	assert_int_equal(play.pending, 4);
}

/* What was given up must not stand before what is said instead. */
static void
the_beginning_of_a_message_is_forgotten_for_another(void **state)
{
	unsigned begun;

	(void)state;
	for (begun = 1; begun < 10; begun++) {
		post(0, begun, 10);
		post(0, 10 - begun, 10 - begun);
		assert_int_equal(play.pending, 10 - begun);
		tear_down(state);
		set_up(state);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_message_waits_when_it_is_whole),
		TEST(the_beginning_of_a_message_is_forgotten_for_another),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
