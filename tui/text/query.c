/*
 * Reading a search. Client's parent process; knows words, not where lines are.
 */
#include "tui/text/query.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/text/history.h"

/* The word behind a prefix at the beginning of text; false: it is not there. */
static bool
take_word(const char **text, const char *prefix, const char **word,
    size_t *len)
{
	size_t n = strlen(prefix);

	if (strncmp(*text, prefix, n) != 0)
		return false;
	*word = *text + n;
	*len = strcspn(*word, " ");
	if (*len == 0)
		return false;
	*text = *word + *len;
	*text += strspn(*text, " ");
	return true;
}

static void
set_from(struct query *q, const char *name, size_t len)
{
	if (*name == '~' || *name == '@') {	/* not of the name */
		name++;
		len--;
	}
	/* Nobody is called what cannot be folded. */
	if (text_fold(q->from, name, len) == 0)
		strlcpy(q->from, " ", sizeof(q->from));
}

static void
set_on(struct query *q, const char *day, size_t len)
{
	if (len >= sizeof(q->on)) {
		day = " ";
		len = 1;
	}
	memcpy(q->on, day, len);
	q->on[len] = '\0';
}

bool
query_set(struct query *q, const char *typed, size_t len)
{
	char *shown = text_display(typed, len, &len);
	const char *at, *word;
	size_t n;

	memset(q, 0, sizeof(*q));
	if (shown != NULL && len < sizeof(q->typed)) {
		memcpy(q->typed, shown, len);
		q->len = len;
	}
	free(shown);
	for (at = q->typed;;) {
		if (take_word(&at, "from:", &word, &n))
			set_from(q, word, n);
		else if (take_word(&at, "on:", &word, &n))
			set_on(q, word, n);
		else
			break;
	}
	q->text = (size_t)(at - q->typed);
	return q->len > 0;
}

size_t
query_text(const struct query *q, const char **text)
{
	*text = q->typed + q->text;
	return q->len - q->text;
}

static bool
is_of(const struct query *q, const struct entry *e)
{
	char fold[TEXT_FOLD_BYTES];

	return (e->kind == ENTRY_SAY || e->kind == ENTRY_ACT) &&
	    text_fold(fold, e->author, e->author_len) != 0 &&
	    strcmp(fold, q->from) == 0;
}

/* The lines of a day stand together: a million need not be converted. */
static bool
is_on(struct query *q, const struct history_line *line)
{
	time_t t = (time_t)(line->entry.time_ms / 1000);
	char day[16];
	struct tm tm;

	if (q->verdict == QUERY_DAY_NEW || q->day != line->day) {
		q->day = line->day;
		q->verdict = localtime_r(&t, &tm) != NULL &&
		    strftime(day, sizeof(day), "%Y-%m-%d", &tm) > 0 &&
		    strncmp(day, q->on, strlen(q->on)) == 0 ? QUERY_DAY_WANTED :
		    QUERY_DAY_OTHER;
	}
	return q->verdict == QUERY_DAY_WANTED;
}

bool
query_wants(struct query *q, const struct history_line *line)
{
	const struct entry *e = &line->entry;

	/* Without a text only what was said: comings and goings may be
	 * hidden. */
	if (q->text == q->len && ((line->marks & HISTORY_LOCAL) != 0 ||
	    (e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_ANNOUNCE)))
		return false;
	return (*q->from == '\0' || is_of(q, e)) &&
	    (*q->on == '\0' || is_on(q, line));
}
