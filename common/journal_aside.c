/*
 * What a journal gives up, kept beside it: a log that another one replaces,
 * the end of a log that is cut. Runs in the client's receiver process, whose
 * copy may be the only one left. Two are kept; the oldest goes.
 */
#include "common/journal_aside.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/journal_state.h"

#define NEWER	".old1"
#define OLDER	".old2"
#define DRAFT	".cut"

/* A directory in the journal's whose name is a log's and then `end`. */
struct sought {
	const char	*end;
	char		 log[LOG_NAME];
	bool		 found;
};

static void
see(void *arg, const char *name)
{
	struct sought *s = arg;
	size_t len = strspn(name, "0123456789abcdef");

	if (len != LOG_NAME - 1 || strcmp(name + len, s->end) != 0)
		return;
	memcpy(s->log, name, len);
	s->log[len] = '\0';
	s->found = true;
}

/* Its path, or false: there is none (errno 0), or it cannot be known. */
static bool
find(struct journal *j, const char *end, char log[LOG_NAME],
    char path[PATH_MAX])
{
	struct sought s = { .end = end };

	errno = 0;
	if (j->disk->list(j->disk->arg, j->dir, see, &s) == -1 || !s.found)
		return false;
	memcpy(log, s.log, LOG_NAME);
	journal_log_path(j, log, end, path);
	return true;
}

static bool
remove_all(struct journal *j, const char *end)
{
	char log[LOG_NAME], path[PATH_MAX];
	struct journal_why why;

	while (find(j, end, log, path))
		if (!journal_remove_log(j, path, &why)) {
			errno = why.error;
			return false;
		}
	return errno == 0;
}

/* The log's directory `from` is the newest one from now on. */
static bool
put_newest(struct journal *j, const char *log, const char *from,
    char aside[PATH_MAX])
{
	const struct disk *d = j->disk;

	journal_log_path(j, log, NEWER, aside);
	return d->rename(d->arg, from, aside) == 0 &&
	    d->sync_dir(d->arg, j->dir) == 0;
}

/* The same, and what was that is the older one. */
static bool
rotate(struct journal *j, const char *log, const char *from,
    char aside[PATH_MAX])
{
	const struct disk *d = j->disk;
	char first[LOG_NAME], path[PATH_MAX], to[PATH_MAX];

	if (find(j, NEWER, first, path)) {
		if (!remove_all(j, OLDER))
			return false;
		journal_log_path(j, first, OLDER, to);
		if (d->rename(d->arg, path, to) == -1)
			return false;
	} else if (errno != 0)
		return false;
	return put_newest(j, log, from, aside);
}

static void
see_any(void *arg, const char *name)
{
	*(bool *)arg |= strstr(name, ".log") != NULL;
}

/* A log in which nothing was ever written is no loss. */
static bool
is_empty(struct journal *j, const char *path)
{
	const struct disk *d = j->disk;
	char segment[PATH_MAX];
	bool any = false;
	off_t size;
	int fd;

	if (d->list(d->arg, path, see_any, &any) == -1)
		return false;
	if (!any)
		return true;
	if (j->segments_n != 1)
		return false;
	journal_segment_path(path, j->segments[0].first, segment);
	if ((fd = d->open(d->arg, segment, false)) == -1)
		return false;
	size = d->size(d->arg, fd);
	d->close(d->arg, fd);
	return size >= 0 && size <= HEADER;
}

enum journal_aside
journal_set_aside(const struct disk *disk, const char *dir,
    char aside[PATH_MAX])
{
	enum journal_aside result = JOURNAL_ASIDE_NONE;
	char log[LOG_NAME], path[PATH_MAX];
	struct journal_why why;
	/* Opened first: that ends what a crash left, and tells if it is empty.
	 * A log that cannot be read is one to keep all the same. */
	struct journal *j = journal_open(disk, dir, JOURNAL_SEGMENT_BYTES,
	    &why);

	if (j == NULL && why.kind == JOURNAL_NONE)
		return JOURNAL_ASIDE_NONE;
	if (j == NULL && (why.kind == JOURNAL_LOCKED ||
	    (j = journal_begin(disk, dir, JOURNAL_SEGMENT_BYTES, &why)) ==
	    NULL)) {
		errno = why.error;
		return JOURNAL_ASIDE_FAILED;
	}
	if (find(j, "", log, path) && !is_empty(j, path))
		result = rotate(j, log, path, aside) ? JOURNAL_ASIDE_KEPT :
		    JOURNAL_ASIDE_FAILED;
	journal_close(j);
	return result;
}

/* The entries above seq into fd, behind its header, as they were. */
static bool
copy_records(struct journal *j, uint64_t seq, uint64_t end, int fd)
{
	const struct disk *d = j->disk;
	uint8_t record[RECORD + ENTRY_BYTES];
	const uint8_t *entry;
	struct wire_out out;
	off_t at = HEADER;
	size_t len;

	while (seq++ < end) {
		if ((entry = journal_read(j, seq, &len)) == NULL ||
		    len > ENTRY_BYTES)
			return false;
		out = wire_out(record, sizeof(record));
		wire_put_u32(&out, (uint32_t)len);
		wire_put_u32(&out, crc32c(entry, len));
		wire_put_bytes(&out, entry, len);
		if (d->write(d->arg, fd, record, out.len, at) == -1)
			return false;
		at += (off_t)out.len;
	}
	return d->sync(d->arg, fd) == 0;
}

/* A log of them alone, in one segment. */
static bool
make_draft(struct journal *j, uint64_t seq, uint64_t end, char log[LOG_NAME],
    char draft[PATH_MAX], char segment[PATH_MAX])
{
	const struct disk *d = j->disk;
	uint8_t chain[JOURNAL_CHAIN];
	bool good;
	int fd;

	errno = EINVAL;
	if (seq >= end || end > j->last || !journal_chain(j, seq, chain) ||
	    !remove_all(j, DRAFT))
		return false;
	sodium_bin2hex(log, LOG_NAME, j->id, JOURNAL_ID);
	journal_log_path(j, log, DRAFT, draft);
	journal_segment_path(draft, seq + 1, segment);
	if (d->make_dir(d->arg, draft) == -1 ||
	    (fd = journal_make_segment(d, segment, &(struct journal_base){
	    j->id, seq + 1, journal_term(j, seq), chain })) == -1)
		return false;
	good = copy_records(j, seq, end, fd);
	d->close(d->arg, fd);
	return good && d->sync_dir(d->arg, draft) == 0;
}

bool
journal_cut_aside(struct journal *j, uint64_t seq, bool instead,
    char aside[PATH_MAX])
{
	char log[LOG_NAME], draft[PATH_MAX], segment[PATH_MAX];

	if (!make_draft(j, seq, j->last, log, draft, segment))
		return false;
	return instead ? remove_all(j, NEWER) &&
	    put_newest(j, log, draft, aside) : rotate(j, log, draft, aside);
}

static bool
is_there(const struct disk *d, const char *path)
{
	int fd = d->open(d->arg, path, false);

	return fd != -1 && d->close(d->arg, fd) == 0;
}

bool
journal_cut_more(struct journal *j, uint64_t seq, uint64_t end, bool older,
    char aside[PATH_MAX])
{
	const struct disk *d = j->disk;
	char log[LOG_NAME], draft[PATH_MAX], segment[PATH_MAX], to[PATH_MAX];

	if (!make_draft(j, seq, end, log, draft, segment))
		return false;
	/* One more segment of the same log. */
	journal_log_path(j, log, older ? OLDER : NEWER, aside);
	journal_segment_path(aside, end + 1, to);
	if (!is_there(d, to))
		return false;
	journal_segment_path(aside, seq + 1, to);
	if (d->rename(d->arg, segment, to) == -1 ||
	    d->sync_dir(d->arg, aside) == -1)
		return false;
	d->remove(d->arg, draft);
	return true;
}
