/*
 * Owns the undo steps of one edited text; runs in the client's parent
 * process. Must never leave typed text behind in freed memory: it may have
 * been a passphrase.
 */
#include "tui/text/undo.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

struct step {
	TAILQ_ENTRY(step)	 link;
	struct undo_step	 what;
	char			 bytes[];	/* cut, then put */
};

TAILQ_HEAD(steps, step);

/* done: the newest is at the tail; undone: the next to redo is at the head. */
struct undo {
	struct steps	 done, undone;
	size_t		 bytes;			/* of both lists */
};

static size_t
size_of(const struct step *step)
{
	return sizeof(*step) + step->what.cut_len + step->what.put_len;
}

static void
drop(struct undo *u, struct steps *from, struct step *step)
{
	TAILQ_REMOVE(from, step, link);
	u->bytes -= size_of(step);
	freezero(step, size_of(step));
}

static void
drop_all(struct undo *u, struct steps *from)
{
	struct step *step;

	while ((step = TAILQ_FIRST(from)) != NULL)
		drop(u, from, step);
}

struct undo *
undo_new(void)
{
	struct undo *u;

	if ((u = calloc(1, sizeof(*u))) == NULL)
		return NULL;
	TAILQ_INIT(&u->done);
	TAILQ_INIT(&u->undone);
	return u;
}

void
undo_free(struct undo *u)
{
	if (u == NULL)
		return;
	undo_clear(u);
	free(u);
}

/* A copy of what; with before, a pure insertion put behind before's own. */
static struct step *
copy_step(const struct undo_step *what, const struct step *before)
{
	struct step *step;
	size_t head = before != NULL ? before->what.put_len : 0;
	char *put;

	step = malloc(sizeof(*step) + what->cut_len + head + what->put_len);
	if (step == NULL)
		return NULL;
	step->what = *what;
	put = step->bytes + what->cut_len;
	if (what->cut_len > 0)
		memcpy(step->bytes, what->cut, what->cut_len);
	if (before != NULL) {
		memcpy(put, before->what.put, head);
		step->what.at = before->what.at;
		step->what.caret = before->what.caret;
	}
	if (what->put_len > 0)
		memcpy(put + head, what->put, what->put_len);
	step->what.cut = step->bytes;
	step->what.put = put;
	step->what.put_len += head;
	return step;
}

bool
undo_note(struct undo *u, const struct undo_step *what, bool joins)
{
	struct step *step, *last = TAILQ_LAST(&u->done, steps);

	if (!joins || last == NULL || what->cut_len > 0 ||
	    last->what.cut_len > 0 ||
	    last->what.at + last->what.put_len != what->at)
		last = NULL;
	if ((step = copy_step(what, last)) == NULL)
		return false;
	drop_all(u, &u->undone);
	if (last != NULL)
		drop(u, &u->done, last);
	TAILQ_INSERT_TAIL(&u->done, step, link);
	u->bytes += size_of(step);
	while (u->bytes > UNDO_BYTES && TAILQ_FIRST(&u->done) != step)
		drop(u, &u->done, TAILQ_FIRST(&u->done));
	return true;
}

const struct undo_step *
undo_back(struct undo *u)
{
	struct step *step;

	if ((step = TAILQ_LAST(&u->done, steps)) == NULL)
		return NULL;
	TAILQ_REMOVE(&u->done, step, link);
	TAILQ_INSERT_HEAD(&u->undone, step, link);
	return &step->what;
}

const struct undo_step *
undo_forth(struct undo *u)
{
	struct step *step;

	if ((step = TAILQ_FIRST(&u->undone)) == NULL)
		return NULL;
	TAILQ_REMOVE(&u->undone, step, link);
	TAILQ_INSERT_TAIL(&u->done, step, link);
	return &step->what;
}

const struct undo_step *
undo_last(const struct undo *u)
{
	const struct step *step = TAILQ_LAST(&u->done, steps);

	return step != NULL ? &step->what : NULL;
}

void
undo_clear(struct undo *u)
{
	drop_all(u, &u->done);
	drop_all(u, &u->undone);
}
