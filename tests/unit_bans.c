/*
 * Who may not come in: by name, key and address, for a while and for ever,
 * across restarts and bad disks.
 */
#include "server/room/bans.h"

#include <arpa/inet.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "common/duration.h"
#include "common/fingerprint.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static const int64_t now = INT64_C(1800000000000);
static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *mem;
static struct disk disk;
static struct journal_why why;

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	return disk.make_dir(disk.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

static struct bans *
opened(void)
{
	struct bans *b = bans_open(&disk, "/d", &why);

	assert_non_null(b);
	return b;
}

static struct ban
of(const char *text, int64_t until_ms)
{
	struct ban b = { .until_ms = until_ms };

	assert_int_equal(ban_parse(&b, text), BAN_TEXT_OK);
	return b;
}

static void
set(struct bans *l, const char *text, int64_t until_ms)
{
	struct ban b = of(text, until_ms);

	assert_true(bans_set(l, now, &b));
}

static union sock_addr
address(const char *text)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &a.in4.sin_addr) == 1)
		a.sa.sa_family = AF_INET;
	else {
		assert_int_equal(inet_pton(AF_INET6, text,
		    &a.in6.sin6_addr), 1);
		a.sa.sa_family = AF_INET6;
	}
	return a;
}

static bool
from(const struct bans *l, const char *text)
{
	union sock_addr a = address(text);

	return bans_match(l, now, NULL, NULL, &a);
}

static void
what_is_meant_is_told_by_its_form(void **state)
{
	static const struct { const char *text, *what; int kind; } all[] = {
		{ "Mallory", "mallory", BAN_NAME },
		{ "小明", "小明", BAN_NAME },
		{ "203.0.113.9", "203.0.113.9", BAN_ADDRESS },
		/* Whoever has one address of IPv6 has its /64. */
		{ "2001:DB8:0:0::1", "2001:db8::/64", BAN_NETWORK },
		{ "2001:db8::1/128", "2001:db8::1", BAN_ADDRESS },
		{ "fe80::1", "fe80::1", BAN_ADDRESS },
		{ "::1", "::1", BAN_ADDRESS },
		{ "10.0.0.0/8", "10.0.0.0/8", BAN_NETWORK },
		{ "0.0.0.0/0", "0.0.0.0/0", BAN_NETWORK },
		{ "203.0.113.9/32", "203.0.113.9", BAN_ADDRESS },
		{ "::ffff:10.0.0.0/104", "10.0.0.0/8", BAN_NETWORK },
		{ "2001:DB8::/48", "2001:db8::/48", BAN_NETWORK },
		{ "::/0", "::/0", BAN_NETWORK },
		{ "::ffff:203.0.113.9", "203.0.113.9", BAN_ADDRESS },
		{ "SHA256:abc", "sha256:abc", BAN_NAME },
	};
	static const char *const none[] = { "", "a b", "~x", "#x", "1\n2",
	    "a name of more than twenty columns", "10.0.0.0/33",
	    "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8x", "10.0.0/8",
	    "2001:db8::/129", "::ffff:10.0.0.0/95", "10.0.0.0/-1" };
	static const struct { const char *text, *right; } bits[] = {
		{ "10.1.2.3/8", "10.0.0.0/8" },
		{ "2001:db8::1/48", "2001:db8::/48" },
		{ "203.0.113.9/31", "203.0.113.8/31" },
		{ "::ffff:10.0.0.1/104", "10.0.0.0/8" }
	};
	char fingerprint[FINGERPRINT_TEXT];
	struct ban b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		b = of(all[i].text, 0);
		assert_int_equal(b.kind, all[i].kind);
		assert_string_equal(b.what, all[i].what);
	}
	b = of(fingerprint_text(fingerprint, ann), 0);
	assert_int_equal(b.kind, BAN_KEY);
	assert_string_equal(b.what, fingerprint);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(ban_parse(&b, none[i]), BAN_TEXT_BAD);
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		assert_int_equal(ban_parse(&b, bits[i].text), BAN_TEXT_BITS);
		assert_string_equal(b.what, bits[i].right);
	}
}

static void
a_network_is_banned_with_all_that_is_in_it(void **state)
{
	struct bans *l = opened();

	(void)state;
	set(l, "10.0.0.0/9", 0);
	set(l, "2001:db8:1::/48", now + 1000);
	set(l, "2001:db8:2:3::9", 0);
	set(l, "192.0.2.1", 0);
	bans_close(l);
	l = opened();
	assert_true(from(l, "10.127.255.255"));
	assert_true(from(l, "::ffff:10.1.2.3"));
	assert_false(from(l, "10.128.0.0"));
	assert_true(from(l, "2001:db8:1:ffff::1"));
	assert_false(from(l, "2001:db8:0:ffff::1"));
	/* No other address of his /64 is a way back. */
	assert_true(from(l, "2001:db8:2:3:4:5:6:7"));
	assert_false(from(l, "2001:db8:2:4::9"));
	assert_true(from(l, "192.0.2.1"));
	assert_false(from(l, "192.0.2.2"));
	bans_close(l);
}

static void
a_file_of_an_older_server_still_counts(void **state)
{
	static const char old[] = "0 name eve\n0 address 2001:db8::1\n"
	    "0 address 203.0.113.9\n0 name 10.0.0.0/8\n";
	struct ban b = { .kind = BAN_ADDRESS };
	struct bans *l;
	int fd = disk.open(disk.arg, "/d/bans", true);

	(void)state;
	disk.write(disk.arg, fd, old, strlen(old), 0);
	disk.close(disk.arg, fd);
	l = opened();
	assert_true(bans_match(l, now, "eve", NULL, NULL));
	assert_true(from(l, "2001:db8::1"));
	assert_false(from(l, "2001:db8::2"));
	assert_true(from(l, "203.0.113.9"));
	assert_false(from(l, "10.0.0.1"));
	assert_true(ban_parse_address(&b, "2001:db8::1"));
	assert_true(bans_lift(l, now, &b));
	assert_false(from(l, "2001:db8::1"));
	bans_close(l);
}

static void
a_name_a_key_and_an_address_are_banned_each_by_itself(void **state)
{
	char fingerprint[FINGERPRINT_TEXT];
	struct bans *l = opened();

	(void)state;
	assert_false(bans_match(NULL, now, "mallory", ann, NULL));
	assert_false(bans_match(l, now, "mallory", ann, NULL));
	set(l, "Mallory", 0);
	assert_true(bans_match(l, now, "mallory", NULL, NULL));
	assert_false(bans_match(l, now, "mallor", ann, NULL));
	set(l, fingerprint_text(fingerprint, ann), 0);
	assert_true(bans_match(l, now, "carol", ann, NULL));
	assert_false(bans_match(l, now, "carol", bob, NULL));
	set(l, "203.0.113.9", 0);
	set(l, "2001:db8::1", 0);
	assert_true(from(l, "203.0.113.9"));
	assert_true(from(l, "::ffff:203.0.113.9"));
	assert_true(from(l, "2001:db8::1"));
	assert_false(from(l, "203.0.113.8"));
	assert_false(from(l, "2001:db8:0:1::1"));
	bans_close(l);
}

static void
a_ban_ends_with_its_time(void **state)
{
	struct bans *l = opened();

	(void)state;
	set(l, "mallory", now + 1000);
	assert_true(bans_match(l, now + 999, "mallory", NULL, NULL));
	assert_false(bans_match(l, now + 1000, "mallory", NULL, NULL));
	/* Longer, then for ever, then shorter. */
	set(l, "mallory", now + 2000);
	assert_true(bans_match(l, now + 1000, "mallory", NULL, NULL));
	set(l, "mallory", 0);
	assert_true(bans_match(l, INT64_MAX, "mallory", NULL, NULL));
	set(l, "mallory", now + 1);
	assert_false(bans_match(l, now + 1, "mallory", NULL, NULL));
	bans_close(l);
}

static void
join_lines(void *arg, const struct ban *b)
{
	char *all = arg;

	snprintf(all + strlen(all), 256 - strlen(all), "%s %lld,", b->what,
	    b->until_ms == 0 ? 0LL : (long long)(b->until_ms - now));
}

static void
bans_outlive_the_server_and_the_machine(void **state)
{
	char all[256] = "";
	struct bans *l = opened();
	struct ban b;

	(void)state;
	set(l, "mallory", 0);
	set(l, "10.0.0.1", now + 5000);
	set(l, "eve", now + 1000);
	set(l, "trudy", 0);
	b = of("trudy", 0);
	assert_true(bans_lift(l, now, &b));
	assert_false(bans_lift(l, now, &b));
	assert_int_equal(errno, 0);
	/* And no name that the directory does not have yet is relied on. */
	memdisk_lose_names(mem);
	set(l, "mallory", 0);
	memdisk_crash(mem, 42);
	bans_close(l);
	l = opened();
	bans_list(l, now + 1000, join_lines, all);
	assert_string_equal(all, "mallory 0,10.0.0.1 5000,");
	assert_true(from(l, "10.0.0.1"));
	assert_false(bans_match(l, now, "trudy", NULL, NULL));
	bans_close(l);
}

static void
a_full_disk_changes_nothing(void **state)
{
	struct bans *l = opened();
	struct ban b = of("eve", 0);

	(void)state;
	set(l, "mallory", 0);
	memdisk_limit(mem, memdisk_bytes(mem));
	assert_false(bans_set(l, now, &b));
	assert_int_equal(errno, ENOSPC);
	assert_false(bans_match(l, now, "eve", NULL, NULL));
	b = of("mallory", now + 1);
	assert_false(bans_set(l, now, &b));
	assert_true(bans_match(l, now + 1, "mallory", NULL, NULL));
	bans_close(l);
	memdisk_limit(mem, UINT64_MAX);
	l = opened();
	assert_true(bans_match(l, now, "mallory", NULL, NULL));
	assert_false(bans_match(l, now, "eve", NULL, NULL));
	bans_close(l);
}

static void
a_file_that_is_none_of_ours_is_said_so(void **state)
{
	static const struct { const char *text; long long at; } bad[] = {
		{ "0 name eve\nnonsense\n", 11 }, { "0 name eve", 0 },
		{ "0 pet eve\n", 0 }, { "-1 name eve\n", 0 },
		{ "0 name \n", 0 }, { "0 address eve\n", 0 },
		{ "0 key eve\n", 0 }, { "0 network 10.0.0.1/8\n", 0 },
		{ "0 network 10.0.0.1\n", 0 }, { "0 address 10.0.0.0/8\n", 0 },
		{ "0 network 10.0.0.0/08\n", 0 }, { "0 name\n", 0 }, { "\n", 0 },
		{ "99999999999999999999 name eve\n", 0 }
	};
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fd = disk.open(disk.arg, "/d/bans", true);
		disk.truncate(disk.arg, fd, 0);
		disk.write(disk.arg, fd, bad[i].text, strlen(bad[i].text), 0);
		disk.close(disk.arg, fd);
		assert_null(bans_open(&disk, "/d", &why));
		assert_int_equal(why.kind, JOURNAL_CORRUPT);
		assert_int_equal(why.offset, bad[i].at);
		assert_string_equal(why.path, "/d/bans");
	}
}

static void
there_is_an_end_to_them(void **state)
{
	char name[16];
	struct bans *l = opened();
	struct ban b;
	int i;

	(void)state;
	for (i = 0; i < BANS_MAX; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		b = of(name, i == 7 ? now + 10 : 0);
		assert_true(bans_set(l, now, &b));
	}
	b = of("eve", 0);
	assert_false(bans_set(l, now, &b));
	assert_int_equal(errno, ENOSPC);
	/* One whose time is over makes room. */
	assert_true(bans_set(l, now + 10, &b));
	bans_close(l);
}

/* Each server by its clock: none has fewer than the one that decided. */
static void
what_servers_agreed_on_has_room(void **state)
{
	struct bans *l = opened();
	char name[16];
	struct ban b;
	int i;

	(void)state;
	for (i = 0; i < BANS_MAX; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		b = of(name, 0);
		assert_true(bans_set(l, now, &b));
	}
	b = of("eve", 0);
	assert_false(bans_set(l, now, &b));
	assert_true(bans_agree(l, now, &b));
	assert_true(bans_are_full(l));
	bans_close(l);
	l = opened();
	assert_true(bans_has(l, now, &b));
	for (i = BANS_MAX + 1; i < BANS_AGREED; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		b = of(name, 0);
		assert_true(bans_agree(l, now, &b));
	}
	b = of("mallory", 0);
	assert_false(bans_agree(l, now, &b));
	assert_int_equal(errno, ENOBUFS);
	bans_close(l);
}

static void
spans_of_time_are_as_people_write_them(void **state)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "90", 90000 }, { "90s", 90000 }, { "15m", 900000 },
		{ "2h", 7200000 }, { "7d", 604800000 }, { "0", 0 },
		{ "365000d", INT64_C(31536000000000) }
	};
	static const char *const bad[] = { "", "s", "1w", "1 s", "-1s", "1ss",
	    "+1", "1.5h", "000000000000000000000001" };
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(duration_parse(good[i].text, &ms),
		    DURATION_OK);
		assert_true(ms == good[i].ms);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(duration_parse(bad[i], &ms),
		    DURATION_MALFORMED);
	assert_int_equal(duration_parse("365001d", &ms), DURATION_LONG);
	assert_int_equal(duration_parse("9223372036854775808", &ms),
	    DURATION_LONG);
}

int
main(void)
{
#define ON_DISK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_meant_is_told_by_its_form),
		ON_DISK(a_name_a_key_and_an_address_are_banned_each_by_itself),
		ON_DISK(a_network_is_banned_with_all_that_is_in_it),
		ON_DISK(a_file_of_an_older_server_still_counts),
		ON_DISK(a_ban_ends_with_its_time),
		ON_DISK(bans_outlive_the_server_and_the_machine),
		ON_DISK(a_full_disk_changes_nothing),
		ON_DISK(a_file_that_is_none_of_ours_is_said_so),
		ON_DISK(there_is_an_end_to_them),
		ON_DISK(what_servers_agreed_on_has_room),
		cmocka_unit_test(spans_of_time_are_as_people_write_them),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
