/*
 * The room's entries as lines of the scrollback: new, older and pending ones.
 * Parent process; decides what is shown of them, draws nothing.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/rule.h"
#include "common/text.h"

enum {
	SPOKE_MS = 10 * 60 * 1000,	/* who spoke since is known */
	ALERT_MS = 1000,	/* between one in another room and the next */
	ALERT_NAME_BYTES = LINE_NAME_BYTES + sizeof(" · ") + WINDOW_ROOM_BYTES
};

static bool
is_own(const struct session *s, const struct entry *e)
{
	return line_is_own(e, s->name, s->config.classic);
}

static bool
is_notice(const struct entry *e)
{
	/* Who was put out is told with the reason, in a line of its own. */
	return (e->kind == ENTRY_JOIN || e->kind == ENTRY_LEAVE ||
	    e->kind == ENTRY_TIMEOUT) && e->text_len == 0;
}

/* Does the text name the user, or one of his words? */
static bool
mentions(const struct session *s, const struct entry *e)
{
	char word[TEXT_NAME_BYTES * 4];
	const char *at = s->options->screen.highlight;
	size_t n;

	if (line_mentions(e->text, e->text_len, s->name))
		return true;
	for (; *at != '\0'; at += n) {
		at += strspn(at, " ");
		n = strcspn(at, " ");
		if (n == 0 || n >= sizeof(word))
			continue;
		memcpy(word, at, n);
		word[n] = '\0';
		if (line_mentions(e->text, e->text_len, word))
			return true;
	}
	return false;
}

static unsigned
marks_of(const struct session *s, const struct entry *e)
{
	if (is_own(s, e))
		return HISTORY_OWN;
	return session_speaks(e) && mentions(s, e) ? HISTORY_MENTION : 0;
}

/* Who it is, and where, if that is not what is looked at. */
static void
name_of(const struct session *s, const struct entry *e,
    char name[ALERT_NAME_BYTES])
{
	if (e->kind == ENTRY_ANNOUNCE)
		strlcpy(name, _("Admin"), ALERT_NAME_BYTES);
	else
		snprintf(name, ALERT_NAME_BYTES, "%s%.*s", (e->flags &
		    ENTRY_CLASSIC) != 0 ? "~" : "", (int)e->author_len,
		    e->author);
	if (s->w == s->shown)
		return;
	strlcat(name, " · ", ALERT_NAME_BYTES);
	strlcat(name, window_name(s->w), ALERT_NAME_BYTES);
}

/* Of a talk it says who it is, and no word of it: it goes to where others may
 * read along. */
static void
tell_alert(struct session *s, const struct entry *e)
{
	static const char hidden[] = "…";
	char name[ALERT_NAME_BYTES];

	if (s->w->talk != NULL) {
		s->out.alert(s->out.arg, window_name(s->w), hidden,
		    strlen(hidden));
		return;
	}
	name_of(s, e, name);
	s->out.alert(s->out.arg, name, e->text, e->text_len);
}

static void
alert(struct session *s, const struct entry *e, unsigned marks)
{
	if (s->w->talk == NULL ? !(marks & HISTORY_MENTION) :
	    (marks & HISTORY_OWN) != 0)
		return;
	/* Who is at the end looks back from this one. */
	if (!s->w->view.scrolled)
		s->w->read.mention = 0;
	if ((!s->look.unfocused && s->w == s->shown) || (!s->w->caught_up &&
	    !session_was_offered(s)))
		return;
	s->w->read.mentions++;
	/* Of many rooms not all at once. */
	if (s->w != s->shown && s->look.alerted_ms != 0 &&
	    s->now - s->look.alerted_ms < ALERT_MS)
		return;
	s->look.alerted_ms = s->now;
	tell_alert(s, e);
}

/* Spoke somebody of that name lately? Then his comings and goings matter. */
static bool
is_known(const struct session *s, const struct entry *e)
{
	int64_t spoke = people_spoke(&s->w->people, e->author, e->author_len);

	return spoke > 0 && e->time_ms - spoke <= SPOKE_MS;
}

/* It may have come behind a run of notices when what it waited for went. */
static bool
ends_refused(const struct history *h)
{
	uint64_t end = history_end(h);

	return end > history_first(h) &&
	    (history_get(h, end - 1).marks & HISTORY_REFUSED) != 0;
}

static void
take_notice(struct session *s, const struct entry *from, bool keep)
{
	char buf[NOTICES_BYTES];
	int32_t day = line_day(from->time_ms);
	bool more;
	struct entry e;
	unsigned marks = keep ? HISTORY_KEEP : 0;

	if (ends_refused(s->w->history))
		notices_end(&s->w->live.notices);
	more = notices_take(&s->w->live.notices, from, day, keep, false);
	e = notices_line(&s->w->live.notices, buf);
	e.seq = from->seq;
	if (!more || !history_amend_last(s->w->history, &e, marks, day))
		history_append(s->w->history, &e, marks, day);
}

/* Of who is ignored; what he is called now is to be known. */
static bool
is_hidden(const struct session *s, const struct entry *e)
{
	return e->kind != ENTRY_RENAME &&
	    session_ignores(s, e->author, e->author_len);
}

/* Asking the calendar is a tenth of what is done for a line, and
 * most come in the second of the last one. */
static int32_t
day_of(struct session *s, int64_t time_ms)
{
	struct incoming *live = &s->w->live;
	int64_t second = time_ms / 1000 + 1;

	if (live->day_of != second)
		live->day = line_day(time_ms);
	live->day_of = second;
	return live->day;
}

/* What it says is nobody's, but where it stands something was said. */
static void
make_readable(const struct session *s, struct entry *e)
{
	if (s->w->talk == NULL || entry_role(e->flags) != RECORD_UNREADABLE)
		return;
	e->kind = ENTRY_ANNOUNCE;
	e->flags &= (uint32_t)~ENTRY_PIECE_FLAGS;
	e->author_len = 0;
	e->text = _("A line that cannot be read.");
	e->text_len = strlen(e->text);
}

/* In a talk, who wrote last may be answered. */
static unsigned
marks_of_talk(struct session *s, const struct entry *e)
{
	if (s->w->talk == NULL || is_own(s, e))
		return 0;
	if (entry_role(e->flags) == RECORD_UNREADABLE)
		return HISTORY_LOCAL | HISTORY_REFUSED;
	if (e->time_ms > s->w->talk->wrote_ms)
		s->w->talk->wrote_ms = e->time_ms;
	return 0;
}

static void
show(struct session *s, struct entry *whole)
{
	char buf[LINE_BYTES];
	unsigned marks = marks_of(s, whole);
	struct entry e;
	bool waited = whole->id != 0 && history_pending(s->w->history,
	    whole->id) != history_tail(s->w->history);
	bool ok;

	if (whole->id != 0 && (whole->id & RECORD_EARLIER) == 0)
		handed_forget(&s->w->say.handed, whole->id);
	if (waited)
		marks |= HISTORY_OWN;
	if (!(marks & HISTORY_OWN) && is_hidden(s, whole))
		return;
	marks |= marks_of_talk(s, whole);
	notices_end(&s->w->live.notices);
	e = line_of_entry(buf, whole);
	ok = history_append(s->w->history, &e, marks, day_of(s, e.time_ms));
	if (ok)
		session_note_unread(s, whole, marks);
	/* Behind it: what was refused after it follows. */
	if (waited)
		history_settle(s->w->history, whole->id);
	/* What he takes from now on is nothing that he has said. */
	if (ok && (s->w->talk == NULL || !entry_is_own_rule(whole)))
		alert(s, entry_is_rule(whole) ? &e : whole, marks);
}

/* Somebody goes by another name now. Whether that is the user RECORD_WELCOME
 * says: of who was called so before him the name says nothing. */
static void
take_rename(struct session *s, const struct entry *e)
{
	if (!is_own(s, e) && s->w->caught_up)
		session_note_renamed(s, e);
	session_note_taken(s, e);
	/* What was read before may have been undone since. */
	if (!is_own(s, e) && (s->w->caught_up || session_missed(s, e)))
		session_ignore_renamed(s, e);
}

/* He may speak again: that he may not is not true any more. */
static void
take_rule(struct session *s, const struct entry *e)
{
	struct rule r;

	if (s->notice.mute_in != s->w ||
	    !rule_parse(&r, e->text, e->text_len) ||
	    r.word != RULE_UNMUTE || r.name_len != strlen(s->name) ||
	    memcmp(r.name, s->name, r.name_len) != 0)
		return;
	s->notice.text[0] = '\0';
	s->frame.changed = true;
}

static void
note_number(struct session *s, uint64_t seq)
{
	if (seq == 0)
		return;
	if (s->w->older.oldest == 0) {
		s->w->older.oldest = seq;
		s->w->older.first = history_first(s->w->history);
	}
	/* What was kept under another name of his has been found since. */
	if (s->w->read.newest == 0 && s->w->read.seen == 0)
		session_load_read(s, s->w);
	if (seq > s->w->read.newest)
		s->w->read.newest = seq;
	if (s->w->caught_up && !session_is_away(s))
		s->w->read.seen = s->w->read.newest;
}

void
session_take_entry(struct session *s, const struct record *r)
{
	struct entry whole = r->entry;
	bool known;

	make_readable(s, &whole);
	known = is_known(s, &whole);
	note_number(s, whole.seq);
	people_take(&s->w->people, &whole);
	if (whole.kind == ENTRY_START || (whole.flags & ENTRY_QUIET) != 0)
		return;
	if (!pieces_take(&s->w->live.pieces, &whole))
		return;
	if (!is_notice(&whole))
		show(s, &whole);
	else if (!is_hidden(s, &whole))
		take_notice(s, &whole, known && !is_own(s, &whole));
	if (whole.kind == ENTRY_RENAME)
		take_rename(s, &whole);
	if (entry_is_rule(&whole))
		take_rule(s, &whole);
}

/* Without room there is an end of it, until newer lines have made some. */
static void
prepend(struct session *s, const struct entry *e, unsigned marks, int32_t day)
{
	s->w->older.full = !history_prepend(s->w->history, e, marks, day);
	s->w->older.first = history_first(s->w->history);
}

/* An older line goes before all the others. */
static void
show_older(struct session *s, struct entry *whole)
{
	char buf[LINE_BYTES], folded[NOTICES_BYTES];
	struct notices *run = &s->w->older.lines.notices;
	int32_t day = line_day(whole->time_ms);
	struct entry e;
	bool more;

	if (!is_own(s, whole) && is_hidden(s, whole))
		return;
	if (is_notice(whole)) {
		more = notices_take(run, whole, day, false, true);
		e = notices_line(run, folded);
		e.seq = whole->seq;
		if (more && history_amend_first(s->w->history, &e, 0, day))
			return;
		prepend(s, &e, 0, day);
		return;
	}
	notices_end(run);
	e = line_of_entry(buf, whole);
	prepend(s, &e, marks_of(s, whole) | marks_of_talk(s, whole), day);
}

void
session_take_older(struct session *s, const struct record *r)
{
	struct older *o = &s->w->older;
	struct entry whole = r->entry;

	/* One behind the other: of an earlier question there may be more. */
	if (o->oldest == 0 || whole.seq + 1 != o->oldest || o->full ||
	    history_first(s->w->history) > o->first)
		return;
	make_readable(s, &whole);
	o->oldest = whole.seq;
	o->failures = 0;
	o->due = s->now + SESSION_OLDER_MS;
	if (whole.kind != ENTRY_START && (whole.flags & ENTRY_QUIET) == 0 &&
	    pieces_take_older(&o->lines.pieces, &whole))
		show_older(s, &whole);
	if (o->oldest > o->until && !o->full)
		return;
	o->fetching = false;
	session_search_more(s);
}

/* How many of the newest lines that wait were typed in this run. */
static size_t
typed_now(const struct session *s)
{
	uint64_t tail = history_tail(s->w->history), line = tail;

	while (line > history_end(s->w->history) && (history_get(s->w->history,
	    line - 1).entry.id & RECORD_EARLIER) == 0)
		line--;
	return (size_t)(tail - line);
}

/* It was said before them, and is said before them. */
void
session_take_pending(struct session *s, const struct record *r)
{
	struct entry e = { .time_ms = s->wall, .id = r->id, .kind = r->kind,
	    .author = s->name, .author_len = strlen(s->name),
	    .text = r->text, .text_len = r->text_len };
	size_t n = typed_now(s);

	if (history_post(s->w->history, &e, line_day(s->wall)))
		history_put_before(s->w->history, n);
	handed_found(&s->w->say.handed, r->id, entry_more(r->flags),
	    s->w->say.repeats);
}
