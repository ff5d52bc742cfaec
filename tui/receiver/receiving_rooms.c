/*
 * What is stored of the receiver's rooms, each in a directory of its own, which
 * is ours as long as we are there; or another terminal has it, and this one has
 * a directory beside.
 */
#include "tui/receiver/receiving_state.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/disk.h"
#include "tui/receiver/link_asked.h"
#include "tui/shared/kin.h"
#include "tui/shared/rooms.h"

enum { CLAIM_STEP_MS = 20 };

struct receiving_room *
receiving_room_of(struct receiving *s, uint16_t window)
{
	struct receiving_room *rr;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr->window == window && !rr->parted)
			break;
	return rr;
}

/* One that was left is ours still: it is there again. */
static struct receiving_room *
parted(struct receiving *s, const char *room)
{
	struct receiving_room *rr;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr->parted && strcmp(rr->room, room) == 0)
			break;
	if (rr != NULL)
		TAILQ_REMOVE(&s->store.rooms, rr, by_age);
	return rr;
}

/* Who is asked for by a name is behind all rooms, one of which is first. */
static void
put_in(struct receiving *s, struct receiving_room *rr)
{
	struct receiving_room *asked;

	TAILQ_FOREACH(asked, &s->store.rooms, by_age)
		if (link_is_asked(asked->room, strlen(asked->room)))
			break;
	if (asked == NULL || link_is_asked(rr->room, strlen(rr->room)))
		TAILQ_INSERT_TAIL(&s->store.rooms, rr, by_age);
	else
		TAILQ_INSERT_BEFORE(asked, rr, by_age);
}

struct receiving_room *
receiving_add_room(struct receiving *s, uint16_t window, const char *room,
    size_t len)
{
	char name[STORE_ROOM_BYTES];
	struct receiving_room *rr;

	if (len >= sizeof(name))
		return NULL;
	memcpy(name, room, len);
	name[len] = '\0';
	if ((rr = parted(s, name)) == NULL) {
		if ((rr = calloc(1, sizeof(*rr))) == NULL)
			return NULL;
		rr->claim = -1;
	}
	strlcpy(rr->room, name, sizeof(rr->room));
	rr->window = window;
	rr->parted = false;
	put_in(s, rr);
	return rr;
}

void
receiving_drop_room(struct receiving *s, struct receiving_room *rr)
{
	TAILQ_REMOVE(&s->store.rooms, rr, by_age);
	if (rr->claim != -1)
		close(rr->claim);
	free(rr);
}

/* Sleeps for a step; false: the end has come. */
static bool
wait_until(int64_t end)
{
	struct timespec step = { 0, CLAIM_STEP_MS * 1000000L };

	if (clock_now_ms() >= end)
		return false;
	ppoll(NULL, 0, &step, NULL);
	return true;
}

/* Another terminal has it open, which is said at once: nothing else is done as
 * long as that is waited for. As wait_until; errno stays. */
static bool
wait_for_window(struct receiving *s, struct receiving_room *rr, int64_t end)
{
	const struct record r = { .type = RECORD_WINDOW,
	    .window = rr->window };
	int saved = errno;
	bool more;

	if (!rr->awaited) {
		receiving_tell(s, &r);
		duct_flush(s->screen.duct);
	}
	rr->awaited = true;
	more = wait_until(end);
	errno = saved;
	return more;
}

/* Whoever had the name's room open where the host's rooms were may have been
 * gone since our parent looked. Where it is not, the room stays there. */
static void
take_room(struct receiving *s, struct receiving_room *rr, const char *name,
    int64_t end)
{
	const struct receiver_config *c = s->config;
	const struct store_room r = { c->place, c->server, name, rr->room };
	char room[PATH_MAX], from[PATH_MAX], to[PATH_MAX], place[PATH_MAX];

	if (strcmp(c->place, c->server) == 0 ||
	    !store_room_at(room, c->server, &r) ||
	    !store_room_path(from, c->server, name, strlen(name)) ||
	    !store_room_path(to, c->place, name, strlen(name)) ||
	    !store_server(place, c->place))
		return;
	while (access(room, F_OK) == 0 && !rooms_take_one(&disk_real, from,
	    to) && errno == EWOULDBLOCK && wait_for_window(s, rr, end))
		continue;
}

/* What was kept under the name that it had before. */
static void
take_renamed(const struct receiving *s, const struct store_room *r)
{
	char dir[PATH_MAX], *leaf;

	if (*r->room == '\0' || store_is_home(s->config->place, r->room) ||
	    !store_room_at(dir, r->place, r) ||
	    (leaf = strrchr(dir, '/')) == NULL)
		return;
	*leaf = '\0';
	rooms_take_renamed(&disk_real, dir, leaf + 1);
}

/*
 * The room is another terminal's: lines wait in a directory of this one alone,
 * and what it leaves is taken over by whoever has the room next.
 */
static bool
claim_beside(struct receiving_room *rr)
{
	char dir[PATH_MAX], path[PATH_MAX + 8];
	pid_t holder;
	unsigned n;

	for (n = 2; n <= ROOMS_WINDOWS && rr->claim == -1; n++) {
		if (!rooms_beside(dir, rr->dir, n) ||
		    disk_real.make_dir(disk_real.arg, dir) == -1)
			return false;
		snprintf(path, sizeof(path), "%s/window", dir);
		rr->claim = disk_real.lock(disk_real.arg, path, &holder);
	}
	rr->beside = rr->claim != -1;
	if (rr->beside)
		strlcpy(rr->dir, dir, sizeof(rr->dir));
	return rr->beside;
}

static bool
is_inner(const struct receiving_room *rr)
{
	return strlen(rr->dir) > strlen(rr->own);
}

/* What was kept beside it, under another name, or as another room that the home
 * room is. */
static void
gather(struct receiving *s, struct receiving_room *rr, const char *name)
{
	char home[STORE_ROOM_BYTES], leaf[NAME_MAX];

	if (rr->claim != -1)
		rooms_take_beside(&disk_real, rr->dir);
	if (is_inner(rr)) {
		kin_take_room(rr->own, strrchr(rr->dir, '/') + 1, name,
		    strlen(name));
		return;
	}
	store_home(s->config->place, home);
	if (rr->claim != -1 && *home != '\0' && store_room_leaf(leaf, home))
		rooms_take_home(&disk_real, rr->dir, leaf);
	kin_take(rr->dir, name, strlen(name));
}

/* The name's directory. */
static void
note_own(struct receiving_room *rr, const struct store_room *r)
{
	int depth = store_is_home(r->place, r->room) ? 0 : 2;
	char *end;

	strlcpy(rr->own, rr->dir, sizeof(rr->own));
	while (depth-- > 0 && (end = strrchr(rr->own, '/')) != NULL)
		*end = '\0';
}

/*
 * What is stored under a name is one process's. The one before may have been
 * killed only now and still be leaving: then it is waited for, or its lines
 * would wait for the next start. Meanwhile a third may move it. False: another
 * terminal has it, or it cannot be stored.
 */
static bool
claim(struct receiving *s, struct receiving_room *rr, const char *name,
    int64_t end)
{
	const struct receiver_config *c = s->config;
	const struct store_room r = { c->place, c->server, name, rr->room };
	char path[PATH_MAX];
	pid_t holder;

	take_room(s, rr, name, end);
	take_renamed(s, &r);
	do {
		if (!store_make_room(rr->dir, &r) || snprintf(path,
		    sizeof(path), "%s/window", rr->dir) >= (int)sizeof(path))
			return false;
		note_own(rr, &r);
		rr->claim = disk_real.lock(disk_real.arg, path, &holder);
	} while (rr->claim == -1 && (errno == EWOULDBLOCK ?
	    wait_for_window(s, rr, end) :
	    errno == ENOENT && wait_until(end)));
	if (rr->claim == -1 && errno == EWOULDBLOCK)
		return claim_beside(rr);
	/* Where nothing can be locked there is nothing to be kept apart. */
	if (rr->claim == -1 && errno == ENOENT)
		return false;
	gather(s, rr, name);
	return true;
}

/* Another window of ours has what is kept in the name's directory. */
static bool
has_home(const struct receiving *s, const struct receiving_room *but)
{
	const struct receiving_room *rr;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr != but && rr->claim != -1 && !rr->parted &&
		    !is_inner(rr))
			return true;
	return false;
}

static bool
finds_home(struct receiving *s, const char *home)
{
	const struct receiving_room *rr;
	char leaf[NAME_MAX];

	if (s->config->no_store || !has_home(s, NULL) ||
	    !store_room_leaf(leaf, home) ||
	    store_is_home(s->config->place, home))
		return false;
	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr->claim != -1 && is_inner(rr) &&
		    strcmp(strrchr(rr->dir, '/') + 1, leaf) == 0) {
			/* Where no disk takes that the next one would not. */
			store_keep_home(s->config->place, home);
			return store_is_home(s->config->place, home);
		}
	return false;
}

void
receiving_note_home(struct receiving *s)
{
	char home[STORE_ROOM_BYTES];
	const char *name;
	size_t len;

	if (!s->store.welcomed || s->link == NULL)
		return;
	s->store.welcomed = false;
	/* Who is in has read it in what nobody could forge. */
	name = link_home(s->link, &len);
	snprintf(home, sizeof(home), "%.*s", (int)len, name);
	s->store.moves |= len > 0 && finds_home(s, home);
}

void
receiving_claim(struct receiving *s, struct receiving_room *rr,
    const char *name, int64_t end, struct link_place *place)
{
	*place = (struct link_place){ .has_after = rr->has_after,
	    .after = rr->after, .makes = rr->makes,
	    .again = rr->again, .other = rr->other };
	if (s->config->no_store || (has_home(s, rr) &&
	    store_is_home(s->config->place, rr->room)))
		return;
	/* Left in this run it is ours still. */
	if (rr->claim == -1 && !claim(s, rr, name, end))
		return;
	place->disk = &disk_real;
	place->dir = rr->dir;
	place->no_copy = rr->beside;
}

/* Where the last room in a name's directory has gone, that goes as well. */
static void
leave(const struct receiving_room *rr)
{
	char rooms[PATH_MAX + 8];

	rooms_leave(&disk_real, rr->dir);
	if (!is_inner(rr))
		return;
	snprintf(rooms, sizeof(rooms), "%s/room", rr->own);
	if (disk_real.remove(disk_real.arg, rooms) == 0)
		disk_real.remove(disk_real.arg, rr->own);
}

void
receiving_tidy(struct receiving *s)
{
	struct receiving_room *rr;
	int inner;

	for (inner = 1; inner >= 0; inner--)
		TAILQ_FOREACH(rr, &s->store.rooms, by_age)
			if (rr->claim != -1 && is_inner(rr) == inner)
				leave(rr);
}

void
receiving_let_go(struct receiving *s)
{
	struct receiving_room *rr, *next;

	for (rr = TAILQ_FIRST(&s->store.rooms); rr != NULL; rr = next) {
		next = TAILQ_NEXT(rr, by_age);
		if (rr->claim != -1)
			close(rr->claim);
		rr->claim = -1;
		rr->awaited = rr->beside = false;
		if (rr->parted)
			receiving_drop_room(s, rr);
	}
}
