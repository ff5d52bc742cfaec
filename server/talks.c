/*
 * The table of talks. Runs in the server. Knows no log and no room.
 */
#include "server/talks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/line_file.h"

enum {
	LINE_BYTES = LINE_ID + 2 * LINE_KEY + 40,
	LINE_USUAL = LINE_ID + 2 * LINE_KEY + 12
};
_Static_assert((int)LINE_BYTES <= (int)LINE_FILE_BYTES, "a line is one");

RB_HEAD(talk_pairs, talk_place);

struct talks {
	struct talks_config config;
	struct line_file file;
	struct talk_pairs by_pair;
	size_t		 count;
	bool		 changed;	/* one of them is */
};

static int
compare(const struct talk_place *a, const struct talk_place *b)
{
	int order = memcmp(a->end[0].person->key, b->end[0].person->key,
	    NOISE_KEY);

	return order != 0 ? order : memcmp(a->end[1].person->key,
	    b->end[1].person->key, NOISE_KEY);
}

RB_PROTOTYPE(talk_pairs, talk_place, by_pair, compare)
RB_GENERATE(talk_pairs, talk_place, by_pair, compare)

static bool
is_alone(const struct talk_place *t)
{
	return t->end[0].person == t->end[1].person;
}

static struct person *
beginner(const struct talk_place *t)
{
	return t->end[(t->flags & TALK_BY_HIGHER) != 0].person;
}

/*
 * The table.
 */

struct talk_place *
talks_find(const struct talks *ts, const uint8_t one[NOISE_KEY],
    const uint8_t two[NOISE_KEY])
{
	bool swap = memcmp(one, two, NOISE_KEY) > 0;
	struct talk_pairs all = ts->by_pair;
	struct talk_place want;

	want.end[swap].person = persons_find(ts->config.persons, one);
	want.end[!swap].person = persons_find(ts->config.persons, two);
	return want.end[0].person == NULL || want.end[1].person == NULL ?
	    NULL : RB_FIND(talk_pairs, &all, &want);
}

static void
drop(struct talks *ts, struct talk_place *t)
{
	bool alone = is_alone(t);
	int i;

	RB_REMOVE(talk_pairs, &ts->by_pair, t);
	ts->count--;
	for (i = 0; i < 2; i++) {
		if (i == 0 || !alone)
			LIST_REMOVE(&t->end[i], by_person);
		persons_let(ts->config.persons, t->end[i].person);
	}
	free(t);
}

/* There is none of them yet. NULL: no memory. */
static struct talk_place *
add(struct talks *ts, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	struct talk_place *t = calloc(1, sizeof(*t));
	struct person *one, *two = NULL;
	bool swap = memcmp(from, to, NOISE_KEY) > 0;
	int i;

	if (t == NULL)
		return NULL;
	if ((one = persons_hold(ts->config.persons, from)) == NULL ||
	    (two = persons_hold(ts->config.persons, to)) == NULL) {
		if (one != NULL)
			persons_let(ts->config.persons, one);
		free(t);
		errno = ENOMEM;
		return NULL;
	}
	t->flags = swap ? TALK_BY_HIGHER : 0;
	t->end[swap].person = one;
	t->end[!swap].person = two;
	for (i = 0; i < 2; i++) {
		t->end[i].talk = t;
		if (i == 0 || one != two)
			LIST_INSERT_HEAD(&t->end[i].person->talks, &t->end[i],
			    by_person);
	}
	RB_INSERT(talk_pairs, &ts->by_pair, t);
	ts->count++;
	return t;
}

struct talk_place *
talks_next(const struct talks *ts, struct talk_place *t)
{
	struct talk_pairs all = ts->by_pair;

	return t == NULL ? RB_MIN(talk_pairs, &all) :
	    RB_NEXT(talk_pairs, &all, t);
}

size_t
talks_count(const struct talks *ts)
{
	return ts->count;
}

unsigned
talks_side(const struct talk_place *t, const uint8_t key[NOISE_KEY])
{
	if (memcmp(t->end[0].person->key, key, NOISE_KEY) == 0)
		return 1;
	return memcmp(t->end[1].person->key, key, NOISE_KEY) == 0 ? 2 : 0;
}

struct person *
talks_other(const struct talk_place *t, const struct person *p)
{
	return t->end[t->end[0].person == p].person;
}

bool
talks_is_answered(const struct talk_place *t)
{
	return is_alone(t) || (t->flags & (t->flags & TALK_BY_HIGHER ?
	    TALK_LOWER_SPOKE : TALK_HIGHER_SPOKE)) != 0;
}

bool
talks_is_known(const struct talk_place *t)
{
	return t->open != NULL || (t->flags & TALK_OPENED) == 0;
}

/*
 * Lines.
 */

struct line {
	uint8_t		 id[JOURNAL_ID], from[NOISE_KEY], to[NOISE_KEY];
	uint64_t	 day, said, flags;
};

static bool
parse(struct line *l, char *text)
{
	char *id, *day, *from, *to, *said;

	return (id = line_word(&text)) != NULL &&
	    (day = line_word(&text)) != NULL &&
	    (from = line_word(&text)) != NULL &&
	    (to = line_word(&text)) != NULL &&
	    (said = line_word(&text)) != NULL &&
	    line_get_id(id, l->id) &&
	    line_get_number(day, UINT16_MAX, &l->day) &&
	    line_get_key(from, l->from) && line_get_key(to, l->to) &&
	    line_get_number(said, UINT32_MAX, &l->said) &&
	    line_get_number(text, TALK_FILE_FLAGS, &l->flags);
}

/* Begun by the same one, on the same day, in the same log? */
static bool
is_same(const struct talk_place *t, const struct line *l)
{
	return memcmp(t->id, l->id, JOURNAL_ID) == 0 && t->day == l->day &&
	    memcmp(beginner(t)->key, l->from, NOISE_KEY) == 0;
}

static bool
on_line(void *arg, char *text)
{
	struct talks *ts = arg;
	struct talk_place *t;
	struct line l;

	if (!parse(&l, text))
		return false;
	if ((t = talks_find(ts, l.from, l.to)) == NULL) {
		if (ts->count == TALKS_MAX || (t = add(ts, l.from, l.to)) ==
		    NULL)
			return false;
		memcpy(t->id, l.id, JOURNAL_ID);
		t->day = (uint16_t)l.day;
	} else if (!is_same(t, &l))
		return false;
	t->said = (uint32_t)l.said;
	t->flags = (uint8_t)((t->flags & TALK_BY_HIGHER) | l.flags);
	return true;
}

static void
put_talk(struct talks *ts, const struct talk_place *t)
{
	const struct person *from = beginner(t);
	const struct person *to = talks_other(t, from);
	char line[LINE_BYTES], id[LINE_ID], one[LINE_KEY], two[LINE_KEY];

	line_file_put(&ts->file, line, (size_t)snprintf(line, sizeof(line),
	    "%s %u %s %s %u %u\n", line_id(id, t->id), (unsigned)t->day,
	    line_key(one, from->key), line_key(two, to->key),
	    (unsigned)t->said, (unsigned)t->flags & TALK_FILE_FLAGS));
}

/*
 * The file.
 */

/* All of them. */
static bool
write_anew(struct talks *ts)
{
	struct talk_place *t;

	line_file_begin(&ts->file, true);
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		put_talk(ts, t);
	if (!line_file_end(&ts->file, true))
		return false;
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		t->flags &= (uint8_t)~TALK_CHANGED;
	ts->changed = false;
	return true;
}

/* What else has changed may stay to be written. */
static bool
write_one(struct talks *ts, const struct talk_place *t)
{
	if (line_file_is_large(&ts->file))
		return write_anew(ts);
	line_file_begin(&ts->file, false);
	put_talk(ts, t);
	return line_file_end(&ts->file, true);
}

static bool
write_changed(struct talks *ts, bool sync)
{
	struct talk_place *t;

	if (line_file_is_large(&ts->file))
		return write_anew(ts);
	line_file_begin(&ts->file, false);
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		if ((t->flags & TALK_CHANGED) != 0)
			put_talk(ts, t);
	if (!line_file_end(&ts->file, sync))
		return false;
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		t->flags &= (uint8_t)~TALK_CHANGED;
	ts->changed = false;
	return true;
}

bool
talks_are_changed(const struct talks *ts)
{
	return ts->changed;
}

bool
talks_write(struct talks *ts)
{
	return !ts->changed || write_changed(ts, false);
}

static void
forget(struct talks *ts)
{
	struct talk_place *t;

	while ((t = RB_ROOT(&ts->by_pair)) != NULL)
		drop(ts, t);
	free(ts);
}

struct talks *
talks_open(const struct talks_config *config, struct journal_why *why)
{
	struct talks *ts = calloc(1, sizeof(*ts));
	struct talk_place *t;

	if (ts == NULL) {
		memset(why, 0, sizeof(*why));
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		return NULL;
	}
	ts->config = *config;
	RB_INIT(&ts->by_pair);
	if (!line_file_open(&ts->file, config->disk, config->dir, "talks",
	    on_line, ts, why)) {
		forget(ts);
		return NULL;
	}
	ts->file.whole = (off_t)(ts->count * LINE_USUAL);
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		beginner(t)->unanswered += !talks_is_answered(t);
	return ts;
}

int
talks_close(struct talks *ts)
{
	struct talk_place *t;
	int error = 0;

	if (ts == NULL)
		return 0;
	/* What was written before is not synced yet. */
	if (ts->changed || !ts->file.unsaved)
		error = write_changed(ts, true) ? 0 : errno;
	RB_FOREACH(t, talk_pairs, &ts->by_pair)
		beginner(t)->unanswered -= !talks_is_answered(t);
	forget(ts);
	return error;
}

bool
talks_path(const struct talks *ts, const struct talk_place *t,
    char path[PATH_MAX])
{
	char id[LINE_ID];

	if (snprintf(path, PATH_MAX, "%s/talk/%s", ts->config.dir,
	    line_id(id, t->id)) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/*
 * What happens.
 */

enum talks_error
talks_make(struct talks *ts, int64_t wall_ms, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY], struct talk_place **made)
{
	const struct person *p = persons_find(ts->config.persons, from);
	int64_t day = wall_ms / LINE_DAY_MS;
	struct talk_place *t = talks_find(ts, from, to);
	int saved;

	if ((*made = t) != NULL)
		return TALKS_FINE;
	if (ts->count == TALKS_MAX)
		return TALKS_FULL;
	if (p != NULL && p->unanswered >= TALKS_UNANSWERED &&
	    memcmp(from, to, NOISE_KEY) != 0)
		return TALKS_QUOTA;
	if ((t = add(ts, from, to)) == NULL)
		return TALKS_DISK;
	ts->config.random(ts->config.arg, t->id, JOURNAL_ID);
	t->day = (uint16_t)(day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : day);
	if (!write_one(ts, t)) {
		saved = errno;
		drop(ts, t);
		errno = saved;
		return TALKS_DISK;
	}
	beginner(t)->unanswered += !talks_is_answered(t);
	*made = t;
	return TALKS_FINE;
}

bool
talks_opens(struct talks *ts, struct talk_place *t)
{
	uint8_t was = t->flags;

	/* That it was closed the file may not say yet; then it says the same
	 * as of one that a crash left open. */
	t->flags = (uint8_t)((was | TALK_OPENED) & ~TALK_CHANGED);
	if ((was & (TALK_OPENED | TALK_CHANGED)) != 0 || write_one(ts, t))
		return true;
	t->flags = was;
	return false;
}

/* Of each of both it is the first one. */
static void
move_up(struct talk_place *t)
{
	int i;

	for (i = 0; i < (is_alone(t) ? 1 : 2); i++) {
		LIST_REMOVE(&t->end[i], by_person);
		LIST_INSERT_HEAD(&t->end[i].person->talks, &t->end[i],
		    by_person);
	}
}

void
talks_said(struct talk_place *t, unsigned side, uint64_t seq)
{
	bool was = talks_is_answered(t);

	if (seq > t->said) {
		t->said = seq > UINT32_MAX ? UINT32_MAX : (uint32_t)seq;
		move_up(t);
	}
	t->flags |= (uint8_t)(side == 1 ? TALK_LOWER_SPOKE :
	    TALK_HIGHER_SPOKE);
	if (!was && talks_is_answered(t))
		beginner(t)->unanswered--;
}

void
talks_closed(struct talks *ts, struct talk_place *t)
{
	t->flags = (uint8_t)((t->flags & ~TALK_OPENED) | TALK_CHANGED);
	ts->changed = true;
}
