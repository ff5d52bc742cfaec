/*
 * Plain mode's output.
 */
#include "tui/plain_out.h"

#include <stdio.h>
#include <string.h>

#include "common/entry_json.h"
#include "common/json.h"
#include "common/lang.h"
#include "common/plain_line.h"
#include "common/since.h"
#include "tui/session/line.h"
#include "tui/settings/options.h"

enum { TOLD_BYTES = 8192 };

static void
copy(char *dst, size_t size, const char *src, size_t len)
{
	if (len >= size)
		len = 0;
	memcpy(dst, src, len);
	dst[len] = '\0';
}

void
plain_out_init(struct plain_out *out, const struct options *options)
{
	memset(out, 0, sizeof(*out));
	out->options = options;
	plain_out_name(out, options->name, strlen(options->name));
}

void
plain_out_begin(const struct plain_out *out, struct plain_out_of *of,
    int64_t wall_ms)
{
	const struct options_plain *o = &out->options->plain;
	struct since since;

	memset(of, 0, sizeof(*of));
	if (o->since[0] != '\0' && since_parse(&since, o->since, wall_ms))
		of->since_ms = since.ms;
}

void
plain_out_room(struct plain_out_of *of, const char *name, size_t len)
{
	copy(of->room, sizeof(of->room), name, len);
	if (*of->was == '\0')
		copy(of->was, sizeof(of->was), name, len);
}

void
plain_out_name(struct plain_out *out, const char *name, size_t len)
{
	copy(out->name, sizeof(out->name), name, len);
}

/* The name is of the classic protocol: what comes by it is not marked. */
static bool
is_classic(const struct plain_out *out, const struct entry *e)
{
	return out->options->classic || (e->flags & ENTRY_CLASSIC) != 0;
}

static void
print_json(const struct plain_out *out, const struct plain_out_of *of,
    const struct entry *e, bool mine)
{
	struct entry_json more = { .room = of->room[0] != '\0' ? of->room :
	    NULL, .mine = mine, .private = of->private };
	char line[ENTRY_JSON_BYTES];
	struct entry told = *e;

	if (is_classic(out, e))
		told.flags |= ENTRY_CLASSIC;
	more.mention = !mine && e->author_len > 0 &&
	    line_mentions(e->text, e->text_len, out->name);
	fwrite(line, 1, entry_json(line, &told, &more), stdout);
}

bool
plain_out_is_full(const struct plain_out *out)
{
	const struct options_plain *o = &out->options->plain;

	return o->has_count && out->printed >= o->count;
}

/* Behind the first one that was said late enough all are: clocks go back. */
static bool
is_wanted(const struct plain_out *out, struct plain_out_of *of,
    const struct entry *e, bool mine)
{
	if (plain_out_is_full(out) || (e->flags & ENTRY_QUIET) != 0 ||
	    e->time_ms < of->since_ms)
		return false;
	of->since_ms = 0;
	return !mine || !out->options->plain.not_mine;
}

/* Said to one alone, as it is called there. */
static bool
is_private(const struct plain_out_of *of, const struct entry *e)
{
	return of->private && (e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART);
}

void
plain_out_entry(struct plain_out *out, struct plain_out_of *of,
    const struct entry *piece)
{
	char line[PLAIN_LINE_BYTES];
	bool mine = line_is_own(piece, out->name, out->options->classic);
	struct entry e = *piece;

	if (!is_wanted(out, of, &e, mine) || !pieces_take(&of->pieces, &e))
		return;
	if (out->options->plain.json)
		print_json(out, of, &e, mine);
	else
		fwrite(line, 1, is_private(of, &e) ? plain_line_of(line, &e,
		    entry_is_own_rule(&e) ? "rule" : "private") :
		    plain_line(line, &e), stdout);
	out->printed++;
}

/* A line of standard error, at once and whole. */
static void
tell(struct json *j)
{
	fwrite(j->dst, 1, json_end(j), stderr);
}

void
plain_out_state(const struct options *o, const char *state,
    const struct plain_out_of *of, const char *words)
{
	char line[TOLD_BYTES], label[OPTIONS_SHOWN];
	struct json j = json_begin(line, sizeof(line));

	if (o->plain.quiet)
		return;
	if (!o->plain.json) {
		if (words != NULL)
			fprintf(stderr, "chat-tui: %s: %s\n", options_label(
			    label, o->server, o->port), words);
		return;
	}
	json_text(&j, "state", state, strlen(state));
	if (of != NULL && of->room[0] != '\0')
		json_text(&j, "room", of->room, strlen(of->room));
	if (words != NULL)
		json_text(&j, "text", words, strlen(words));
	tell(&j);
}

void
plain_out_error(const struct options *o, unsigned long line, const char *why)
{
	char text[TOLD_BYTES];
	struct json j = json_begin(text, sizeof(text));

	if (o->plain.json) {
		json_text(&j, "error", why, strlen(why));
		if (line > 0)
			json_number(&j, "line", line);
		tell(&j);
	} else if (line > 0)
		fprintf(stderr, _("chat-tui: line %lu of the input: %s\n"),
		    line, why);
	else
		fprintf(stderr, "chat-tui: %s\n", why);
}
