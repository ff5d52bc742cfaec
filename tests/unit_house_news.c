/*
 * News of the house: what goes in comes out, and nothing else is one.
 */
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "server/room/house_news.h"
#include "tests/with_cmocka.h"

enum { SAMPLES = 14 };

static void
sample(struct house_news *n, unsigned i)
{
	memset(n, 0, sizeof(*n));
	switch (i) {
	case 0:
		n->kind = HOUSE_BAN;
		n->ban.kind = BAN_NAME;
		n->ban.until_ms = 1800000000000;
		strcpy(n->ban.what, "dan");
		strcpy(n->name, "Dan");
		break;
	case 1:
		n->quiet = true;
		n->kind = HOUSE_BAN;
		ban_of_key(&n->ban, (const uint8_t[NOISE_KEY]){ 3 });
		break;
	case 2:
		n->kind = HOUSE_LIFT;
		assert_int_equal(ban_parse(&n->ban, "10.1.0.0/16"),
		    BAN_TEXT_OK);
		break;
	case 3:
		n->kind = HOUSE_LIFT;
		assert_int_equal(ban_parse(&n->ban, "2001:db8::1"),
		    BAN_TEXT_OK);
		break;
	case 4:
		n->kind = HOUSE_HEIR;
		n->key[0] = 1;
		n->heir[0] = 2;
		n->since_ms = 5;
		break;
	case 5: case 6:
		n->kind = HOUSE_ROOM;
		n->room.id[0] = 3;
		n->room.sort = i == 5 ? ROOMS_ROOM : ROOMS_AWAY;
		n->room.created_ms = 7;
		n->room.has_opener = i == 5;
		n->room.opener[0] = i == 5;
		strcpy(n->room.name, "ops");
		n->since_ms = 8;
		break;
	case 9: case 10: case 11:
		n->kind = HOUSE_DEVICES;
		n->what = (enum house_devices)(i - 9);
		n->key[0] = 9;
		n->node = i == 10 ? 2 : 0;
		n->devices_n = i == 9 ? 0 : i == 10 ? HOUSE_NEWS_DEVICES : 1;
		if (i == 11)
			n->devices[0].since_ms = 5;
		for (i = 0; n->devices_n > 1 && i < n->devices_n; i++) {
			n->devices[i].since_ms = i;
			n->devices[i].heard_ms = 7;
			strcpy(n->devices[i].name, i == 0 ? "" :
			    "sixteen_letters_");
		}
		break;
	case 12: case 13:
		n->kind = HOUSE_TALK;
		n->log[0] = 4;
		n->key[0] = 1;
		n->heir[0] = i == 12;	/* or with himself */
		n->since_ms = 5;
		n->net[0] = 6;
		n->net[1] = UINT16_MAX;
		n->replaces = i == 12;
		n->gone[0] = i == 12;
		break;
	default:
		n->kind = HOUSE_MARKS;
		n->marks_n = i == 7 ? 1 : HOUSE_NEWS_MARKS;
		for (i = 0; i < n->marks_n; i++) {
			n->marks[i].key[0] = (uint8_t)i;
			n->marks[i].log[0] = 7;
			n->marks[i].seq = ENTRY_SEQ_MAX;
			n->marks[i].left = i % 2 != 0;
		}
		break;
	}
}

static size_t
put(uint8_t bytes[HOUSE_NEWS_BYTES], const struct house_news *n)
{
	struct wire_out out = wire_out(bytes, HOUSE_NEWS_BYTES);

	house_news_put(&out, n);
	assert_false(out.failed);
	return out.len;
}

/* Reading past the end is noticed. */
static bool
is_news(const uint8_t *bytes, size_t len)
{
	uint8_t *just = malloc(len == 0 ? 1 : len);
	struct house_news n;
	bool is;

	assert_non_null(just);
	memcpy(just, bytes, len);
	is = house_news_get(&n, just, len);
	free(just);
	return is;
}

static void
what_goes_in_comes_out(void **state)
{
	uint8_t bytes[HOUSE_NEWS_BYTES];
	struct house_news n, again;
	unsigned i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		sample(&n, i);
		assert_true(house_news_get(&again, bytes, put(bytes, &n)));
		assert_int_equal(again.kind, n.kind);
		assert_int_equal(again.ban.kind, n.ban.kind);
		assert_string_equal(again.ban.what, n.ban.what);
		assert_int_equal(again.ban.until_ms, n.ban.until_ms);
		/* Whom it keeps out follows from what it says. */
		assert_memory_equal(&again.ban.net, &n.ban.net,
		    sizeof(n.ban.net));
		assert_int_equal(again.quiet, n.quiet);
		assert_string_equal(again.name, n.name);
		assert_memory_equal(again.key, n.key, NOISE_KEY);
		assert_memory_equal(again.heir, n.heir, NOISE_KEY);
		assert_int_equal(again.since_ms, n.since_ms);
		assert_int_equal(again.marks_n, n.marks_n);
		assert_memory_equal(&again.room, &n.room, sizeof(n.room));
		assert_memory_equal(again.marks, n.marks, sizeof(n.marks));
		assert_int_equal(again.what, n.what);
		assert_int_equal(again.node, n.node);
		assert_int_equal(again.devices_n, n.devices_n);
		assert_memory_equal(again.devices, n.devices,
		    sizeof(n.devices));
		assert_memory_equal(again.log, n.log, sizeof(n.log));
		assert_memory_equal(again.gone, n.gone, sizeof(n.gone));
		assert_memory_equal(again.net, n.net, sizeof(n.net));
		assert_int_equal(again.replaces, n.replaces);
	}
}

static void
no_beginning_is_one_nor_more_than_one(void **state)
{
	uint8_t bytes[HOUSE_NEWS_BYTES + 1] = { 0 };
	struct house_news n;
	size_t len, i;
	unsigned k;

	(void)state;
	for (k = 0; k < SAMPLES; k++) {
		sample(&n, k);
		len = put(bytes, &n);
		for (i = 0; i < len; i++)
			assert_false(is_news(bytes, i));
		bytes[len] = 0;
		assert_false(is_news(bytes, len + 1));
		assert_false(house_news_is_newer(bytes, len));
		bytes[0] = HOUSE_DEVICES + 1;	/* of a newer server */
		assert_false(is_news(bytes, len));
		assert_true(house_news_is_newer(bytes, len));
		assert_false(house_news_is_newer(bytes, 0));
	}
}

static void
what_no_server_would_write_is_none(void **state)
{
	uint8_t bytes[HOUSE_NEWS_BYTES];
	struct house_news n;

	(void)state;
	sample(&n, 0);
	n.ban.until_ms = -1;
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 0);
	n.ban.what[0] = '\0';
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 0);
	strcpy(n.name, "Dan\n");
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 1);
	strcpy(n.ban.what, "SHA256:dan");
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 2);
	strcpy(n.ban.what, "10.1.2.0/16");	/* bits behind the prefix */
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 4);
	n.heir[0] = n.key[0];
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 5);
	n.room.sort = ROOMS_WAS;
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 5);
	strcpy(n.room.name, "o\nps");
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 7);
	n.marks[0].seq++;
	assert_false(is_news(bytes, put(bytes, &n)));
	n.marks_n = 0;
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 9);
	n.what = HOUSE_DEVICES_END;	/* of none */
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 10);
	n.what = HOUSE_DEVICES_ASK;
	assert_false(is_news(bytes, put(bytes, &n)));
	n.what = (enum house_devices)3;
	assert_false(is_news(bytes, put(bytes, &n)));
	sample(&n, 10);
	strcpy(n.devices[1].name, "a\033[2J");
	assert_false(is_news(bytes, put(bytes, &n)));
	strcpy(n.devices[1].name, "a\nb");
	assert_false(is_news(bytes, put(bytes, &n)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(no_beginning_is_one_nor_more_than_one),
		cmocka_unit_test(what_no_server_would_write_is_none),
	};

	return tests_run(tests, NULL, NULL);
}
