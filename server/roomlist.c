/*
 * How rooms are called, in memory and in their file. Runs in the server.
 */
#include "server/roomlist.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/roomlist_state.h"

_Static_assert(ROOMLIST_ALL + ROOMLIST_FORMER < ROOMS_FILE_LINES,
    "a list that was written is read");

/*
 * Who is there
 */

/* A home room's name may be of a kind that has no fold: then it is its own. */
void
roomlist_fold(char fold[TEXT_FOLD_BYTES], const char *name, size_t len)
{
	if (text_fold(fold, name, len) == 0) {
		memcpy(fold, name, len);
		fold[len] = '\0';
	}
}

static bool
is_called(const struct place *p, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	roomlist_fold(fold, name, len);
	return strcmp(p->fold, fold) == 0;
}

struct place *
roomlist_of_fold(const struct roomlist *rl, const char *fold)
{
	struct place *p;

	TAILQ_FOREACH(p, &rl->places, by_age)
		if (strcmp(p->fold, fold) == 0)
			break;
	return p;
}

struct place *
roomlist_of_log(const struct roomlist *rl, const uint8_t id[JOURNAL_ID])
{
	struct place *p;

	TAILQ_FOREACH(p, &rl->places, by_age)
		if (memcmp(p->line.id, id, JOURNAL_ID) == 0)
			break;
	return p;
}

static struct former *
find_former(const struct roomlist *rl, const char *fold)
{
	struct former *f;

	TAILQ_FOREACH(f, &rl->formers, by_age)
		if (strcmp(f->fold, fold) == 0)
			break;
	return f;
}

struct place *
roomlist_find(const struct roomlist *rl, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	struct former *f;
	struct place *p;

	if (!rooms_file_can_name(name, len))
		return NULL;
	roomlist_fold(fold, name, len);
	if ((p = roomlist_of_fold(rl, fold)) != NULL)
		return p;
	f = find_former(rl, fold);
	return f == NULL ? NULL : f->place;
}

struct place *
roomlist_home(const struct roomlist *rl)
{
	return rl->home;
}

struct place *
roomlist_next(const struct roomlist *rl, const struct place *p)
{
	return p == NULL ? TAILQ_FIRST(&rl->places) : TAILQ_NEXT(p, by_age);
}

/* Are there as many as may be, but for those that are put away? */
bool
roomlist_is_full(const struct roomlist *rl, size_t most)
{
	return rl->count - rl->away_n >= most;
}

static size_t
count_of(const struct roomlist *rl, const uint8_t key[NOISE_KEY])
{
	const struct place *p;
	size_t n = 0;

	TAILQ_FOREACH(p, &rl->places, by_age)
		n += p->line.has_opener && p->line.sort != ROOMS_AWAY &&
		    memcmp(p->line.opener, key, NOISE_KEY) == 0;
	return n;
}

/*
 * Adding, dropping
 */

static void
call(struct place *p, const char *name, size_t len)
{
	snprintf(p->line.name, sizeof(p->line.name), "%.*s", (int)len, name);
	roomlist_fold(p->fold, name, len);
	p->looks.n = 0;
}

static char *
dir_of(const struct roomlist *rl, const struct rooms_line *l)
{
	char hex[2 * JOURNAL_ID + 1], *dir;

	if (l->sort == ROOMS_HOME)
		return strdup(rl->config.log.dir);
	sodium_bin2hex(hex, sizeof(hex), l->id, sizeof(l->id));
	return asprintf(&dir, "%s/room/%s", rl->config.log.dir, hex) == -1 ?
	    NULL : dir;
}

static struct place *
add_place(struct roomlist *rl, const struct rooms_line *l)
{
	struct place *p = calloc(1, sizeof(*p));

	if (p == NULL || (p->dir = dir_of(rl, l)) == NULL) {
		free(p);
		errno = ENOMEM;
		return NULL;
	}
	p->line = *l;
	p->idle_ms = INT64_MAX;
	call(p, l->name, strlen(l->name));
	if (l->sort == ROOMS_HOME) {
		TAILQ_INSERT_HEAD(&rl->places, p, by_age);
		rl->home = p;
	} else
		TAILQ_INSERT_TAIL(&rl->places, p, by_age);
	rl->count++;
	rl->away_n += l->sort == ROOMS_AWAY;
	return p;
}

static void
move(struct roomlist *rl, struct place *p, enum rooms_sort sort)
{
	rl->away_n += sort == ROOMS_AWAY;
	rl->away_n -= p->line.sort == ROOMS_AWAY;
	p->line.sort = sort;
}

static void
drop_place(struct roomlist *rl, struct place *p)
{
	TAILQ_REMOVE(&rl->places, p, by_age);
	rl->count--;
	rl->away_n -= p->line.sort == ROOMS_AWAY;
	free(p->dir);
	free(p);
}

/* Out of the list, to be freed or to be put back; takes NULL too. */
static void
take_former(struct roomlist *rl, struct former *f)
{
	if (f == NULL)
		return;
	TAILQ_REMOVE(&rl->formers, f, by_age);
	rl->formers_n--;
}

static void
put_former(struct roomlist *rl, struct former *f)
{
	if (f == NULL)
		return;
	TAILQ_INSERT_TAIL(&rl->formers, f, by_age);
	rl->formers_n++;
}

static struct former *
new_former(struct place *p, const struct rooms_line *l)
{
	struct former *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->place = p;
	f->line = *l;
	f->line.sort = ROOMS_WAS;
	roomlist_fold(f->fold, l->name, strlen(l->name));
	return f;
}

/* The oldest are forgotten for it. */
static void
trim_formers(struct roomlist *rl)
{
	struct former *f;

	while (rl->formers_n > ROOMLIST_FORMER) {
		f = TAILQ_FIRST(&rl->formers);
		take_former(rl, f);
		free(f);
	}
}

void
roomlist_forget(struct roomlist *rl)
{
	struct former *f;

	while ((f = TAILQ_FIRST(&rl->formers)) != NULL) {
		take_former(rl, f);
		free(f);
	}
	while (!TAILQ_EMPTY(&rl->places))
		drop_place(rl, TAILQ_FIRST(&rl->places));
	rl->home = NULL;
	rl->unsaved = false;
}

static struct rooms_line
new_line(const struct roomlist *rl, enum rooms_sort sort, int64_t wall_ms,
    const char *name, size_t len)
{
	struct rooms_line l = { .sort = sort,
	    .created_ms = wall_ms < 0 ? 0 : wall_ms };

	do
		rl->config.random(rl->config.arg, l.id, sizeof(l.id));
	while (roomlist_of_log(rl, l.id) != NULL);
	snprintf(l.name, sizeof(l.name), "%.*s", (int)len, name);
	return l;
}

/*
 * The file
 */

bool
roomlist_save(struct roomlist *rl)
{
	struct rooms_line *lines = calloc(rl->count + rl->formers_n,
	    sizeof(*lines));
	struct former *f;
	struct place *p;
	size_t n = 0;
	bool good;

	if (rl->learning) {
		free(lines);
		rl->unsaved = true;
		return true;
	}
	if (lines == NULL)
		return false;
	TAILQ_FOREACH(p, &rl->places, by_age)
		lines[n++] = p->line;
	TAILQ_FOREACH(f, &rl->formers, by_age) {
		lines[n] = f->line;
		memcpy(lines[n++].id, f->place->line.id, JOURNAL_ID);
	}
	good = rooms_file_replace(rl->config.log.disk, rl->config.log.dir,
	    lines, n);
	rl->unsaved = !good;
	free(lines);
	return good;
}

static bool
load_former(struct roomlist *rl, const struct rooms_line *l, const char *fold)
{
	struct place *p = roomlist_of_log(rl, l->id);
	struct former *f;

	if (p == NULL)
		return false;
	/* The last one who was called so. */
	if ((f = find_former(rl, fold)) != NULL) {
		take_former(rl, f);
		free(f);
	}
	if ((f = new_former(p, l)) == NULL)
		return false;
	put_former(rl, f);
	trim_formers(rl);
	return true;
}

static bool
load_line(void *arg, const struct rooms_line *l)
{
	struct roomlist *rl = arg;
	char fold[TEXT_FOLD_BYTES];

	/* The others tell it from the beginning: what is only so at the end
	 * must not count on the way there. */
	if (rl->learning && l->sort != ROOMS_HOME)
		return true;
	if (rl->learning)
		strlcpy(rl->known, l->name, sizeof(rl->known));
	roomlist_fold(fold, l->name, strlen(l->name));
	if (l->sort == ROOMS_WAS)
		return load_former(rl, l, fold);
	if (rl->count == ROOMLIST_ALL || (l->sort != ROOMS_AWAY &&
	    roomlist_is_full(rl, ROOMLIST_MAX)) ||
	    roomlist_of_log(rl, l->id) != NULL ||
	    roomlist_of_fold(rl, fold) != NULL ||
	    (l->sort == ROOMS_HOME && rl->home != NULL))
		return false;
	return add_place(rl, l) != NULL;
}

static bool
load(struct roomlist *rl, struct journal_why *why)
{
	if (!rooms_file_read(rl->config.log.disk, rl->config.log.dir,
	    load_line, rl, &rl->unsaved, why) && why->kind != JOURNAL_NONE)
		return false;
	if (TAILQ_EMPTY(&rl->places) || rl->home != NULL)
		return true;
	why->kind = JOURNAL_CORRUPT;
	why->offset = 0;
	return false;
}

/*
 * As the operator has it
 */

static bool
refuse(struct roomlist_why *why, enum roomlist_error kind, const char *name)
{
	why->kind = kind;
	why->disk.kind = JOURNAL_SYSTEM;
	why->disk.error = errno;
	strlcpy(why->name, name, sizeof(why->name));
	return false;
}

/* What was there before is called as the operator says, as it always was; by a
 * former name it is meant, and called as it is. */
static bool
name_home(struct roomlist *rl, int64_t wall_ms, struct roomlist_why *why)
{
	const char *name = rl->config.names[0];
	size_t len = strlen(name);
	struct place *home = rl->home, *p = roomlist_find(rl, name, len);
	struct rooms_line l;

	if (!rooms_file_can_name(name, len))
		return refuse(why, ROOMLIST_NAME, name);
	if (home == NULL) {
		l = new_line(rl, ROOMS_HOME, wall_ms, name, len);
		rl->unsaved = true;
		return add_place(rl, &l) != NULL ||
		    refuse(why, ROOMLIST_DISK, name);
	}
	if (p == NULL ? rl->count > 1 : p != home)
		return refuse(why, ROOMLIST_HOME, home->line.name);
	if ((p != NULL && !is_called(p, name, len)) ||
	    strcmp(home->line.name, name) == 0)
		return true;
	call(home, name, len);
	rl->unsaved = true;
	return true;
}

static bool
name_other(struct roomlist *rl, int64_t wall_ms, const char *name,
    struct roomlist_why *why)
{
	size_t len = strlen(name);
	struct place *p = roomlist_find(rl, name, len);
	struct rooms_line l;

	if (p != NULL && p->line.sort != ROOMS_AWAY)
		return true;
	rl->unsaved = true;
	if (p == NULL && !rooms_file_is_name(name, len))
		return refuse(why, ROOMLIST_NAME, name);
	if (roomlist_is_full(rl, ROOMLIST_MAX) || (p == NULL &&
	    rl->count == ROOMLIST_ALL))
		return refuse(why, ROOMLIST_FULL, name);
	if (p != NULL) {
		move(rl, p, ROOMS_ROOM);
		return true;
	}
	l = new_line(rl, ROOMS_ROOM, wall_ms, name, len);
	return add_place(rl, &l) != NULL || refuse(why, ROOMLIST_DISK, name);
}

bool
roomlist_settle(struct roomlist *rl, int64_t wall_ms, struct roomlist_why *why)
{
	struct place *p;
	size_t i;

	why->kind = ROOMLIST_DISK;
	if (!load(rl, &why->disk) || !name_home(rl, wall_ms, why))
		return false;
	/* What is to be there beside what others have, they are asked for. */
	if (rl->config.log.shared != NULL && !rl->founding)
		return true;
	for (i = 1; i < rl->config.names_n; i++)
		if (!name_other(rl, wall_ms, rl->config.names[i], why))
			return false;
	TAILQ_FOREACH(p, &rl->places, by_age)
		p->founds = rl->founding && p != rl->home;
	return true;
}

bool
roomlist_identify(struct roomlist *rl, const uint8_t id[JOURNAL_ID])
{
	struct place *p = roomlist_of_log(rl, id);

	if (p == rl->home)
		return true;
	if (p != NULL)
		return false;
	memcpy(rl->home->line.id, id, JOURNAL_ID);
	rl->unsaved = true;
	return true;
}

/*
 * Changes, on the disk before anybody hears of them
 */

struct rooms_line
roomlist_line(const struct roomlist *rl, int64_t wall_ms, const char *name,
    size_t len, const uint8_t *opener)
{
	struct rooms_line l = new_line(rl, ROOMS_ROOM, wall_ms, name, len);

	if ((l.has_opener = opener != NULL))
		memcpy(l.opener, opener, NOISE_KEY);
	return l;
}

enum roomlist_error
roomlist_check(const struct roomlist *rl, const struct rooms_line *l)
{
	char fold[TEXT_FOLD_BYTES];
	size_t len = strlen(l->name);

	if (!rooms_file_is_name(l->name, len))
		return ROOMLIST_NAME;
	roomlist_fold(fold, l->name, len);
	if (roomlist_of_fold(rl, fold) != NULL)
		return ROOMLIST_TAKEN;
	/* Keys cost nothing: all that there are may be one person's. */
	if (rl->count == ROOMLIST_ALL || roomlist_is_full(rl, l->has_opener ?
	    ROOMLIST_MEMBERS : ROOMLIST_MAX))
		return ROOMLIST_FULL;
	return l->has_opener && count_of(rl, l->opener) >= ROOMLIST_OF_KEY ?
	    ROOMLIST_QUOTA : ROOMLIST_FINE;
}

enum roomlist_error
roomlist_add(struct roomlist *rl, const struct rooms_line *l,
    struct place **made)
{
	enum roomlist_error error = roomlist_check(rl, l);
	struct former *gone;
	bool good;

	if (error != ROOMLIST_FINE)
		return error;
	if ((*made = add_place(rl, l)) == NULL)
		return ROOMLIST_DISK;
	/* Nobody is looked for under that name any more. */
	take_former(rl, gone = find_former(rl, (*made)->fold));
	good = gone == NULL && !rl->unsaved && !rl->learning ?
	    rooms_file_append(rl->config.log.disk, rl->config.log.dir, l) :
	    roomlist_save(rl);
	if (good) {
		free(gone);
		return ROOMLIST_FINE;
	}
	/* It may be in the file all the same. */
	rl->unsaved = true;
	put_former(rl, gone);
	drop_place(rl, *made);
	return ROOMLIST_DISK;
}

enum roomlist_error
roomlist_make(struct roomlist *rl, int64_t wall_ms, const char *name,
    size_t len, const uint8_t *opener, struct place **made)
{
	struct rooms_line l;

	if (!rooms_file_is_name(name, len))
		return ROOMLIST_NAME;
	l = roomlist_line(rl, wall_ms, name, len, opener);
	return roomlist_add(rl, &l, made);
}

enum roomlist_error
roomlist_rename(struct roomlist *rl, struct place *p, int64_t wall_ms,
    const char *name, size_t len)
{
	struct former *was, *gone = NULL;
	struct place before = *p;
	char fold[TEXT_FOLD_BYTES];
	const struct place *other;

	if (p == rl->home ? !rooms_file_can_name(name, len) :
	    !rooms_file_is_name(name, len))
		return ROOMLIST_NAME;
	roomlist_fold(fold, name, len);
	other = roomlist_of_fold(rl, fold);
	if (other != NULL && other != p)
		return ROOMLIST_TAKEN;
	if ((was = new_former(p, &p->line)) == NULL)
		return ROOMLIST_DISK;
	was->line.created_ms = wall_ms < 0 ? 0 : wall_ms;
	if (other == p) {	/* spelled in another way */
		free(was);
		was = NULL;
	}
	take_former(rl, gone = find_former(rl, fold));
	put_former(rl, was);
	call(p, name, len);
	if (roomlist_save(rl)) {
		free(gone);
		trim_formers(rl);
		return ROOMLIST_FINE;
	}
	memcpy(p->line.name, before.line.name, sizeof(p->line.name));
	memcpy(p->fold, before.fold, sizeof(p->fold));
	take_former(rl, was);
	free(was);
	put_former(rl, gone);
	return ROOMLIST_DISK;
}

enum roomlist_error
roomlist_put_away(struct roomlist *rl, struct place *p, bool away)
{
	enum rooms_sort before = p->line.sort;

	if (away == (before == ROOMS_AWAY))
		return ROOMLIST_FINE;
	if (!away && roomlist_is_full(rl, ROOMLIST_MAX))
		return ROOMLIST_FULL;
	move(rl, p, away ? ROOMS_AWAY : ROOMS_ROOM);
	if (roomlist_save(rl))
		return ROOMLIST_FINE;
	move(rl, p, before);
	return ROOMLIST_DISK;
}
