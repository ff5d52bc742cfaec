/*
 * The file of talks. Runs in the server.
 */
#include "server/talks_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"

enum {
	LINE_BYTES = LINE_ID + 2 * LINE_KEY + 64,
	LINE_USUAL = LINE_ID + 2 * LINE_KEY + 28
};
_Static_assert((int)LINE_BYTES <= (int)LINE_FILE_BYTES, "a line is one");

/*
 * Lines.
 */

struct line {
	uint8_t		 id[JOURNAL_ID], from[NOISE_KEY], to[NOISE_KEY];
	uint64_t	 day, said, flags, last, net[TALK_NETS];
	bool		 away;
	bool		 old;		/* an older server wrote it */
};

/* Those that came later. */
static bool
parse_more(struct line *l, char *text)
{
	char *last, *net;

	l->last = l->net[0] = l->net[1] = 0;
	l->old = text == NULL;
	return l->old || ((last = line_word(&text)) != NULL &&
	    (net = line_word(&text)) != NULL &&
	    line_get_number(last, UINT16_MAX, &l->last) &&
	    line_get_number(net, TALK_NETS_SLOTS, &l->net[0]) &&
	    line_get_number(text, TALK_NETS_SLOTS, &l->net[1]));
}

/* What is of one that is no more is of no matter. */
static bool
parse_flags(struct line *l, char *text)
{
	char *flags = strchr(text, ' ') == NULL ? text : line_word(&text);

	l->away = strcmp(flags, "-") == 0;
	if (l->away)
		return flags == text;
	return line_get_number(flags, TALK_FILE_FLAGS, &l->flags) &&
	    parse_more(l, flags == text ? NULL : text);
}

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
	    parse_flags(l, text);
}

/* Begun by the same one, on the same day, in the same log? */
static bool
is_same(const struct talk_place *t, const struct line *l)
{
	return memcmp(t->id, l->id, JOURNAL_ID) == 0 && t->day == l->day &&
	    memcmp(talks_beginner(t)->key, l->from, NOISE_KEY) == 0;
}

/* Its log, or what a crash left of it. */
static void
remove_log(const struct talks *ts, const struct talk_place *t)
{
	char path[PATH_MAX];
	int saved = errno;

	if (talks_path(ts, t, path))
		disk_remove_all(ts->config.disk, path);
	errno = saved;
}

static bool
on_line_away(struct talks *ts, const struct line *l)
{
	struct talk_place *t = talks_find(ts, l->from, l->to);

	if (t == NULL || !is_same(t, l))
		return t == NULL;
	remove_log(ts, t);
	talks_drop(ts, t);
	return true;
}

static bool
on_line(void *arg, char *text)
{
	struct talks *ts = arg;
	struct talk_place *t;
	struct talk_from from;
	struct line l;

	if (!parse(&l, text))
		return false;
	if (l.away)
		return on_line_away(ts, &l);
	from = (struct talk_from){ { (uint16_t)l.net[0],
	    (uint16_t)l.net[1] } };
	if ((t = talks_find(ts, l.from, l.to)) == NULL) {
		if (ts->count == TALKS_MAX ||
		    (t = talks_add(ts, l.from, l.to)) == NULL)
			return false;
		talks_begin(ts, t, l.id, (uint16_t)l.day, &from);
	} else if (!is_same(t, &l))
		return false;
	t->said = (uint32_t)l.said;
	t->end[0].day = (uint16_t)l.last;
	/* Whether one shut it an older server did not say. */
	t->flags = (uint8_t)((t->flags & TALK_BY_HIGHER) | l.flags |
	    (l.old ? TALK_RULED : 0));
	return true;
}

static void
put_talk(struct talks *ts, const struct talk_place *t)
{
	const struct person *from = talks_beginner(t);
	const struct person *to = talks_other(t, from);
	char line[LINE_BYTES], id[LINE_ID], one[LINE_KEY], two[LINE_KEY];

	line_file_put(&ts->file, line, (size_t)snprintf(line, sizeof(line),
	    "%s %u %s %s %u %u %u %u %u\n", line_id(id, t->id),
	    (unsigned)t->day, line_key(one, from->key),
	    line_key(two, to->key), (unsigned)t->said,
	    (unsigned)t->flags & TALK_FILE_FLAGS,
	    (unsigned)talks_last(t), (unsigned)t->end[0].net,
	    (unsigned)t->end[1].net));
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
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
		put_talk(ts, t);
	if (!line_file_end(&ts->file, true))
		return false;
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
		t->flags &= (uint8_t)~TALK_CHANGED;
	ts->changed = false;
	return true;
}

bool
talks_write_one(struct talks *ts, const struct talk_place *t)
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
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
		if ((t->flags & TALK_CHANGED) != 0)
			put_talk(ts, t);
	if (!line_file_end(&ts->file, sync))
		return false;
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
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

	while ((t = talks_next(ts, NULL)) != NULL)
		talks_drop(ts, t);
	talk_ids_free(&ts->ids);
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
	ts->nets.max = config->max != 0 ? config->max : TALKS_MAX;
	ts->nets.day = config->net_day != 0 ? config->net_day : TALK_NETS_DAY;
	RB_INIT(&ts->by_pair);
	if (!line_file_open(&ts->file, config->disk, config->dir, "talks",
	    on_line, ts, why)) {
		forget(ts);
		return NULL;
	}
	ts->file.whole = (off_t)(ts->count * LINE_USUAL);
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
		talks_beginner(t)->unanswered += !talks_is_answered(t);
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
	for (t = NULL; (t = talks_next(ts, t)) != NULL;)
		talks_beginner(t)->unanswered -= !talks_is_answered(t);
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

/* That it is no more is known before its log is. */
bool
talks_put_away(struct talks *ts, struct talk_place *t)
{
	const struct person *from = talks_beginner(t);
	char line[LINE_BYTES], id[LINE_ID], one[LINE_KEY], two[LINE_KEY];

	if (line_file_is_large(&ts->file) && !write_anew(ts))
		return false;
	line_file_begin(&ts->file, false);
	line_file_put(&ts->file, line, (size_t)snprintf(line, sizeof(line),
	    "%s %u %s %s 0 -\n", line_id(id, t->id), (unsigned)t->day,
	    line_key(one, from->key), line_key(two,
	    talks_other(t, from)->key)));
	if (!line_file_end(&ts->file, true))
		return false;
	talks_beginner(t)->unanswered -= !talks_is_answered(t);
	remove_log(ts, t);
	talks_drop(ts, t);
	return true;
}
