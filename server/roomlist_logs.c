/*
 * The rooms' logs: which are open, and until when. Runs in the server.
 */
#include "server/roomlist.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "server/cluster/block.h"
#include "server/cluster/shared.h"
#include "server/room/log.h"
#include "server/room/tail.h"
#include "server/roomlist_state.h"

/* Is it open, and another one than the home room? */
static bool
is_open(const struct roomlist *rl, const struct place *p)
{
	return p->log != NULL && p != rl->home;
}

/*
 * Opening
 */

static struct log *
open_home(struct roomlist *rl, int64_t wall_ms, struct journal_why *why)
{
	struct log_config config = rl->config.log;
	uint8_t id[JOURNAL_ID];
	struct log *log;

	config.home = NULL;
	config.syncer = syncing_add(&rl->syncing, &rl->home_syncing);
	rl->config.random(rl->config.arg, id, sizeof(id));
	if ((log = log_open(&config, wall_ms, id, why)) == NULL)
		syncing_remove(&rl->home_syncing);
	return log;
}

/* Is that log the list's home room, and is the list on the disk? */
static bool
begin(struct roomlist *rl, struct log *home, int64_t wall_ms,
    struct roomlist_why *why)
{
	if (!roomlist_settle(rl, wall_ms, why))
		return false;
	why->kind = ROOMLIST_DISK;
	if (!roomlist_identify(rl, log_head(home).log_id)) {
		why->disk.kind = JOURNAL_CORRUPT;
		why->disk.offset = 0;
		return false;
	}
	why->disk.kind = JOURNAL_SYSTEM;
	if (rl->unsaved && !roomlist_save(rl)) {
		why->disk.error = errno;
		return false;
	}
	rl->home->log = home;
	LIST_INSERT_HEAD(&rl->logs, rl->home, by_log);
	return true;
}

struct roomlist *
roomlist_new(const struct roomlist_config *config, int64_t wall_ms,
    struct roomlist_why *why)
{
	struct roomlist *rl = calloc(1, sizeof(*rl));
	struct log *home;

	memset(why, 0, sizeof(*why));
	why->kind = ROOMLIST_DISK;
	why->disk.kind = JOURNAL_SYSTEM;
	why->disk.error = errno;
	if (rl == NULL)
		return NULL;
	rl->config = *config;
	rl->founding = config->log.shared != NULL && config->log.founds;
	rl->learning = config->log.shared != NULL && !config->log.founds &&
	    config->log.shared->told == 0;
	TAILQ_INIT(&rl->places);
	TAILQ_INIT(&rl->formers);
	LIST_INIT(&rl->logs);
	TAILQ_INIT(&rl->idle);
	syncing_init(&rl->syncing, config->log.syncer);
	/* What cannot be is told before anything is locked, or written; another
	 * server may be at work there, so that counts which is found then. */
	if (roomlist_settle(rl, wall_ms, why)) {
		roomlist_forget(rl);
		why->kind = ROOMLIST_DISK;
		home = open_home(rl, wall_ms, &why->disk);
		if (home != NULL && begin(rl, home, wall_ms, why))
			return rl;
		log_close(home);
	}
	roomlist_forget(rl);
	free(rl);
	return NULL;
}

int
roomlist_free(struct roomlist *rl)
{
	struct place *p, *next;
	int failed = 0, error;

	if (rl == NULL)
		return 0;
	for (p = LIST_FIRST(&rl->logs); p != NULL; p = next) {
		next = LIST_NEXT(p, by_log);
		if ((error = roomlist_close(rl, p)) != 0 && failed == 0)
			failed = error;
		if (p->talk != NULL)
			roomlist_lodged(p);
	}
	/* The others have the names' owners of it. */
	if ((error = log_close(rl->home->log)) != 0 && failed == 0)
		failed = error;
	roomlist_forget(rl);
	free(rl);
	return failed;
}

/* Its name lasts, whoever made it: a crash may have come in between. Everybody
 * waits for that: once is enough, also for those that it is in. */
static bool
make_dir(struct roomlist *rl, struct place *p)
{
	bool *has_all = p->talk != NULL ? &rl->has_talks : &rl->has_rooms;
	const struct disk *d = rl->config.log.disk;
	char all[PATH_MAX];

	if (strlcpy(all, p->dir, sizeof(all)) >= sizeof(all)) {
		errno = ENAMETOOLONG;
		return false;
	}
	*strrchr(all, '/') = '\0';
	if (!*has_all)
		*has_all = d->make_dir(d->arg, all) == 0 &&
		    d->sync_dir(d->arg, rl->config.log.dir) == 0;
	if (!p->lasts)
		p->lasts = *has_all && d->make_dir(d->arg, p->dir) == 0 &&
		    d->sync_dir(d->arg, all) == 0;
	return p->lasts;
}

static bool
refuse(struct journal_why *why, enum journal_error kind, int error,
    const char *path)
{
	memset(why, 0, sizeof(*why));
	why->kind = kind;
	why->error = error;
	strlcpy(why->path, path, sizeof(why->path));
	return false;
}

/* Of several servers: a log that others begin is here from where they have it;
 * what was before is nowhere. False: that is not next. */
static bool
begins_at(const struct log_config *c, const struct place *p,
    struct journal_base *base)
{
	const uint8_t *bytes;
	struct block b;
	size_t len;
	bool ours;

	if (c->shared == NULL ||
	    (bytes = shared_next(c->shared, &len, &ours)) == NULL ||
	    !block_get(&b, bytes, len) ||
	    memcmp(b.log_id, p->line.id, JOURNAL_ID) != 0)
		return false;
	*base = (struct journal_base){ .id = p->line.id, .first = b.first,
	    .term = b.term, .chain = b.chain };
	return true;
}

static bool
open_log(struct roomlist *rl, struct place *p, int64_t wall_ms,
    struct journal_why *why)
{
	struct log_config config = rl->config.log;
	struct journal_base base;

	config.dir = p->dir;
	config.home = rl->home->log;
	config.base = begins_at(&config, p, &base) ? &base : NULL;
	config.founds = p->founds;
	config.tail_bytes = p->talk != NULL ? TAIL_TALK : TAIL_SMALL;
	if (config.segment_bytes > ROOMLIST_SEGMENT)
		config.segment_bytes = ROOMLIST_SEGMENT;
	config.syncer = syncing_add(&rl->syncing, &p->syncing);
	p->log = log_open(&config, wall_ms, p->line.id, why);
	if (p->log != NULL && memcmp(log_head(p->log).log_id, p->line.id,
	    JOURNAL_ID) != 0) {
		log_close(p->log);
		p->log = NULL;
		refuse(why, JOURNAL_CORRUPT, 0, p->dir);
	}
	if (p->log == NULL)
		syncing_remove(&p->syncing);
	return p->log != NULL;
}

/* However many talks there are, rooms have some. */
bool
roomlist_may(const struct roomlist *rl, const struct place *p)
{
	size_t max = rl->config.open_max;

	if (p->talk != NULL && !p->awaited)
		max -= max / 4;
	return max == 0 || rl->open < max;
}

bool
roomlist_open(struct roomlist *rl, struct place *p, int64_t wall_ms,
    struct journal_why *why)
{
	if (p->log != NULL)
		return true;
	if (!roomlist_may(rl, p))
		return refuse(why, JOURNAL_SYSTEM, EMFILE, p->dir);
	if (!make_dir(rl, p))
		return refuse(why, JOURNAL_SYSTEM, errno, p->dir);
	if (!open_log(rl, p, wall_ms, why))
		return false;
	p->idle_ms = INT64_MAX;
	LIST_INSERT_HEAD(&rl->logs, p, by_log);
	rl->open++;
	return true;
}

struct place *
roomlist_lodge(struct talk_place *talk, const uint8_t id[JOURNAL_ID],
    const char *dir)
{
	struct place *p = calloc(1, sizeof(*p));

	if (p == NULL || (p->dir = strdup(dir)) == NULL) {
		free(p);
		return NULL;
	}
	memcpy(p->line.id, id, JOURNAL_ID);
	p->line.sort = ROOMS_ROOM;
	strlcpy(p->line.name, "@", sizeof(p->line.name));
	p->idle_ms = INT64_MAX;
	p->talk = talk;
	return p;
}

void
roomlist_lodged(struct place *p)
{
	free(p->dir);
	free(p);
}

/*
 * Closing
 */

int
roomlist_close(struct roomlist *rl, struct place *p)
{
	int failed;

	if (!is_open(rl, p))
		return 0;
	roomlist_used(rl, p);
	p->head = log_head(p->log).seq;
	failed = log_close(p->log);
	syncing_remove(&p->syncing);
	p->log = NULL;
	LIST_REMOVE(p, by_log);
	p->stuck = 0;
	rl->open--;
	if (rl->failed == 0)
		rl->failed = failed;
	return failed;
}

void
roomlist_used(struct roomlist *rl, struct place *p)
{
	if (p->idle_ms != INT64_MAX)
		TAILQ_REMOVE(&rl->idle, p, by_idle);
	p->idle_ms = INT64_MAX;
}

void
roomlist_left(struct roomlist *rl, struct place *p, int64_t now_ms)
{
	if (p->idle_ms != INT64_MAX || !is_open(rl, p))
		return;
	TAILQ_INSERT_TAIL(&rl->idle, p, by_idle);
	p->idle_ms = now_ms;
}

bool
roomlist_rests(const struct place *p)
{
	struct pollfd pfd[LOG_FDS];

	return p->log != NULL && log_fds(p->log, pfd) == 0 &&
	    log_durable(p->log) == log_head(p->log).seq;
}

struct place *
roomlist_spare(const struct roomlist *rl)
{
	struct place *p;

	TAILQ_FOREACH(p, &rl->idle, by_idle)
		if (roomlist_rests(p))
			break;
	return p;
}

struct place *
roomlist_idle(const struct roomlist *rl, int64_t now_ms)
{
	struct place *p = roomlist_spare(rl);

	return p != NULL && now_ms >= p->idle_ms + ROOMLIST_IDLE_MS ? p : NULL;
}

/* Where its log still waits for something, that wakes whoever asks. */
int64_t
roomlist_due(const struct roomlist *rl)
{
	const struct place *p = roomlist_spare(rl);

	return p == NULL ? INT64_MAX : p->idle_ms + ROOMLIST_IDLE_MS;
}

/*
 * All of them
 */

void
roomlist_await(struct roomlist *rl)
{
	struct place *p;

	LIST_FOREACH(p, &rl->logs, by_log)
		log_await(p->log);
}

bool
roomlist_is_there(const struct roomlist *rl)
{
	const struct place *p;

	LIST_FOREACH(p, &rl->logs, by_log)
		if (!log_is_there(p->log))
			return false;
	return rl->failed == 0;
}

bool
roomlist_is_kept(const struct roomlist *rl)
{
	return !rl->unsaved && !rl->learning && !rl->founding;
}

size_t
roomlist_fds(const struct roomlist *rl, struct pollfd *pfd)
{
	return syncing_fds(&rl->syncing, pfd);
}

bool
roomlist_is_known(const struct roomlist *rl)
{
	return syncing_is_known(&rl->syncing);
}

int
roomlist_lost(const struct roomlist *rl)
{
	return rl->failed;
}

int
roomlist_failed(const struct roomlist *rl)
{
	const struct place *p;
	int failed = rl->failed;

	LIST_FOREACH(p, &rl->logs, by_log)
		if (failed == 0)
			failed = log_failed(p->log);
	return failed;
}
