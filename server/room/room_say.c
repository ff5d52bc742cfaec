/*
 * What the room itself says: rules, announcements, that somebody is gone.
 */
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/rule.h"
#include "common/text.h"
#include "server/room/house_news.h"
#include "server/room/room.h"
#include "server/room/room_say.h"

struct saying {
	struct ask	 ask;
	struct room	*room;
	enum entry_kind	 kind;
	uint32_t	 flags;
	struct room_act	*act;		/* it is a part of, or NULL */
	uint32_t	 number;	/* of that */
	bool		 is_left;	/* nobody waits for its fate */
	bool		 everywhere;	/* of one who leaves; of news: others
					 * do not have what is so here */
	enum { SAYING_WAITS, SAYING_TOLD, SAYING_REFUSED } fate;
	const void	*session;	/* of whom it is about, or NULL */
	size_t		 len;
	size_t		 name_len;	/* of who is renamed, behind that */
	char		 text[];	/* or a name */
};

static void
drop_saying(struct ask *a)
{
	free((struct saying *)a);
}

static bool
is_of_act(const struct saying *s)
{
	return s->act != NULL && s->act->number == s->number;
}

static void
end_saying(struct saying *s, int fate)
{
	s->fate = fate;
	if (is_of_act(s)) {
		s->act->waits--;
		s->act->refused |= s->is_left && fate == SAYING_REFUSED;
	}
	if (s->is_left)
		free(s);
}

static enum ask_verdict
decide_say(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	struct entry e = { .kind = s->kind, .flags = s->flags,
	    .time_ms = s->room->house->wall_ms, .text = s->text,
	    .text_len = s->len };

	(void)arg;
	return room_add_act(s->room, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

static void
saying_told(void *arg, struct ask *a, const struct entry *e)
{
	struct saying *s = (struct saying *)a;

	(void)arg;
	(void)e;
	/* What follows from it is a part of the same. */
	if (is_of_act(s))
		s->room->house->act = s->act;
	end_saying(s, SAYING_TOLD);
}

static void
saying_refused(void *arg, struct ask *a)
{
	(void)arg;
	end_saying((struct saying *)a, SAYING_REFUSED);
}

/* It is so all the same, and said as soon as it can be. */
static void
put_off(void *arg, struct ask *a)
{
	(void)arg;
	room_ask_later(((struct saying *)a)->room, a);
}

static const struct ask_kind say_kind = { .decide = decide_say,
    .told = saying_told, .refused = saying_refused, .drop = drop_saying };

static void
soon_refused(void *arg, struct ask *a)
{
	(void)arg;
	end_saying((struct saying *)a, SAYING_TOLD);
}

static const struct ask_kind soon_kind = { .decide = decide_say,
    .told = saying_told, .refused = soon_refused, .drop = drop_saying };

static struct saying *
new_saying(struct room *r, enum entry_kind kind, uint32_t flags,
    const char *text, size_t len)
{
	struct saying *s = calloc(1, sizeof(*s) + len);

	if (s == NULL)
		return NULL;
	s->room = r;
	s->kind = kind;
	s->flags = flags;
	s->len = len;
	memcpy(s->text, text, len);
	if ((s->act = r->house->act) != NULL) {
		s->number = s->act->number;
		s->act->waits++;
	}
	return s;
}

/* False: it will not be. */
static bool
say(struct room *r, struct saying *s, const struct ask_kind *kind)
{
	bool good;

	if (s == NULL)
		return false;
	room_ask(r, &s->ask, kind);
	room_turn(r);
	good = s->fate != SAYING_REFUSED;
	s->is_left = s->fate == SAYING_WAITS;
	if (!s->is_left)
		free(s);
	return good;
}

/* Nobody waits for what becomes of it. */
static void
say_soon(struct room *r, struct saying *s, const struct ask_kind *kind)
{
	if (s == NULL)
		return;
	s->is_left = true;
	room_ask(r, &s->ask, kind);
}

bool
room_say(struct room *r, uint32_t flags, const char *text, size_t len)
{
	return say(r, new_saying(r, ENTRY_ANNOUNCE, flags, text, len),
	    &say_kind);
}

void
room_say_soon(struct room *r, const char *text, size_t len)
{
	say_soon(r, new_saying(r, ENTRY_ANNOUNCE, 0, text, len), &soon_kind);
}

static enum ask_verdict
decide_free(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	struct room *r = s->room;
	const struct log_note note = { .kind = LOG_NOTE_FREE,
	    .fold = s->text };

	(void)arg;
	if (!room_takes_act(r))
		return ASK_LATER;
	if (log_lease_owner(r->log, r->house->wall_ms, s->text) == NULL) {
		end_saying(s, SAYING_TOLD);
		return ASK_OVER;
	}
	return room_add_act(r, a, NULL, 0, &note, 1) ? ASK_NOTED : ASK_LATER;
}

static enum ask_verdict
decide_news(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	struct room *r = s->room;
	const struct house_ears *ears = &r->house->ears;
	const struct log_note note = { .kind = LOG_NOTE_NEWS,
	    .news = (const uint8_t *)s->text, .news_len = s->len };
	enum house_verdict verdict = HOUSE_NOT;
	struct house_news n;
	bool is_one = house_news_get(&n, note.news, note.news_len);

	(void)arg;
	if (!room_takes_act(r))
		return ASK_LATER;
	if (is_one)
		verdict = ears->judge(ears->arg, &n);
	/* What nobody could read would end all servers. */
	if (verdict == HOUSE_NEW || (s->everywhere && is_one))
		return room_add_act(r, a, NULL, 0, &note, 1) ? ASK_NOTED :
		    ASK_LATER;
	end_saying(s, verdict == HOUSE_SO ? SAYING_TOLD : SAYING_REFUSED);
	return ASK_OVER;
}

static const struct ask_kind news_kind = { .decide = decide_news,
    .told = saying_told, .refused = saying_refused, .drop = drop_saying };

static struct saying *
new_news(struct room *r, const struct house_news *n)
{
	uint8_t bytes[HOUSE_NEWS_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	house_news_put(&out, n);
	return new_saying(r, 0, 0, (const char *)bytes, out.len);
}

bool
room_tell_news(struct room *r, const struct house_news *n)
{
	return say(r, new_news(r, n), &news_kind);
}

void
room_tell_news_soon(struct room *r, const struct house_news *n, bool again)
{
	struct saying *s = new_news(r, n);

	if (s != NULL)
		s->everywhere = again;
	say_soon(r, s, &news_kind);
}

static void
owed_told(void *arg, struct ask *a, const struct entry *e)
{
	((struct saying *)a)->room->house->owed--;
	saying_told(arg, a, e);
}

static void
drop_owed(struct ask *a)
{
	((struct saying *)a)->room->house->owed--;
	drop_saying(a);
}

static const struct ask_kind owed_kind = { .decide = decide_news,
    .told = owed_told, .refused = put_off, .drop = drop_owed };

bool
room_owe_news(struct room *r, const struct house_news *n)
{
	struct saying *s = new_news(r, n);

	if (s == NULL)
		return false;
	s->everywhere = true;
	r->house->owed++;
	say_soon(r, s, &owed_kind);
	return true;
}

static const struct ask_kind free_kind = { .decide = decide_free,
    .refused = saying_refused, .drop = drop_saying };

bool
room_free_name(struct room *r, const char *fold)
{
	return say(r, new_saying(r, 0, 0, fold, strlen(fold) + 1),
	    &free_kind);
}

/* He is in the room, but not here. */
static enum ask_verdict
decide_away(struct saying *s, const struct member *p)
{
	const struct log_note away = { .kind = LOG_NOTE_AWAY,
	    .fold = p->fold };

	if (room_is_here(s->room, p))
		return room_add_act(s->room, &s->ask, NULL, 0, &away, 1) ?
		    ASK_NOTED : ASK_LATER;
	end_saying(s, SAYING_TOLD);
	return ASK_OVER;
}

/* Who is back, or has gone already, does not go. */
static enum ask_verdict
decide_gone(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	struct room *r = s->room;
	struct member *p;
	struct entry e = { .kind = s->kind, .flags = s->flags,
	    .time_ms = r->house->wall_ms, .author = s->text,
	    .author_len = s->len };

	(void)arg;
	if (!room_takes_act(r))
		return ASK_LATER;
	p = roster_named(&r->roster, s->text, s->len);
	if (p == NULL || (p->session != NULL && (s->flags & ENTRY_QUIET) ==
	    0)) {
		end_saying(s, SAYING_TOLD);
		return ASK_OVER;
	}
	if ((s->flags & ENTRY_QUIET) == 0 && !s->everywhere &&
	    room_is_elsewhere(r, p))
		return decide_away(s, p);
	return room_add_act(r, a, &e, 1, NULL, 0) ? ASK_SAID : ASK_LATER;
}

/* Who is not there any more is not, whatever the disk has room for. */
static const struct ask_kind gone_kind = { .decide = decide_gone,
    .told = saying_told, .refused = put_off, .drop = drop_saying };

void
room_put_out(struct room *r, enum entry_kind kind, uint32_t flags,
    const char *name, size_t len)
{
	if (r->sort != ROOM_TALK)
		say_soon(r, new_saying(r, kind, flags, name, len),
		    &gone_kind);
}

void
room_leave(struct room *r, const char *name, size_t len)
{
	struct saying *s = new_saying(r, ENTRY_LEAVE, 0, name, len);

	if (s != NULL)
		s->everywhere = true;
	say_soon(r, s, &gone_kind);
}

/* He is at another server, which has said so, be it known yet that it lives or
 * not: if it does not, he is waited for. */
static enum ask_verdict
decide_moved(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	const struct member *p;

	(void)arg;
	if (!room_takes_act(s->room))
		return ASK_LATER;
	p = roster_named(&s->room->roster, s->text, s->len);
	if (p != NULL && p->session == NULL)
		return decide_away(s, p);
	end_saying(s, SAYING_TOLD);
	return ASK_OVER;
}

static const struct ask_kind moved_kind = { .decide = decide_moved,
    .told = saying_told, .refused = put_off, .drop = drop_saying };

void
room_say_moved(struct room *r, const char *name, size_t len)
{
	if (r->sort != ROOM_TALK)
		say_soon(r, new_saying(r, ENTRY_LEAVE, 0, name, len),
		    &moved_kind);
}

/* Who is not there by that name any more has another one already. */
static enum ask_verdict
decide_rename(void *arg, struct ask *a)
{
	struct saying *s = (struct saying *)a;
	struct room *r = s->room;
	struct entry e = { .kind = s->kind, .time_ms = r->house->wall_ms,
	    .author = s->text + s->len, .author_len = s->name_len,
	    .text = s->text, .text_len = s->len };
	const struct member *p, *holder;

	(void)arg;
	if (!room_takes_act(r))
		return ASK_LATER;
	p = roster_named(&r->roster, e.author, e.author_len);
	holder = roster_named(&r->roster, s->text, s->len);
	if (p == NULL || p->session == NULL || p->session != s->session ||
	    (holder != NULL && holder != p) || (p->name_len == s->len &&
	    memcmp(p->name, s->text, s->len) == 0)) {
		end_saying(s, SAYING_TOLD);
		return ASK_OVER;
	}
	return room_add_act(r, a, &e, 1, NULL, 0) ? ASK_SAID : ASK_LATER;
}

static const struct ask_kind rename_kind = { .decide = decide_rename,
    .told = saying_told, .refused = put_off, .drop = drop_saying };

void
room_say_rename(struct room *r, const struct member *p, const char *name,
    size_t len)
{
	char text[2 * TEXT_NAME_BYTES];
	struct saying *s;

	if (r->sort == ROOM_TALK)
		return;
	memcpy(text, name, len);
	memcpy(text + len, p->name, p->name_len);
	if ((s = new_saying(r, ENTRY_RENAME, 0, text, len + p->name_len)) ==
	    NULL)
		return;
	s->len = len;
	s->name_len = p->name_len;
	s->session = p->session;
	say_soon(r, s, &rename_kind);
}

/*
 * Rules
 */

bool
room_say_rule(struct room *r, const struct rule *rule, uint32_t flags)
{
	char text[RULE_BYTES];
	size_t len = rule_put(text, rule);

	return room_say(r, flags | ENTRY_RULE << ENTRY_ROLE_SHIFT, text, len);
}

void
room_say_rule_soon(struct room *r, const struct rule *rule)
{
	char text[RULE_BYTES];
	size_t len = rule_put(text, rule);

	say_soon(r, new_saying(r, ENTRY_ANNOUNCE,
	    ENTRY_RULE << ENTRY_ROLE_SHIFT, text, len), &soon_kind);
}

bool
room_has_muted(const struct room *r, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], struct standing_mute *mute)
{
	char fingerprint[FINGERPRINT_TEXT];

	return standing_mutes(r->standing) > 0 && standing_muted(r->standing,
	    wall_ms, fingerprint_text(fingerprint, key), "", mute);
}

bool
room_is_closed_to(const struct room *r, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT];

	return standing_closed(r->standing) && !standing_allows(r->standing,
	    fingerprint_text(fingerprint, key));
}

/* What the disk does not take now is said when the log asks next. */
static enum ask_verdict
decide_again(void *arg, struct ask *a)
{
	struct room *r = arg;
	char text[RULE_BYTES];
	struct entry e;

	if (!room_takes_act(r))
		return ASK_LATER;
	if (!standing_again(r->standing, r->house->wall_ms,
	    log_wanted(r->log), &e, text))
		return ASK_OVER;
	return room_add_act(r, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

static void
again_told(void *arg, struct ask *a, const struct entry *e)
{
	struct room *r = arg;

	(void)e;
	room_ask(r, a, &r->again_kind);
}

static void
again_refused(void *arg, struct ask *a)
{
	(void)arg;
	(void)a;
}

void
room_say_again(struct room *r)
{
	r->again_kind = (struct ask_kind){ .decide = decide_again,
	    .told = again_told, .refused = again_refused, .arg = r };
	if (standing_oldest(r->standing) < log_wanted(r->log))
		room_ask(r, &r->again, &r->again_kind);
	log_hold(r->log, standing_oldest(r->standing));
}
