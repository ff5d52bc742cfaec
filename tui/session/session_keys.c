/*
 * What keys do: to the line, to the view, to what lies over it. Parent process;
 * the bindings are tui/session/key's.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

enum {
	WHEEL_KEYS = 3,		/* so many equal arrows at once are a wheel */
	WHEEL_ROWS = 3
};

static void
go_to_unread(struct session *s)
{
	if (s->w->unread.any)
		view_show(&s->w->view, s->w->history, s->w->unread.line, 0);
	else
		session_notify(s, false, "%s", _("Nothing is unread."));
}

/* Where looking begins: beyond the one that was gone to last, as long as it
 * is in sight, else with what is. */
static bool
mention_from(const struct session *s, bool back, uint64_t *line)
{
	uint64_t first = history_first(s->w->history);
	uint64_t tail = history_tail(s->w->history);
	uint64_t top = session_top_line(s);
	uint64_t last = view_last(&s->w->view, s->w->history);
	uint64_t at = s->w->read.mention;

	if (at != 0 && at >= top && at <= last)
		*line = back ? at - 1 : at + 1;
	else
		*line = back ? last : top;
	return *line >= first && *line < tail;
}

/* What is asked for may be in lines that are not here yet. */
static bool
fetch_for(struct session *s, enum older_then then)
{
	if (!s->w->older.fetching && !session_fetch_older(s))
		return false;
	s->w->older.then = then;
	session_notify(s, false, "%s", _("Looking in older lines…"));
	return true;
}

static void
go_to_mention(struct session *s, bool back)
{
	uint64_t line;

	if (!mention_from(s, back, &line) || !history_find_marks(s->w->history,
	    HISTORY_MENTION, back, &line)) {
		if (back && fetch_for(s, THEN_MENTION))
			return;
		session_notify(s, false, "%s", back ?
		    _("No mention above.") : _("No mention below."));
		return;
	}
	s->w->read.mention = line;
	view_show(&s->w->view, s->w->history, line, 0);
}

static void
go_to_top(struct session *s)
{
	view_first(&s->w->view, s->w->history);
	if (s->w->view.scrolled)
		fetch_for(s, THEN_TOP);
}

void
session_keys_more(struct session *s)
{
	enum older_then then = s->w->older.then;

	if (then == THEN_NOTHING || s->w->older.fetching)
		return;
	s->w->older.then = THEN_NOTHING;
	s->notice.text[0] = '\0';
	s->frame.changed = true;
	if (s->w->older.failures > 0)
		return;		/* nobody answers */
	if (then == THEN_TOP)
		go_to_top(s);
	else
		go_to_mention(s, true);
}

static bool
scroll_action(struct session *s, enum action action)
{
	switch (action) {
	case ACTION_PAGE_UP:
		view_page(&s->w->view, s->w->history, -1);
		return true;
	case ACTION_PAGE_DOWN:
		view_page(&s->w->view, s->w->history, 1);
		return true;
	case ACTION_ROWS_UP:
		view_move(&s->w->view, s->w->history, -WHEEL_ROWS);
		return true;
	case ACTION_ROWS_DOWN:
		view_move(&s->w->view, s->w->history, WHEEL_ROWS);
		return true;
	case ACTION_TOP:
		go_to_top(s);
		return true;
	case ACTION_BOTTOM:
		view_live(&s->w->view);
		return true;
	case ACTION_UNREAD:
		go_to_unread(s);
		return true;
	case ACTION_MENTION_OLDER:
		go_to_mention(s, true);
		return true;
	case ACTION_MENTION_NEWER:
		go_to_mention(s, false);
		return true;
	default:
		return false;
	}
}

/* Keys that change what the screen shows. */
static bool
show_action(struct session *s, enum action action)
{
	struct options_screen *o = &s->options->screen;

	switch (action) {
	case ACTION_MEMBERS:
		/* What AUTO shows is up to the width: a key turns it. */
		o->members = o->members == MEMBERS_ON ? MEMBERS_OFF :
		    o->members == MEMBERS_OFF ? MEMBERS_ON :
		    s->frame.layout.side > 0 ? MEMBERS_OFF : MEMBERS_ON;
		break;
	case ACTION_TIMES:
		o->times = !o->times;
		break;
	case ACTION_NOTICES:
		o->notices = o->notices == NOTICES_HIDE ? NOTICES_FOLD :
		    NOTICES_HIDE;
		session_notify(s, false, "%s", o->notices == NOTICES_HIDE ?
		    _("Joins and leaves are hidden.") :
		    _("Joins and leaves are shown."));
		break;
	case ACTION_MOUSE:
		o->mouse = !o->mouse;
		session_notify(s, false, "%s", o->mouse ?
		    _("The wheel scrolls; select with Shift held.") :
		    _("The mouse is the terminal's again."));
		break;
	case ACTION_BARE:
		s->frame.bare = true;
		break;
	case ACTION_REDRAW:
		s->frame.redraw = true;
		break;
	case ACTION_HELP:
		session_help(s, "", 0);
		break;
	default:
		return false;
	}
	session_apply(s);
	return true;
}

/* Esc, and End where there is nothing at the line's end to go to. */
static void
go_back(struct session *s, bool is_escape)
{
	size_t len;

	edit_text(s->w->edit, &len);
	if (is_escape && (session_take_out_refused(s) ||
	    (len == 0 && session_decline_room(s))))
		return;
	if (is_escape && s->w->pasted.asks)
		session_take_out_paste(s);
	else if (is_escape && s->enter.joining) {
		session_ask_name(s, s->name);
		return;
	}
	else if (s->w->view.scrolled)
		view_live(&s->w->view);
	else if (!is_escape)
		edit_do(s->w->edit, EDIT_END);
	else if (s->w->unread.any)
		session_read_all(s);
	else
		session_take_out_paste(s);
	if (is_escape)
		session_search_end(s);
}

static void
open_editor(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);
	char why[SESSION_NOTICE_BYTES];

	if (!s->out.edit(s->out.arg, text, len, why, sizeof(why))) {
		session_notify(s, true, "%s", why);
		return;
	}
	free(s->w->draft.given);
	s->w->draft.given = strdup(text);
}

static void
chat_action(struct session *s, const struct key *k, enum action action)
{
	size_t len;

	switch (action) {
	case ACTION_SEND:
		edit_text(s->w->edit, &len);
		if (session_offers_host(s))
			session_host(s, s->name, strlen(s->name));
		else if (len == 0 && session_try_talk(s))
			;
		else if (len == 0 && s->w->barred != WINDOW_OPEN)
			session_try_barred(s, s->w);
		else if (len == 0)
			session_open_folded(s);
		else if (len > 0)
			session_submit(s);
		break;
	case ACTION_NEWLINE:
		edit_insert(s->w->edit, "\n", 1);
		break;
	case ACTION_OLDER:
		if (!edit_do(s->w->edit, EDIT_UP))
			session_recall(s, true);
		break;
	case ACTION_NEWER:
		if (!edit_do(s->w->edit, EDIT_DOWN))
			session_recall(s, false);
		break;
	case ACTION_SENT_OLDER:
	case ACTION_SENT_NEWER:
		session_recall(s, action == ACTION_SENT_OLDER);
		break;
	case ACTION_LAST_WORD:
		session_insert_word(s);
		break;
	case ACTION_EDITOR:
		open_editor(s);
		break;
	case ACTION_COMPLETE:
	case ACTION_COMPLETE_BACK:
		session_complete(s, action == ACTION_COMPLETE_BACK);
		return;
	case ACTION_RETURN:
		go_back(s, k->code == KEYC_ESCAPE);
		break;
	case ACTION_SEARCH_BACK:
	case ACTION_SEARCH_FORWARD:
		session_search_key(s, action == ACTION_SEARCH_BACK);
		break;
	default:
		if (!scroll_action(s, action))
			show_action(s, action);
		break;
	}
}

/* While the input line holds what is searched for. */
static void
search_action(struct session *s, const struct key *k, enum action action)
{
	switch (action) {
	case ACTION_SEND:
		session_search_stay(s);
		break;
	case ACTION_RETURN:
		if (k->code == KEYC_ESCAPE)
			session_search_return(s);
		else
			edit_do(s->w->edit, EDIT_END);
		break;
	case ACTION_SEARCH_BACK:
	case ACTION_OLDER:
	case ACTION_SENT_OLDER:
		session_search_key(s, true);
		break;
	case ACTION_SEARCH_FORWARD:
	case ACTION_NEWER:
	case ACTION_SENT_NEWER:
		session_search_key(s, false);
		break;
	case ACTION_COMPLETE:
	case ACTION_COMPLETE_BACK:
		session_complete(s, action == ACTION_COMPLETE_BACK);
		break;
	default:
		if (!scroll_action(s, action))
			show_action(s, action);
		break;
	}
}

/* Name or passphrase. */
static void
prompt_action(struct session *s, enum action action)
{
	if (action == ACTION_SEND && s->ask.what == ASK_NAME)
		session_submit_name(s);
	else if (action == ACTION_SEND)
		session_submit_passphrase(s);
	else if (action == ACTION_RETURN || action == ACTION_OLDER ||
	    action == ACTION_NEWER) {
		edit_do(s->w->edit, EDIT_END);
		s->ask.prefilled = false;
	} else if (action == ACTION_REDRAW || action == ACTION_HELP)
		show_action(s, action);
}

/* True if the key was the pager's; else the pager has been closed. */
static bool
pager_action(struct session *s, enum action action)
{
	struct pager *p = &s->pager;

	switch (action) {
	case ACTION_PAGE_UP:
		pager_move(p, -(p->rows > 1 ? p->rows - 1 : 1));
		return true;
	case ACTION_PAGE_DOWN:
		pager_move(p, p->rows > 1 ? p->rows - 1 : 1);
		return true;
	case ACTION_ROWS_UP:
	case ACTION_ROWS_DOWN:
		pager_move(p, action == ACTION_ROWS_UP ? -WHEEL_ROWS :
		    WHEEL_ROWS);
		return true;
	case ACTION_OLDER:
	case ACTION_SENT_OLDER:
		pager_move(p, -1);
		return true;
	case ACTION_NEWER:
	case ACTION_SENT_NEWER:
		pager_move(p, 1);
		return true;
	case ACTION_TOP:
	case ACTION_LINE_START:
		pager_first(p);
		return true;
	case ACTION_BOTTOM:
		pager_last(p);
		return true;
	case ACTION_REDRAW:
		return !show_action(s, action);
	default:
		pager_close(p);
		return action == ACTION_RETURN || action == ACTION_SEND ||
		    action == ACTION_HELP;
	}
}

static void
take_focus(struct session *s, bool in)
{
	s->look.unfocused = !in;
	if (in)
		s->w->read.mentions = 0;
}

/* The second time in a row it leaves whatever there is to be asked. */
void
session_interrupt(struct session *s)
{
	if (s->end.leaving == LEAVING_WARNED)
		s->end.leaving = LEAVING_NOT;
	session_leave(s);
	s->frame.changed = true;
}

/* The room would end by leaving it. True if the key was about that alone. */
static bool
leaving_action(struct session *s, const struct key *k, enum action action)
{
	bool is_asked = s->end.leaving == LEAVING_ASKS;
	bool is_escape = action == ACTION_RETURN && k->code == KEYC_ESCAPE;

	if (action == ACTION_LEAVE)
		session_interrupt(s);
	else if (is_asked && action == ACTION_SEND)
		s->end.over = true;
	else if (is_asked && is_escape)
		s->end.leaving = LEAVING_NOT;
	else {
		if (is_asked)
			s->end.leaving = LEAVING_WARNED;
		return false;
	}
	return true;
}

static void
take_action(struct session *s, const struct key *k, enum action action)
{
	if (action != ACTION_COMPLETE && action != ACTION_COMPLETE_BACK)
		s->tab.complete.active = false;
	if (leaving_action(s, k, action) ||
	    session_window_action(s, k, action))
		return;
	if (action == ACTION_WINDOW_GO)
		session_go_key(s);
	else if (action == ACTION_NONE && k->len > 0) {
		session_begin_line(s, k->text);
		if (s->ask.what == ASK_NOTHING && session_at_start(s))
			s->w->pasted.literal = false;
		if (session_type(s, k->text, k->len) && *k->text == ':')
			session_turn_emoji(s);
	}
	else if (session_line_action(s, action))
		s->ask.prefilled = false;
	else if (s->ask.what == ASK_NOTHING)
		chat_action(s, k, action);
	else if (s->ask.what == ASK_GO) {
		if (!session_go_action(s, k, action) &&
		    !scroll_action(s, action))
			show_action(s, action);
	} else if (s->ask.what == ASK_SEARCH)
		search_action(s, k, action);
	else
		prompt_action(s, action);
	/* The needle may have changed. */
	if (s->ask.what == ASK_SEARCH && (action == ACTION_NONE ||
	    action <= ACTION_COMPLETE_BACK))
		session_search_typed(s);
}

/* What is pasted, what the terminal sends by itself, and the key that ends the
 * bare view. True: it was one of those. */
static bool
is_no_key(struct session *s, const struct key *k)
{
	if (s->paste.in.open && (!s->paste.in.burst ||
	    session_is_burst_key(s, k))) {
		if (paste_key(&s->paste.in, s->now, k))
			session_take_paste(s);
		return true;
	}
	if (k->code == KEYC_FOCUS_IN || k->code == KEYC_FOCUS_OUT) {
		take_focus(s, k->code == KEYC_FOCUS_IN);
		return true;
	}
	if (s->frame.bare) {
		s->frame.bare = false;
		s->frame.redraw = true;
		/* A paste is no key: what follows must not be typed. But what
		 * somebody types is. */
		if (k->code != KEYC_PASTE_BEGIN && (k->len == 0 ||
		    key_action(k->code) != ACTION_NONE))
			return true;
	}
	if (k->code != KEYC_PASTE_BEGIN)
		return false;
	s->key.refused = s->key.early = false;
	s->key.slip = 0;
	pager_close(&s->pager);
	if (s->end.leaving == LEAVING_ASKS)
		s->end.leaving = LEAVING_WARNED;
	paste_open(&s->paste.in, s->now);
	s->paste.ahead = s->ask.what != ASK_PASSPHRASE || !s->ask.shown;
	s->paste.brackets = true;
	return true;
}

static void
take_key(struct session *s, const struct key *k)
{
	static const struct key escape = { .code = KEYC_ESCAPE };
	enum action action;
	bool prefixed = s->key.prefixed;

	if (is_no_key(s, k))
		return;
	action = session_window_key(s, k->code | (prefixed ? KEYC_PREFIXED :
	    0));
	s->key.prefixed = !prefixed && k->code == KEY_PREFIX;
	/* What does not go with C-x does nothing. */
	if (action == ACTION_NONE && (k->len == 0 || prefixed))
		return;
	if (k->code == KEY_CTRL_OF('g'))
		k = &escape;
	s->notice.text[0] = '\0';
	s->w->older.then = THEN_NOTHING;
	session_look_back(s, action != ACTION_NONE);
	if (s->pager.open && (session_links_key(s, k, action) ||
	    session_hits_key(s, k, action) || pager_action(s, action)))
		return;
	/* Esc answers what a paste asks, or takes out what was refused. */
	if (action != ACTION_RETURN)
		s->w->pasted.asks = s->key.refused = false;
	s->key.early = false;
	if (action != ACTION_SEND)
		s->key.slip = 0;
	take_action(s, k, action);
	session_note_reply(s);
	s->key.last = action;
}

/* Typed before anybody saw that a passphrase is asked for it is none. */
static bool
is_ahead(struct session *s, const struct key *k)
{
	bool fits;

	if (s->ask.what != ASK_PASSPHRASE || s->ask.shown ||
	    s->paste.in.open || k->code == KEYC_PASTE_BEGIN)
		return false;
	if (k->code == KEYC_ENTER && s->ask.draft != NULL)
		fits = session_put_by(s, "\n", 1);
	else if (k->len > 0 && key_action(k->code) == ACTION_NONE)
		fits = session_put_by(s, k->text, k->len);
	else
		return false;
	if (!fits)
		session_tell_full(s);
	return true;
}

static void
wheel(struct session *s, bool up)
{
	if (s->pager.open)
		pager_move(&s->pager, up ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		view_move(&s->w->view, s->w->history, up ? -WHEEL_ROWS :
		    WHEEL_ROWS);
}

static bool
may_wheel(const struct session *s)
{
	return !s->paste.in.open && !s->frame.bare &&
	    (s->ask.what == ASK_NOTHING || s->ask.what == ASK_SEARCH);
}

static void
take_both(struct session *s)
{
	static const struct key both[] = { { .code = KEYC_ESCAPE },
	    { .code = '/', .text = { '/' }, .len = 1 } };

	take_key(s, &both[0]);
	if (!is_ahead(s, &both[1]))
		take_key(s, &both[1]);
}

void
session_keys(struct session *s, int64_t now, int64_t wall,
    const struct key *keys, size_t n)
{
	size_t i, run;

	s->now = now;
	s->wall = wall;
	for (i = 0; i < n && !s->end.over; i++) {
		run = may_wheel(s) ? key_same_arrows(keys, i, n) : 0;
		if (run >= WHEEL_KEYS) {
			wheel(s, keys[i].code == KEYC_UP);
			i += run - 1;
		} else if (!s->paste.in.open &&
		    key_is_escape_and_slash(keys, i, n))
			take_both(s);
		else {
			session_watch_burst(s, keys, i, n);
			if (!is_ahead(s, &keys[i]))
				take_key(s, &keys[i]);
		}
		s->frame.changed = true;
	}
	s->key.at = now;
	session_note_presence(s);
	session_want_older(s);
	session_note_draft(s);
}
