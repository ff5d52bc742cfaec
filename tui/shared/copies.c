/*
 * Two copies of a room become one. What is moved is moved by a rename, so that
 * it is there once, whatever happens; nothing is removed that is not elsewhere,
 * too.
 */
#include "tui/shared/copies.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/disk.h"
#include "common/journal.h"
#include "common/journal_aside.h"
#include "common/wire.h"
#include "tui/shared/leaves.h"

enum { LOG_NAME = 2 * JOURNAL_ID + 1 };

/* A log whose entries are all in another one. */
static bool
drop(const struct disk *d, const char *dir, const char *log)
{
	struct leaves list;
	char path[PATH_MAX], gone[PATH_MAX], file[PATH_MAX];
	size_t i;
	bool good;

	/* Half of it must never be taken for a log. */
	if (!leaves_path(path, dir, log) ||
	    snprintf(gone, sizeof(gone), "%s.cut", path) >=
	    (int)sizeof(gone) || !leaves_move(d, path, gone))
		return false;
	good = leaves_list(&list, d, gone);
	for (i = 0; i < list.n; i++)
		good &= leaves_path(file, gone, list.leaf[i]) &&
		    d->remove(d->arg, file) == 0;
	leaves_forget(&list);
	return good && d->remove(d->arg, gone) == 0;
}

/* Is all of a in b? */
static bool
is_within(struct journal *a, struct journal *b)
{
	uint8_t one[JOURNAL_CHAIN], other[JOURNAL_CHAIN];
	uint64_t last = journal_last(a);

	return memcmp(journal_id(a), journal_id(b), JOURNAL_ID) == 0 &&
	    journal_first(a) >= journal_first(b) && last <= journal_last(b) &&
	    journal_chain(a, last, one) && journal_chain(b, last, other) &&
	    memcmp(one, other, JOURNAL_CHAIN) == 0;
}

static int64_t
newest_ms(struct journal *j)
{
	size_t len;
	const uint8_t *encoded = journal_read(j, journal_last(j), &len);
	struct wire_in in = wire_in(encoded, encoded == NULL ? 0 : len);
	struct entry e;

	return encoded != NULL && entry_decode_again(&in, &e) == ENTRY_OK ?
	    e.time_ms : 0;
}

static bool
is_newer(struct journal *a, struct journal *b)
{
	if (memcmp(journal_id(a), journal_id(b), JOURNAL_ID) == 0)
		return journal_last(a) > journal_last(b);
	return newest_ms(a) > newest_ms(b);
}

/* What is behind the end of a copy, out of another one that has it. */
static bool
catch_up(struct journal *copy, struct journal *other)
{
	const uint8_t *encoded;
	size_t len;

	while (journal_last(copy) < journal_last(other))
		if ((encoded = journal_read(other, journal_last(copy) + 1,
		    &len)) == NULL || !journal_append(copy, encoded, len, 1))
			return false;
	return journal_sync(copy);
}

/* Are they of one log, without a gap between them? */
static bool
meet(struct journal *a, struct journal *b)
{
	uint8_t one[JOURNAL_CHAIN], other[JOURNAL_CHAIN];
	uint64_t last = journal_last(a);

	if (last > journal_last(b))
		last = journal_last(b);
	return memcmp(journal_id(a), journal_id(b), JOURNAL_ID) == 0 &&
	    last + 1 >= journal_first(a) && last + 1 >= journal_first(b) &&
	    journal_chain(a, last, one) && journal_chain(b, last, other) &&
	    memcmp(one, other, JOURNAL_CHAIN) == 0;
}

/* The one that begins first gets all of the other; where it cannot, which of
 * them stays is decided as if they had nothing in common. */
static void
make_whole(struct journal *a, struct journal *b)
{
	if (!meet(a, b))
		return;
	if (journal_first(a) < journal_first(b))
		catch_up(a, b);
	else
		catch_up(b, a);
}

static bool
set_aside(const struct disk *d, const char *dir)
{
	char aside[PATH_MAX];

	return journal_set_aside(d, dir, aside) != JOURNAL_ASIDE_FAILED;
}

static void
name_log(char log[LOG_NAME], const struct journal *j)
{
	sodium_bin2hex(log, LOG_NAME, journal_id(j), JOURNAL_ID);
}

static bool
move_log(const struct disk *d, const char *from, const char *to,
    const char *log)
{
	char old[PATH_MAX], new[PATH_MAX];

	return leaves_path(old, from, log) && leaves_path(new, to, log) &&
	    leaves_move(d, old, new);
}

/* Both are there: what loses goes away first, where it is. Closes them. */
static bool
choose_copy(const struct disk *d, const char *from, const char *to,
    struct journal *here, struct journal *there)
{
	char log[LOG_NAME], other[LOG_NAME];
	bool loses, wins, newer;

	make_whole(here, there);
	loses = is_within(here, there);
	wins = is_within(there, here);
	newer = is_newer(here, there);
	name_log(log, here);
	name_log(other, there);
	journal_close(here);
	journal_close(there);
	if (loses)
		return drop(d, from, log);
	if (!wins && !newer)
		return set_aside(d, from);
	return (wins ? drop(d, to, other) : set_aside(d, to)) &&
	    move_log(d, from, to, log);
}

bool
copies_take(const struct disk *d, const char *from, const char *to)
{
	struct journal_why why;
	struct journal *here, *there;
	char log[LOG_NAME];

	here = journal_open(d, from, JOURNAL_SEGMENT_BYTES, &why);
	errno = EWOULDBLOCK;
	/* What cannot be read stays, for whoever looks for it. */
	if (here == NULL)
		return why.kind != JOURNAL_LOCKED;
	there = journal_open(d, to, JOURNAL_SEGMENT_BYTES, &why);
	if (there != NULL)
		return choose_copy(d, from, to, here, there);
	name_log(log, here);
	journal_close(here);
	errno = EWOULDBLOCK;
	return why.kind != JOURNAL_LOCKED && set_aside(d, to) &&
	    move_log(d, from, to, log);
}

static void
see(void *has, const char *name)
{
	*(bool *)has |= strlen(name) == LOG_NAME - 1 &&
	    strspn(name, "0123456789abcdef") == LOG_NAME - 1;
}

bool
copies_lie(const struct disk *d, const char *dir)
{
	bool has = false;

	return d->list(d->arg, dir, see, &has) == 0 && has;
}
