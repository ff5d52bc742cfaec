/*
 * What the receiver was handed. Pure; runs in the parent process.
 */
#include "tui/shared/handed.h"

#include <stdlib.h>
#include <string.h>

#include "tui/shared/record.h"

static void
drop(struct handed *h, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(h->lines[i].text);
	h->n -= n;
	if (n > 0 && h->n > 0)
		memmove(h->lines, h->lines + n, h->n * sizeof(*h->lines));
}

void
handed_clear(struct handed *h)
{
	drop(h, h->n);
	free(h->lines);
	memset(h, 0, sizeof(*h));
}

bool
handed_add(struct handed *h, uint64_t id, enum entry_kind kind,
    const char *text, size_t len)
{
	struct handed_line *line, *more;
	size_t room = h->room == 0 ? 8 : 2 * h->room;

	if (h->n == h->room) {
		if ((more = reallocarray(h->lines, room, sizeof(*more))) ==
		    NULL)
			return false;
		h->lines = more;
		h->room = room;
	}
	line = &h->lines[h->n];
	*line = (struct handed_line){ .id = id, .kind = kind, .len = len };
	if ((line->text = malloc(len + 1)) == NULL)
		return false;
	memcpy(line->text, text, len);
	line->text[len] = '\0';
	h->n++;
	return true;
}

const struct handed_line *
handed_find(const struct handed *h, uint64_t id)
{
	size_t i;

	for (i = 0; i < h->n && h->lines[i].id <= id; i++)
		if (h->lines[i].id == id)
			return &h->lines[i];
	return NULL;
}

void
handed_forget(struct handed *h, uint64_t id)
{
	size_t n = 0;

	while (n < h->n && h->lines[n].id <= id)
		n++;
	drop(h, n);
}

void
handed_withdraw(struct handed *h, uint64_t id)
{
	while (h->n > 0 && h->lines[h->n - 1].id >= id)
		free(h->lines[--h->n].text);
}

void
handed_kept(struct handed *h, uint64_t id, uint32_t counter)
{
	handed_forget(h, id);
	h->counter = counter;
}

void
handed_all_known(struct handed *h)
{
	h->counter = UINT32_MAX;
}

void
handed_found(struct handed *h, uint64_t tag, unsigned more, bool again)
{
	uint32_t counter = (uint32_t)tag;

	if ((tag & ~RECORD_EARLIER) >> 32 != 0 || counter <= h->counter ||
	    more > 0)
		return;
	h->counter = counter;
	if (again && h->n > 0)
		drop(h, 1);
}
