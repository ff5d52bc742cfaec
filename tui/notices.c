/*
 * Folding joins and leaves. Client's parent process; decides what one line can
 * say, not whether it is shown.
 */
#include "tui/notices.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"

enum change { CAME, WENT, TIMED_OUT, CAME_BACK, VISITED, VISITED_LOST };

static struct notice *
find(struct notices *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->count; i++)
		if (strcmp(n->people[i].name, name) == 0)
			return &n->people[i];
	return NULL;
}

static void
begin(struct notices *n, const struct entry *e, int32_t day, bool keep)
{
	*n = (struct notices){ .time_ms = e->time_ms, .day = day,
	    .keep = keep };
}

bool
notices_take(struct notices *n, const struct entry *e, int32_t day, bool keep,
    bool older)
{
	bool joins = e->kind == ENTRY_JOIN, more = true;
	char name[NOTICES_NAME_BYTES + 1];
	struct notice *who;

	snprintf(name, sizeof(name), "%s%.*s",
	    (e->flags & ENTRY_CLASSIC) != 0 ? "~" : "", (int)e->author_len,
	    e->author);
	if (n->count == 0 || n->day != day || n->keep != keep ||
	    (n->count == NOTICES_MAX && find(n, name) == NULL)) {
		begin(n, e, day, keep);
		more = false;
	}
	if (older)
		n->time_ms = e->time_ms;
	if ((who = find(n, name)) == NULL) {
		who = &n->people[n->count++];
		memcpy(who->name, name, sizeof(who->name));
		who->before = !joins;
		who->after = joins;
		who->timed_out = e->kind == ENTRY_TIMEOUT;
	} else if (older)
		who->before = !joins;
	else {
		who->after = joins;
		who->timed_out = e->kind == ENTRY_TIMEOUT;
	}
	return more;
}

void
notices_end(struct notices *n)
{
	n->count = 0;
}

static enum change
change_of(const struct notice *who)
{
	if (who->before)
		return who->after ? CAME_BACK : who->timed_out ? TIMED_OUT :
		    WENT;
	return who->after ? CAME : who->timed_out ? VISITED_LOST : VISITED;
}

static const char *
words_of(enum change change)
{
	switch (change) {
	case CAME:
		return _("%s joined");
	case WENT:
		return _("%s left");
	case TIMED_OUT:
		return _("%s timed out");
	case CAME_BACK:
		return _("%1$s left, %1$s joined again");
	case VISITED:
		return _("%1$s joined, %1$s left");
	default:
		return _("%1$s joined, %1$s timed out");
	}
}

/* "alice, bob joined" behind what is in buf, if anybody did. */
static bool
say(const struct notices *n, enum change change, char buf[NOTICES_BYTES])
{
	char names[NOTICES_BYTES] = "";
	size_t i, len = strlen(buf);

	for (i = 0; i < n->count; i++) {
		if (change_of(&n->people[i]) != change)
			continue;
		if (*names != '\0')
			strlcat(names, ", ", sizeof(names));
		strlcat(names, n->people[i].name, sizeof(names));
	}
	if (*names == '\0')
		return false;
	if (len > 0)
		len = strlcat(buf, " · ", NOTICES_BYTES);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf + len, NOTICES_BYTES - len, words_of(change), names);
#pragma GCC diagnostic pop
	return true;
}

struct entry
notices_line(const struct notices *n, char buf[NOTICES_BYTES])
{
	struct entry e = { .kind = ENTRY_JOIN, .time_ms = n->time_ms,
	    .author = "", .text = buf };
	bool came, went = false, other = false;

	buf[0] = '\0';
	came = say(n, CAME, buf);
	went |= say(n, WENT, buf);
	went |= say(n, TIMED_OUT, buf);
	other |= say(n, CAME_BACK, buf);
	other |= say(n, VISITED, buf);
	other |= say(n, VISITED_LOST, buf);
	if (other || (came && went))
		e.flags = NOTICES_MIXED;
	else if (went)
		e.kind = ENTRY_LEAVE;
	e.text_len = strlen(buf);
	return e;
}
