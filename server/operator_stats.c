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
	const struct hub *hub;
	bool		 by_room;	/* what is a room's is told of each */
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
	[HUB_REKEYED] = "refused_rekeyed",
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
_Static_assert(HUB_REASONS == 31, "a figure for each: add it, then count");

static void
put_about(struct sheet *s, const struct figure *f)
{
	const char *end = f->grows ? "_total" : "";

	reply_printf(s->reply, "# HELP chat_%s%s %s\n# TYPE chat_%s%s %s\n",
	    f->name, end, f->help, f->name, end, f->grows ? "counter" :
	    "gauge");
}

static void
put_figure(struct sheet *s, const struct figure *f)
{
	if (s->form == LINES)
		reply_printf(s->reply, "%s %llu\n", f->name, f->value);
	else if (s->form == JSON)
		json_number(&s->json, f->name, f->value);
	else {
		put_about(s, f);
		reply_printf(s->reply, "chat_%s%s %llu\n", f->name,
		    f->grows ? "_total" : "", f->value);
	}
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

/*
 * What is a room's
 */

static unsigned long long
people_of(const struct hub_room *room)
{
	return room->people;
}

static unsigned long long
head_of(const struct hub_room *room)
{
	return log_head(room->log).seq;
}

static unsigned long long
entries_of(const struct hub_room *room)
{
	uint64_t first = log_first(room->log), head = log_head(room->log).seq;

	return head >= first ? head - first + 1 : 0;
}

static unsigned long long
bytes_of(const struct hub_room *room)
{
	return log_bytes(room->log);
}

/* A figure of each room. */
struct column {
	struct sheet	*sheet;
	struct figure	*figure;
	unsigned long long (*of)(const struct hub_room *);
};

static void
take_room(void *arg, const struct hub_room *room)
{
	struct column *c = arg;
	char escaped[LABEL_BYTES];

	if (c->sheet->by_room)
		reply_printf(c->sheet->reply, "chat_%s{room=\"%s\"} %llu\n",
		    c->figure->name, label(escaped, room->name), c->of(room));
	else
		c->figure->value += c->of(room);
}

/* A sum, or a line for each. */
static void
put_column(struct sheet *s, const char *name, const char *help,
    unsigned long long (*of)(const struct hub_room *))
{
	struct figure f = { .name = name, .help = help };
	struct column c = { s, &f, of };

	if (s->by_room)
		put_about(s, &f);
	hub_each_room(s->hub, take_room, &c);
	if (!s->by_room)
		put_figure(s, &f);
}

/* Those that are a sum of no others, but where each has its own. */
static void
put_whole(struct sheet *s, const struct figure *whole,
    unsigned long long (*of)(const struct hub_room *))
{
	if (s->by_room)
		put_column(s, whole->name, whole->help, of);
	else
		put_figure(s, whole);
}

static void
put_rooms(struct sheet *s, const struct operator *o,
    const struct hub_figures *f)
{
	const struct figure members = { "members", "People in the room.",
	    false, f->members }, head = { "head",
	    "Number of the newest entry.", false, f->head };
	const struct figure rows[] = {
		{ "uptime_s", "Seconds since the server began.", false,
		    (unsigned long long)(o->now_ms - o->started_ms) / 1000 },
		{ "sessions", "Encrypted sessions.", false, f->sessions },
		{ "half_open", "Handshakes under way.", false, f->half_open },
	}, several[] = {
		{ "node", "Which of several servers it is.", false,
		    log_node(o->log) },
		{ "ready", "It hears the others.", false,
		    log_state(o->log) == LOG_READY }
	}, rooms = { "rooms", "Rooms.", false, hub_rooms(o->hub) },
	    talks[] = {
		{ "talks", "Private talks.", false, f->talks },
		{ "talks_open", "Those whose logs are open.", false,
		    f->talks_open }
	};

	put_figure(s, &rows[0]);
	if (several[0].value != 0) {
		put_figure(s, &several[0]);
		put_figure(s, &several[1]);
	}
	if (rooms.value > 1)
		put_figure(s, &rooms);
	put_whole(s, &members, people_of);
	put_figure(s, &rows[1]);
	put_figure(s, &rows[2]);
	put_whole(s, &head, head_of);
	put_column(s, "log_entries", "Entries that are kept.", entries_of);
	put_column(s, "log_bytes", "Size of the log.", bytes_of);
	if (f->talks > 0) {
		put_figure(s, &talks[0]);
		put_figure(s, &talks[1]);
	}
}

static void
put_rows(struct sheet *s, const struct operator *o,
    const struct hub_figures *f)
{
	const struct figure rows[] = {
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
	struct sheet s = { .reply = r, .hub = o->hub };
	size_t i;

	if (!take_form(&s.form, arg)) {
		reply_misused(r, _("stats takes --json, --prometheus or "
		    "nothing"));
		return;
	}
	s.json = json_begin(s.bytes, sizeof(s.bytes));
	reply_printf(r, "ok\n");
	put_words(&s, o->room != NULL ? o->room : "");
	s.by_room = s.form == PROMETHEUS && hub_rooms(o->hub) > 1;
	put_rooms(&s, o, &f);
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
