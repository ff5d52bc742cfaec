/*
 * The checkpoint: a start reads little and knows the same, and where the file
 * is missing, damaged or of something else, it reads everything and knows the
 * same.
 */
#include "server/room/checkpoint.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "server/room/room.h"
#include "server/room/room_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum {
	NOW = 1000000, WALL = 1000, SEGMENT = 16384, STATE = 1 << 20,
	MANY = 3000		/* entries: some 20 segments and more */
};

#define FILE_PATH	"/d/checkpoint"

static struct memdisk *md;
static struct disk plain, d;
static struct log_config config;
static struct log *l;
static struct house house;
static struct room *room;
static int64_t now;
static uint64_t seed, bytes_read;
static const char *words;	/* that some lines have */

static ssize_t
count_read(void *arg, int fd, void *dst, size_t len, off_t at)
{
	ssize_t n = plain.read(arg, fd, dst, len, at);

	if (n > 0)
		bytes_read += (uint64_t)n;
	return n;
}

static void
use_disk(struct memdisk *mem)
{
	md = mem;
	plain = d = memdisk_disk(md);
	d.read = count_read;
}

static int
set_up(void **state)
{
	(void)state;
	use_disk(memdisk_new());
	config = (struct log_config){ .disk = &d, .dir = "/d",
	    .sync = LOG_SYNC_GROUP, .segment_bytes = SEGMENT };
	now = NOW;
	seed = 1;
	words = "some more";
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	room_free(room);
	room = NULL;
	log_close(l);
	l = NULL;
	memdisk_free(md);
	return 0;
}

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static void
on_event(void *arg, const struct hub_event *e)
{
	(void)arg;
	(void)e;
}

/* False: it does not open. */
static bool
start(struct journal_why *why)
{
	const struct hub_out out = { .event = on_event };
	uint8_t id[JOURNAL_ID] = { 1 };

	bytes_read = 0;
	if ((l = log_open(&config, WALL, id, why)) == NULL)
		return false;
	house_init(&house, &out);
	house_at(&house, now, WALL);
	assert_non_null(room = room_new(&house, l, ROOM_OPEN));
	assert_true(room_replay(room));
	room->quiet = false;
	return true;
}

static void
open_room(void)
{
	struct journal_why why;

	assert_true(start(&why));
}

static void
turn(void)
{
	house.now_ms = now += LOG_GROUP_MS;
	room_turn(room);
	house.now_ms = now += LOG_GROUP_MS;
	room_turn(room);
}

static void
close_room(void)
{
	room_free(room);
	room = NULL;
	log_close(l);
	l = NULL;
}

/* One of what may happen, by some of many. */
static void
make(struct entry *e, char who[16], char text[200])
{
	static const char *const rules[] = { "mute bob: loud", "close",
	    "mute carol 1h", "unmute bob", "open", "allow =SHA256:AAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "mute =SHA256:BBBBBBBBBBBBBBBBBB"
	    "BBBBBBBBBBBBBBBBBBBBBBBBB 2h: so" };
	unsigned what = below(20);

	snprintf(who, 16, "Name%u", below(40));
	snprintf(text, 200, "a line of %u and %s of it, so that segments "
	    "fill", below(1000), words);
	*e = (struct entry){ .time_ms = WALL + (int64_t)below(100000),
	    .kind = ENTRY_SAY, .author = who, .author_len = strlen(who),
	    .id = (uint64_t)(1 + below(60)) << 32 | below(1000) };
	if (what < 3)
		e->kind = what == 0 ? ENTRY_JOIN : what == 1 ? ENTRY_LEAVE :
		    ENTRY_TIMEOUT;
	else if (what == 3) {
		e->kind = ENTRY_RENAME;
		snprintf(text, 200, "Name%u", below(40));
	} else if (what == 4) {
		e->kind = ENTRY_ANNOUNCE;
		e->flags = ENTRY_RULE << ENTRY_ROLE_SHIFT;
		e->author_len = 0;
		snprintf(text, 200, "%s", rules[below(7)]);
	}
	if (what == 0 && below(4) == 0)
		e->flags = ENTRY_CLASSIC;
	if (e->kind != ENTRY_JOIN && e->kind != ENTRY_LEAVE &&
	    e->kind != ENTRY_TIMEOUT) {
		e->text = text;
		e->text_len = strlen(text);
	} else
		e->id = 0;
}

static struct entry *asked;

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	(void)arg;
	return room_add_act(room, a, asked, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

static void
refused(void *arg, struct ask *a)
{
	(void)arg;
	(void)a;
}

static const struct ask_kind kind = { .decide = decide, .refused = refused };

/* As many as there is a disk for. */
static void
write_some(unsigned n)
{
	char who[16], text[200];
	struct ask ask = { 0 };
	struct entry e;

	for (asked = &e; n > 0; n--) {
		make(&e, who, text);
		room_ask(room, &ask, &kind);
		house.now_ms = now += LOG_GROUP_MS;
		room_turn(room);
	}
	room_unask(room, &ask);
}

/* All of it in the log, nothing of it in a checkpoint. */
static void
write_log(unsigned n)
{
	open_room();
	write_some(n);
	close_room();
	d.remove(d.arg, FILE_PATH);
}

/* What the room knows. */
static size_t
state_of(uint8_t bytes[STATE])
{
	struct wire_out out = wire_out(bytes, STATE);

	room_put_state(room, &out);
	assert_false(out.failed);
	return out.len;
}

static uint8_t want[STATE];
static size_t want_len;

static void
assert_as_wanted(void)
{
	static uint8_t have[STATE];

	assert_int_equal(state_of(have), want_len);
	assert_memory_equal(have, want, want_len);
}

static bool
has_read_all(void)
{
	return bytes_read > log_bytes(l);
}

/* A log with a checkpoint; want: what it leads to. The START of each start
 * leads to nothing. */
static void
prepare(void)
{
	write_log(MANY);
	open_room();
	assert_true(has_read_all());
	want_len = state_of(want);
	turn();
	assert_true(want_len > 500);
	close_room();
}

static uint8_t *
get_file(size_t *len)
{
	int fd = d.open(d.arg, FILE_PATH, false);
	uint8_t *bytes;

	assert_int_not_equal(fd, -1);
	*len = (size_t)d.size(d.arg, fd);
	assert_non_null(bytes = malloc(*len + 1));
	assert_int_equal(plain.read(d.arg, fd, bytes, *len, 0), *len);
	d.close(d.arg, fd);
	return bytes;
}

static void
put_file(const uint8_t *bytes, size_t len)
{
	int fd = d.open(d.arg, FILE_PATH, true);

	assert_int_not_equal(fd, -1);
	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, bytes, len, 0), 0);
	assert_int_equal(d.sync(d.arg, fd), 0);
	d.close(d.arg, fd);
}

static void
a_start_reads_what_is_behind_the_checkpoint_and_knows_all(void **state)
{
	(void)state;
	prepare();
	open_room();
	assert_as_wanted();
	assert_true(bytes_read < log_bytes(l) / 4);
}

/* Written while the room lives, start after start. */
static void
what_is_said_goes_on_from_there(void **state)
{
	unsigned i;

	(void)state;
	prepare();
	for (i = 0; i < 12; i++) {
		open_room();
		assert_false(has_read_all());
		assert_as_wanted();
		write_some(150 + 20 * i);
		want_len = state_of(want);
		close_room();
	}
	d.remove(d.arg, FILE_PATH);
	open_room();
	assert_true(has_read_all());
	assert_as_wanted();
}

/* Every entry as it was, its chain and its term, in whatever order. */
static void
old_entries_are_there(void **state)
{
	uint8_t *chains, *entries, chain[JOURNAL_CHAIN];
	const uint8_t *bytes;
	uint64_t seq, *terms, last;
	size_t len, i;

	(void)state;
	prepare();
	d.remove(d.arg, FILE_PATH);
	open_room();
	last = log_head(l).seq;
	chains = calloc(last + 1, JOURNAL_CHAIN);
	entries = calloc(last + 1, 256);
	terms = calloc(last + 1, sizeof(*terms));
	for (seq = 1; seq <= last; seq++) {
		assert_non_null(bytes = log_read(l, seq, &len));
		assert_true(len < 256);
		memcpy(entries + seq * 256, bytes, len);
		assert_true(log_chain(l, seq, chains + seq * JOURNAL_CHAIN));
		terms[seq] = log_term(l, seq);
	}
	turn();
	close_room();
	open_room();
	assert_false(has_read_all());
	for (i = 0; i < 2000; i++) {
		seq = 1 + below((unsigned)last);
		if (below(2) == 0) {
			assert_true(log_chain(l, seq, chain));
			assert_memory_equal(chain, chains +
			    seq * JOURNAL_CHAIN, JOURNAL_CHAIN);
		}
		assert_int_equal(log_term(l, seq), terms[seq]);
		assert_non_null(bytes = log_read(l, seq, &len));
		assert_memory_equal(bytes, entries + seq * 256, len);
	}
	for (seq = 1; seq <= last; seq++) {
		assert_non_null(bytes = log_read(l, seq, &len));
		assert_memory_equal(bytes, entries + seq * 256, len);
	}
	free(chains);
	free(entries);
	free(terms);
}

static void
a_damaged_one_is_refused_and_all_is_read(void **state)
{
	size_t len, i, step;
	uint8_t *bytes;

	(void)state;
	prepare();
	bytes = get_file(&len);
	step = len / 60;
	for (i = 0; i < len; i += i < 100 ? 3 : step) {
		bytes[i] ^= 1;
		put_file(bytes, len);
		bytes[i] ^= 1;
		open_room();
		assert_true(has_read_all());
		assert_as_wanted();
		close_room();
	}
	free(bytes);
}

static void
a_torn_one_is_refused_and_all_is_read(void **state)
{
	size_t len, i;
	uint8_t *bytes;

	(void)state;
	prepare();
	bytes = get_file(&len);
	for (i = 0; i < len; i += i < 100 ? 3 : len / 40) {
		put_file(bytes, i);
		open_room();
		assert_true(has_read_all());
		assert_as_wanted();
		close_room();
	}
	free(bytes);
}

static void
set_sum(uint8_t *bytes, size_t len)
{
	crypto_generichash(bytes + len - CHECKPOINT_SUM, CHECKPOINT_SUM,
	    bytes, len - CHECKPOINT_SUM, NULL, 0);
}

/* Also where its sum is right: nothing that it says is believed. */
static void
another_version_or_another_body_is_refused(void **state)
{
	const size_t edge = CHECKPOINT_HEAD + JOURNAL_ID, chain = edge + 16;
	size_t len, i;
	uint8_t *bytes, was;

	(void)state;
	prepare();
	bytes = get_file(&len);
	for (i = 8; i < len - CHECKPOINT_SUM; i += i < 300 ? 7 : len / 80) {
		was = bytes[i];
		bytes[i] = (uint8_t)(was ^ 0x85);
		set_sum(bytes, len);
		put_file(bytes, len);
		bytes[i] = was;
		open_room();
		if (i < edge + 8 || (i >= chain && i < chain +
		    JOURNAL_CHAIN)) {
			assert_true(has_read_all());
			assert_as_wanted();
		}
		close_room();
	}
	free(bytes);
}

/* To the program that wrote it the same entries led to something else. */
static void
one_of_an_earlier_program_is_refused_and_all_is_read(void **state)
{
	uint8_t *bytes;
	size_t len;

	(void)state;
	prepare();
	bytes = get_file(&len);
	assert_true(bytes[CHECKPOINT_HEAD - 1] > 1);
	bytes[CHECKPOINT_HEAD - 1]--;
	set_sum(bytes, len);
	put_file(bytes, len);
	free(bytes);
	open_room();
	assert_true(has_read_all());
	assert_as_wanted();
}

static void
one_that_is_newer_than_the_log_is_refused(void **state)
{
	struct memdisk *early, *late;
	uint8_t *bytes;
	size_t len;

	(void)state;
	write_log(MANY / 2);
	early = memdisk_copy(md);
	open_room();
	want_len = state_of(want);
	write_some(MANY / 2);
	close_room();
	bytes = get_file(&len);
	late = md;
	/* The log of before, put back beside it. */
	use_disk(early);
	put_file(bytes, len);
	open_room();
	assert_true(has_read_all());
	assert_as_wanted();
	/* And what comes then, with other entries of the same numbers. */
	write_some(MANY);
	want_len = state_of(want);
	close_room();
	put_file(bytes, len);
	open_room();
	assert_true(has_read_all());
	assert_as_wanted();
	free(bytes);
	memdisk_free(late);
}

/* Of two logs with the same past, and the same numbers and lengths then. */
static void
one_of_another_history_is_refused(void **state)
{
	struct memdisk *one, *other;
	uint8_t *bytes;
	uint64_t was;
	size_t len;

	(void)state;
	write_log(MANY / 2);
	was = seed;
	other = memdisk_copy(md);
	open_room();
	write_some(MANY / 2);
	close_room();
	bytes = get_file(&len);
	one = md;
	use_disk(other);
	seed = was;
	words = "more some";
	open_room();
	write_some(MANY / 2);
	want_len = state_of(want);
	close_room();
	put_file(bytes, len);
	open_room();
	assert_true(has_read_all());
	assert_as_wanted();
	free(bytes);
	memdisk_free(one);
}

static void
an_older_one_is_good_enough(void **state)
{
	uint8_t *bytes;
	size_t len;

	(void)state;
	prepare();
	bytes = get_file(&len);
	open_room();
	write_some(MANY / 3);
	want_len = state_of(want);
	close_room();
	put_file(bytes, len);
	free(bytes);
	open_room();
	assert_false(has_read_all());
	assert_true(bytes_read > log_bytes(l) / 6);
	assert_as_wanted();
}

/* What was removed is no reason to read what is there. */
static void
it_goes_on_without_what_retention_took(void **state)
{
	uint64_t first;
	size_t len;

	(void)state;
	prepare();
	config.keep_bytes = 8 * SEGMENT;
	open_room();
	log_hold(l, UINT64_MAX);
	write_some(10);
	want_len = state_of(want);
	first = log_first(l);
	assert_true(first > 100);
	close_room();
	open_room();
	assert_int_equal(log_first(l), first);
	assert_false(has_read_all());
	assert_as_wanted();
	assert_non_null(log_read(l, first, &len));
	assert_null(log_read(l, first - 1, &len));
	assert_int_equal(log_term(l, first - 1), log_term(l, first));
}

/* Nothing is lost, whatever change is the last one. */
static void
dying_at_any_change_is_no_harm(void **state)
{
	struct memdisk *base;
	struct journal_why why;
	unsigned i, steps = 0;
	bool died = true;

	(void)state;
	write_log(400);
	base = md;
	for (i = 0; died; i = i + 1 + i / 30) {
		use_disk(memdisk_copy(base));
		memdisk_lose_names(md);
		memdisk_die(md, i);
		if (start(&why))
			write_some(150);
		died = memdisk_died(md);
		close_room();
		if (i % 2 == 0)
			memdisk_kill(md);
		else
			memdisk_crash(md, below(1000000));
		open_room();
		write_some(1);
		want_len = state_of(want);
		close_room();
		open_room();
		assert_as_wanted();
		close_room();
		d.remove(d.arg, FILE_PATH);
		open_room();
		assert_as_wanted();
		close_room();
		memdisk_free(md);
		steps++;
	}
	assert_true(steps > 50);
	use_disk(base);
}

/* As it was before there were checkpoints, one start later. */
static void
a_damaged_old_entry_is_told_with_its_place(void **state)
{
	static const char path[] = "/d/01000000000000000000000000000000/"
	    "00000000000000000001.log";
	struct journal_why why;
	uint64_t seq;
	size_t len;

	(void)state;
	prepare();
	assert_true(memdisk_flip(md, path, SEGMENT / 2));
	open_room();
	assert_false(has_read_all());
	assert_as_wanted();
	for (seq = 1; log_read(l, seq, &len) != NULL; seq++)
		continue;
	assert_true(seq > 10 && seq < 200);
	close_room();
	assert_false(start(&why));
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_string_equal(why.path, path);
}

static void
a_full_disk_has_no_checkpoint_and_is_no_end(void **state)
{
	(void)state;
	write_log(MANY);
	memdisk_limit(md, memdisk_bytes(md) + 200);
	open_room();
	want_len = state_of(want);
	turn();
	close_room();
	assert_int_equal(d.open(d.arg, FILE_PATH, false), -1);
	open_room();
	assert_as_wanted();
	memdisk_limit(md, UINT64_MAX);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_start_reads_what_is_behind_the_checkpoint_and_knows_all),
		TEST(what_is_said_goes_on_from_there),
		TEST(old_entries_are_there),
		TEST(a_damaged_one_is_refused_and_all_is_read),
		TEST(a_torn_one_is_refused_and_all_is_read),
		TEST(another_version_or_another_body_is_refused),
		TEST(one_of_an_earlier_program_is_refused_and_all_is_read),
		TEST(one_that_is_newer_than_the_log_is_refused),
		TEST(one_of_another_history_is_refused),
		TEST(an_older_one_is_good_enough),
		TEST(it_goes_on_without_what_retention_took),
		TEST(dying_at_any_change_is_no_harm),
		TEST(a_damaged_old_entry_is_told_with_its_place),
		TEST(a_full_disk_has_no_checkpoint_and_is_no_end),
	};

	return tests_run(tests, NULL, NULL);
}
