/*
 * Folding joins and leaves. Client's parent process; decides what one line can
 * say, not whether it is shown.
 */
#include "tui/session/notices.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"

enum change {
	CAME, WENT, TIMED_OUT, CAME_BACK, VISITED, VISITED_LOST, CHANGES
};

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
		/* In the order of the room. */
		if (older)
			memmove(n->people + 1, n->people,
			    n->count * sizeof(*n->people));
		who = &n->people[older ? 0 : n->count];
		n->count++;
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

static void
put(char buf[NOTICES_BYTES], enum change change, const char *names)
{
	size_t len = strlen(buf);

	if (len > 0)
		len = strlcat(buf, " · ", NOTICES_BYTES);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf + len, NOTICES_BYTES - len, words_of(change), names);
#pragma GCC diagnostic pop
}

/* A crowd: "alice, bob, carol, dave joined", if anybody did. */
static void
put_all(const struct notices *n, enum change change, char buf[NOTICES_BYTES])
{
	char names[NOTICES_BYTES] = "";
	size_t i;

	for (i = 0; i < n->count; i++) {
		if (change_of(&n->people[i]) != change)
			continue;
		if (*names != '\0')
			strlcat(names, ", ", sizeof(names));
		strlcat(names, n->people[i].name, sizeof(names));
	}
	if (*names != '\0')
		put(buf, change, names);
}

/* What an arrow can say of all of them. */
static void
set_kind(const struct notices *n, struct entry *e)
{
	bool came = false, went = false, other = false;
	enum change change;
	size_t i;

	for (i = 0; i < n->count; i++) {
		change = change_of(&n->people[i]);
		came |= change == CAME;
		went |= change == WENT || change == TIMED_OUT;
		other |= change > TIMED_OUT;
	}
	if (other || (came && went))
		e->flags = NOTICES_MIXED;
	else if (went)
		e->kind = ENTRY_LEAVE;
}

struct entry
notices_line(const struct notices *n, char buf[NOTICES_BYTES])
{
	struct entry e = { .kind = ENTRY_JOIN, .time_ms = n->time_ms,
	    .author = "", .text = buf };
	size_t i;

	buf[0] = '\0';
	if (n->count <= NOTICES_FEW)
		for (i = 0; i < n->count; i++)
			put(buf, change_of(&n->people[i]), n->people[i].name);
	else
		for (i = 0; i < CHANGES; i++)
			put_all(n, (enum change)i, buf);
	set_kind(n, &e);
	e.text_len = strlen(buf);
	return e;
}
