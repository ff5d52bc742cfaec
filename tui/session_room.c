/*
 * What the receiver tells: the room's lines, and how it stands with the room.
 * Parent process; decides what is shown of it, draws nothing.
 */
#include "tui/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/denial.h"
#include "tui/rule_words.h"

static bool
is_own(const struct session *s, const struct entry *e)
{
	return e->author_len == strlen(s->name) &&
	    memcmp(e->author, s->name, e->author_len) == 0;
}

static bool
is_notice(const struct entry *e)
{
	/* Who was put out is told with the reason, in a line of its own. */
	return (e->kind == ENTRY_JOIN || e->kind == ENTRY_LEAVE ||
	    e->kind == ENTRY_TIMEOUT) && e->text_len == 0;
}

static bool
speaks(const struct entry *e)
{
	return e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART || e->kind == ENTRY_ANNOUNCE;
}

/* Does the text name the user, or one of his words? */
static bool
mentions(const struct session *s, const struct entry *e)
{
	char word[TEXT_NAME_BYTES * 4];
	const char *at = s->options->highlight;
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
	return speaks(e) && mentions(s, e) ? HISTORY_MENTION : 0;
}

void
session_read_all(struct session *s)
{
	s->unread.any = s->unread.grows = false;
	s->seen = s->newest;
	s->mentions = 0;
	history_set_unread(s->history, history_tail(s->history));
}

/* Is nobody looking at the lowest line? */
static bool
is_away(const struct session *s)
{
	return s->unfocused || s->view.scrolled;
}

/* An own line that waited from before the rule: it does not take it away. */
static bool
is_older(const struct session *s, const struct entry *e)
{
	return (e->id & RECORD_EARLIER) != 0 ||
	    (e->id != 0 && e->id < s->unread.next_id);
}

static void
note_unread(struct session *s, const struct entry *e, unsigned marks)
{
	uint64_t line = history_end(s->history) - 1;
	bool missed = !s->caught_up && s->missed > 0 && e->seq > s->missed;

	if (marks & HISTORY_OWN) {
		if (s->caught_up && !is_older(s, e))
			session_read_all(s);
		return;
	}
	if (!speaks(e) || !(missed || (s->caught_up && is_away(s))))
		return;
	if (!s->unread.grows) {
		s->unread = (struct unread){ .any = true, .grows = true,
		    .line = line, .next_id = s->next_id };
		if (line > history_first(s->history))
			s->unread.since_ms = history_get(s->history,
			    line - 1).entry.time_ms;
		history_set_unread(s->history, line);
	}
	s->unread.count++;
}

static void
alert(struct session *s, const struct entry *e, unsigned marks)
{
	char name[LINE_NAME_BYTES + 1];

	if (!(marks & HISTORY_MENTION) || !s->unfocused || !s->caught_up)
		return;
	s->mentions++;
	snprintf(name, sizeof(name), "%s%.*s", (e->flags & ENTRY_CLASSIC) != 0 ?
	    "~" : "", (int)e->author_len, e->author);
	s->out.alert(s->out.arg, e->kind == ENTRY_ANNOUNCE ? _("Admin") : name,
	    e->text, e->text_len);
}

/* Spoke somebody of that name lately? Then his comings and goings matter. */
static bool
is_known(const struct session *s, const struct entry *e)
{
	int64_t spoke = people_spoke(&s->people, e->author, e->author_len);

	return spoke > 0 && e->time_ms - spoke <= SESSION_SPOKE_MS;
}

static void
take_notice(struct session *s, const struct entry *from, bool keep)
{
	char buf[NOTICES_BYTES];
	int32_t day = line_day(from->time_ms);
	bool more = notices_take(&s->notices, from, day, keep, false);
	struct entry e = notices_line(&s->notices, buf);
	unsigned marks = keep ? HISTORY_KEEP : 0;

	e.seq = from->seq;
	if (!more || !history_amend_last(s->history, &e, marks, day))
		history_append(s->history, &e, marks, day);
}

static void
show(struct session *s, struct entry *whole)
{
	char buf[LINE_BYTES];
	unsigned marks = marks_of(s, whole);
	struct entry e;

	if (whole->id != 0 && (whole->id & RECORD_EARLIER) == 0)
		handed_forget(&s->handed, whole->id);
	if (whole->id != 0 && history_settle(s->history, whole->id))
		marks |= HISTORY_OWN;
	if (!(marks & HISTORY_OWN) && session_ignores(s,
	    whole->author, whole->author_len))
		return;
	notices_end(&s->notices);
	e = line_of_entry(buf, whole);
	if (!history_append(s->history, &e, marks, line_day(e.time_ms)))
		return;
	note_unread(s, whole, marks);
	alert(s, entry_is_rule(whole) ? &e : whole, marks);
}

/* Somebody goes by another name now; perhaps the user himself. */
static void
take_rename(struct session *s, const struct entry *e)
{
	/* In the past it was whoever was called so then. */
	if (!s->caught_up || !is_own(s, e) ||
	    text_name_check(e->text, e->text_len) != TEXT_NAME_OK)
		return;
	memcpy(s->name, e->text, e->text_len);
	s->name[e->text_len] = '\0';
	s->out.welcome(s->out.arg, s->name);
}

static void
note_number(struct session *s, uint64_t seq)
{
	if (seq == 0)
		return;
	if (s->older.oldest == 0) {
		s->older.oldest = seq;
		s->older.first = history_first(s->history);
	}
	if (seq > s->newest)
		s->newest = seq;
	if (s->caught_up && !is_away(s))
		s->seen = s->newest;
}

static void
take_entry(struct session *s, const struct record *r)
{
	struct entry whole = r->entry;
	bool known = is_known(s, &whole);

	note_number(s, whole.seq);
	people_take(&s->people, &whole);
	if (whole.kind == ENTRY_START || (whole.flags & ENTRY_QUIET) != 0)
		return;
	if (!pieces_take(&s->pieces, &whole))
		return;
	if (!is_notice(&whole))
		show(s, &whole);
	else if (!session_ignores(s, whole.author, whole.author_len))
		take_notice(s, &whole, known && !is_own(s, &whole));
	if (whole.kind == ENTRY_RENAME)
		take_rename(s, &whole);
}

/* Without room there is an end of it, until newer lines have made some. */
static void
prepend(struct session *s, const struct entry *e, unsigned marks, int32_t day)
{
	s->older.full = !history_prepend(s->history, e, marks, day);
	s->older.first = history_first(s->history);
}

/* An older line goes before all the others. */
static void
show_older(struct session *s, struct entry *whole)
{
	char buf[LINE_BYTES], folded[NOTICES_BYTES];
	int32_t day = line_day(whole->time_ms);
	struct entry e;
	bool more;

	if (!is_own(s, whole) && session_ignores(s,
	    whole->author, whole->author_len))
		return;
	if (is_notice(whole)) {
		more = notices_take(&s->older.notices, whole, day, false, true);
		e = notices_line(&s->older.notices, folded);
		e.seq = whole->seq;
		if (more && history_amend_first(s->history, &e, 0, day))
			return;
		prepend(s, &e, 0, day);
		return;
	}
	notices_end(&s->older.notices);
	e = line_of_entry(buf, whole);
	prepend(s, &e, marks_of(s, whole), day);
}

static void
take_older(struct session *s, const struct record *r)
{
	struct entry whole = r->entry;

	/* One behind the other: of an earlier question there may be more. */
	if (s->older.oldest == 0 || whole.seq + 1 != s->older.oldest ||
	    s->older.full || history_first(s->history) > s->older.first)
		return;
	s->older.oldest = whole.seq;
	s->older.failures = 0;
	s->older.due = s->now + SESSION_OLDER_MS;
	if (whole.kind != ENTRY_START && (whole.flags & ENTRY_QUIET) == 0 &&
	    pieces_take_older(&s->older.pieces, &whole))
		show_older(s, &whole);
	if (s->older.oldest > s->older.until && !s->older.full)
		return;
	s->older.fetching = false;
	session_search_more(s);
}

/* A line of an earlier run that the room has not taken yet. */
static void
take_pending(struct session *s, const struct record *r)
{
	struct entry e = { .time_ms = s->wall, .id = r->id, .kind = r->kind,
	    .author = s->name, .author_len = strlen(s->name),
	    .text = r->text, .text_len = r->text_len };

	history_post(s->history, &e, line_day(s->wall));
	if (s->repeats)
		handed_found(&s->handed, (uint32_t)r->id, entry_more(r->flags));
}

/* As it could be typed: what begins with a slash is no command. */
static void
add_taken_back(struct session *s, const struct record *r)
{
	struct taken_back *t = &s->taken_back;
	bool first = entry_index(r->flags) == 0;
	const char *before = !first ? "" : r->kind == ENTRY_ACT ? "/me " :
	    r->text_len > 0 && *r->text == '/' && t->len == 0 ? "/" : "";
	char *more = NULL;
	int n = asprintf(&more, "%.*s%s%s%.*s", (int)t->len,
	    t->len == 0 ? "" : t->text, first && t->len > 0 ? "\n" : "",
	    before, (int)r->text_len, r->text);

	if (r->id != 0)
		history_settle(s->history, r->id);
	t->lines += entry_more(r->flags) == 0;
	t->sent |= (r->flags & RECORD_SENT) != 0;
	if (n == -1)
		return;
	free(t->text);
	t->text = more;
	t->len = (size_t)n;
}

/* Back to where it was typed, or to where it can be found again. */
static void
give_taken_back(struct session *s)
{
	const struct taken_back *t = &s->taken_back;
	size_t len;

	edit_text(s->edit, &len);
	if (t->len == 0)
		return;
	if (s->question == ASK_NOTHING && len == 0 && t->len <=
	    session_limit(s) && edit_set(s->edit, t->text, t->len))
		return;
	recall_add(s->recall, t->text, t->len);
}

static void
take_withdrawn(struct session *s, const struct record *r)
{
	struct taken_back *t = &s->taken_back;

	if (r->text_len > 0) {
		add_taken_back(s, r);
		return;
	}
	give_taken_back(s);
	if (t->lines == 0)
		session_notify(s, true, "%s", r->flags & RECORD_SENT ?
		    _("It may be on its way. /withdraw all takes back what the "
		    "room has not taken.") : _("Nothing waits to be said."));
	else if (t->sent)
		session_notify(s, false, _("Lines taken back: %u. They were on "
		    "their way: some may be said all the same."), t->lines);
	else
		session_notify(s, false, _("Lines taken back: %u."), t->lines);
	free(t->text);
	memset(t, 0, sizeof(*t));
}

static void
take_rewind(struct session *s, const struct record *r)
{
	notices_end(&s->notices);
	if (history_lose(s->history, r->id) > 0)
		session_tell(s, 0, "%s", _("The server had to go back: lines "
		    "marked × are not in the room any more."));
	if (s->newest > r->id)
		s->newest = r->id;
	if (s->seen > r->id)
		s->seen = r->id;
}

/* Was something typed for the room before it took the name? */
static bool
is_typed_ahead(const struct session *s)
{
	size_t len;

	edit_text(s->edit, &len);
	return s->question == ASK_NOTHING && (s->held != 0 || len > 0);
}

/* Nobody answers: the name prompt says so, or the room as it was is shown. */
static void
stay_outside(struct session *s)
{
	bool was_typed = s->joining;

	if (history_end(s->history) > history_first(s->history)) {
		if (s->question == ASK_NAME || s->question == ASK_PASSPHRASE)
			session_ask_nothing(s);
		s->joining = false;
		session_restore_draft(s);
		if (!session_holds(s))
			session_say_held(s);
	} else if (s->question == ASK_NOTHING && !is_typed_ahead(s)) {
		session_ask_name(s, s->name);
		s->prefilled = !was_typed;
	}
}

static void
take_unreachable(struct session *s)
{
	s->offer_host = s->config.may_host && s->question == ASK_NAME;
	if (s->offer_host)
		s->notice[0] = '\0';	/* the offer has its place */
	else
		session_notify(s, true, _("No room at %s. It keeps trying."),
		    s->config.server);
}

/* Not now, whatever the name. */
static bool
is_not_now(struct session *s, const struct record *r)
{
	char when[RULE_WHEN_BYTES];

	switch (r->denial) {
	case RECORD_FULL:
		session_notify(s, true, "%s", _("Too much waits to be sent. "
		    "Try again."));
		return true;
	case RECORD_MUTE:
		rule_words_when(when, s->wall + r->wait_ms, s->wall);
		if (r->wait_ms > 0)
			session_notify(s, true, _("You are muted until %s: "
			    "the name stays %s."), when, s->name);
		else
			session_notify(s, true, _("You are muted: the name "
			    "stays %s."), s->name);
		return true;
	case RECORD_SOON:
		session_notify(s, true, _("%.*s is one new name too many: "
		    "ask again in %lld s; you are still %s."),
		    (int)r->text_len, r->text,
		    (long long)(r->wait_ms + 999) / 1000, s->name);
		return true;
	default:
		return false;
	}
}

/* The name asked for by /nick: the user stays who he was. */
static void
take_nick_denial(struct session *s, const struct record *r)
{
	char why[SESSION_WHY_BYTES];

	if (is_not_now(s, r))
		return;
	if (denial_rule(r, why, sizeof(why))) {
		session_notify(s, true, _("%.*s is not allowed: %s; you are "
		    "still %s."), (int)r->text_len, r->text, why, s->name);
		return;
	}
	session_notify(s, true, r->denial == RECORD_TAKEN ?
	    _("%.*s is taken; you are still %s.") :
	    r->denial == RECORD_OWNED ?
	    _("%.*s belongs to somebody else; you are still %s.") :
	    _("%.*s is not allowed here; you are still %s."),
	    (int)r->text_len, r->text, s->name);
}

/* The room says what is wrong with the name. */
static bool
take_rule(struct session *s, const struct record *r)
{
	char why[SESSION_WHY_BYTES];

	if (!denial_rule(r, why, sizeof(why)))
		return false;
	s->in = false;
	session_ask_name(s, s->name);
	session_notify(s, true, _("%.*s is not allowed: %s. Choose another "
	    "name."), (int)r->text_len, r->text, why);
	return true;
}

static void
take_denial(struct session *s, const struct record *r)
{
	char why[SESSION_WHY_BYTES];
	int status = denial_status(r, s->config.server, s->name, why,
	    sizeof(why));

	if (r->denial != RECORD_SILENT)
		s->offer_host = false;
	if (take_rule(s, r))
		return;
	if (r->denial != RECORD_SILENT && r->denial != RECORD_UNREACHABLE)
		s->in = false;
	switch (r->denial) {
	case RECORD_TAKEN:
		session_ask_name(s, s->name);
		/* The classic protocol does not say which. */
		session_notify(s, true, s->config.classic ?
		    _("%.*s is taken, or not allowed here. Choose another "
		    "name.") : _("%.*s is taken here. Choose another name."),
		    (int)r->text_len, r->text);
		break;
	case RECORD_OWNED:
		session_ask_name(s, s->name);
		session_notify(s, true, _("%.*s belongs to somebody else here. "
		    "Choose another name."), (int)r->text_len, r->text);
		break;
	case RECORD_MALFORMED:
		session_ask_name(s, s->name);
		session_notify(s, true, _("%.*s is not allowed as a name here. "
		    "Choose another name."), (int)r->text_len, r->text);
		break;
	case RECORD_SILENT:
		/* Said of a host already that has no server: the same. */
		if (s->offer_host)
			break;
		session_notify(s, true, _("Nobody answers at %s. It keeps "
		    "trying."), s->config.server);
		stay_outside(s);
		break;
	case RECORD_UNREACHABLE:
		stay_outside(s);
		take_unreachable(s);
		break;
	case RECORD_WANTS_PASSPHRASE:
		session_ask_passphrase(s, "");
		break;
	case RECORD_WRONG_PASSPHRASE:
		session_ask_passphrase(s,
		    _("That is not the room's passphrase."));
		break;
	default:
		session_end(s, status, "%s", why);
		break;
	}
}

/* So much of the key as leaves room on the line: enough to see a wrong one. */
static void
tell_new_host(struct session *s)
{
	size_t len = strlen(s->new_host);
	char shown[SESSION_KEY_SHOWN + sizeof("…")];

	if (*s->new_host == '=')
		session_tell(s, 0, _("%s is the same server as %s."),
		    s->config.server, s->new_host + 1);
	else if (len > 0) {
		snprintf(shown, sizeof(shown), "%.*s%s", SESSION_KEY_SHOWN,
		    s->new_host, len > SESSION_KEY_SHOWN ? "…" : "");
		session_tell(s, 0, _("New server %s, key %s: remembered."),
		    s->config.server, shown);
		session_tell(s, 0, "%s", _("Compare it with the one that "
		    "chat-server printed (/verify)."));
	} else if (s->invited)
		session_tell(s, 0, _("New server %s: verified by the "
		    "invitation."), s->config.server);
	s->new_host[0] = '\0';
	s->invited = false;
}

/* Known before the room's history comes, which would push it out of sight. */
static void
take_new_host(struct session *s, const struct record *r)
{
	snprintf(s->new_host, sizeof(s->new_host), "%.*s", (int)r->text_len,
	    r->text);
	s->invited = r->text_len == 0;
	if (s->welcomed)
		tell_new_host(s);
}

static void
tell_welcome(struct session *s)
{
	s->welcomed = true;
	tell_new_host(s);
	session_tell(s, 0, _("You are %s in the room at %s."), s->name,
	    s->config.server);
}

static void
take_welcome(struct session *s, const struct record *r)
{
	if (r->text_len > TEXT_NAME_BYTES)
		return;
	memcpy(s->name, r->text, r->text_len);
	s->name[r->text_len] = '\0';
	s->notice[0] = '\0';
	s->offer_host = false;
	if (s->question == ASK_NAME || s->question == ASK_PASSPHRASE)
		session_ask_nothing(s);
	s->prefilled = s->joining = false;
	s->in = true;
	session_restore_draft(s);
	session_say_held(s);
	/* Behind the room's history, where there is one. */
	if (s->config.classic) {
		s->caught_up = true;
		tell_welcome(s);
	}
	s->out.welcome(s->out.arg, s->name);
}

static void
take_caught_up(struct session *s)
{
	if (!s->welcomed)
		tell_welcome(s);
	s->caught_up = true;
	s->unread.grows = false;
	if (!is_away(s))
		s->seen = s->newest;
}

static void
take_refusal(struct session *s, const struct record *r)
{
	char why[RULE_WORDS_BYTES];

	if ((r->id & RECORD_EARLIER) == 0)
		handed_forget(&s->handed, r->id);
	if (r->flags & RECORD_MUTED) {
		/* What stays in the pane is true also when that is over. */
		rule_words_was_muted(why, r);
		if (!history_refuse(s->history, r->id, why))
			session_tell(s, HISTORY_REFUSED, _("Not said: %s"),
			    why);
		rule_words_muted(why, r, s->wall);
		session_notify(s, true, _("Not said: %s"), why);
		return;
	}
	if (history_refuse(s->history, r->id, s->config.classic ?
	    _("refused by the server") : _("cannot be stored")))
		return;
	session_tell(s, HISTORY_REFUSED, _("The server refused: %.*s"),
	    (int)r->text_len, r->text);
}

/* Compared with the server: the copy is whole, or it is not. */
static void
take_verified(struct session *s, const struct record *r)
{
	s->verified = r->id;
	s->verified_from = r->flags;
	if (!s->verifying && r->flags != 0)
		return;
	s->verifying = false;
	if (r->flags == 0)
		session_tell(s, HISTORY_REFUSED, "%s", _("What is here differs "
		    "from the server's: do not trust either."));
	else
		session_tell(s, 0, _("Complete from %llu to %llu, same as the "
		    "server's."), (unsigned long long)r->flags,
		    (unsigned long long)r->id);
	if (r->text_len > 0)
		session_tell(s, 0, _("The server's key is %.*s; compare it "
		    "with the one that chat-server printed."),
		    (int)r->text_len, r->text);
}

static void
take_aside(struct session *s, const struct record *r)
{
	char text[SESSION_WHY_BYTES];

	denial_aside(r, text, sizeof(text));
	session_tell(s, HISTORY_REFUSED, "%s", text);
}

static void
take_person(struct session *s, const struct record *r)
{
	time_t t = (time_t)(r->entry.time_ms / 1000);
	char since[64] = "";
	struct tm tm;
	const char *away = r->flags & RECORD_MEMBER_AWAY ? _("; away") : "";

	if (r->flags & RECORD_MEMBER_ABSENT) {
		session_tell(s, 0, _("Nobody here is called %.*s."),
		    (int)r->text_len, r->text);
		return;
	}
	if (r->entry.time_ms > 0 && localtime_r(&t, &tm) != NULL)
		strftime(since, sizeof(since), "%Y-%m-%d %H:%M", &tm);
	if (r->flags & RECORD_MEMBER_CLASSIC)
		session_tell(s, 0, _("%.*s: not verified (classic protocol); "
		    "here since %s%s"), (int)r->text_len, r->text, since,
		    away);
	else
		session_tell(s, 0, _("%.*s: key %.*s, verified by the server; "
		    "here since %s%s"), (int)r->text_len, r->text,
		    (int)r->entry.text_len, r->entry.text, since, away);
}

/* What the title says; a room without a name is just a chat. */
static void
take_room(struct session *s, const struct record *r)
{
	size_t len;
	char *shown = text_display(r->text, r->text_len, &len);

	if (shown == NULL)
		return;
	shown[strcspn(shown, "\n")] = '\0';
	len = text_fit(shown, strlen(shown), TEXT_NAME_COLS, NULL);
	if (len < sizeof(s->room)) {
		memcpy(s->room, shown, len);
		s->room[len] = '\0';
	}
	free(shown);
}

static void
take_state(struct session *s, const struct record *r)
{
	bool back = s->revived && r->state.phase == RECORD_JOINING;
	int64_t lost_at = s->link_at;

	s->link = r->state;
	s->link_at = s->now - r->state.phase_ms;
	/* For who sits here, he was in all the time. */
	if (back) {
		s->link.phase = RECORD_LOST;
		s->link_at = lost_at;
	}
	s->revived = back;
	if (s->repeats) {
		s->repeats = false;
		session_say_again(s);
	}
	session_want_older(s);
}

void
session_revive(struct session *s, int64_t now)
{
	s->revived = s->repeats = true;
	s->older.fetching = s->verifying = false;
	s->link.phase = RECORD_LOST;
	s->link_at = now;
	s->changed = true;
	/* The new one tells what waits, as after a crash. */
	history_settle_all(s->history);
	if (s->login[0] != '\0')
		session_send_text(s, RECORD_LOGIN, s->name, strlen(s->name));
}

void
session_record(struct session *s, int64_t now, int64_t wall,
    const struct record *r)
{
	s->now = now;
	s->wall = wall;
	switch (r->type) {
	case RECORD_ENTRY:
		take_entry(s, r);
		break;
	case RECORD_OLDER:
		take_older(s, r);
		break;
	case RECORD_PENDING:
		take_pending(s, r);
		break;
	case RECORD_STORED:
		handed_kept(&s->handed, r->id, r->flags);
		break;
	case RECORD_POSTED:
		if ((r->id & RECORD_EARLIER) == 0)
			handed_forget(&s->handed, r->id);
		/* Its entry may have been shown before the line was. */
		if ((r->id & RECORD_EARLIER) != 0)
			history_settle(s->history, r->id);
		break;
	case RECORD_WITHDRAWN:
		take_withdrawn(s, r);
		break;
	case RECORD_REWIND:
		take_rewind(s, r);
		break;
	case RECORD_STATE:
		take_state(s, r);
		break;
	case RECORD_ROOM:
		take_room(s, r);
		break;
	case RECORD_WELCOME:
		take_welcome(s, r);
		break;
	case RECORD_CAUGHT_UP:
		take_caught_up(s);
		break;
	case RECORD_NEW_HOST:
		take_new_host(s, r);
		break;
	case RECORD_DENIED:
		take_denial(s, r);
		break;
	case RECORD_NICK_DENIED:
		take_nick_denial(s, r);
		break;
	case RECORD_REFUSED:
		take_refusal(s, r);
		break;
	case RECORD_DISK:
		session_tell(s, HISTORY_REFUSED, "%s", _("The server has "
		    "stopped: its disk takes nothing any more."));
		break;
	case RECORD_VERIFIED:
		take_verified(s, r);
		break;
	case RECORD_MEMBER:
		people_list(&s->people, r->text, r->text_len,
		    (r->flags & RECORD_MEMBER_FIRST) != 0,
		    (r->flags & RECORD_MEMBER_AWAY) != 0,
		    (r->flags & RECORD_MEMBER_CLASSIC) != 0);
		break;
	case RECORD_ASIDE:
		take_aside(s, r);
		break;
	case RECORD_PERSON:
		take_person(s, r);
		break;
	default:
		break;
	}
	s->changed = true;
}
