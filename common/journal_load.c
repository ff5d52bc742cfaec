/*
 * Opening a journal, checking all of it, and making a new one. Runs in the
 * server and in the client's receiver process; must never cut but a torn tail.
 */
#include "common/journal_state.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/journal_mark.h"

enum { PAGE = 4096 };

/* What there is in a directory. */
struct names {
	struct journal_names segments;
	char		 log[LOG_NAME];		/* one of them */
	char		 draft[LOG_NAME];	/* one of them, without .new */
	unsigned	 logs, drafts;
	bool		 failed;		/* no memory */
};

static void
see_log(void *arg, const char *name)
{
	struct names *names = arg;
	size_t len = strspn(name, "0123456789abcdef");

	if (len != LOG_NAME - 1)
		return;
	if (name[len] == '\0') {
		names->logs++;
		strlcpy(names->log, name, LOG_NAME);
	} else if (strcmp(name + len, JOURNAL_DRAFT) == 0) {
		names->drafts++;
		strlcpy(names->draft, name, LOG_NAME);
	}
}

static void
see_segment(void *arg, const char *name)
{
	struct names *names = arg;
	uint64_t first = strtoull(name, NULL, 10), *room;
	char again[PATH_MAX];

	journal_segment_path("", first, again);
	if (first == 0 || strcmp(again + 1, name) != 0)
		return;		/* not ours */
	room = journal_more(names->segments.first, &names->segments.room,
	    names->segments.n + 1, sizeof(first));
	if (room == NULL) {
		names->failed = true;
		return;
	}
	names->segments.first = room;
	names->segments.first[names->segments.n++] = first;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static bool
find_logs(struct journal *j, struct names *names, struct journal_why *why)
{
	memset(names, 0, sizeof(*names));
	return j->disk->list(j->disk->arg, j->dir, see_log, names) == 0 ||
	    journal_refuse(why, JOURNAL_SYSTEM, j->dir, 0);
}

/* The segments in a log's directory, in order; the caller frees the list. */
static bool
find_segments(struct journal *j, const char *log, struct names *names,
    struct journal_why *why)
{
	memset(names, 0, sizeof(*names));
	if (j->disk->list(j->disk->arg, log, see_segment, names) == -1 ||
	    names->failed) {
		if (names->failed)
			errno = ENOMEM;
		free(names->segments.first);
		return journal_refuse(why, JOURNAL_SYSTEM, log, 0);
	}
	if (names->segments.n > 0)
		qsort(names->segments.first, names->segments.n,
		    sizeof(uint64_t), compare);
	return true;
}

/* From the oldest on: what is left at any time is a journal still. */
bool
journal_remove_log(struct journal *j, const char *log, struct journal_why *why)
{
	char path[PATH_MAX];
	struct names names;
	bool good = true;
	size_t i;

	if (!find_segments(j, log, &names, why))
		return false;
	for (i = 0; good && i < names.segments.n; i++) {
		journal_segment_path(log, names.segments.first[i], path);
		if (j->disk->remove(j->disk->arg, path) == -1 ||
		    j->disk->sync_dir(j->disk->arg, log) == -1)
			good = journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	}
	free(names.segments.first);
	if (good && (j->disk->remove(j->disk->arg, log) == -1 ||
	    j->disk->sync_dir(j->disk->arg, j->dir) == -1))
		good = journal_refuse(why, JOURNAL_SYSTEM, log, 0);
	return good;
}

/* Gives a complete draft its name. */
static bool
publish(struct journal *j, const char *draft, const char *log,
    struct journal_why *why)
{
	if (j->disk->rename(j->disk->arg, draft, log) == 0 &&
	    j->disk->sync_dir(j->disk->arg, j->dir) == 0)
		return true;
	return journal_refuse(why, JOURNAL_SYSTEM, draft, 0);
}

/*
 * Ends what a crash while creating has left: a draft takes the place of an
 * old log that is gone; while that is there, the draft is given up. Leaves
 * one log, whose directory is set, or none.
 */
static bool
settle(struct journal *j, struct journal_why *why)
{
	char draft[PATH_MAX];
	struct names names, old;

	if (!find_logs(j, &names, why))
		return false;
	journal_log_path(j, names.log, "", j->log);
	journal_log_path(j, names.draft, JOURNAL_DRAFT, draft);
	if (names.logs > 1)
		return journal_refuse(why, JOURNAL_CORRUPT, j->log, 0);
	if (names.logs == 1) {
		if (!find_segments(j, j->log, &old, why))
			return false;
		free(old.segments.first);
		if (old.segments.n > 0)
			return names.drafts == 0 ||
			    journal_remove_log(j, draft, why);
		if (!journal_remove_log(j, j->log, why))
			return false;
	}
	if (names.drafts == 0)
		return journal_refuse(why, JOURNAL_NONE, j->dir, 0);
	strlcpy(names.log, names.draft, sizeof(names.log));
	journal_log_path(j, names.log, "", j->log);
	return publish(j, draft, j->log, why);
}

/* Loading: all is read and checked. */

/* Takes the entry in, if it is the next one. */
static bool
load_entry(struct journal *j, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	struct entry e;

	if (entry_decode(&in, &e) != ENTRY_OK || !wire_done(&in) ||
	    e.seq != j->last + 1 || e.seq == UINT64_MAX)
		return false;
	if (e.kind == ENTRY_START && (e.id <= journal_current_term(j) ||
	    !journal_push_term(j, e.seq, e.id)))
		return false;
	if (!journal_reserve_points(journal_last_segment(j), 1))
		return false;
	journal_take(j, bytes, len);
	return true;
}

/*
 * Is there a record somewhere behind bad, of an entry that may come there?
 * Then it is not the end of a write that is missing, but something within.
 */
static bool
goes_on(struct journal *j, const struct segment *s, off_t bad)
{
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	size_t len;
	off_t at;

	for (at = bad + 1; s->bytes - at > RECORD; at++) {
		if ((bytes = journal_record(j, s, at, &len)) == NULL) {
			if (errno != 0)
				return true;	/* cutting is not safe */
			continue;
		}
		in = wire_in(bytes, len);
		if (entry_decode(&in, &e) == ENTRY_OK && wire_done(&in) &&
		    e.seq > j->last &&
		    e.seq - j->last <= (uint64_t)(at - bad))
			return true;
	}
	return false;
}

/*
 * A crash leaves of what was not on the disk yet what is short, or zeros: much
 * else is what somebody has written over it, who may have more of it.
 */
static bool
is_overwritten(struct journal *j, const struct segment *s)
{
	const uint8_t *page;
	off_t at, i, n;

	if (s->bytes <= PAGE)
		return false;
	for (at = 0; at < s->bytes; at += n) {
		n = s->bytes - at < PAGE ? s->bytes - at : PAGE;
		page = journal_fetch(j, s, at, (size_t)n);
		if (page == NULL)
			return true;	/* cutting is not safe */
		for (i = 0; i < n; i++)
			if (page[i] != 0)
				return true;
	}
	return false;
}

static bool
load_records(struct journal *j, bool newest, const char *path,
    struct journal_why *why)
{
	struct segment *s = journal_last_segment(j);
	const uint8_t *bytes;
	size_t len;
	int fd;

	while (s->end.at < s->bytes) {
		if ((bytes = journal_record(j, s, s->end.at, &len)) == NULL)
			break;
		errno = 0;
		if (!load_entry(j, bytes, len))
			return journal_refuse(why, errno == ENOMEM ?
			    JOURNAL_SYSTEM : JOURNAL_CORRUPT, path, s->end.at);
	}
	if (s->end.at == s->bytes)
		return true;
	if (errno != 0)
		return journal_refuse(why, JOURNAL_SYSTEM, path, s->end.at);
	if (!newest || goes_on(j, s, s->end.at))
		return journal_refuse(why, JOURNAL_CORRUPT, path, s->end.at);
	if ((fd = journal_segment_fd(j, s)) == -1 ||
	    j->disk->truncate(j->disk->arg, fd, s->end.at) == -1 ||
	    j->disk->sync(j->disk->arg, fd) == -1)
		return journal_refuse(why, JOURNAL_SYSTEM, path, s->end.at);
	s->bytes = s->end.at;
	journal_forget_reads(j);
	return true;
}

enum header { HEADER_GOOD, HEADER_TORN, HEADER_WRONG, HEADER_UNREAD };

/* Reads the header of the segment just pushed, and fills it in. */
static enum header
load_header(struct journal *j)
{
	struct segment *s = journal_last_segment(j);
	const struct segment *before = j->segments_n > 1 ? s - 1 : NULL;
	struct journal_base base;
	const uint8_t *bytes;
	struct wire_in in;

	if (s->bytes < HEADER)
		return HEADER_TORN;
	if ((bytes = journal_fetch(j, s, 0, HEADER)) == NULL)
		return HEADER_UNREAD;
	in = wire_in(bytes + HEADER - 4, 4);
	if (wire_get_u32(&in) != crc32c(bytes, HEADER - 4))
		return HEADER_TORN;
	if (!journal_read_header(j, bytes, &base) || base.first != s->first)
		return HEADER_WRONG;
	s->term = base.term;
	memcpy(s->end.chain, base.chain, JOURNAL_CHAIN);
	if (before != NULL && (base.first != j->last + 1 ||
	    s->term != journal_current_term(j) ||
	    memcmp(s->end.chain, before->end.chain, JOURNAL_CHAIN) != 0))
		return HEADER_WRONG;
	return HEADER_GOOD;
}

/* There is a directory, but there was never a journal in it. */
static bool
drop_log(struct journal *j, struct journal_why *why)
{
	return journal_remove_log(j, j->log, why) &&
	    journal_refuse(why, JOURNAL_NONE, j->dir, 0);
}

static bool
drop_torn(struct journal *j, const char *path, struct journal_why *why)
{
	if (j->segments_n > 1)
		return journal_drop_newest(j, j->last) ||
		    journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	return drop_log(j, why);
}

/*
 * Nothing was ever on the disk of it: it was begun before a crash, or removed
 * and brought back by one. What is before it is the end of the log, then, and
 * may be torn.
 */
static bool
is_hollow(struct journal *j, uint64_t first)
{
	const struct disk *d = j->disk;
	char path[PATH_MAX];
	off_t bytes;
	int fd;

	journal_segment_path(j->log, first, path);
	if ((fd = d->open(d->arg, path, false)) == -1)
		return false;
	bytes = d->size(d->arg, fd);
	d->close(d->arg, fd);
	return bytes >= 0 && bytes < HEADER;
}

/* newest: of those with anything in them. */
static bool
load_segment(struct journal *j, uint64_t first, bool newest,
    struct journal_why *why)
{
	static const uint8_t zeros[JOURNAL_CHAIN];
	char path[PATH_MAX];
	off_t bytes;
	int fd;

	journal_segment_path(j->log, first, path);
	if (!journal_push_segment(j, first, 0, zeros, 0))
		return journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	if ((fd = journal_segment_fd(j, journal_last_segment(j))) == -1 ||
	    (bytes = j->disk->size(j->disk->arg, fd)) == -1)
		return journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	journal_last_segment(j)->bytes = bytes;
	if (j->segments_n == 1)
		j->last = first - 1;
	switch (load_header(j)) {
	case HEADER_GOOD:
		return load_records(j, newest, path, why);
	case HEADER_TORN:
		if (newest && (first <= j->last + 1 || bytes < HEADER) &&
		    !goes_on(j, journal_last_segment(j), 0) &&
		    !is_overwritten(j, journal_last_segment(j)))
			return drop_torn(j, path, why);
		break;
	case HEADER_WRONG:
		break;
	case HEADER_UNREAD:
		return journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	}
	return journal_refuse(why, JOURNAL_CORRUPT, path, 0);
}

/* Those behind what is known. */
static bool
load_segments(struct journal *j, const struct journal_names *names,
    struct journal_why *why)
{
	size_t n = names->n, i;

	if (n > 1 && is_hollow(j, names->first[n - 1]))
		n--;
	for (i = j->segments_n; i < names->n; i++)
		if (!load_segment(j, names->first[i], i + 1 >= n, why))
			return false;
	return true;
}

/* mark: or NULL. */
static bool
load(struct journal *j, struct wire_in *mark, uint64_t *edge,
    struct journal_why *why)
{
	struct names names;
	bool good;

	/* Of 32 hex digits and nothing else, see_log has seen to that. */
	sodium_hex2bin(j->id, JOURNAL_ID, j->log + strlen(j->dir) + 1,
	    LOG_NAME - 1, NULL, NULL, NULL);
	if (!find_segments(j, j->log, &names, why))
		return false;
	if (mark != NULL && journal_take_mark(j, mark, &names.segments))
		*edge = j->last;
	good = load_segments(j, &names.segments, why);
	free(names.segments.first);
	if (names.segments.n == 0)
		return drop_log(j, why);
	/* A process that died may have written without syncing. */
	j->dirty = true;
	return good;
}

/* A journal that holds the directory's lock and knows nothing yet. */
struct journal *
journal_begin(const struct disk *disk, const char *dir, size_t segment_bytes,
    struct journal_why *why)
{
	struct journal *j;
	char path[PATH_MAX];

	memset(why, 0, sizeof(*why));
	if (strlen(dir) + PATH_REST >= PATH_MAX) {
		errno = ENAMETOOLONG;
		journal_refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	if ((j = calloc(1, sizeof(*j))) == NULL) {
		journal_refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	j->disk = disk;
	j->dir = dir;
	j->segment_bytes = segment_bytes;
	j->newest.fd = j->other.fd = -1;
	snprintf(path, sizeof(path), "%s/lock", dir);
	j->lock = disk->lock(disk->arg, path, &why->pid);
	if (j->lock != -1)
		return j;
	journal_refuse(why, errno == EWOULDBLOCK ? JOURNAL_LOCKED :
	    errno == ENOENT ? JOURNAL_NONE : JOURNAL_SYSTEM, path, 0);
	free(j);
	return NULL;
}

struct journal *
journal_open(const struct disk *disk, const char *dir, size_t segment_bytes,
    struct journal_why *why)
{
	struct journal *j = journal_begin(disk, dir, segment_bytes, why);

	if (j == NULL || (settle(j, why) && load(j, NULL, NULL, why)))
		return j;
	journal_close(j);
	return NULL;
}

struct journal *
journal_open_mark(const struct disk *disk, const char *dir,
    size_t segment_bytes, struct wire_in *mark, uint64_t *edge,
    struct journal_why *why)
{
	struct journal *j = journal_begin(disk, dir, segment_bytes, why);

	*edge = 0;
	if (j == NULL || (settle(j, why) && load(j, mark, edge, why)))
		return j;
	journal_close(j);
	if (*edge == 0)
		return NULL;
	/* What is wrong behind the edge is said of the whole. */
	*edge = 0;
	return journal_open(disk, dir, segment_bytes, why);
}

/* Builds the new log beside what there is, on the disk before it counts, and
 * under that name, where there is one which goes for it. */
static bool
make_draft(struct journal *j, const char *draft, bool beside,
    const struct journal_base *base, struct journal_why *why)
{
	const struct disk *disk = j->disk;
	char path[PATH_MAX];
	int fd, result;

	journal_segment_path(draft, base->first, path);
	if (disk->make_dir(disk->arg, draft) == -1)
		return journal_refuse(why, JOURNAL_SYSTEM, draft, 0);
	fd = journal_make_segment(disk, path, base);
	if (fd == -1)
		return journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	result = disk->sync(disk->arg, fd);
	journal_close_handle(j, &(struct handle){ .fd = fd });
	if (result == -1 || disk->sync_dir(disk->arg, draft) == -1 ||
	    (beside && disk->sync_dir(disk->arg, j->dir) == -1))
		return journal_refuse(why, JOURNAL_SYSTEM, path, 0);
	return true;
}

/* Removes all drafts, or all that is no draft. */
static bool
clear(struct journal *j, bool drafts, struct journal_why *why)
{
	char path[PATH_MAX];
	struct names names;

	for (;;) {
		if (!find_logs(j, &names, why))
			return false;
		if ((drafts ? names.drafts : names.logs) == 0)
			return true;
		journal_log_path(j, drafts ? names.draft : names.log,
		    drafts ? JOURNAL_DRAFT : "", path);
		if (!journal_remove_log(j, path, why))
			return false;
	}
}

struct journal *
journal_create(const struct disk *disk, const char *dir,
    size_t segment_bytes, const struct journal_base *base,
    struct journal_why *why)
{
	struct journal *j;
	char name[LOG_NAME], draft[PATH_MAX];
	struct names names;

	memset(why, 0, sizeof(*why));
	errno = EINVAL;
	if (base->first == 0 || base->first == UINT64_MAX ||
	    disk->make_dir(disk->arg, dir) == -1) {
		journal_refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	if ((j = journal_begin(disk, dir, segment_bytes, why)) == NULL) {
		if (why->kind == JOURNAL_NONE)
			journal_refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	sodium_bin2hex(name, sizeof(name), base->id, JOURNAL_ID);
	journal_log_path(j, name, "", j->log);
	journal_log_path(j, name, JOURNAL_DRAFT, draft);
	if (clear(j, true, why) && find_logs(j, &names, why) &&
	    make_draft(j, draft, names.logs > 0, base, why) &&
	    clear(j, false, why) && publish(j, draft, j->log, why) &&
	    load(j, NULL, NULL, why))
		return j;
	journal_close(j);
	return NULL;
}
