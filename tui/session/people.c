/*
 * Who is here and who spoke. Client's parent process; keeps what the room and
 * its server say, and decides nothing.
 */
#include "tui/session/people.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const struct person *a, const struct person *b)
{
	return strcmp(a->fold, b->fold);
}

RB_PROTOTYPE(people_tree, person, by_name, compare)
RB_GENERATE(people_tree, person, by_name, compare)

void
people_init(struct people *p)
{
	*p = (struct people){ .count = 0 };
	RB_INIT(&p->tree);
	TAILQ_INIT(&p->list);
}

static void
forget(struct people *p, struct person *f)
{
	RB_REMOVE(people_tree, &p->tree, f);
	TAILQ_REMOVE(&p->list, f, by_speech);
	p->count--;
	free(f);
}

void
people_clear(struct people *p)
{
	struct person *f;

	while ((f = TAILQ_FIRST(&p->list)) != NULL)
		forget(p, f);
	p->here = 0;
}

static struct person *
find(const struct people *p, const char *name, size_t len)
{
	struct person key;

	if (len == 0 || len > TEXT_NAME_BYTES ||
	    text_fold(key.fold, name, len) == 0)
		return NULL;
	return RB_FIND(people_tree, (struct people_tree *)&p->tree, &key);
}

/* Makes room for one more: who was silent longest and is not here goes. */
static bool
make_room(struct people *p)
{
	struct person *f;

	if (p->count < PEOPLE_MAX)
		return true;
	/* A server may name ever more: then there is nobody to look for. */
	if (p->here >= p->count)
		return false;
	TAILQ_FOREACH_REVERSE(f, &p->list, people_list, by_speech)
		if (!f->here) {
			forget(p, f);
			return true;
		}
	return false;
}

static struct person *
get(struct people *p, const char *name, size_t len)
{
	struct person *f = find(p, name, len);

	if (f != NULL || len == 0 || len > TEXT_NAME_BYTES || !make_room(p) ||
	    (f = calloc(1, sizeof(*f))) == NULL)
		return f;
	memcpy(f->name, name, len);
	if (text_fold(f->fold, name, len) == 0) {
		free(f);
		return NULL;
	}
	RB_INSERT(people_tree, &p->tree, f);
	TAILQ_INSERT_TAIL(&p->list, f, by_speech);
	p->count++;
	return f;
}

static void
set_here(struct people *p, struct person *f, bool here)
{
	if (f->here != here)
		p->here += here ? 1 : (size_t)-1;
	f->here = here;
}

static struct person *
come(struct people *p, const char *name, size_t len, bool classic)
{
	struct person *f = get(p, name, len);

	if (f == NULL)
		return NULL;
	/* The same name in other letters, perhaps. */
	memcpy(f->name, name, len);
	f->name[len] = '\0';
	f->away = false;
	f->classic = classic;
	set_here(p, f, true);
	return f;
}

static void
go(struct people *p, const char *name, size_t len)
{
	struct person *f = find(p, name, len);

	if (f == NULL)
		return;
	set_here(p, f, false);
	if (f->spoke_ms == 0)
		forget(p, f);
}

static void
speak(struct people *p, const struct entry *e)
{
	struct person *f = get(p, e->author, e->author_len);

	if (f == NULL)
		return;
	if (e->time_ms > f->spoke_ms)
		f->spoke_ms = e->time_ms;
	TAILQ_REMOVE(&p->list, f, by_speech);
	TAILQ_INSERT_HEAD(&p->list, f, by_speech);
}

static void
rename_to(struct people *p, const struct entry *e)
{
	int64_t spoke = people_spoke(p, e->author, e->author_len);
	struct person *f, *was;

	go(p, e->author, e->author_len);
	f = come(p, e->text, e->text_len, false);
	if (f == NULL || spoke <= f->spoke_ms)
		return;
	f->spoke_ms = spoke;
	/* Who spoke keeps his place; the old name may have had to go. */
	if ((was = find(p, e->author, e->author_len)) == NULL)
		return;
	TAILQ_REMOVE(&p->list, f, by_speech);
	TAILQ_INSERT_BEFORE(was, f, by_speech);
}

void
people_take(struct people *p, const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_JOIN:
		come(p, e->author, e->author_len,
		    (e->flags & ENTRY_CLASSIC) != 0);
		break;
	case ENTRY_LEAVE:
	case ENTRY_TIMEOUT:
		go(p, e->author, e->author_len);
		break;
	case ENTRY_RENAME:
		rename_to(p, e);
		break;
	case ENTRY_SAY:
	case ENTRY_ACT:
		speak(p, e);
		break;
	default:
		break;
	}
}

void
people_list(struct people *p, const char *name, size_t len, bool first,
    bool away, bool classic)
{
	struct person *f, *next;

	TAILQ_FOREACH_SAFE(f, &p->list, by_speech, next) {
		if (!first)
			break;
		set_here(p, f, false);
		if (f->spoke_ms == 0)
			forget(p, f);
	}
	if ((f = come(p, name, len, classic)) != NULL)
		f->away = away;
}

const struct person *
people_named(const struct people *p, const char *name, size_t len)
{
	const struct person *f = find(p, name, len);

	return f != NULL && f->here ? f : NULL;
}

int64_t
people_spoke(const struct people *p, const char *name, size_t len)
{
	const struct person *f = find(p, name, len);

	return f != NULL ? f->spoke_ms : 0;
}

static const struct person *
here_by_name(struct person *f)
{
	while (f != NULL && !f->here)
		f = RB_NEXT(people_tree, NULL, f);
	return f;
}

const struct person *
people_first(const struct people *p)
{
	return here_by_name(RB_MIN(people_tree,
	    (struct people_tree *)&p->tree));
}

const struct person *
people_next(const struct person *f)
{
	return here_by_name(RB_NEXT(people_tree, NULL, (struct person *)f));
}

static const struct person *
here_by_speech(const struct person *f)
{
	while (f != NULL && !f->here)
		f = TAILQ_NEXT(f, by_speech);
	return f;
}

const struct person *
people_recent(const struct people *p)
{
	return here_by_speech(TAILQ_FIRST(&p->list));
}

const struct person *
people_before(const struct person *f)
{
	return here_by_speech(TAILQ_NEXT(f, by_speech));
}

static const struct person *
spoken(const struct person *f)
{
	while (f != NULL && f->spoke_ms == 0)
		f = TAILQ_NEXT(f, by_speech);
	return f;
}

const struct person *
people_speaker(const struct people *p)
{
	return spoken(TAILQ_FIRST(&p->list));
}

const struct person *
people_speaker_before(const struct person *f)
{
	return spoken(TAILQ_NEXT(f, by_speech));
}
