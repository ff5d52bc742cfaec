/*
 * Figures in three forms. Runs in the server.
 */
#include "server/operator_stats.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "common/lang.h"
#include "server/hub.h"
#include "server/net.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/log.h"

enum form { LINES, JSON, PROMETHEUS };
enum { JSON_BYTES = 8192, LABEL_BYTES = 1024 };

struct figure {
	const char	*name, *help;
	bool		 grows;		/* and never falls while it runs */
	unsigned long long value;
};

struct sheet {
	enum form	 form;
	struct reply	*reply;
	struct json	 json;
	char		 bytes[JSON_BYTES];
};

static const char *const reasons[HUB_REASONS] = {
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
_Static_assert(HUB_REASONS == 30, "a figure for each: add it, then count");

static void
put_figure(struct sheet *s, const struct figure *f)
{
	const char *end = f->grows ? "_total" : "";

	if (s->form == LINES)
		reply_printf(s->reply, "%s %llu\n", f->name, f->value);
	else if (s->form == JSON)
		json_number(&s->json, f->name, f->value);
	else
		reply_printf(s->reply, "# HELP chat_%s%s %s\n"
		    "# TYPE chat_%s%s %s\nchat_%s%s %llu\n", f->name, end,
		    f->help, f->name, end, f->grows ? "counter" : "gauge",
		    f->name, end, f->value);
}

/* As between the quotes of a label: \\ \" \n. */
static char *
label(char dst[LABEL_BYTES], const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 3 < LABEL_BYTES; text++) {
		if (*text == '\\' || *text == '"' || *text == '\n')
			dst[n++] = '\\';
		dst[n++] = *text == '\n' ? 'n' : *text;
	}
	dst[n] = '\0';
	return dst;
}

static void
put_words(struct sheet *s, const char *room)
{
	char escaped[LABEL_BYTES];

	if (s->form == LINES)
		reply_printf(s->reply, "version %s\nroom %s\n", VERSION,
		    text_escape(escaped, sizeof(escaped), room,
		    strlen(room)));
	else if (s->form == JSON) {
		json_text(&s->json, "version", VERSION, strlen(VERSION));
		json_text(&s->json, "room", room, strlen(room));
	} else
		reply_printf(s->reply, "# HELP chat_info The program and its "
		    "room.\n# TYPE chat_info gauge\nchat_info{version=\"%s\","
		    "room=\"%s\"} 1\n", VERSION, label(escaped, room));
}

static void
put_rows(struct sheet *s, const struct operator *o,
    const struct hub_figures *f)
{
	uint64_t first = log_first(o->log), head = log_head(o->log).seq;
	const struct figure rows[] = {
		{ "uptime_s", "Seconds since the server began.", false,
		    (unsigned long long)(o->now_ms - o->started_ms) / 1000 },
		{ "members", "People in the room.", false, f->members },
		{ "sessions", "Encrypted sessions.", false, f->sessions },
		{ "half_open", "Handshakes under way.", false, f->half_open },
		{ "head", "Number of the newest entry.", false, f->head },
		{ "log_entries", "Entries that are kept.", false,
		    head >= first ? head - first + 1 : 0 },
		{ "log_bytes", "Size of the log.", false, log_bytes(o->log) },
		{ "disk_free_bytes", "Room left on the log's disk.", false,
		    o->disk_free },
		{ "joined", "Joins.", true, f->joined },
		{ "left", "Leaves.", true, f->left },
		{ "lines", "Lines said.", true, f->lines },
		{ "handshakes", "Handshakes completed.", true,
		    f->handshakes },
		{ "refused", "Requests refused.", true, f->refused },
		{ "ignored", "Datagrams that got no answer.", true,
		    f->ignored },
		{ "repeated_posts", "Posts that had come before.", true,
		    f->repeated },
		{ "carried_entries", "Entries sent.", true, f->carried },
		{ "withheld", "Datagrams not sent to strangers.", true,
		    f->withheld },
		{ "received", "Datagrams received.", true, o->net->received },
		{ "sent", "Datagrams sent.", true, o->net->sent },
		{ "lost", "Datagrams that the kernel did not take.", true,
		    o->net->lost },
		{ "queued_bytes", "Bytes that wait to be sent.", false,
		    o->net->queued_bytes }
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_figure(s, &rows[i]);
}

static bool
take_form(enum form *form, const char *arg)
{
	if (*arg == '\0')
		*form = LINES;
	else if (strcmp(arg, "--json") == 0)
		*form = JSON;
	else if (strcmp(arg, "--prometheus") == 0)
		*form = PROMETHEUS;
	else
		return false;
	return true;
}

void
operator_stats(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_figures f = hub_figures(o->hub);
	struct figure refusal = { .help = "Requests or datagrams, for this "
	    "reason.", .grows = true };
	struct sheet s = { .reply = r };
	size_t i;

	if (!take_form(&s.form, arg)) {
		reply_misused(r, _("stats takes --json, --prometheus or "
		    "nothing"));
		return;
	}
	s.json = json_begin(s.bytes, sizeof(s.bytes));
	reply_printf(r, "ok\n");
	put_words(&s, o->room != NULL ? o->room : "");
	put_rows(&s, o, &f);
	for (i = 0; i < HUB_REASONS; i++)
		if (reasons[i] != NULL) {
			refusal.name = reasons[i];
			refusal.value = f.why[i];
			put_figure(&s, &refusal);
		}
	if (s.form == JSON)
		reply_bytes(r, s.bytes, json_end(&s.json));
}
