/*
 * What is in force follows from the log's rules alone: as they are written and
 * read, after any of them, after retention took and said them again.
 */
#include "server/room/standing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/wire.h"
#include "server/hub.h"
#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"

enum { PEOPLE = 6, STEPS = 400, RUNS = 50, SAID = STEPS * (2 * PEOPLE + 2) };

static const int64_t wall = INT64_C(1800000000000);
static const uint32_t of_rule = ENTRY_RULE << ENTRY_ROLE_SHIFT;

static struct standing *standing;
static uint64_t seq;
static struct { char text[RULE_BYTES]; int64_t time_ms; } said[SAID];

static int
set_up(void **state)
{
	(void)state;
	seq = 0;
	return (standing = standing_new()) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	standing_free(standing);
	return 0;
}

/* The fingerprint whose letters are all this one. */
static const char *
key_of(char letter)
{
	static char key[FINGERPRINT_TEXT];

	strcpy(key, "SHA256:");
	memset(key + 7, letter, sizeof(key) - 8);
	key[sizeof(key) - 1] = '\0';
	return key;
}

/* "=A" stands for that of As. */
static const char *
spell(const char *text, char buf[RULE_BYTES])
{
	const char *at = strrchr(text, '=');

	if (at == NULL || at[1] < 'A' || at[1] > 'Z')
		return text;
	snprintf(buf, RULE_BYTES, "%.*s=%s%s", (int)(at - text), text,
	    key_of(at[1]), at + 2);
	return buf;
}

static void
take_as(const char *text, int64_t time_ms, enum entry_kind kind,
    uint32_t flags, const char *author)
{
	char buf[RULE_BYTES];
	struct entry e = { .seq = ++seq, .kind = kind, .flags = flags,
	    .time_ms = time_ms, .author = author,
	    .author_len = strlen(author), .text = spell(text, buf) };

	e.text_len = strlen(e.text);
	standing_take(standing, &e);
}

static void
take(const char *text)
{
	take_as(text, wall, ENTRY_ANNOUNCE, of_rule, "");
}

static bool
muted(char key, int64_t at)
{
	return standing_muted(standing, wall + at, key_of(key), "", NULL);
}

static void
a_rule_is_read_as_it_was_written(void **state)
{
	static const char *const good[] = {
		"kick bob", "kick ~bob: out", "ban =A 2d", "mute bob =A",
		"mute 10m =A 10m", "unmute ~10m", "close", "open", "allow =B",
		"disallow bob =B", "ban ~a:b 90s: why: because",
		"rekey bob =A: SHA256:old", "kick 小明 =C: 太吵了", "ban (network)",
		"ban (network) 1h", "ban ~(network)", "ban (network) =A",
		/* A name may look like the beginning of a key. */
		"mute =x =A 1h"
	};
	static const char *const bad[] = {
		"", " ", "dance", "kick  bob", "kick bob bob",
		"mute bob =A 10m 10m", "mute bob 0s", "mute bob =A x",
		"mutex bob", "kick ~", "kick a b c", "mute =A bob"
	};
	char buf[RULE_BYTES], out[RULE_BYTES];
	const char *text;
	struct rule r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		text = spell(good[i], buf);
		assert_true(rule_parse(&r, text, strlen(text)));
		assert_int_equal(rule_put(out, &r), strlen(text));
		assert_string_equal(out, text);
		assert_true(text_is_clean(out, strlen(out)));
		/* It is nobody's name. */
		assert_true(r.name_len == 0 ||
		    strncmp(text, "ban (network)", 13) != 0 ||
		    r.key[0] != '\0');
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text = spell(bad[i], buf);
		assert_false(rule_parse(&r, text, strlen(text)));
	}
}

static void
a_mute_is_of_the_key_and_ends_with_its_time(void **state)
{
	struct standing_mute m;

	(void)state;
	take("mute bob =A 10m: too loud");
	assert_true(muted('A', 0));
	assert_true(muted('A', 600 * 1000 - 1));
	assert_false(muted('A', 600 * 1000));
	assert_false(muted('B', 0));
	/* The name is not what is meant. */
	assert_false(standing_muted(standing, wall, NULL, "bob", NULL));
	assert_true(standing_muted(standing, wall, key_of('A'), "rob", &m));
	assert_string_equal(m.reason, "too loud");
	assert_true(m.until_ms == wall + 600 * 1000);
	take("mute rob =A");
	assert_true(muted('A', INT64_C(1) << 50));
	take("unmute =A");
	assert_false(muted('A', 0));
	take("mute ~dan");
	assert_true(standing_muted(standing, wall, NULL, "dan", NULL));
	take("unmute ~Dan");
	assert_false(standing_muted(standing, wall, NULL, "dan", NULL));
	assert_true(standing_oldest(standing) == UINT64_MAX);
}

static void
nothing_but_a_rule_of_the_server_is_in_force(void **state)
{
	(void)state;
	take_as("mute bob =A", wall, ENTRY_SAY, of_rule, "eve");
	take_as("mute bob =A", wall, ENTRY_ACT, of_rule, "eve");
	take_as("close", wall, ENTRY_LEAVE, of_rule, "eve");
	take_as("mute bob =A", wall, ENTRY_ANNOUNCE, 0, "");
	take_as("mute bob =A", wall, ENTRY_ANNOUNCE, of_rule, "eve");
	take_as("mute bob =A", wall, ENTRY_ANNOUNCE,
	    ENTRY_FILE << ENTRY_ROLE_SHIFT, "");
	assert_false(muted('A', 0));
	assert_false(standing_closed(standing));
}

static void
a_closed_room_is_open_to_those_who_are_allowed(void **state)
{
	(void)state;
	assert_false(standing_closed(standing));
	take("close");
	take("allow ada =A");
	take("allow =B");
	assert_true(standing_closed(standing));
	assert_true(standing_allows(standing, key_of('A')));
	assert_true(standing_allows(standing, key_of('B')));
	assert_false(standing_allows(standing, key_of('C')));
	take("disallow ada =A");
	assert_false(standing_allows(standing, key_of('A')));
	take("open");
	assert_false(standing_closed(standing));
}

/* From that letter's key to the other one. */
static void
rekey(char from, char to)
{
	char text[RULE_BYTES];

	snprintf(text, sizeof(text), "rekey n =%c: %s", to, key_of(from));
	take_as(text, wall, ENTRY_ANNOUNCE, of_rule, "");
}

static void
another_key_of_somebodys_is_what_that_was(void **state)
{
	uint64_t version;
	char text[RULE_BYTES];

	(void)state;
	take("close");
	take("allow n =A");
	take("mute n =A 10m");
	version = standing_version(standing);
	rekey('A', 'B');
	assert_true(standing_version(standing) != version);
	assert_true(standing_allows(standing, key_of('B')));
	assert_true(muted('B', 0) && !muted('B', 600 * 1000));
	assert_false(standing_allows(standing, key_of('A')));
	assert_false(muted('A', 0));
	/* Who has a lighter one does not come by that to it. */
	take("mute m =C 1s");
	take("allow m =C");
	rekey('B', 'C');
	assert_true(muted('C', 2000));
	take("mute m =D 1h");
	rekey('C', 'D');
	assert_true(muted('D', 3599 * 1000));
	assert_int_equal(standing_mutes(standing), 1);
	assert_int_equal(standing_keys(standing), 1);
	take("mute m =E");
	rekey('D', 'E');
	assert_true(muted('E', INT64_C(1) << 50));
	/* No key, no other one, nobody's. */
	snprintf(text, sizeof(text), "rekey n: %s", key_of('E'));
	take_as(text, wall, ENTRY_ANNOUNCE, of_rule, "");
	take("rekey n =F");
	take("rekey n =F: SHA256:E");
	rekey('E', 'E');
	rekey('X', 'Y');
	assert_true(muted('E', 0) && standing_allows(standing, key_of('E')));
	assert_false(muted('Y', 0) || muted('F', 0));
}

static void
each_side_of_a_talk_may_shut_it_to_the_other(void **state)
{
	(void)state;
	assert_false(standing_shut(standing, 1) || standing_shut(standing, 2));
	take_as("shut", wall, ENTRY_ACT, of_rule, "1");
	assert_true(standing_shut(standing, 1));
	assert_false(standing_shut(standing, 2));
	take_as("unshut", wall, ENTRY_ACT, of_rule, "2");
	take_as("shut", wall, ENTRY_ACT, of_rule, "2");
	take_as("unshut", wall, ENTRY_ACT, of_rule, "1");
	assert_false(standing_shut(standing, 1));
	assert_true(standing_shut(standing, 2));
	assert_true(standing_oldest(standing) == 3);
	take_as("unshut", wall, ENTRY_ACT, of_rule, "2");
	assert_true(standing_oldest(standing) == UINT64_MAX);
}

/* Only as it is said, by whom, and nothing with it. */
static void
nothing_else_shuts_a_talk(void **state)
{
	uint64_t version = standing_version(standing);

	(void)state;
	take("shut");
	take_as("shut", wall, ENTRY_ACT, 0, "1");
	take_as("shut", wall, ENTRY_SAY, of_rule, "1");
	take_as("shut", wall, ENTRY_ACT, of_rule, "11");
	take_as("shut", wall, ENTRY_ACT, of_rule, "bob");
	take_as("shut", wall, ENTRY_ACT, of_rule, "3");
	take_as("shut bob", wall, ENTRY_ACT, of_rule, "1");
	take_as("shut: why", wall, ENTRY_ACT, of_rule, "1");
	take_as("close", wall, ENTRY_ACT, of_rule, "1");
	assert_false(standing_shut(standing, 1) || standing_shut(standing, 2));
	assert_false(standing_closed(standing));
	assert_true(standing_version(standing) == version);
}

static void
there_is_a_bound_and_the_oldest_go(void **state)
{
	char text[64];
	int i;

	(void)state;
	for (i = 0; i < STANDING_MUTES + 10; i++) {
		snprintf(text, sizeof(text), "mute ~n%d", i);
		take(text);
	}
	assert_int_equal(standing_mutes(standing), STANDING_MUTES);
	assert_false(standing_muted(standing, wall, NULL, "n9", NULL));
	assert_true(standing_muted(standing, wall, NULL, "n10", NULL));
}

static void
whose_time_is_over_takes_no_place(void **state)
{
	const int64_t later = wall + 2 * 3600 * 1000;
	char text[64];
	int i;

	(void)state;
	for (i = 0; i < STANDING_MUTES; i++) {
		snprintf(text, sizeof(text), "mute ~n%d 1h", i);
		take(text);
	}
	assert_false(standing_may_mute(standing, wall, NULL, "late"));
	assert_true(standing_may_mute(standing, wall, NULL, "n3"));
	assert_true(standing_may_mute(standing, later, NULL, "late"));
	take_as("mute ~late", later, ENTRY_ANNOUNCE, of_rule, "");
	assert_int_equal(standing_mutes(standing), 1);
	assert_true(standing_muted(standing, later, NULL, "late", NULL));
}

/* The same questions, the same answers. */
static void
assert_same(const struct standing *a, const struct standing *b, int64_t now)
{
	struct standing_mute ma, mb;
	bool is;
	char c;

	assert_int_equal(standing_closed(a), standing_closed(b));
	assert_int_equal(standing_shut(a, 1), standing_shut(b, 1));
	assert_int_equal(standing_shut(a, 2), standing_shut(b, 2));
	for (c = 'A'; c < 'A' + PEOPLE; c++) {
		assert_int_equal(standing_allows(a, key_of(c)),
		    standing_allows(b, key_of(c)));
		is = standing_muted(a, now, key_of(c), "", &ma);
		assert_int_equal(standing_muted(b, now, key_of(c), "", &mb),
		    is);
		if (!is)
			continue;
		assert_true(ma.until_ms == mb.until_ms);
		assert_string_equal(ma.reason, mb.reason);
	}
}

/* What begins with a number is said by that side. */
static void
take_again(const char *text, int64_t time_ms)
{
	if (*text == '1')
		take_as(text + 1, time_ms, ENTRY_ACT, of_rule, "1");
	else if (*text == '2')
		take_as(text + 1, time_ms, ENTRY_ACT, of_rule, "2");
	else
		take_as(text, time_ms, ENTRY_ANNOUNCE, of_rule, "");
}

/* Takes an entry and remembers it. */
static void
note(const char *text, int64_t time_ms)
{
	assert_true(seq < SAID);
	strlcpy(said[seq].text, text, RULE_BYTES);
	said[seq].time_ms = time_ms;
	take_again(text, time_ms);
}

static struct standing *
replay_from(uint64_t first)
{
	struct standing *s = standing, *late;
	uint64_t last = seq;

	assert_non_null(late = standing = standing_new());
	for (seq = first - 1; seq < last;)
		take_again(said[seq].text, said[seq].time_ms);
	standing = s;
	return late;
}

static void
say_again(const struct entry *e)
{
	char text[RULE_BYTES + 1];

	assert_true(e->flags & ENTRY_QUIET);
	assert_true(e->author_len > 0 ? entry_is_own_rule(e) :
	    entry_is_rule(e));
	snprintf(text, sizeof(text), "%.*s%.*s", (int)e->author_len,
	    e->author_len > 0 ? e->author : "", (int)e->text_len, e->text);
	note(text, e->time_ms);
}

/* To bytes and back; no byte may be missing. */
static void
survives_a_restart(int64_t now)
{
	static uint8_t bytes[65536];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct standing *after = standing_new();
	struct wire_in in;

	assert_non_null(after);
	standing_put(standing, &out);
	assert_false(out.failed);
	in = wire_in(bytes, out.len);
	assert_true(standing_get(after, &in) && wire_done(&in));
	assert_same(standing, after, now);
	assert_true(standing_oldest(standing) == standing_oldest(after));
	standing_free(after);
	assert_non_null(after = standing_new());
	in = wire_in(bytes, out.len - 1);
	assert_false(standing_get(after, &in));
	standing_free(after);
}

/*
 * Rules at random; now and then the oldest entries go, after what still counts
 * of them was said again. Whoever knows only what is left knows the same.
 */
static void
rules_and_retention(unsigned seed)
{
	static const char *const words[] = { "mute n =%s", "mute n =%s 90s",
	    "mute n =%s 7s: why", "unmute n =%s", "allow n =%s",
	    "disallow n =%s", "close", "open", "kick n =%s", "1shut",
	    "2shut", "1unshut", "2unshut",
	    "rekey n =%s: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	char text[RULE_BYTES], again[RULE_BYTES];
	uint64_t first = 1, below;
	int64_t now = wall;
	struct standing *late;
	struct entry e;
	const char *word, *key;
	int step;

	srand(seed);
	for (step = 0; step < STEPS; step++) {
		now += rand() % 5000;
		word = words[(size_t)rand() % (sizeof(words) /
		    sizeof(words[0]))];
		key = key_of((char)('A' + rand() % PEOPLE));
		below = strcspn(word, "%");
		snprintf(text, sizeof(text), "%.*s%s%s", (int)below, word,
		    word[below] == '%' ? key : "",
		    word[below] == '%' ? word + below + 2 : "");
		note(text, now);
		if (rand() % 8 != 0)
			continue;
		below = first + (uint64_t)rand() % (seq - first + 2);
		while (standing_again(standing, now, below, &e, again))
			say_again(&e);
		survives_a_restart(now);
		assert_true(standing_oldest(standing) >= below);
		first = below;
		late = replay_from(first);
		assert_same(standing, late, now);
		assert_same(standing, late, now + 6000);
		standing_free(late);
	}
}

static void
retention_takes_nothing_that_is_in_force(void **state)
{
	unsigned seed;

	for (seed = 1; seed <= RUNS; seed++) {
		tear_down(state);
		assert_int_equal(set_up(state), 0);
		rules_and_retention(seed);
	}
}

/*
 * With a hub and its log on a disk
 */

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	(void)arg;
	(void)to;
	(void)data;
	(void)len;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, 7, len);
}

static struct hub *
open_hub(struct disk *disk, int64_t at, struct log **log)
{
	struct hub_out out = hub_out_of(on_send, on_random, NULL);
	struct hub_config config = { .classic = HUB_CLASSIC_OFF, .seed = 42,
	    .gate = { .room = "chat" } };
	struct log_config lc = { .disk = disk, .dir = "/d",
	    .sync = LOG_SYNC_GROUP, .segment_bytes = 4096,
	    .keep_bytes = 8192 };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;
	struct hub *hub;

	assert_non_null(*log = log_open(&lc, wall + at, id, &why));
	hub = hub_new(&config, *log, 1000 + at, wall + at, &out);
	assert_non_null(hub);
	return hub;
}

/* Says so much that a hundred more entries are kept no longer. */
static void
outgrow(struct hub *hub, struct log *log, int64_t *at)
{
	uint64_t first = log_first(log) + 100;

	for (; log_first(log) < first; *at += 30) {
		assert_int_equal(hub_announce(hub, 1000 + *at, wall + *at,
		    "hello hello hello hello", 23), HUB_TEXT_OK);
		hub_tick(hub, 1000 + *at, wall + *at);
		assert_true(*at < 3600 * 1000);
	}
}

static void
a_mute_outlives_retention_and_the_power(void **state)
{
	struct hub_person bob = { .name = "bob", .name_len = 3 };
	struct memdisk *mem = memdisk_new();
	struct disk disk = memdisk_disk(mem);
	struct log *log;
	struct hub *hub;
	int64_t at = 0;
	unsigned run;

	(void)state;
	assert_int_equal(disk.make_dir(disk.arg, "/d"), 0);
	strcpy(bob.fingerprint, key_of('A'));
	hub = open_hub(&disk, at, &log);
	assert_int_equal(hub_mute(hub, 1000, wall, &bob, 0, "x"),
	    HUB_ACT_OK);
	for (run = 0; run < 6; run++) {
		outgrow(hub, log, &at);
		if (run % 2 == 0)
			memdisk_crash(mem, run + 1);
		hub_free(hub);
		log_close(log);
		hub = open_hub(&disk, at, &log);
		/* Else there were nothing to lift. */
		if (run < 3)
			continue;
		assert_int_equal(hub_unmute(hub, 1000 + at, wall + at, &bob),
		    HUB_ACT_OK);
		assert_int_equal(hub_unmute(hub, 1000 + at, wall + at, &bob),
		    HUB_ACT_ALREADY);
		assert_int_equal(hub_mute(hub, 1000 + at, wall + at, &bob, 0,
		    "x"), HUB_ACT_OK);
	}
	hub_free(hub);
	log_close(log);
	memdisk_free(mem);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_rule_is_read_as_it_was_written),
		TEST(a_mute_is_of_the_key_and_ends_with_its_time),
		TEST(nothing_but_a_rule_of_the_server_is_in_force),
		TEST(a_closed_room_is_open_to_those_who_are_allowed),
		TEST(another_key_of_somebodys_is_what_that_was),
		TEST(each_side_of_a_talk_may_shut_it_to_the_other),
		TEST(nothing_else_shuts_a_talk),
		TEST(there_is_a_bound_and_the_oldest_go),
		TEST(whose_time_is_over_takes_no_place),
		TEST(retention_takes_nothing_that_is_in_force),
		TEST(a_mute_outlives_retention_and_the_power),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
