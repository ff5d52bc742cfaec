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
#include "server/bans.h"
#include "server/control.h"
#include "server/duration.h"
#include "server/hub.h"
#include "server/log.h"
#include "server/net.h"

enum {
	LOG_USUAL = 20,
	LOG_MOST = 10000,
	SHOWN_BYTES = 4 * TEXT_NAME_BYTES + 1	/* of what was asked for */
};

static void refuse(struct reply *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The sentence may be in any language, the word before it is for programs. */
static void
refuse(struct reply *r, const char *format, ...)
{
	char *sentence;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&sentence, format, ap);
	va_end(ap);
	reply_printf(r, "error: %s\n", n == -1 ? strerror(ENOMEM) : sentence);
	if (n != -1)
		free(sentence);
}

static void
announce(const struct operator *o, const char *text, struct reply *r)
{
	switch (hub_announce(o->hub, o->now_ms, o->wall_ms, text,
	    strlen(text))) {
	case HUB_TEXT_OK:
		reply_printf(r, "ok\n");
		break;
	case HUB_TEXT_EMPTY:
		refuse(r, _("there is nothing to announce"));
		break;
	case HUB_TEXT_LONG:
		refuse(r, _("longer than %d bytes"), TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_UTF8:
		refuse(r, _("not UTF-8"));
		break;
	case HUB_TEXT_NO_SPACE:
		refuse(r, _("the log cannot be written"));
		break;
	}
}

static void
put_name(void *arg, const char *name, size_t len, bool classic, bool away)
{
	char shown[SHOWN_BYTES];

	reply_printf(arg, "%s%s%s\n", classic ? "~" : "",
	    text_escape(shown, sizeof(shown), name, len),
	    away ? "\taway" : "");
}

static void
kick(const struct operator *o, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " ");
	const char *reason = arg + len + (arg[len] == ' ');
	char clean[FRAME_REASON_BYTES + 1], shown[SHOWN_BYTES];
	size_t n = strlen(reason);

	if (n >= sizeof(clean) || !text_valid(reason, n)) {
		refuse(r, _("the reason is longer than %d bytes, or not "
		    "UTF-8"), FRAME_REASON_BYTES);
		return;
	}
	n = text_clean(clean, reason, n, false);
	clean[n] = '\0';
	if (hub_kick(o->hub, o->now_ms, o->wall_ms, arg, len, clean, n))
		reply_printf(r, "ok\n");
	else
		refuse(r, _("nobody here is called %s"),
		    text_escape(shown, sizeof(shown), arg, len));
}

static void
put_ban(void *arg, const struct ban *b)
{
	char shown[4 * TEXT_FOLD_BYTES + 1], until[32] = "";
	time_t seconds = (time_t)(b->until_ms / 1000);
	struct tm tm;

	if (b->until_ms != 0 && gmtime_r(&seconds, &tm) != NULL)
		strftime(until, sizeof(until), "\tuntil %Y-%m-%dT%H:%M:%SZ",
		    &tm);
	reply_printf(arg, "%s%s\n", text_escape(shown, sizeof(shown),
	    b->what, strlen(b->what)), until);
}

/* WHO, which ends at len; what is wrong is said. */
static bool
take_who(struct ban *b, const char *who, size_t len, struct reply *r)
{
	char word[TEXT_FOLD_BYTES], shown[SHOWN_BYTES];

	if (len < sizeof(word)) {
		memcpy(word, who, len);
		word[len] = '\0';
		if (ban_parse(b, word))
			return true;
	}
	refuse(r, _("%s is no name, key or address"), text_escape(shown,
	    sizeof(shown), who, len));
	return false;
}

static void
ban(const struct operator *o, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " ");
	const char *time = arg + len + (arg[len] == ' ');
	char shown[SHOWN_BYTES];
	struct ban b = { .until_ms = 0 };
	int64_t ms = 0;

	if (*arg == '\0') {
		reply_printf(r, "ok\n");
		bans_list(o->bans, o->wall_ms, put_ban, r);
		return;
	}
	if (!take_who(&b, arg, len, r))
		return;
	if (arg[len] == ' ') {
		if (duration_parse(time, &ms) != DURATION_OK || ms == 0) {
			refuse(r, _("'%s' is no time like 45s, 30m, 12h or "
			    "2d"), text_escape(shown, sizeof(shown), time,
			    strlen(time)));
			return;
		}
		b.until_ms = o->wall_ms + ms;
	}
	if (hub_ban(o->hub, o->now_ms, o->wall_ms, &b))
		reply_printf(r, "ok\n");
	else
		refuse(r, "bans: %s", strerror(errno));
}

static void
unban(const struct operator *o, const char *arg, struct reply *r)
{
	char shown[SHOWN_BYTES];
	size_t len = strlen(arg);
	struct ban b;

	if (!take_who(&b, arg, len, r))
		return;
	if (bans_lift(o->bans, o->wall_ms, &b))
		reply_printf(r, "ok\n");
	else if (errno != 0)
		refuse(r, "bans: %s", strerror(errno));
	else
		refuse(r, _("%s is not banned"), text_escape(shown,
		    sizeof(shown), arg, len));
}

static void
release(const struct operator *o, const char *name, struct reply *r)
{
	char shown[SHOWN_BYTES];

	if (hub_release(o->hub, o->wall_ms, name, strlen(name)))
		reply_printf(r, "ok\n");
	else
		refuse(r, _("nobody owns the name %s"), text_escape(shown,
		    sizeof(shown), name, strlen(name)));
}

/* Returns the length of the entry's line; 0 if it cannot be read. */
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
	return entry_decode(&in, &e) == ENTRY_OK ? plain_line(line, &e) : 0;
}

static void
show_log(const struct operator *o, const char *arg, struct reply *r)
{
	uint64_t head = log_head(o->log).seq, first, seq;
	char line[PLAIN_LINE_BYTES], shown[SHOWN_BYTES];
	const char *why = NULL;
	size_t len, total = 0;
	long long n = LOG_USUAL;

	if (*arg != '\0')
		n = strtonum(arg, 1, LOG_MOST, &why);
	if (why != NULL) {
		refuse(r, _("%s is not a number from 1 to %d"),
		    text_escape(shown, sizeof(shown), arg, strlen(arg)),
		    LOG_MOST);
		return;
	}
	reply_printf(r, "ok\n");
	first = head > (uint64_t)n ? head - (uint64_t)n + 1 : 1;
	if (first < log_first(o->log))
		first = log_first(o->log);
	for (seq = first; seq <= head; seq++)
		total += log_line(o, seq, line);
	/* The newest are wanted most: what is too much goes in front. */
	for (seq = first; seq <= head; seq++) {
		len = log_line(o, seq, line);
		if (total <= CONTROL_REPLY - r->len)
			reply_bytes(r, line, len);
		total -= len;
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
show_stats(const struct operator *o, const char *arg, struct reply *r)
{
	static const char *const refused[HUB_REASONS] = {
		[HUB_OUTSIDE] = "refused_outside",
		[HUB_MALFORMED] = "refused_malformed_line",
		[HUB_NAME_MALFORMED] = "refused_name_malformed",
		[HUB_NAME_RESERVED] = "refused_name_reserved",
		[HUB_NAME_LETTER] = "refused_name_letter",
		[HUB_NAME_START] = "refused_name_start",
		[HUB_NAME_MIXED] = "refused_name_mixed",
		[HUB_NAME_ALIKE] = "refused_name_alike",
		[HUB_NAME_TAKEN] = "refused_name_taken",
		[HUB_NAME_OWNED] = "refused_name_owned",
		[HUB_ALREADY_IN] = "refused_already_in",
		[HUB_FULL] = "refused_full",
		[HUB_NOT_IN] = "refused_not_in",
		[HUB_TEXT] = "refused_text",
		[HUB_OVER_LIMIT] = "refused_over_limit",
		[HUB_NO_SPACE] = "refused_no_space",
		[HUB_BANNED] = "refused_banned",
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
		refuse(r, _("stats takes --json or nothing"));
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
	const char *arg;

	if ((arg = behind(request, "announce")) != NULL)
		announce(o, arg, r);
	else if ((arg = behind(request, "names")) != NULL) {
		reply_printf(r, "ok\n");
		hub_names(o->hub, put_name, r);
	} else if ((arg = behind(request, "kick")) != NULL)
		kick(o, arg, r);
	else if ((arg = behind(request, "ban")) != NULL)
		ban(o, arg, r);
	else if ((arg = behind(request, "unban")) != NULL)
		unban(o, arg, r);
	else if ((arg = behind(request, "release")) != NULL)
		release(o, arg, r);
	else if ((arg = behind(request, "log")) != NULL)
		show_log(o, arg, r);
	else if ((arg = behind(request, "stats")) != NULL)
		show_stats(o, arg, r);
	else
		refuse(r, _("no such request"));
}
