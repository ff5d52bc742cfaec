/*
 * What is on the disk. Runs in the server; waits for the disk only where nobody
 * else does that.
 */
#include "server/room/durable.h"

#include <errno.h>

#include "common/disk.h"
#include "common/journal.h"
#include "server/room/checkpoint.h"
#include "server/room/lease.h"

void
durable_init(struct durable *d, enum log_sync how,
    const struct log_syncer *syncer)
{
	*d = (struct durable){ .how = how, .due = INT64_MAX,
	    .syncer = how == LOG_SYNC_GROUP ? syncer : NULL };
}

void
durable_all(struct durable *d)
{
	d->seq = journal_last(d->journal);
	d->due = INT64_MAX;
}

void
durable_plan(struct durable *d, int64_t now_ms)
{
	bool gathers = d->how != LOG_SYNC_ALWAYS && d->syncer == NULL;

	if (d->due == INT64_MAX)
		d->due = gathers ? now_ms + LOG_GROUP_MS : now_ms;
}

void
durable_fail(struct durable *d, int error)
{
	d->failed = error;
	d->due = INT64_MAX;
	journal_fail(d->journal, error);
	journal_abandon(d->journal, d->seq);
}

/* What the syncer was asked for has come about, or not; true: it has. */
static bool
end_running(struct durable *d, bool wait)
{
	int error;

	if (!d->running || (error = d->syncer->end(d->syncer->arg, wait)) ==
	    EINPROGRESS)
		return false;
	d->running = false;
	if (d->running_to == 0) {
		checkpoint_finish(d->checkpoint, error == 0);
		return false;
	}
	if (error != 0)
		leases_fail(d->leases, error);
	/* The system tells a failure once, to whoever syncs first: the journal
	 * does as it begins a file, or another log whose the leases are, too.
	 * Then this one hears of none. */
	if (d->failed == 0 && leases_failed(d->leases) != 0)
		durable_fail(d, leases_failed(d->leases));
	if (d->failed != 0 || journal_failed(d->journal) != 0)
		return false;
	if (error != 0) {
		durable_fail(d, error);
		return false;
	}
	journal_synced(d->journal, d->running_to);
	leases_synced(d->leases, d->leases_to);
	d->seq = d->running_to;
	return true;
}

/* False: what is due has to be waited for here. Names that another log noted
 * go along: what is said here may rest on them. */
static bool
begin_running(struct durable *d)
{
	int fds[LOG_SYNC_FILES];
	size_t n = 0;

	if (d->syncer == NULL)
		return false;
	d->noted = false;
	if ((fds[n] = leases_begin_sync(d->leases, &d->leases_to)) != -1)
		n++;
	else if (leases_are_dirty(d->leases))
		return false;
	if ((fds[n] = journal_begin_sync(d->journal)) != -1)
		n++;
	else if (errno != 0)
		return false;
	if (n > 0 && !d->syncer->begin(d->syncer->arg, fds, n)) {
		d->syncer = NULL;
		return false;
	}
	d->due = INT64_MAX;
	d->running = n > 0;
	d->running_to = journal_last(d->journal);
	/* The journal had to sync by itself. */
	if (n == 0)
		d->seq = d->running_to;
	return true;
}

/* What waits for the disk here does so for this, too. */
static void
keep_checkpoint(struct durable *d)
{
	const struct checkpoint *c = d->checkpoint;
	int fd = c == NULL ? -1 : checkpoint_fd(c);

	if (fd == -1 || d->running || d->failed != 0)
		return;
	if (d->syncer != NULL && d->syncer->begin(d->syncer->arg, &fd, 1)) {
		d->running = true;
		d->running_to = 0;
		return;
	}
	checkpoint_finish(d->checkpoint, d->how == LOG_SYNC_NONE ||
	    c->disk->sync(c->disk->arg, fd) == 0);
}

static bool
sync_here(struct durable *d)
{
	d->due = INT64_MAX;
	d->noted = false;
	/* A sync that comes after one that failed says nothing. */
	if (d->failed != 0)
		return false;
	if (!leases_sync(d->leases)) {
		durable_fail(d, errno);
		return false;
	}
	if (d->how == LOG_SYNC_NONE)
		return true;
	if (!journal_sync(d->journal))
		return false;
	d->seq = journal_last(d->journal);
	return true;
}

bool
durable_turn(struct durable *d, int64_t now_ms)
{
	bool more = end_running(d, false);

	if (d->failed == 0 && d->noted && leases_are_dirty(d->leases))
		durable_plan(d, now_ms);
	if (now_ms >= d->due && !d->running && !begin_running(d))
		more = sync_here(d) || more;
	keep_checkpoint(d);
	/* An append may have had to sync as well. */
	if (d->failed == 0 && journal_failed(d->journal) != 0)
		durable_fail(d, journal_failed(d->journal));
	return more && d->failed == 0;
}

int64_t
durable_due(const struct durable *d)
{
	return d->running ? INT64_MAX : d->due;
}

size_t
durable_fds(const struct durable *d, struct pollfd *pfd)
{
	if (!d->running)
		return 0;
	d->syncer->watch(d->syncer->arg, pfd);
	return 1;
}

void
durable_end(struct durable *d)
{
	end_running(d, true);
	if (d->checkpoint != NULL) {
		d->syncer = NULL;
		keep_checkpoint(d);
		/* Of a log that failed, none is kept. */
		checkpoint_finish(d->checkpoint, false);
	}
	if (d->leases != NULL && !leases_sync(d->leases))
		durable_fail(d, errno);
	if (d->journal != NULL && d->due != INT64_MAX &&
	    !journal_sync(d->journal))
		durable_fail(d, errno);
}
