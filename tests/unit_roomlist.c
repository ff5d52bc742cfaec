/*
 * A server's rooms on a disk in memory: how they are found, made, opened and
 * closed, and that dying at any step loses nothing that was acknowledged.
 */
#include "server/roomlist.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

enum { WALL = 1000, NAMES = 300, FD = 77 };

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *md;
static struct disk d;
static struct roomlist *rl;
static struct roomlist_why why;
static struct roomlist_config config;
static const char *names[NAMES];
static char numbers[NAMES][8];
static int64_t now;
static uint32_t drawn;
static char seen[4096];		/* the texts, each with a blank behind it */

/* Whom the logs have wait for the disk. */
static struct { unsigned asked, told; bool done; } him;

static bool
him_begin(void *arg, const int *fds, size_t n)
{
	(void)arg;
	(void)fds;
	(void)n;
	him.asked++;
	return true;
}

static int
him_end(void *arg, bool wait)
{
	(void)arg;
	if (him.told == him.asked || (!him.done && !wait))
		return EINPROGRESS;
	him.told++;
	return 0;
}

static void
him_watch(void *arg, struct pollfd *pfd)
{
	(void)arg;
	*pfd = (struct pollfd){ .fd = FD };
}

static const struct log_syncer waiter = { him_begin, him_end, him_watch,
	NULL };

static void
draw(void *arg, void *dst, size_t len)
{
	uint8_t *at = dst;

	(void)arg;
	for (drawn++; len > 0; len--)
		*at++ = (uint8_t)(drawn >> len % 4 * 8);
}

static void
use_disk(struct memdisk *of)
{
	md = of;
	d = memdisk_disk(md);
}

static int
set_up(void **state)
{
	(void)state;
	use_disk(memdisk_new());
	memset(&him, 0, sizeof(him));
	now = 1000000;
	drawn = 0;
	config = (struct roomlist_config){ .log = { .disk = &d, .dir = "/d",
	    .sync = LOG_SYNC_ALWAYS, .segment_bytes = JOURNAL_SEGMENT_BYTES },
	    .names = names, .random = draw };
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	roomlist_free(rl);
	rl = NULL;
	memdisk_free(md);
	return 0;
}

/* With -r for each of these, in blanks. */
static bool
begin(const char *words)
{
	static char text[256];
	char *word, *rest = text;

	strlcpy(text, words, sizeof(text));
	config.names_n = 0;
	while ((word = strsep(&rest, " ")) != NULL)
		names[config.names_n++] = word;
	rl = roomlist_new(&config, WALL, &why);
	return rl != NULL;
}

static void
again(const char *words)
{
	assert_int_equal(roomlist_free(rl), 0);
	assert_true(begin(words));
}

static void
assert_refused(const char *words, enum roomlist_error kind, const char *name)
{
	assert_int_equal(roomlist_free(rl), 0);
	assert_false(begin(words));
	assert_int_equal(why.kind, kind);
	assert_string_equal(why.name, name);
}

static struct place *
find(const char *name)
{
	return roomlist_find(rl, name, strlen(name));
}

static enum roomlist_error
make(const char *name, const uint8_t *opener)
{
	struct place *p;
	enum roomlist_error error = roomlist_make(rl, WALL, name,
	    strlen(name), opener, &p);

	if (error == ROOMLIST_FINE)
		assert_ptr_equal(p, find(name));
	return error;
}

static enum roomlist_error
rename_room(const char *from, const char *to)
{
	return roomlist_rename(rl, find(from), WALL, to, strlen(to));
}

static void
on_entry(void *arg, const struct entry *e, uint32_t node, bool ours)
{
	(void)arg;
	(void)node;
	(void)ours;
	if (e->kind == ENTRY_SAY)
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
		    "%.*s ", (int)e->text_len, e->text);
}

static const char *
replay(const struct place *p)
{
	static const struct log_out out = { .entry = on_entry };

	seen[0] = '\0';
	assert_true(log_replay(p->log, &out));
	return seen;
}

/* Opens it, and what it holds is known. */
static bool
open_room(struct place *p)
{
	struct journal_why j;

	if (!roomlist_open(rl, p, WALL, &j))
		return false;
	replay(p);
	return true;
}

/* It is said, and on the disk. */
static bool
say(struct place *p, const char *text)
{
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "ann", .author_len = 3, .text = text,
	    .text_len = strlen(text) };

	return log_put(p->log, now, WALL, &e, 1) && log_failed(p->log) == 0 &&
	    log_durable(p->log) == log_head(p->log).seq;
}

static void
count_line(void *to, const char *name)
{
	(void)name;
	++*(size_t *)to;
}

static size_t
lines_in_file(void)
{
	char text[65536];
	int fd = d.open(d.arg, "/d/rooms", false);
	ssize_t n = fd == -1 ? 0 : d.read(d.arg, fd, text, sizeof(text), 0);
	size_t lines = 0;

	while (n > 0)
		lines += text[--n] == '\n';
	if (fd != -1)
		d.close(d.arg, fd);
	return lines;
}

/*
 * The names
 */

static void
a_log_of_before_is_the_home_room(void **state)
{
	struct log_config lc = config.log;
	uint8_t id[JOURNAL_ID] = { 7 };
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "ann", .author_len = 3, .text = "x", .text_len = 1 };
	struct log *l = log_open(&lc, WALL, id, &why.disk);

	(void)state;
	assert_non_null(l);
	assert_true(log_put(l, now, WALL, &e, 1));
	assert_true(log_give(l, now, WALL, "ann", ann));
	assert_int_equal(log_close(l), 0);
	assert_true(begin("chat"));
	assert_memory_equal(find("chat")->line.id, id, sizeof(id));
	assert_ptr_equal(find("chat"), roomlist_home(rl));
	assert_string_equal(replay(find("chat")), "x ");
	assert_int_equal(log_lease_check(find("chat")->log, WALL, "ann", ann),
	    LOG_LEASE_OWN);
	assert_int_equal(lines_in_file(), 1);
	/* And a server of before finds what it had. */
	assert_int_equal(roomlist_free(rl), 0);
	rl = NULL;
	assert_non_null(l = log_open(&lc, WALL, id, &why.disk));
	assert_memory_equal(log_head(l).log_id, id, sizeof(id));
	log_close(l);
}

static void
an_only_room_is_called_as_the_operator_says(void **state)
{
	uint8_t id[JOURNAL_ID];

	(void)state;
	assert_true(begin("Team Chat"));	/* two, without a file */
	memcpy(id, roomlist_home(rl)->line.id, sizeof(id));
	assert_non_null(find("Team"));
	assert_int_equal(roomlist_free(rl), 0);
	config.names_n = 1;
	names[0] = "Team Chat";
	assert_int_equal(d.remove(d.arg, "/d/rooms"), 0);
	assert_non_null(rl = roomlist_new(&config, WALL, &why));
	assert_memory_equal(roomlist_home(rl)->line.id, id, sizeof(id));
	assert_ptr_equal(find("team chat"), roomlist_home(rl));
	again("lab");
	assert_ptr_equal(find("LAB"), roomlist_home(rl));
	assert_null(find("Team Chat"));
	again("Lab");
	assert_string_equal(roomlist_home(rl)->line.name, "Lab");
	assert_int_equal(lines_in_file(), 1);
	assert_memory_equal(roomlist_home(rl)->line.id, id, sizeof(id));
	/* The log was moved away: the home room is what is there. */
	assert_int_equal(roomlist_free(rl), 0);
	rl = NULL;
	assert_true(d.rename(d.arg, "/d", "/e") == 0 &&
	    d.make_dir(d.arg, "/d") == 0 &&
	    d.rename(d.arg, "/e/rooms", "/d/rooms") == 0);
	assert_true(begin("Lab"));
	assert_memory_not_equal(roomlist_home(rl)->line.id, id, sizeof(id));
	assert_memory_equal(roomlist_home(rl)->line.id,
	    log_head(roomlist_home(rl)->log).log_id, JOURNAL_ID);
	assert_int_equal(lines_in_file(), 1);
}

static void
among_several_the_home_room_is_named_first(void **state)
{
	uint64_t bytes, head;

	(void)state;
	assert_true(begin("lab ops class lab OPS"));
	assert_int_equal(lines_in_file(), 3);
	assert_ptr_equal(roomlist_home(rl), find("lab"));
	head = log_head(find("lab")->log).seq;
	bytes = memdisk_bytes(md);
	assert_refused("ops lab", ROOMLIST_HOME, "lab");
	assert_refused("chat", ROOMLIST_HOME, "lab");
	assert_refused("lab ~x", ROOMLIST_NAME, "~x");
	assert_refused("lab a/b", ROOMLIST_NAME, "a/b");
	assert_refused("\t", ROOMLIST_NAME, "\t");
	assert_int_equal(memdisk_bytes(md), bytes);
	/* Not even a term has begun. */
	assert_true(begin("LAB new"));
	assert_int_equal(log_head(find("lab")->log).seq, head + 1);
	assert_string_equal(roomlist_home(rl)->line.name, "LAB");
	assert_int_equal(lines_in_file(), 4);
	/* Renamed by the operator, who starts it as before. */
	assert_int_equal(rename_room("lab", "lab2"), ROOMLIST_FINE);
	again("lab");
	assert_string_equal(roomlist_home(rl)->line.name, "lab2");
	again("lab2");
	assert_int_equal(roomlist_put_away(rl, find("ops"), true),
	    ROOMLIST_FINE);
	again("lab2");
	assert_int_equal(find("ops")->line.sort, ROOMS_AWAY);
	again("lab2 ops");
	assert_int_equal(find("ops")->line.sort, ROOMS_ROOM);
	again("lab2");
	assert_int_equal(find("ops")->line.sort, ROOMS_ROOM);
}

static void
a_room_is_found_however_it_is_spelled_or_was(void **state)
{
	uint8_t id[JOURNAL_ID];

	(void)state;
	assert_true(begin("lab"));
	assert_null(find("ops"));
	assert_int_equal(make("Ops", NULL), ROOMLIST_FINE);
	memcpy(id, find("ops")->line.id, sizeof(id));
	assert_ptr_equal(find("OPS"), find("ｏｐｓ"));
	assert_null(roomlist_find(rl, "\xff", 1));
	assert_null(roomlist_find(rl, "", 0));
	assert_int_equal(rename_room("ops", "dev"), ROOMLIST_FINE);
	assert_int_equal(rename_room("dev", "run"), ROOMLIST_FINE);
	assert_int_equal(rename_room("run", "RUN"), ROOMLIST_FINE);
	assert_string_equal(find("ops")->line.name, "RUN");
	assert_ptr_equal(find("dev"), find("run"));
	again("lab");
	assert_memory_equal(find("ops")->line.id, id, sizeof(id));
	assert_string_equal(find("dev")->line.name, "RUN");
	/* Back to a name of before; who comes under it takes it. */
	assert_int_equal(rename_room("run", "ops"), ROOMLIST_FINE);
	assert_int_equal(make("dev", NULL), ROOMLIST_FINE);
	assert_ptr_not_equal(find("dev"), find("ops"));
	assert_int_equal(rename_room("dev", "run"), ROOMLIST_FINE);
	again("lab");
	assert_memory_equal(find("ops")->line.id, id, sizeof(id));
	assert_string_equal(find("dev")->line.name, "run");
	assert_int_equal(rename_room("run", "ops"), ROOMLIST_TAKEN);
	assert_int_equal(rename_room("run", "Lab"), ROOMLIST_TAKEN);
	assert_int_equal(rename_room("run", "two words"), ROOMLIST_NAME);
	assert_int_equal(rename_room("lab", "two words"), ROOMLIST_FINE);
}

static void
names_of_long_ago_are_forgotten(void **state)
{
	char name[16];
	int i;

	(void)state;
	assert_true(begin("lab ops"));
	for (i = 0; i < ROOMLIST_FORMER + 10; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(roomlist_rename(rl, i == 0 ? find("ops") :
		    roomlist_next(rl, roomlist_home(rl)), WALL, name,
		    strlen(name)), ROOMLIST_FINE);
	}
	assert_null(find("ops"));
	assert_null(find("n5"));
	assert_non_null(find("n20"));
	again("lab");
	assert_null(find("ops"));
	assert_ptr_equal(find("n20"), find(name));
}

static void
there_may_be_so_many(void **state)
{
	char name[16];
	int i;

	(void)state;
	assert_true(begin("lab"));
	assert_int_equal(make("lab", ann), ROOMLIST_TAKEN);
	assert_int_equal(make("", ann), ROOMLIST_NAME);
	assert_int_equal(make("a/b", ann), ROOMLIST_NAME);
	assert_int_equal(make("@bob", ann), ROOMLIST_NAME);
	assert_int_equal(make("a b", ann), ROOMLIST_NAME);
	for (i = 0; i < ROOMLIST_OF_KEY; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		assert_int_equal(make(name, ann), ROOMLIST_FINE);
	}
	assert_int_equal(make("more", ann), ROOMLIST_QUOTA);
	again("lab");
	assert_int_equal(make("more", ann), ROOMLIST_QUOTA);
	assert_int_equal(make("b", bob), ROOMLIST_FINE);
	assert_int_equal(roomlist_put_away(rl, find("a0"), true),
	    ROOMLIST_FINE);
	assert_int_equal(make("a0", bob), ROOMLIST_TAKEN);
	assert_int_equal(make("more", ann), ROOMLIST_FINE);
	for (i = ROOMLIST_OF_KEY + 2; i < ROOMLIST_MAX; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		/* However many keys somebody has. */
		if (i == ROOMLIST_MEMBERS)
			assert_int_equal(make(name, bob), ROOMLIST_FULL);
		assert_int_equal(make(name, NULL), ROOMLIST_FINE);
	}
	assert_int_equal(make("last", NULL), ROOMLIST_FULL);
	/* Nor does one come back then. */
	assert_int_equal(roomlist_put_away(rl, find("a0"), false),
	    ROOMLIST_FULL);
	again("lab");
	assert_int_equal(make("last", NULL), ROOMLIST_FULL);
	assert_refused("lab last", ROOMLIST_FULL, "last");
	for (i = 0; i < ROOMLIST_MAX; i++)
		names[i] = strcpy(numbers[i], "lab");
	config.names_n = ROOMLIST_MAX;
	assert_non_null(rl = roomlist_new(&config, WALL, &why));
}

/* Those that are put away are many more. */
static void
what_is_put_away_makes_room(void **state)
{
	char name[16];
	int i;

	(void)state;
	assert_true(begin("lab"));
	for (i = 1; i < ROOMLIST_ALL; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		assert_int_equal(make(name, NULL), ROOMLIST_FINE);
		assert_int_equal(roomlist_put_away(rl, find(name), true),
		    ROOMLIST_FINE);
	}
	assert_int_equal(make("last", NULL), ROOMLIST_FULL);
	again("lab");
	assert_int_equal(make("last", NULL), ROOMLIST_FULL);
	assert_int_equal(roomlist_put_away(rl, find("a9"), false),
	    ROOMLIST_FINE);
}

static void
assert_corrupt(const char *text, off_t offset)
{
	int fd = d.open(d.arg, "/d/rooms", true);

	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, text, strlen(text), 0), 0);
	d.close(d.arg, fd);
	assert_false(begin("lab"));
	assert_int_equal(why.kind, ROOMLIST_DISK);
	assert_int_equal(why.disk.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.disk.offset, offset);
	assert_string_equal(why.disk.path, "/d/rooms");
}

static void
a_list_that_cannot_be_is_refused(void **state)
{
#define L(n, rest) "0000000000000000000000000000000" #n " " rest "\n"
#define LAB L(1, "home 1 - lab")
	(void)state;
	assert_corrupt(LAB L(1, "room 1 - ops"), strlen(LAB));
	assert_corrupt(LAB L(2, "room 1 - LAB"), strlen(LAB));
	assert_corrupt(LAB L(2, "home 1 - ops"), strlen(LAB));
	assert_corrupt(LAB L(2, "was 1 - ops"), strlen(LAB));
	assert_corrupt(LAB L(2, "room - ops"), strlen(LAB));
	assert_corrupt(L(1, "room 1 - lab"), 0);
#undef LAB
#undef L
}

static void
a_second_server_is_told_who_was_first(void **state)
{
	struct roomlist *first;
	uint64_t bytes;

	(void)state;
	assert_true(begin("lab ops"));
	bytes = memdisk_bytes(md);
	first = rl;
	assert_false(begin("lab ops new"));
	assert_int_equal(why.kind, ROOMLIST_DISK);
	assert_int_equal(why.disk.kind, JOURNAL_LOCKED);
	assert_int_equal(memdisk_bytes(md), bytes);
	rl = first;
}

/*
 * The logs
 */

static void
each_room_has_its_log(void **state)
{
	struct place *lab, *ops, *class;
	size_t logs = 0;

	(void)state;
	assert_true(begin("lab ops class"));
	lab = find("lab");
	ops = find("ops");
	class = find("class");
	assert_non_null(lab->log);
	assert_null(ops->log);
	/* None is there before somebody comes. */
	assert_int_equal(d.list(d.arg, "/d/room", count_line, &logs), -1);
	replay(lab);
	assert_true(open_room(ops));
	assert_true(open_room(class));
	assert_true(open_room(class));
	assert_true(say(lab, "l1"));
	assert_true(say(ops, "o1"));
	assert_true(say(class, "c1"));
	assert_true(say(ops, "o2"));
	assert_memory_equal(log_head(ops->log).log_id, ops->line.id,
	    JOURNAL_ID);
	/* Whose a name is they know together. */
	assert_true(log_give(ops->log, now, WALL, "ann", ann));
	assert_int_equal(log_lease_check(class->log, WALL, "ann", bob),
	    LOG_LEASE_OTHER);
	again("lab");
	assert_int_equal(d.list(d.arg, "/d/room", count_line, &logs), 0);
	assert_int_equal(logs, 2);
	lab = find("lab");
	assert_string_equal(replay(lab), "l1 ");
	assert_true(open_room(find("class")));
	assert_string_equal(seen, "c1 ");
	assert_true(open_room(find("ops")));
	assert_string_equal(seen, "o1 o2 ");
	assert_int_equal(log_lease_check(lab->log, WALL, "ann", ann),
	    LOG_LEASE_OWN);
}

static void
who_is_idle_for_a_minute_is_closed(void **state)
{
	struct place *ops, *class;

	(void)state;
	assert_true(begin("lab ops class"));
	ops = find("ops");
	class = find("class");
	assert_true(open_room(ops));
	assert_true(open_room(class));
	assert_int_equal(roomlist_due(rl), INT64_MAX);
	/* Nobody closes what somebody came for. */
	assert_null(roomlist_spare(rl));
	roomlist_left(rl, class, now);
	roomlist_left(rl, class, now + 1);
	roomlist_left(rl, ops, now + 10);
	roomlist_left(rl, roomlist_home(rl), now);
	assert_int_equal(roomlist_due(rl), now + ROOMLIST_IDLE_MS);
	assert_ptr_equal(roomlist_spare(rl), class);
	roomlist_used(rl, class);
	assert_int_equal(roomlist_due(rl), now + 10 + ROOMLIST_IDLE_MS);
	assert_null(roomlist_idle(rl, now + ROOMLIST_IDLE_MS + 9));
	now += 10 + ROOMLIST_IDLE_MS;
	assert_ptr_equal(roomlist_idle(rl, now), ops);
	assert_int_equal(roomlist_close(rl, ops), 0);
	assert_null(roomlist_idle(rl, now));
	assert_int_equal(roomlist_due(rl), INT64_MAX);
	assert_null(ops->log);
	assert_int_equal(ops->head, 1);
	assert_int_equal(roomlist_close(rl, ops), 0);
	/* The home room never is. */
	assert_int_equal(roomlist_close(rl, roomlist_home(rl)), 0);
	assert_non_null(roomlist_home(rl)->log);
	assert_true(open_room(ops));
	assert_true(say(ops, "o1"));
	assert_int_equal(roomlist_close(rl, ops), 0);
	assert_true(open_room(ops));
	assert_string_equal(seen, "o1 ");
	assert_int_equal(log_head(ops->log).seq, 4);
}

static void
one_that_waits_for_the_disk_is_not_closed(void **state)
{
	struct pollfd pfd[LOG_FDS];
	struct place *ops, *class;
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "ann", .author_len = 3, .text = "x", .text_len = 1 };
	const struct log_out out = { .entry = log_put_entry };

	(void)state;
	config.log.sync = LOG_SYNC_GROUP;
	config.log.syncer = &waiter;
	assert_true(begin("lab ops class"));
	ops = find("ops");
	class = find("class");
	replay(roomlist_home(rl));
	assert_true(open_room(ops));
	assert_true(open_room(class));
	assert_int_equal(roomlist_fds(rl, pfd), 0);
	roomlist_left(rl, ops, now);
	assert_true(log_put(ops->log, now, WALL, &e, 1));
	assert_true(log_put(class->log, now, WALL, &e, 1));
	assert_true(log_put(roomlist_home(rl)->log, now, WALL, &e, 1));
	assert_int_equal(him.asked, 3);
	/* One descriptor for all of them. */
	assert_int_equal(roomlist_fds(rl, pfd), 1);
	assert_int_equal(pfd[0].fd, FD);
	now += 2 * ROOMLIST_IDLE_MS;
	assert_null(roomlist_idle(rl, now));
	assert_int_equal(roomlist_due(rl), INT64_MAX);
	/* One that is closed nevertheless hears for the others. */
	assert_int_equal(roomlist_close(rl, class), 0);
	assert_true(roomlist_is_known(rl));
	log_turn(ops->log, now, WALL, &out);
	assert_false(roomlist_is_known(rl));
	assert_ptr_equal(roomlist_idle(rl, now), ops);
	assert_int_equal(roomlist_close(rl, ops), 0);
	him.done = true;
	log_turn(roomlist_home(rl)->log, now, WALL, &out);
	assert_int_equal(roomlist_fds(rl, pfd), 0);
	assert_int_equal(roomlist_failed(rl), 0);
}

static void
only_so_many_are_open_at_once(void **state)
{
	struct journal_why j;

	(void)state;
	config.open_max = 2;
	assert_true(begin("lab ops class dev"));
	assert_true(open_room(find("ops")));
	assert_true(open_room(find("class")));
	assert_false(roomlist_open(rl, find("dev"), WALL, &j));
	assert_int_equal(j.error, EMFILE);
	roomlist_left(rl, find("class"), now);
	assert_int_equal(roomlist_close(rl, roomlist_spare(rl)), 0);
	assert_true(open_room(find("dev")));
	assert_non_null(find("ops")->log);
}

/* There may be many more of them. */
static void
talks_leave_a_quarter_to_rooms(void **state)
{
	static struct talk_place *talk = (struct talk_place *)&now;
	struct place *talks[4];
	struct journal_why j;
	uint8_t id[JOURNAL_ID];
	char dir[32];
	int i;

	(void)state;
	config.open_max = 4;
	assert_true(begin("lab ops"));
	for (i = 0; i < 4; i++) {
		memset(id, 0x70 + i, sizeof(id));
		snprintf(dir, sizeof(dir), "%s/talk/%d", config.log.dir, i);
		talks[i] = roomlist_lodge(talk, id, dir);
		assert_non_null(talks[i]);
	}
	for (i = 0; i < 3; i++)
		assert_true(roomlist_open(rl, talks[i], WALL, &j));
	assert_false(roomlist_open(rl, talks[3], WALL, &j));
	assert_int_equal(j.error, EMFILE);
	assert_true(open_room(find("ops")));
	assert_int_equal(roomlist_close(rl, talks[0]), 0);
	roomlist_lodged(talks[0]);
	roomlist_lodged(talks[3]);
	/* The others go with the list. */
	assert_int_equal(log_head(talks[1]->log).seq, 1);
	assert_null(find("talk"));
}

static int (*below)(void *, const char *);
static unsigned synced;

static int
count_sync(void *arg, const char *path)
{
	synced++;
	return below(arg, path);
}

/* Everybody waits meanwhile, and whoever likes has it again each minute. */
static void
what_was_open_before_needs_its_directory_no_more(void **state)
{
	struct place *ops;
	unsigned at_first;

	(void)state;
	assert_true(begin("lab ops"));
	ops = find("ops");
	below = d.sync_dir;
	d.sync_dir = count_sync;
	synced = 0;
	assert_true(open_room(ops));
	at_first = synced;
	assert_int_equal(roomlist_close(rl, ops), 0);
	synced = 0;
	assert_true(open_room(ops));
	assert_true(at_first >= 2);
	assert_int_equal(synced, 0);
}

static void
a_log_that_fails_is_told(void **state)
{
	struct place *ops;

	(void)state;
	assert_true(begin("lab ops"));
	ops = find("ops");
	assert_true(open_room(ops));
	assert_int_equal(roomlist_failed(rl), 0);
	memdisk_fail_sync(md, 1);
	assert_false(say(ops, "x"));
	assert_int_equal(roomlist_failed(rl), EIO);
	assert_int_equal(roomlist_close(rl, ops), EIO);
}

static void
another_log_in_its_place_is_refused(void **state)
{
	struct place *ops, *class;
	struct journal_why j;

	(void)state;
	assert_true(begin("lab ops class"));
	ops = find("ops");
	class = find("class");
	assert_true(open_room(ops));
	assert_int_equal(roomlist_close(rl, ops), 0);
	assert_int_equal(d.rename(d.arg, ops->dir, class->dir), 0);
	assert_false(roomlist_open(rl, class, WALL, &j));
	assert_int_equal(j.kind, JOURNAL_CORRUPT);
	assert_string_equal(j.path, class->dir);
	assert_null(class->log);
	/* The others are as they were. */
	assert_true(open_room(ops));
}

static int
no_truncate(void *arg, int fd, off_t size)
{
	(void)arg;
	(void)fd;
	(void)size;
	errno = EIO;
	return -1;
}

static void
on_a_full_disk_nothing_changes(void **state)
{
	struct journal_why j;
	struct place *p;

	(void)state;
	assert_true(begin("lab ops"));
	memdisk_limit(md, memdisk_bytes(md) + 10);
	assert_int_equal(make("new", ann), ROOMLIST_DISK);
	assert_int_equal(errno, ENOSPC);
	assert_null(find("new"));
	assert_int_equal(rename_room("ops", "dev"), ROOMLIST_DISK);
	assert_null(find("dev"));
	assert_string_equal(find("ops")->line.name, "ops");
	assert_int_equal(roomlist_put_away(rl, find("ops"), true),
	    ROOMLIST_DISK);
	assert_int_equal(find("ops")->line.sort, ROOMS_ROOM);
	assert_false(roomlist_open(rl, find("ops"), WALL, &j));
	assert_int_equal(j.kind, JOURNAL_SYSTEM);
	assert_int_equal(j.error, ENOSPC);
	memdisk_limit(md, UINT64_MAX);
	assert_true(open_room(find("ops")));
	assert_int_equal(rename_room("ops", "dev"), ROOMLIST_FINE);
	/* A former name stays one where nobody could take it. */
	memdisk_limit(md, memdisk_bytes(md) + 10);
	assert_int_equal(make("ops", ann), ROOMLIST_DISK);
	assert_int_equal(rename_room("dev", "ops"), ROOMLIST_DISK);
	assert_ptr_equal(find("ops"), find("dev"));
	memdisk_limit(md, UINT64_MAX);
	/* It may be in the file all the same; then it is once. */
	assert_int_equal(rename_room("dev", "dev"), ROOMLIST_FINE);
	d.truncate = no_truncate;
	memdisk_fail_sync(md, 1);
	assert_int_equal(make("new", ann), ROOMLIST_DISK);
	use_disk(md);
	assert_int_equal(make("new", ann), ROOMLIST_FINE);
	again("lab");
	for (p = NULL; (p = roomlist_next(rl, p)) != NULL; )
		assert_true(strcmp(p->line.name, "lab") == 0 ||
		    strcmp(p->line.name, "dev") == 0 ||
		    strcmp(p->line.name, "new") == 0);
	assert_ptr_equal(find("ops"), find("dev"));
}

/*
 * Dying
 */

/* What was acknowledged, in order, and what came next if there was more. */
static struct {
	bool	 begun, made, renamed, away;
	char	 ops[32], class[32], lab[32];
} acked;

static bool
said(struct place *p, const char *text, char all[32])
{
	if (!say(p, text))
		return false;
	strlcat(all, text, 32);
	strlcat(all, " ", 32);
	return true;
}

/* A server's life; false: it died. */
static bool
live(void)
{
	struct place *ops, *class;

	if (!(acked.begun = begin("lab ops")))
		return false;
	replay(roomlist_home(rl));
	ops = find("ops");
	if (!said(roomlist_home(rl), "l1", acked.lab) || !open_room(ops) ||
	    !said(ops, "o1", acked.ops) ||
	    !(acked.made = make("class", ann) == ROOMLIST_FINE))
		return false;
	class = find("class");
	if (!open_room(class) || !said(class, "c1", acked.class) ||
	    !(acked.renamed = rename_room("ops", "dev") == ROOMLIST_FINE))
		return false;
	roomlist_left(rl, ops, now);
	if (roomlist_idle(rl, now + ROOMLIST_IDLE_MS) != ops ||
	    roomlist_close(rl, ops) != 0 || !open_room(ops) ||
	    !said(ops, "o2", acked.ops) || roomlist_close(rl, class) != 0 ||
	    !(acked.away = roomlist_put_away(rl, class, true) ==
	    ROOMLIST_FINE))
		return false;
	return said(ops, "o3", acked.ops) &&
	    said(roomlist_home(rl), "l2", acked.lab);
}

/* All that was acknowledged, and at most one line more. */
static void
assert_kept(const char *all)
{
	const char *more = seen + strlen(all);

	assert_true(strncmp(seen, all, strlen(all)) == 0);
	assert_true(*more == '\0' || strchr(more, ' ') == strrchr(more, ' '));
}

static void
assert_room_kept(struct place *p, const char *all)
{
	assert_non_null(p);
	assert_true(open_room(p));
	assert_kept(all);
	assert_true(say(p, "again"));
}

static void
assert_all_kept(void)
{
	struct place *p;

	assert_true(begin("lab"));
	replay(roomlist_home(rl));
	assert_kept(acked.lab);
	if (acked.begun)
		assert_room_kept(find("ops"), acked.ops);
	if (acked.made)
		assert_room_kept(find("class"), acked.class);
	if (acked.renamed) {
		assert_string_equal(find("ops")->line.name, "dev");
		assert_ptr_equal(find("ops"), find("dev"));
	}
	if (acked.away)
		assert_int_equal(find("class")->line.sort, ROOMS_AWAY);
	/* All that there is can be entered. */
	for (p = NULL; (p = roomlist_next(rl, p)) != NULL; )
		assert_true(p->log != NULL || open_room(p));
	if (find("ops") == NULL)
		assert_int_equal(make("ops", NULL), ROOMLIST_FINE);
	assert_int_equal(roomlist_free(rl), 0);
	rl = NULL;
}

static void
dying_at_any_step_loses_nothing(void **state)
{
	struct memdisk *empty = md;
	bool whole = false;
	unsigned step;
	int how;

	(void)state;
	for (step = 0; !whole; step++)
		for (how = 0; how < 3; how++) {
			use_disk(memdisk_copy(empty));
			memdisk_lose_names(md);
			memset(&acked, 0, sizeof(acked));
			memdisk_die(md, step);
			whole = live();
			if (how == 0)
				memdisk_kill(md);
			else
				memdisk_crash(md, step * 31 + (unsigned)how);
			roomlist_free(rl);
			rl = NULL;
			assert_all_kept();
			memdisk_free(md);
		}
	assert_true(step > 60);
	use_disk(empty);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_log_of_before_is_the_home_room),
		TEST(an_only_room_is_called_as_the_operator_says),
		TEST(among_several_the_home_room_is_named_first),
		TEST(a_room_is_found_however_it_is_spelled_or_was),
		TEST(names_of_long_ago_are_forgotten),
		TEST(there_may_be_so_many),
		TEST(what_is_put_away_makes_room),
		TEST(a_list_that_cannot_be_is_refused),
		TEST(a_second_server_is_told_who_was_first),
		TEST(each_room_has_its_log),
		TEST(who_is_idle_for_a_minute_is_closed),
		TEST(one_that_waits_for_the_disk_is_not_closed),
		TEST(only_so_many_are_open_at_once),
		TEST(talks_leave_a_quarter_to_rooms),
		TEST(what_was_open_before_needs_its_directory_no_more),
		TEST(a_log_that_fails_is_told),
		TEST(another_log_in_its_place_is_refused),
		TEST(on_a_full_disk_nothing_changes),
		TEST(dying_at_any_step_loses_nothing),
	};

	return tests_run(tests, NULL, NULL);
}
