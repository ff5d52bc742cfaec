/*
 * Whose what the syncer says is. Runs in the server.
 */
#include "server/syncing.h"

#include <errno.h>

void
syncing_init(struct syncing *s, const struct log_syncer *below)
{
	*s = (struct syncing){ .below = below };
	TAILQ_INIT(&s->asked);
}

/* The next result: of the first in the order, or of one who is gone. */
static int
take_next(struct syncing *s, bool wait)
{
	struct syncing_log *first = TAILQ_FIRST(&s->asked);
	int error = s->below->end(s->below->arg, wait);

	if (error == EINPROGRESS)
		return error;
	if (first->gone > 0) {
		first->gone--;
		return 0;
	}
	TAILQ_REMOVE(&s->asked, first, by_order);
	first->is_asked = false;
	first->is_known = true;
	first->result = error;
	s->known++;
	return 0;
}

static bool
begin(void *arg, const int *fds, size_t n)
{
	struct syncing_log *l = arg;
	struct syncing *s = l->all;

	if (l->is_asked || l->is_known ||
	    !s->below->begin(s->below->arg, fds, n))
		return false;
	l->gone = s->gone;
	s->gone = 0;
	l->is_asked = true;
	TAILQ_INSERT_TAIL(&s->asked, l, by_order);
	return true;
}

/*
 * Who does not wait takes nobody else's: that one has still a descriptor to
 * wake it, and so has this one, when that is taken.
 */
static int
end(void *arg, bool wait)
{
	struct syncing_log *l = arg;
	struct syncing *s = l->all;

	while (l->is_asked && (wait || TAILQ_FIRST(&s->asked) == l))
		if (take_next(s, wait) == EINPROGRESS)
			return EINPROGRESS;
	if (!l->is_known)
		return EINPROGRESS;
	l->is_known = false;
	s->known--;
	return l->result;
}

static void
watch(void *arg, struct pollfd *pfd)
{
	const struct syncing_log *l = arg;

	l->all->below->watch(l->all->below->arg, pfd);
}

const struct log_syncer *
syncing_add(struct syncing *s, struct syncing_log *l)
{
	if (s->below == NULL)
		return NULL;
	*l = (struct syncing_log){ .table = { begin, end, watch, l },
	    .all = s };
	return &l->table;
}

void
syncing_remove(struct syncing_log *l)
{
	struct syncing *s = l->all;
	struct syncing_log *next;

	if (s == NULL)
		return;
	if (l->is_known)
		s->known--;
	if (l->is_asked) {
		next = TAILQ_NEXT(l, by_order);
		*(next != NULL ? &next->gone : &s->gone) += l->gone + 1;
		TAILQ_REMOVE(&s->asked, l, by_order);
	}
	*l = (struct syncing_log){ .all = NULL };
}

bool
syncing_is_known(const struct syncing *s)
{
	return s->known > 0;
}

size_t
syncing_fds(const struct syncing *s, struct pollfd *pfd)
{
	if (TAILQ_EMPTY(&s->asked))
		return 0;
	s->below->watch(s->below->arg, pfd);
	return 1;
}
