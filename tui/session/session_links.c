/*
 * The links in the chat: /links, /open and /copy. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/urls.h"

/* Numbers the links of a line, the last one first. */
static void
add_links(struct session *s, const struct history_line *line)
{
	size_t at[WINDOW_LINKS], len[WINDOW_LINKS], n = 0, from = 0;
	struct links *l = &s->w->links;
	const struct entry *e = &line->entry;

	while (n < WINDOW_LINKS && urls_next(e->text, e->text_len, from,
	    &at[n], &len[n])) {
		from = at[n] + len[n];
		n++;
	}
	while (n-- > 0 && l->n < WINDOW_LINKS) {
		l->url[l->n] = strndup(e->text + at[n], len[n]);
		if (l->url[l->n] != NULL)
			l->n++;
	}
}

static void
find_links(struct session *s)
{
	uint64_t line = history_tail(s->w->history);
	struct history_line shown;

	window_forget_links(s->w);
	while (line-- > history_first(s->w->history) &&
	    s->w->links.n < WINDOW_LINKS &&
	    history_find(s->w->history, "://", 3, true, &line)) {
		shown = history_get(s->w->history, line);
		add_links(s, &shown);
	}
}

void
session_links(struct session *s)
{
	char number[24], title[256];
	bool several = session_has_windows(s);
	size_t i;

	find_links(s);
	if (s->w->links.n == 0 && several)
		session_notify(s, false, _("No links in %s."),
		    window_name(s->w));
	else if (s->w->links.n == 0)
		session_notify(s, false, "%s", _("No links here."));
	if (s->w->links.n == 0)
		return;
	snprintf(title, sizeof(title), _("Links in %s · /open N, /copy N"),
	    window_name(s->w));
	session_open_pager(s, several ? title :
	    _("Links · /open N, /copy N"));
	s->w->links.listed = true;
	s->w->links.nth = 1;
	s->w->links.grows = false;
	for (i = 0; i < s->w->links.n; i++) {
		snprintf(number, sizeof(number), "%zu", i + 1);
		pager_add_row(&s->pager, number, 5, s->w->links.url[i]);
	}
}

/* The number typed behind a command; without one the newest link. 0: there is
 * no such link, which has been told. */
static size_t
take_number(struct session *s, const char *arg, size_t len,
    const char *usage)
{
	char number[8] = "1";
	const char *why = NULL;
	size_t n;

	if (len > 0 && len < sizeof(number)) {
		memcpy(number, arg, len);
		number[len] = '\0';
	}
	n = (size_t)strtonum(number, 1, WINDOW_LINKS, &why);
	if (why != NULL || len >= sizeof(number)) {
		session_notify(s, true, "%s", usage);
		return 0;
	}
	if (s->w->links.n == 0 || len == 0)
		find_links(s);
	if (n <= s->w->links.n)
		return n;
	if (s->w->links.n == 0)
		session_notify(s, true, "%s", _("No links here."));
	else
		session_notify(s, true, _("There is no link %zu."), n);
	return 0;
}

static void
copy_link(struct session *s, const char *url)
{
	s->out.copy(s->out.arg, url, strlen(url));
	session_notify(s, false, _("Copied: %s"), url);
}

/* Others chose it: a program that opens files or worse is not let at it. */
static bool
open_link(struct session *s, const char *url)
{
	char why[SESSION_NOTICE_BYTES];

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0) {
		session_notify(s, true, "%s", _("Only links of http and https "
		    "are opened; /copy copies it."));
		return false;
	}
	if (!s->out.open(s->out.arg, url, why, sizeof(why))) {
		session_notify(s, true, "%s", why);
		return false;
	}
	session_notify(s, false, _("Opened: %s"), url);
	return true;
}

bool
session_copy(struct session *s, const char *arg, size_t len)
{
	size_t n = take_number(s, arg, len, _("/copy N: a number of "
	    "/links"));

	if (n > 0)
		copy_link(s, s->w->links.url[n - 1]);
	return n > 0;
}

bool
session_open(struct session *s, const char *arg, size_t len)
{
	size_t n = take_number(s, arg, len, _("/open N: a number of "
	    "/links"));

	return n > 0 && open_link(s, s->w->links.url[n - 1]);
}

/* Digits one after the other are a number, as long as there is such a link. */
static void
choose(struct session *s, size_t digit)
{
	size_t longer = s->w->links.nth * 10 + digit;

	if (s->w->links.grows && longer <= s->w->links.n)
		s->w->links.nth = longer;
	else if (digit > 0 && digit <= s->w->links.n)
		s->w->links.nth = digit;
	s->w->links.grows = true;
}

bool
session_links_key(struct session *s, const struct key *k, enum action action)
{
	if (!s->w->links.listed)
		return false;
	if (k->code >= '0' && k->code <= '9') {
		choose(s, (size_t)(k->code - '0'));
		return true;
	}
	s->w->links.grows = false;
	if (action != ACTION_SEND && k->code != 'c')
		return false;
	pager_close(&s->pager);
	if (k->code == 'c')
		copy_link(s, s->w->links.url[s->w->links.nth - 1]);
	else
		open_link(s, s->w->links.url[s->w->links.nth - 1]);
	return true;
}

const char *
session_links_asking(struct session *s)
{
	if (!s->pager.open || !s->w->links.listed)
		return NULL;
	snprintf(s->notice.asking, sizeof(s->notice.asking), _("Link %zu: "
	    "Enter opens, c copies it, a number chooses another"),
	    s->w->links.nth);
	return s->notice.asking;
}
