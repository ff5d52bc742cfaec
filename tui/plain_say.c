/*
 * What plain mode says: the lines that are read, bounded by what is on its way,
 * and why one is not said. Parent process.
 */
#include "tui/plain_state.h"

#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "common/lang.h"
#include "common/pieces.h"
#include "tui/receiver/receiver.h"
#include "tui/session/rule_words.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"
#include "tui/shared/outbox.h"

enum {
	SHOWN_COLS = 60,	/* of a line that was not said */
	PIECES = ENTRY_MORE_MAX + 1,
	/* Own lines on their way, at most, and as many that the room has and we
	 * have not seen yet: until both came about the outbox keeps them. */
	WAITING = (OUTBOX_POSTS - PIECES) / 2,
	WAITING_LONG = (OUTBOX_POSTS / PIECES - 1) / 2
};
_Static_assert(2 * (int)WAITING + (int)PIECES <= (int)OUTBOX_POSTS &&
    (2 * (int)WAITING_LONG + 1) * (int)PIECES <= (int)OUTBOX_POSTS,
    "the outbox has room for what is on its way");
_Static_assert((int)OUTBOX_POSTS <= (int)RECORD_KNOWN,
    "and the link knows it again when it comes in the log");

void
plain_end(struct plain *p, int status, const char *why)
{
	if (p->status != -1)
		return;
	p->status = status;
	strlcpy(p->why, why, PLAIN_WHY_BYTES);
}

void
plain_not_said(const struct plain *p, unsigned long number, const char *text,
    size_t len, const char *why)
{
	char shown[4 * TEXT_LINE_BYTES + 1];
	char told[sizeof(shown) + RULE_WORDS_BYTES + 64];
	size_t fits;

	text_escape(shown, sizeof(shown), text, len);
	fits = text_fit(shown, strlen(shown), SHOWN_COLS, NULL);
	if (len == 0)
		snprintf(told, sizeof(told), "%s: %s", _("not said"), why);
	else
		snprintf(told, sizeof(told), _("not said: \"%.*s%s\": %s"),
		    (int)fits, shown, shown[fits] == '\0' ? "" : "…", why);
	plain_out_error(p->options, number, told);
}

void
plain_lose(struct plain *p, const struct record *r)
{
	const struct handed_line *line = handed_find(&p->room->handed, r->id);
	unsigned long number = (unsigned long)r->id;

	if (p->room->lost.last == 0)
		plain_not_said(p, number, line == NULL ? "" : line->text,
		    line == NULL ? 0 : line->len, r->flags & RECORD_CROWDED ?
		    _("the outbox is full") : _("cannot be stored"));
	else if (p->room->lost.more++ == 0)
		p->room->lost.from = number;
	p->room->lost.last = r->id;
}

void
plain_lost_end(struct plain *p)
{
	char told[256];

	if (p->room->lost.more > 0) {
		snprintf(told, sizeof(told), _("lines from here on that were "
		    "not said either: %lu"), p->room->lost.more);
		plain_out_error(p->options, p->room->lost.from, told);
	}
	p->room->lost = (struct plain_lost){ 0 };
}

/* Of a piece of what is said there. */
static size_t
most_of(const struct plain *p)
{
	return p->room->talk ? RECORD_TALK_PIECE : TEXT_LINE_BYTES;
}

static size_t
longest_of(const struct plain *p)
{
	if (p->options->classic)
		return TEXT_LINE_BYTES;
	return p->room->talk ? RECORD_TALK_TEXT : PIECES_TEXT_BYTES;
}

static void
send_line(struct plain *p, uint64_t id, const char *text, size_t len)
{
	struct record r = { .type = RECORD_POST, .kind = ENTRY_SAY, .id = id,
	    .window = p->room->window, .text = text, .text_len = len,
	    .flags = p->room->talk ? RECORD_POST_PRIVATE : 0 };

	/* If it is gone, reading will say so. */
	if (!duct_send(p->receiver->duct, &r))
		return;
	p->room->since_long++;
	if (pieces_count(text, len, most_of(p)) > 1)
		p->room->since_long = 0;
	p->room->waiting++;
	p->room->unseen++;
}

void
plain_say_again(struct plain *p)
{
	const struct handed_line *line;
	size_t i;

	p->room->repeats = false;
	for (i = 0; i < p->room->handed.n; i++) {
		line = &p->room->handed.lines[i];
		send_line(p, line->id, line->text, line->len);
	}
}

static bool
has_room(const struct plain_room *room)
{
	bool is_long = room->since_long < room->unseen;
	size_t most = is_long ? WAITING_LONG : WAITING;

	return room->waiting < most && room->unseen < most;
}

/* Whichever room the next line is for. */
bool
plain_may_say(const struct plain *p)
{
	size_t i;

	if (plain_repeats(p) || plain_talk_waits(p) ||
	    (p->lists && !p->keeping))
		return false;
	for (i = 0; i < p->rooms_n && !p->keeping; i++)
		if (!p->rooms[i]->denied && !has_room(p->rooms[i]))
			return false;
	return duct_has_room(p->receiver->duct);
}

static void
complain(struct plain *p, const char *why)
{
	plain_out_error(p->options, p->in.line, why);
	p->failed = true;
}

/* False: it is nothing but blanks. Of one line, unless it came as JSON. */
static bool
say(struct plain *p, const char *text, size_t len)
{
	char clean[TEXT_TAB_BYTES * PLAIN_IN_BYTES];

	len = p->options->classic ? text_clean(clean, text, len, false) :
	    text_said(clean, text, len, p->options->plain.json ||
	    p->options->plain.one_message);
	if (len == 0)
		return false;
	if (len > longest_of(p) || pieces_count(clean, len, most_of(p)) >
	    ENTRY_MORE_MAX + 1) {
		complain(p, _("too long, not said"));
		return true;
	}
	handed_add(&p->room->handed, p->in.line, ENTRY_SAY, clean, len);
	send_line(p, p->in.line, clean, len);
	return true;
}

/* A line that names no room. */
static void
say_usual(struct plain *p, const char *text, size_t len)
{
	struct plain_room *room = plain_usual(p);

	if (room == NULL || room->denied) {
		complain(p, _("whom it is for nobody knows, not said"));
		return;
	}
	p->room = room;
	say(p, text, len);
	p->room = p->rooms[0];
}

/* NULL: we are not there, or it is for another than --to names. */
static struct plain_room *
room_for(const struct plain *p, const struct json_whom *whom)
{
	char to[sizeof(whom->to) + 1];

	if (whom->room[0] != '\0')
		return plain_room_called(p, whom->room);
	if (whom->to[0] == '\0')
		return plain_usual(p);
	snprintf(to, sizeof(to), "@%s", whom->to);
	return p->talk != NULL && plain_room_called(p, to) == p->talk ?
	    p->talk : NULL;
}

/* What is not exactly as it must be is not said at all. */
static void
say_json(struct plain *p, const char *line, size_t len)
{
	struct json_whom whom;
	struct plain_room *room;
	const char *why;
	size_t n;

	why = json_read_said(p->said, &n, &whom, line, len);
	room = room_for(p, &whom);
	if (why == NULL && (room == NULL || room->denied))
		why = whom.room[0] != '\0' ? _("not in that room, not said") :
		    _("whom it is for nobody knows, not said");
	if (why == NULL) {
		p->room = room;
		if (!say(p, p->said, n))
			why = _("there is nothing to say in it");
		p->room = p->rooms[0];
	}
	if (why != NULL)
		complain(p, why);
}

void
plain_take_lines(struct plain *p)
{
	enum plain_in_found found = PLAIN_IN_TEXT;
	const char *text, *why;
	size_t len;

	while (found != PLAIN_IN_NOTHING && plain_may_say(p) &&
	    p->status == -1) {
		found = plain_in_next(&p->in, &text, &len, &why);
		if (found == PLAIN_IN_TEXT && p->options->plain.json)
			say_json(p, text, len);
		else if (found == PLAIN_IN_TEXT)
			say_usual(p, text, len);
		else if (found == PLAIN_IN_WRONG)
			complain(p, why);
	}
}

void
plain_cut_input(struct plain *p, bool more)
{
	bool none = plain_in_cut(&p->in);

	p->is_cut = !none || more;
}

void
plain_tell_cut(struct plain *p)
{
	if (!p->is_cut)
		return;
	p->is_cut = false;
	if (!p->in.whole)
		p->in.line++;
	complain(p, p->in.whole ? _("cut off, not said") :
	    _("not read from here on"));
}
