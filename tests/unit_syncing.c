/*
 * One who waits for the disk, and logs that each take him for their own: none
 * hears what became of another's.
 */
#include "server/syncing.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

enum { LOGS = 3, ASKS = 64, NOW = 1000000, WALL = 1000, FD = 77 };

/* Whom all of them ask, in order; his test says when he is done with one. */
static struct {
	const struct disk *disk;	/* NULL: files are not looked at */
	struct ask {
		int	 fds[LOG_SYNC_FILES];
		size_t	 n;
		int	 error;
	} asks[ASKS];
	unsigned asked, done, told;
	bool	 gone;			/* he takes no more */
} him;

static bool
him_begin(void *arg, const int *fds, size_t n)
{
	struct ask *a = &him.asks[him.asked % ASKS];

	(void)arg;
	if (him.gone)
		return false;
	memcpy(a->fds, fds, n * sizeof(*fds));
	a->n = n;
	a->error = 0;
	him.asked++;
	return true;
}

/* The oldest that he was asked for is on the disk, or not. */
static void
finish(int error)
{
	struct ask *a = &him.asks[him.done++ % ASKS];
	size_t i;

	assert_true(him.done <= him.asked);
	a->error = error;
	for (i = 0; him.disk != NULL && i < a->n && a->error == 0; i++)
		if (him.disk->sync(him.disk->arg, a->fds[i]) == -1)
			a->error = errno;
}

static int
him_end(void *arg, bool wait)
{
	(void)arg;
	if (him.told == him.done && wait && him.done < him.asked)
		finish(0);
	return him.told == him.done ? EINPROGRESS :
	    him.asks[him.told++ % ASKS].error;
}

static void
him_watch(void *arg, struct pollfd *pfd)
{
	(void)arg;
	*pfd = (struct pollfd){ .fd = FD, .events = POLLIN };
}

static const struct log_syncer below = { him_begin, him_end, him_watch,
	NULL };
static struct syncing all;
static struct syncing_log of[LOGS];
static const struct log_syncer *s[LOGS];

static int
set_up(void **state)
{
	int i;

	(void)state;
	memset(&him, 0, sizeof(him));
	syncing_init(&all, &below);
	for (i = 0; i < LOGS; i++)
		s[i] = syncing_add(&all, &of[i]);
	return 0;
}

static void
ask(int i)
{
	int fd = i;

	assert_true(s[i]->begin(s[i]->arg, &fd, 1));
}

static int
end(int i)
{
	return s[i]->end(s[i]->arg, false);
}

static void
each_hears_what_became_of_its_own(void **state)
{
	struct pollfd pfd;

	(void)state;
	assert_int_equal(end(0), EINPROGRESS);
	ask(1);
	ask(0);
	ask(2);
	/* One at a time. */
	assert_false(s[1]->begin(s[1]->arg, &(int){ 1 }, 1));
	assert_int_equal(him.asked, 3);
	s[0]->watch(s[0]->arg, &pfd);
	assert_int_equal(pfd.fd, FD);
	finish(EIO);
	/* Who asks first takes nobody else's. */
	assert_int_equal(end(0), EINPROGRESS);
	assert_int_equal(end(2), EINPROGRESS);
	assert_int_equal(him.told, 0);
	assert_int_equal(end(1), EIO);
	assert_int_equal(end(1), EINPROGRESS);
	finish(0);
	finish(ENOSPC);
	assert_int_equal(end(2), EINPROGRESS);
	assert_int_equal(end(0), 0);
	assert_int_equal(end(2), ENOSPC);
	ask(2);
	ask(1);
	finish(0);
	assert_int_equal(end(1), EINPROGRESS);
	assert_int_equal(end(2), 0);
	assert_false(syncing_is_known(&all));
}

/* What it has to take on the way is kept for whose it is. */
static void
who_waits_takes_no_other_ones(void **state)
{
	(void)state;
	ask(0);
	ask(1);
	ask(2);
	finish(EIO);
	assert_int_equal(s[2]->end(s[2]->arg, true), 0);
	assert_int_equal(him.told, 3);
	/* No descriptor tells the others. */
	assert_true(syncing_is_known(&all));
	assert_false(s[0]->begin(s[0]->arg, &(int){ 0 }, 1));
	assert_int_equal(end(1), 0);
	assert_true(syncing_is_known(&all));
	assert_int_equal(end(0), EIO);
	assert_false(syncing_is_known(&all));
	assert_int_equal(end(0), EINPROGRESS);
	assert_int_equal(s[1]->end(s[1]->arg, true), EINPROGRESS);
}

static void
what_one_who_is_gone_asked_for_comes_to_nobody(void **state)
{
	int i;

	(void)state;
	/* The first, one in the middle with another before it, the last. */
	for (i = 0; i < 3; i++)
		ask(i);
	syncing_remove(&of[0]);
	syncing_remove(&of[1]);
	s[1] = syncing_add(&all, &of[1]);
	ask(1);
	syncing_remove(&of[1]);
	s[0] = syncing_add(&all, &of[0]);
	ask(0);
	finish(EIO);
	finish(EIO);
	assert_int_equal(end(2), EINPROGRESS);
	finish(0);
	assert_int_equal(end(2), 0);
	finish(EIO);
	assert_int_equal(end(0), EINPROGRESS);
	finish(ENOSPC);
	assert_int_equal(end(0), ENOSPC);
	assert_int_equal(him.told, 5);
	/* One that was not told what is known. */
	ask(0);
	ask(2);
	finish(0);
	assert_int_equal(s[2]->end(s[2]->arg, true), 0);
	assert_true(syncing_is_known(&all));
	syncing_remove(&of[0]);
	assert_false(syncing_is_known(&all));
	/* None is left; then there is one again. */
	ask(2);
	syncing_remove(&of[2]);
	s[2] = syncing_add(&all, &of[2]);
	ask(2);
	finish(EIO);
	finish(0);
	assert_int_equal(end(2), 0);
	syncing_remove(&of[2]);
	syncing_remove(&of[2]);
}

/* However they come and go, and wait. */
static void
no_result_is_ever_anothers(void **state)
{
	int want[LOGS] = { -1, -1, -1 }, whose[ASKS], i, n, got;
	unsigned seed = 1;

	(void)state;
	for (n = 0; n < 100000; n++) {
		seed = seed * 1103515245 + 12345;
		i = (int)(seed >> 16) % LOGS;
		switch (seed >> 24 & 7) {
		case 0:
			syncing_remove(&of[i]);
			s[i] = syncing_add(&all, &of[i]);
			want[i] = -1;
			break;
		case 1:
		case 2:
			if (want[i] != -1 || him.asked - him.told >= ASKS)
				break;
			whose[him.asked % ASKS] = i;
			want[i] = (int)him.asked;
			ask(i);
			break;
		case 3:
			if (him.done < him.asked)
				finish((int)him.done + 1000);
			break;
		default:
			got = s[i]->end(s[i]->arg, (seed & 1 << 29) != 0);
			if (got == EINPROGRESS)
				break;
			assert_int_not_equal(want[i], -1);
			assert_int_equal(whose[want[i] % ASKS], i);
			assert_true(got == 0 || got == want[i] + 1000);
			want[i] = -1;
		}
	}
	assert_true(him.told > 1000);
}

static void
where_nobody_waits_each_does_itself(void **state)
{
	int fd = 0;

	(void)state;
	him.gone = true;
	assert_false(s[0]->begin(s[0]->arg, &fd, 1));
	assert_int_equal(end(0), EINPROGRESS);
	syncing_remove(&of[0]);
	syncing_init(&all, NULL);
	assert_null(syncing_add(&all, &of[0]));
}

/*
 * Real logs
 */

static struct memdisk *md;
static struct disk d;
static struct log *logs[LOGS];
static const char *const dirs[LOGS] = { "/0", "/1", "/2" };
static int64_t now = NOW;

static void
open_log(int i)
{
	struct log_config config = { .disk = &d, .dir = dirs[i],
	    .sync = LOG_SYNC_GROUP, .segment_bytes = JOURNAL_SEGMENT_BYTES,
	    .syncer = s[i] };
	uint8_t id[JOURNAL_ID] = { (uint8_t)(i + 1) };
	struct journal_why why;

	d.make_dir(d.arg, dirs[i]);
	logs[i] = log_open(&config, WALL, id, &why);
	assert_non_null(logs[i]);
	assert_true(log_replay(logs[i], &(struct log_out){ .entry =
	    log_put_entry }));
}

static void
turn(int i)
{
	const struct log_out out = { .entry = log_put_entry };

	log_turn(logs[i], now, WALL, &out);
}

static void
say(int i)
{
	struct entry e = { .kind = ENTRY_SAY, .time_ms = WALL,
	    .author = "ann", .author_len = 3, .text = "x", .text_len = 1 };

	assert_true(log_put(logs[i], now, WALL, &e, 1));
}

static void
a_log_acknowledges_only_what_was_synced_for_it(void **state)
{
	uint64_t durable[LOGS];
	struct pollfd pfd;
	int i;

	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	him.disk = &d;
	for (i = 0; i < LOGS; i++) {
		open_log(i);
		durable[i] = log_durable(logs[i]);
	}
	for (i = 0; i < LOGS; i++)
		say(i);
	assert_int_equal(log_fds(logs[1], &pfd), 1);
	finish(0);
	for (i = LOGS; i-- > 0; )
		turn(i);
	assert_int_equal(log_durable(logs[0]), durable[0] + 1);
	assert_int_equal(log_durable(logs[1]), durable[1]);
	assert_int_equal(log_durable(logs[2]), durable[2]);
	/* One is closed while the disk is at work for it: it waits. */
	assert_int_equal(log_close(logs[2]), 0);
	syncing_remove(&of[2]);
	assert_true(syncing_is_known(&all));
	turn(1);
	assert_int_equal(log_durable(logs[1]), durable[1] + 1);
	/* And what fails fails for whose it is. */
	say(0);
	say(1);
	finish(EIO);
	finish(0);
	turn(0);
	turn(1);
	assert_int_equal(log_failed(logs[0]), EIO);
	assert_int_equal(log_failed(logs[1]), 0);
	assert_int_equal(log_durable(logs[1]), durable[1] + 2);
	log_close(logs[0]);
	log_close(logs[1]);
	memdisk_free(md);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(each_hears_what_became_of_its_own),
		TEST(who_waits_takes_no_other_ones),
		TEST(what_one_who_is_gone_asked_for_comes_to_nobody),
		TEST(no_result_is_ever_anothers),
		TEST(where_nobody_waits_each_does_itself),
		TEST(a_log_acknowledges_only_what_was_synced_for_it),
	};

	return tests_run(tests, NULL, NULL);
}
