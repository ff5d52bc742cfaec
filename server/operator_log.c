/*
 * The log as lines for the operator. Runs in the server.
 */
#include "server/operator_log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry_json.h"
#include "common/lang.h"
#include "common/plain_line.h"
#include "common/since.h"
#include "common/wire.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/log.h"

enum {
	LOG_USUAL = 20,
	LOG_MOST = 10000,
	SHOWN_BYTES = 4 * TEXT_NAME_BYTES + 1	/* of what was asked for */
};
_Static_assert((int)ENTRY_JSON_BYTES >= (int)PLAIN_LINE_BYTES, "one buffer");

/* What is asked for, and a walk through it. */
struct listing {
	const struct operator *o;
	bool		 json, has_since;
	struct since	 since;
	uint64_t	 n;		/* entries; 0: not said */
	int64_t		 since_ms;	/* not yet reached; 0: it is */
	struct pieces	 pieces;
	char		 line[ENTRY_JSON_BYTES];
};

static bool
take_number(struct listing *l, const char *arg, const char *word,
    struct reply *r)
{
	char shown[SHOWN_BYTES];
	const char *why;

	if (l->n != 0)		/* two of them */
		word = arg;
	l->n = (uint64_t)strtonum(word, 1, LOG_MOST, &why);
	if (why != NULL)
		reply_misused(r, _("%s is not a number from 1 to %d"),
		    text_escape(shown, sizeof(shown), word, strlen(word)),
		    LOG_MOST);
	return why == NULL;
}

static bool
take_word(struct listing *l, const char *arg, const char *word,
    const char *value, struct reply *r)
{
	if (strcmp(word, "--json") == 0) {
		l->json = true;
		return true;
	}
	if (strcmp(word, "--since") == 0) {
		l->has_since = value != NULL &&
		    since_parse(&l->since, value, l->o->wall_ms);
		if (!l->has_since)
			reply_misused(r, _("--since takes a time such as 2h or "
			    "2026-11-20T14:02:11Z, or a number"));
		return l->has_since;
	}
	return take_number(l, arg, word, r);
}

static bool
take_words(struct listing *l, const char *arg, struct reply *r)
{
	char *copy = strdup(arg), *rest = copy, *word, *value;
	bool good = copy != NULL;

	if (!good)
		reply_refuse(r, "%s", strerror(ENOMEM));
	while (good && (word = strsep(&rest, " ")) != NULL) {
		if (*word == '\0')
			continue;
		value = strcmp(word, "--since") == 0 && rest != NULL ?
		    strsep(&rest, " ") : NULL;
		good = take_word(l, arg, word, value, r);
	}
	free(copy);
	return good;
}

/* *e is a view until the next call of log_read. */
static bool
read_entry(struct log *log, uint64_t seq, struct entry *e)
{
	const uint8_t *encoded;
	struct wire_in in;
	size_t len;

	if ((encoded = log_read(log, seq, &len)) == NULL)
		return false;
	in = wire_in(encoded, len);
	return entry_decode(&in, e) == ENTRY_OK;
}

/* Not a rename that was refused, which is nothing that happened. */
static bool
has_happened(const struct entry *e)
{
	return e->kind != ENTRY_RENAME || (e->flags & ENTRY_QUIET) == 0;
}

/* The length of the line; 0: none, or not yet: more pieces follow. */
static size_t
make_line(struct listing *l, uint64_t seq)
{
	struct entry_json more = { .room = l->o->room };
	struct entry e;

	if (!read_entry(l->o->log, seq, &e) || !has_happened(&e) ||
	    e.time_ms < l->since_ms)
		return 0;
	l->since_ms = 0;
	if (!pieces_take(&l->pieces, &e))
		return 0;
	return l->json ? entry_json(l->line, &e, &more) :
	    plain_line(l->line, &e);
}

/* The first that is listed, so that there are n lines: of a long message it is
 * the first piece. */
static uint64_t
first_listed(const struct listing *l)
{
	uint64_t seq = log_head(l->o->log).seq + 1, n = l->n;
	uint64_t first = log_first(l->o->log), end = first;
	struct entry e;

	if (n == 0)
		n = l->has_since ? LOG_MOST : LOG_USUAL;
	if (seq > LOG_MOST && end < seq - LOG_MOST)
		end = seq - LOG_MOST;
	if (l->has_since && end <= l->since.number)
		end = l->since.number + 1;
	for (; n > 0 && seq > end; seq--)
		if (read_entry(l->o->log, seq - 1, &e) && has_happened(&e) &&
		    entry_more(e.flags) == 0)
			n--;
	while (seq > first && read_entry(l->o->log, seq, &e) &&
	    entry_index(e.flags) > 0)
		seq--;
	return seq;
}

/* From the first one on again. */
static void
rewind_listing(struct listing *l)
{
	memset(&l->pieces, 0, sizeof(l->pieces));
	l->since_ms = l->since.ms;
}

static void
list(struct listing *l, struct reply *r)
{
	uint64_t head = log_head(l->o->log).seq, first = first_listed(l), seq;
	size_t len, total = 0;

	rewind_listing(l);
	for (seq = first; seq <= head; seq++)
		total += make_line(l, seq);
	rewind_listing(l);
	/* The newest are wanted most: what is too much goes in front. */
	for (seq = first; seq <= head; seq++) {
		len = make_line(l, seq);
		if (total <= REPLY_BYTES - r->len)
			reply_bytes(r, l->line, len);
		total -= len;
	}
}

void
operator_log(const struct operator *o, const char *arg, struct reply *r)
{
	struct listing *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		reply_refuse(r, "%s", strerror(ENOMEM));
		return;
	}
	l->o = o;
	if (take_words(l, arg, r)) {
		reply_printf(r, "ok\n");
		list(l, r);
	}
	free(l);
}
