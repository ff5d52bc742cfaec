/*
 * Read marks. Runs in the server.
 */
#include "server/room/marks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "server/room/line_file.h"

enum {
	LINE_BYTES = LINE_KEY + LINE_ID + 40,
	LINE_USUAL = LINE_KEY + LINE_ID + 8,
	DAY_MAX = 3000000		/* beyond the year 9999 */
};
_Static_assert((int)LINE_BYTES <= (int)LINE_FILE_BYTES, "a line is one");

struct marks {
	struct persons	*persons;
	struct line_file file;
	SLIST_HEAD(, person) changed;	/* are held */
	bool		 begun;		/* one, or it ended, since */
};

static struct mark *
find(const struct person *p, const uint8_t log[JOURNAL_ID])
{
	struct mark *m;

	TAILQ_FOREACH_REVERSE(m, &p->marks, mark_list, of_person)
		if (memcmp(m->log, log, JOURNAL_ID) == 0)
			break;
	return m;
}

/* It is the one that was used last. */
static void
use(struct person *p, struct mark *m)
{
	TAILQ_REMOVE(&p->marks, m, of_person);
	TAILQ_INSERT_TAIL(&p->marks, m, of_person);
}

static void
change(struct marks *ms, struct person *p, struct mark *m)
{
	m->changed = true;
	if (p->changed)
		return;
	p->changed = true;
	/* He is known, so that takes no memory. */
	persons_hold(ms->persons, p->key);
	SLIST_INSERT_HEAD(&ms->changed, p, by_change);
}

static void
end(struct marks *ms, struct person *p, struct mark *m)
{
	m->gone = true;
	change(ms, p, m);
}

static void
drop(struct person *p, struct mark *m)
{
	TAILQ_REMOVE(&p->marks, m, of_person);
	free(m);
}

/* The first that counts, from there on. */
static struct mark *
here_from(struct mark *m)
{
	while (m != NULL && (m->gone || m->left))
		m = TAILQ_NEXT(m, of_person);
	return m;
}

static size_t
count_of(const struct person *p)
{
	const struct mark *m = NULL;
	size_t n = 0;

	while ((m = marks_next(p, m)) != NULL)
		n++;
	return n;
}

/* Of those that he left one more than may be is forgotten. */
static void
limit_left(struct marks *ms, struct person *p)
{
	struct mark *m, *first = NULL;
	size_t n = 0;

	TAILQ_FOREACH(m, &p->marks, of_person) {
		if (!m->left || m->gone)
			continue;
		if (n++ == 0)
			first = m;
	}
	if (n > MARKS_OF_KEY)
		end(ms, p, first);
}

static struct mark *
add(struct person *p, const uint8_t log[JOURNAL_ID])
{
	struct mark *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	memcpy(m->log, log, JOURNAL_ID);
	TAILQ_INSERT_TAIL(&p->marks, m, of_person);
	return m;
}

/*
 * Lines.
 */

struct line {
	uint8_t		 key[NOISE_KEY], log[JOURNAL_ID];
	bool		 gone;
	uint64_t	 seq, missed;
};

static bool
parse(struct line *l, char *text)
{
	char *key, *id, *seq;

	l->seq = 0;
	if ((key = line_word(&text)) == NULL ||
	    (id = line_word(&text)) == NULL ||
	    (seq = line_word(&text)) == NULL ||
	    !line_get_key(key, l->key) || !line_get_id(id, l->log))
		return false;
	l->gone = strcmp(seq, "-") == 0;
	return (l->gone || line_get_number(seq, ENTRY_SEQ_MAX, &l->seq)) &&
	    line_get_number(text, DAY_MAX, &l->missed);
}

/* A later line instead of an earlier one. False: no memory. */
static bool
take(struct person *p, const struct line *l)
{
	struct mark *m = find(p, l->log);

	if (l->gone && l->missed == 0) {
		if (m != NULL)
			drop(p, m);
		return true;
	}
	if (m == NULL) {
		if (count_of(p) == MARKS_OF_KEY)
			drop(p, here_from(TAILQ_FIRST(&p->marks)));
		if ((m = add(p, l->log)) == NULL)
			return false;
	}
	m->left = l->gone;
	m->seq = l->seq;
	m->missed = (uint32_t)l->missed;
	use(p, m);
	return true;
}

static bool
on_line(void *arg, char *text)
{
	struct marks *ms = arg;
	struct person *p;
	struct line l;
	bool good;

	if (!parse(&l, text))
		return false;
	errno = ENOMEM;
	if ((p = persons_hold(ms->persons, l.key)) == NULL)
		return false;
	good = take(p, &l);
	persons_let(ms->persons, p);
	return good;
}

static void
put_mark(struct line_file *file, const struct person *p,
    const struct mark *m)
{
	char line[LINE_BYTES], key[LINE_KEY], id[LINE_ID], seq[24] = "-";

	if (!m->gone && !m->left)
		snprintf(seq, sizeof(seq), "%llu", (unsigned long long)m->seq);
	line_file_put(file, line, (size_t)snprintf(line, sizeof(line),
	    "%s %s %s %u\n", line_key(key, p->key), line_id(id, m->log), seq,
	    m->gone ? 0U : (unsigned)m->missed));
}

/*
 * The file.
 */

struct marks *
marks_open(const struct disk *disk, const char *dir, struct persons *persons,
    struct journal_why *why)
{
	struct marks *ms = calloc(1, sizeof(*ms));
	struct person *p = NULL;
	size_t n = 0;

	if (ms == NULL) {
		memset(why, 0, sizeof(*why));
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		return NULL;
	}
	ms->persons = persons;
	SLIST_INIT(&ms->changed);
	if (!line_file_open(&ms->file, disk, dir, "marks", on_line, ms,
	    why)) {
		free(ms);
		return NULL;
	}
	while ((p = persons_next(persons, p)) != NULL)
		n += count_of(p);
	ms->file.whole = (off_t)(n * LINE_USUAL);
	return ms;
}

static void
put_all(struct marks *ms)
{
	const struct mark *m;
	struct person *p = NULL;

	while ((p = persons_next(ms->persons, p)) != NULL)
		TAILQ_FOREACH(m, &p->marks, of_person)
			if (!m->gone)
				put_mark(&ms->file, p, m);
}

/* Those that began, or ended; the others can wait. */
static void
put_begun(struct marks *ms)
{
	const struct person *p;
	struct mark *m;

	SLIST_FOREACH(p, &ms->changed, by_change)
		TAILQ_FOREACH(m, &p->marks, of_person) {
			if (m->begun)
				put_mark(&ms->file, p, m);
			m->begun = false;
		}
}

static void
put_changed(struct marks *ms)
{
	const struct person *p;
	const struct mark *m;

	SLIST_FOREACH(p, &ms->changed, by_change)
		TAILQ_FOREACH(m, &p->marks, of_person)
			if (m->changed)
				put_mark(&ms->file, p, m);
}

/* All that has changed is in the file. */
static void
settle(struct marks *ms)
{
	struct mark *m, *next;
	struct person *p;

	while ((p = SLIST_FIRST(&ms->changed)) != NULL) {
		SLIST_REMOVE_HEAD(&ms->changed, by_change);
		p->changed = false;
		for (m = TAILQ_FIRST(&p->marks); m != NULL; m = next) {
			next = TAILQ_NEXT(m, of_person);
			m->changed = m->begun = false;
			if (m->gone)
				drop(p, m);
		}
		persons_let(ms->persons, p);
	}
}

static bool
write_changed(struct marks *ms, bool sync)
{
	bool anew = line_file_is_large(&ms->file);

	line_file_begin(&ms->file, anew);
	if (anew)
		put_all(ms);
	else
		put_changed(ms);
	return line_file_end(&ms->file, sync);
}

bool
marks_are_changed(const struct marks *ms)
{
	return !SLIST_EMPTY(&ms->changed);
}

bool
marks_have_begun(const struct marks *ms)
{
	return ms->begun;
}

bool
marks_write_begun(struct marks *ms)
{
	if (line_file_is_large(&ms->file))
		return marks_write(ms);
	/* What cannot be is not tried so soon again. */
	ms->begun = false;
	line_file_begin(&ms->file, false);
	put_begun(ms);
	return line_file_end(&ms->file, false);
}

bool
marks_write(struct marks *ms)
{
	if (!marks_are_changed(ms))
		return true;
	ms->begun = false;
	if (!write_changed(ms, false))
		return false;
	settle(ms);
	return true;
}

int
marks_close(struct marks *ms)
{
	int error = 0;

	if (ms == NULL)
		return 0;
	/* What was written before is not synced yet. */
	if (!ms->file.unsaved || marks_are_changed(ms))
		error = write_changed(ms, true) ? 0 : errno;
	settle(ms);
	free(ms);
	return error;
}

/*
 * Marks.
 */

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, JOURNAL_ID);
}

static void
miss(struct marks *ms, struct person *p, struct mark *m, uint32_t today)
{
	if (m->left)
		return;
	if (m->missed == 0) {
		m->missed = today;
		change(ms, p, m);
	} else if (today > m->missed + MARKS_MISSED_DAYS)
		end(ms, p, m);
}

void
marks_missed(struct marks *ms, int64_t wall_ms, uint8_t (*logs)[JOURNAL_ID],
    size_t n)
{
	struct person *p = persons_next(ms->persons, NULL), *next;
	uint32_t today = (uint32_t)(wall_ms / LINE_DAY_MS);
	struct mark *m;

	qsort(logs, n, sizeof(*logs), compare_ids);
	for (; p != NULL; p = next) {
		next = persons_next(ms->persons, p);
		TAILQ_FOREACH(m, &p->marks, of_person)
			if (m->left && today > m->missed + MARKS_LEFT_DAYS)
				end(ms, p, m);
			else if (bsearch(m->log, logs, n, sizeof(*logs),
			    compare_ids) == NULL)
				miss(ms, p, m, today);
			else if (m->missed != 0 && !m->left) {
				m->missed = 0;
				change(ms, p, m);
			}
	}
}

bool
marks_begin(struct marks *ms, struct person *p, const uint8_t log[JOURNAL_ID])
{
	struct mark *m = find(p, log);

	if (m != NULL && !m->gone && !m->left) {
		use(p, m);
		return true;
	}
	if (m == NULL && (m = add(p, log)) == NULL)
		return false;
	m->gone = m->left = false;
	m->missed = 0;
	m->seq = 0;
	use(p, m);
	change(ms, p, m);
	m->begun = ms->begun = true;
	if (count_of(p) > MARKS_OF_KEY)
		end(ms, p, here_from(TAILQ_FIRST(&p->marks)));
	return true;
}

bool
marks_move(struct marks *ms, struct person *p, const uint8_t log[JOURNAL_ID],
    uint64_t seq)
{
	struct mark *m = find(p, log);

	if (m == NULL || m->gone || m->left)
		return false;
	use(p, m);
	if (seq <= m->seq || seq > ENTRY_SEQ_MAX)
		return false;
	m->seq = seq;
	change(ms, p, m);
	return true;
}

void
marks_end(struct marks *ms, int64_t wall_ms, struct person *p,
    const uint8_t log[JOURNAL_ID])
{
	struct mark *m = find(p, log);

	if (m == NULL || m->gone || m->left)
		return;
	m->left = true;
	m->missed = (uint32_t)(wall_ms / LINE_DAY_MS);
	change(ms, p, m);
	m->begun = ms->begun = true;
	limit_left(ms, p);
}

bool
marks_has_left(const struct person *p, const uint8_t log[JOURNAL_ID])
{
	const struct mark *m = find(p, log);

	return m != NULL && m->left && !m->gone;
}

const struct mark *
marks_find(const struct person *p, const uint8_t log[JOURNAL_ID])
{
	const struct mark *m = find(p, log);

	return m == NULL || m->gone || m->left ? NULL : m;
}

const struct mark *
marks_next(const struct person *p, const struct mark *m)
{
	return here_from(m == NULL ? TAILQ_FIRST(&p->marks) :
	    TAILQ_NEXT(m, of_person));
}

bool
marks_meet(const struct person *a, const struct person *b)
{
	const struct mark *m = NULL;

	while ((m = marks_next(a, m)) != NULL)
		if (marks_find(b, m->log) != NULL)
			break;
	return m != NULL;
}
