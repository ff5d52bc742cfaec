/*
 * The operator's requests. Runs in the server.
 */
#include "server/operator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/plain_line.h"
#include "common/wire.h"
#include "server/control.h"
#include "server/hub.h"
#include "server/log.h"
#include "server/net.h"

enum { LOG_USUAL = 20, LOG_MOST = 10000 };

static void
announce(const struct operator *o, const char *text, struct reply *r)
{
	switch (hub_announce(o->hub, o->now_ms, o->wall_ms, text,
	    strlen(text))) {
	case HUB_TEXT_OK:
		reply_printf(r, "ok\n");
		break;
	case HUB_TEXT_EMPTY:
		reply_printf(r, _("error: there is nothing to announce\n"));
		break;
	case HUB_TEXT_LONG:
		reply_printf(r, _("error: longer than %d bytes\n"),
		    TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_UTF8:
		reply_printf(r, _("error: not UTF-8\n"));
		break;
	case HUB_TEXT_NO_SPACE:
		reply_printf(r, _("error: the log cannot be written\n"));
		break;
	}
}

static void
put_name(void *arg, const char *name, size_t len, bool classic, bool away)
{
	reply_printf(arg, "%s%.*s%s\n", classic ? "~" : "", (int)len, name,
	    away ? "\taway" : "");
}

static void
kick(const struct operator *o, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " ");
	const char *reason = arg + len + (arg[len] == ' ');
	char clean[FRAME_REASON_BYTES + 1];
	size_t n = strlen(reason);

	if (n >= sizeof(clean) || !text_valid(reason, n)) {
		reply_printf(r, _("error: the reason is longer than %d bytes, "
		    "or not UTF-8\n"), FRAME_REASON_BYTES);
		return;
	}
	n = text_clean(clean, reason, n, false);
	clean[n] = '\0';
	if (hub_kick(o->hub, o->now_ms, o->wall_ms, arg, len, clean, n))
		reply_printf(r, "ok\n");
	else
		reply_printf(r, _("error: nobody here is called %.*s\n"),
		    (int)len, arg);
}

static void
release(const struct operator *o, const char *name, struct reply *r)
{
	if (hub_release(o->hub, o->wall_ms, name, strlen(name)))
		reply_printf(r, "ok\n");
	else
		reply_printf(r, _("error: nobody owns the name %s\n"), name);
}

static void
show_log(const struct operator *o, const char *arg, struct reply *r)
{
	uint64_t head = log_head(o->log).seq, seq;
	char line[PLAIN_LINE_BYTES];
	const uint8_t *encoded;
	const char *why = NULL;
	struct wire_in in;
	struct entry e;
	size_t len;
	long long n = LOG_USUAL;

	if (*arg != '\0')
		n = strtonum(arg, 1, LOG_MOST, &why);
	if (why != NULL) {
		reply_printf(r, _("error: %s is not a number from 1 to %d\n"),
		    arg, LOG_MOST);
		return;
	}
	reply_printf(r, "ok\n");
	seq = head > (uint64_t)n ? head - (uint64_t)n + 1 : 1;
	if (seq < log_first(o->log))
		seq = log_first(o->log);
	for (; seq <= head; seq++) {
		encoded = log_read(o->log, seq, &len);
		if (encoded == NULL)
			continue;
		in = wire_in(encoded, len);
		if (entry_decode(&in, &e) == ENTRY_OK)
			reply_bytes(r, line, plain_line(line, &e));
	}
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
show_stats(const struct operator *o, bool json, struct reply *r)
{
	static const char *const refused[HUB_REASONS] = {
		[HUB_OUTSIDE] = "refused_outside",
		[HUB_MALFORMED] = "refused_malformed_line",
		[HUB_NAME_MALFORMED] = "refused_name_malformed",
		[HUB_NAME_RESERVED] = "refused_name_reserved",
		[HUB_NAME_TAKEN] = "refused_name_taken",
		[HUB_NAME_OWNED] = "refused_name_owned",
		[HUB_ALREADY_IN] = "refused_already_in",
		[HUB_FULL] = "refused_full",
		[HUB_NOT_IN] = "refused_not_in",
		[HUB_TEXT] = "refused_text",
		[HUB_OVER_LIMIT] = "refused_over_limit",
		[HUB_NO_SPACE] = "refused_no_space",
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
		{ "repeated_posts", f.repeated },
		{ "carried_entries", f.carried }, { "withheld", f.withheld },
		{ "received", o->net->received }, { "sent", o->net->sent },
		{ "lost", o->net->lost },
		{ "queued_bytes", o->net->queued_bytes }
	};
	size_t i;

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
	const char *arg;

	if ((arg = behind(request, "announce")) != NULL)
		announce(o, arg, r);
	else if ((arg = behind(request, "names")) != NULL) {
		reply_printf(r, "ok\n");
		hub_names(o->hub, put_name, r);
	} else if ((arg = behind(request, "kick")) != NULL)
		kick(o, arg, r);
	else if ((arg = behind(request, "release")) != NULL)
		release(o, arg, r);
	else if ((arg = behind(request, "log")) != NULL)
		show_log(o, arg, r);
	else if ((arg = behind(request, "stats")) != NULL)
		show_stats(o, strcmp(arg, "--json") == 0, r);
	else
		reply_printf(r, _("error: no such request\n"));
}
