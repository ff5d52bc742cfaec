/*
 * The links in the chat: /links and /copy. Parent process.
 */
#include "tui/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/urls.h"

void
session_forget_links(struct session *s)
{
	while (s->nlinks > 0)
		free(s->links[--s->nlinks]);
}

/* Numbers the links of a line, the last one first. */
static void
add_links(struct session *s, const struct history_line *line)
{
	size_t at[SESSION_LINKS], len[SESSION_LINKS], n = 0, from = 0;
	const struct entry *e = &line->entry;

	while (n < SESSION_LINKS && urls_next(e->text, e->text_len, from,
	    &at[n], &len[n])) {
		from = at[n] + len[n];
		n++;
	}
	while (n-- > 0 && s->nlinks < SESSION_LINKS) {
		s->links[s->nlinks] = strndup(e->text + at[n], len[n]);
		if (s->links[s->nlinks] != NULL)
			s->nlinks++;
	}
}

static void
find_links(struct session *s)
{
	uint64_t line = history_tail(s->history);
	struct history_line shown;

	session_forget_links(s);
	while (line-- > history_first(s->history) &&
	    s->nlinks < SESSION_LINKS &&
	    history_find(s->history, "://", 3, true, &line)) {
		shown = history_get(s->history, line);
		add_links(s, &shown);
	}
}

void
session_links(struct session *s)
{
	char number[24];
	size_t i;

	find_links(s);
	if (s->nlinks == 0) {
		session_notify(s, false, "%s", _("No links here."));
		return;
	}
	session_open_pager(s, _("Links · /copy N copies one"));
	for (i = 0; i < s->nlinks; i++) {
		snprintf(number, sizeof(number), "%zu", i + 1);
		pager_add_row(&s->pager, number, 5, s->links[i]);
	}
}

bool
session_copy(struct session *s, const char *arg, size_t len)
{
	char number[8] = "1";
	const char *why = NULL;
	size_t n;

	if (len > 0 && len < sizeof(number)) {
		memcpy(number, arg, len);
		number[len] = '\0';
	}
	n = (size_t)strtonum(number, 1, SESSION_LINKS, &why);
	if (why != NULL || len >= sizeof(number)) {
		session_notify(s, true, "%s", _("/copy N: a number of "
		    "/links"));
		return false;
	}
	if (s->nlinks == 0 || len == 0)
		find_links(s);
	if (n > s->nlinks) {
		session_notify(s, true, _("There is no link %zu."), n);
		return false;
	}
	s->out.copy(s->out.arg, s->links[n - 1], strlen(s->links[n - 1]));
	session_notify(s, false, _("Copied: %s"), s->links[n - 1]);
	return true;
}
