/*
 * The operator's requests. Runs in the server.
 */
#include "server/operator.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/plain_line.h"
#include "common/wire.h"
#include "server/control.h"
#include "server/hub.h"
#include "server/log.h"
#include "server/net.h"
#include "server/operator_acts.h"
#include "server/operator_people.h"

enum {
	LOG_USUAL = 20,
	LOG_MOST = 10000,
	SHOWN_BYTES = 4 * TEXT_NAME_BYTES + 1	/* of what was asked for */
};

static void
announce(const struct operator *o, const char *text, struct reply *r)
{
	switch (hub_announce(o->hub, o->now_ms, o->wall_ms, text,
	    strlen(text))) {
	case HUB_TEXT_OK:
		reply_printf(r, "ok\n");
		reply_printf(r, _("announced to the %zu here\n"),
		    hub_figures(o->hub).members);
		break;
	case HUB_TEXT_EMPTY:
		reply_refuse(r, _("there is nothing to announce"));
		break;
	case HUB_TEXT_LONG:
		reply_refuse(r, _("longer than %d bytes"), TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_UTF8:
		reply_refuse(r, _("not UTF-8"));
		break;
	case HUB_TEXT_NO_SPACE:
		reply_refuse(r, _("the log cannot be written"));
		break;
	}
}

/* Returns the length of the entry's line; 0: it cannot be read, or is nothing
 * that happened: a rename that was refused. */
static size_t
log_line(const struct operator *o, uint64_t seq, char line[PLAIN_LINE_BYTES])
{
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	if ((encoded = log_read(o->log, seq, &len)) == NULL)
		return 0;
	in = wire_in(encoded, len);
	if (entry_decode(&in, &e) != ENTRY_OK ||
	    (e.kind == ENTRY_RENAME && (e.flags & ENTRY_QUIET) != 0))
		return 0;
	return plain_line(line, &e);
}

/* From where on there are n lines, or so many as fit in an answer. */
static uint64_t
log_from(const struct operator *o, long long n, size_t room)
{
	uint64_t seq = log_head(o->log).seq + 1, end;
	char line[PLAIN_LINE_BYTES];
	size_t len, total = 0;

	end = seq > LOG_MOST ? seq - LOG_MOST : 1;
	if (end < log_first(o->log))
		end = log_first(o->log);
	/* The newest are wanted most. */
	while (n > 0 && seq > end) {
		len = log_line(o, seq - 1, line);
		if (total + len > room)
			break;
		total += len;
		n -= len > 0;
		seq--;
	}
	return seq;
}

static void
show_log(const struct operator *o, const char *arg, struct reply *r)
{
	char line[PLAIN_LINE_BYTES], shown[SHOWN_BYTES];
	const char *why = NULL;
	long long n = LOG_USUAL;
	uint64_t seq;

	if (*arg != '\0')
		n = strtonum(arg, 1, LOG_MOST, &why);
	if (why != NULL) {
		reply_refuse(r, _("%s is not a number from 1 to %d"),
		    text_escape(shown, sizeof(shown), arg, strlen(arg)),
		    LOG_MOST);
		return;
	}
	reply_printf(r, "ok\n");
	for (seq = log_from(o, n, CONTROL_REPLY - r->len);
	    seq <= log_head(o->log).seq; seq++)
		reply_bytes(r, line, log_line(o, seq, line));
}

/* One figure, as a line or as a member of an object. */
static void
put_figure(struct reply *r, bool json, bool first, const char *name,
    unsigned long long value)
{
	if (json)
		reply_printf(r, "%s\"%s\":%llu", first ? "{" : ",", name,
		    value);
	else
		reply_printf(r, "%s %llu\n", name, value);
}

static void
show_stats(const struct operator *o, const char *arg, struct reply *r)
{
	static const char *const refused[HUB_REASONS] = {
		[HUB_OUTSIDE] = "refused_outside",
		[HUB_MALFORMED] = "refused_malformed_line",
		[HUB_NAME_MALFORMED] = "refused_name_malformed",
		[HUB_NAME_RESERVED] = "refused_name_reserved",
		[HUB_NAME_LETTER] = "refused_name_letter",
		[HUB_NAME_START] = "refused_name_start",
		[HUB_NAME_SIGN] = "refused_name_sign",
		[HUB_NAME_MIXED] = "refused_name_mixed",
		[HUB_NAME_ALIKE] = "refused_name_alike",
		[HUB_NAME_MANY] = "refused_name_many",
		[HUB_NAME_TAKEN] = "refused_name_taken",
		[HUB_NAME_OWNED] = "refused_name_owned",
		[HUB_ALREADY_IN] = "refused_already_in",
		[HUB_FULL] = "refused_full",
		[HUB_CROWDED] = "refused_crowded",
		[HUB_NOT_IN] = "refused_not_in",
		[HUB_TEXT] = "refused_text",
		[HUB_OVER_LIMIT] = "refused_over_limit",
		[HUB_NO_SPACE] = "refused_no_space",
		[HUB_BANNED] = "refused_banned",
		[HUB_CLOSED] = "refused_closed",
		[HUB_MUTED] = "refused_muted",
		[HUB_COOKIE] = "cookies",
		[HUB_UNKNOWN_SESSION] = "dropped_unknown_session",
		[HUB_BAD_DATAGRAM] = "dropped_malformed",
		[HUB_TOO_MANY] = "dropped_too_many",
		[HUB_FORGED] = "dropped_forged",
		[HUB_REPLAYED] = "dropped_replayed",
		[HUB_BAD_FRAME] = "dropped_bad_frame"
	};
	struct hub_figures f = hub_figures(o->hub);
	const struct { const char *name; unsigned long long value; } rows[] = {
		{ "members", f.members }, { "sessions", f.sessions },
		{ "half_open", f.half_open }, { "head", f.head },
		{ "joined", f.joined }, { "left", f.left },
		{ "lines", f.lines }, { "handshakes", f.handshakes },
		{ "refused", f.refused }, { "ignored", f.ignored },
		{ "repeated_posts", f.repeated },
		{ "carried_entries", f.carried }, { "withheld", f.withheld },
		{ "received", o->net->received }, { "sent", o->net->sent },
		{ "lost", o->net->lost },
		{ "queued_bytes", o->net->queued_bytes }
	};
	bool json = strcmp(arg, "--json") == 0;
	size_t i;

	if (!json && *arg != '\0') {
		reply_refuse(r, _("stats takes --json or nothing"));
		return;
	}
	reply_printf(r, "ok\n");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_figure(r, json, i == 0, rows[i].name, rows[i].value);
	for (i = 0; i < HUB_REASONS; i++)
		if (refused[i] != NULL)
			put_figure(r, json, false, refused[i], f.why[i]);
	if (json)
		reply_printf(r, "}\n");
}

/* The rest of the request behind a word; NULL: it begins with another. */
static const char *
behind(const char *request, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(request, word, len) != 0 ||
	    (request[len] != ' ' && request[len] != '\0'))
		return NULL;
	return request + len + (request[len] == ' ');
}

void
operator_ask(const struct operator *o, const char *request, struct reply *r)
{
	static const struct {
		const char	*word;
		void		(*take)(const struct operator *, const char *,
				    struct reply *);
	} takes[] = {
		{ "announce", announce }, { "names", operator_names },
		{ "whois", operator_whois }, { "kick", operator_kick },
		{ "ban", operator_ban }, { "unban", operator_unban },
		{ "mute", operator_mute }, { "unmute", operator_unmute },
		{ "allow", operator_allow }, { "disallow", operator_disallow },
		{ "close", operator_close }, { "open", operator_open },
		{ "release", operator_release }, { "log", show_log },
		{ "stats", show_stats }
	};
	const char *arg;
	size_t i;

	for (i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		if ((arg = behind(request, takes[i].word)) != NULL) {
			takes[i].take(o, arg, r);
			return;
		}
	reply_refuse(r, _("no such request"));
}
