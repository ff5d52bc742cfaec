/*
 * Who has a name: the server is asked before one writes to him, and again in
 * each session before anything more is said. Where it names another key than
 * ever the user decides. Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_person.h"

#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "common/rule.h"
#include "tui/receiver/link_pinned.h"

enum {
	TRIES = 6,
	LATER_MS = 60 * 1000,	/* then it is checked again */
	LOOK_MS = 30 * 1000,	/* between two looks that ask */
	BEHIND_MS = 30 * 1000,	/* so long a room may take to be shown */
	WHOIS_BYTES = 64	/* of its frame */
};

static struct link_told_of
answer(const uint8_t *key, uint32_t flags)
{
	return (struct link_told_of){ .type = RECORD_OFFERED, .key = key,
	    .flags = RECORD_TALK_ASKED | flags };
}

/* There is none to write to, and why. */
static void
tell_none(struct link *l, const char *name, size_t len, uint32_t why)
{
	struct record r = { .type = RECORD_OFFERED, .text = "",
	    .flags = RECORD_TALK_ASKED | why, .entry.author = name,
	    .entry.author_len = len, .entry.text = "" };
	const struct pin *pin = (why & RECORD_TALK_FORMER) == 0 ? NULL :
	    pins_of_name(&l->people.pins, name, len);

	if (pin != NULL && pin->len > 0) {
		r.entry.text = pin->name;
		r.entry.text_len = pin->len;
	} else
		r.flags &= ~(uint32_t)RECORD_TALK_FORMER;
	link_tell(link_first(l), &r);
}

static void
tell_digits(struct link *l, const char *name, size_t len, const uint8_t *key)
{
	char digits[TALK_DIGITS];
	struct record r = { .type = RECORD_DIGITS, .text = "",
	    .entry.author = name, .entry.author_len = len, .entry.text = "" };

	if (key != NULL) {
		r.text = talk_digits(digits, l->config.identity.public, key);
		r.text_len = TALK_DIGITS - 1;
	}
	link_tell(link_first(l), &r);
}

static void
drop_first(struct link_wishing *s)
{
	memmove(&s->wish[0], &s->wish[1], --s->n * sizeof(s->wish[0]));
	s->tries = 0;
	s->due = 0;
}

/* Who is called so now, not once. */
static const struct pin *
called(const struct link *l, const char *name, size_t len)
{
	const struct pin *pin = pins_of_name(&l->people.pins, name, len);

	return pin != NULL && text_same(pin->name, pin->len, name, len) ? pin :
	    NULL;
}

/* By what is known from before; nothing is said before it is checked. */
static void
tell_known(struct link *l, const char *name, size_t len)
{
	const struct pin *pin = link_people(l) == NULL ? NULL :
	    called(l, name, len);
	struct link_told_of of;

	if (pin == NULL) {
		tell_none(l, name, len, RECORD_TALK_UNKNOWN);
		return;
	}
	of = answer(pin->key, 0);
	link_people_tell(link_first(l), &of);
}

/* It cannot be known now. */
static void
give_up(struct link *l, const struct link_wish *w)
{
	if (w->kind == LINK_WISH_DIGITS)
		tell_digits(l, w->name, w->len, NULL);
	else if (w->kind == LINK_WISH_TALK)
		tell_known(l, w->name, w->len);
	else if (w->kind == LINK_WISH_TRUST)
		tell_none(l, w->name, w->len, RECORD_TALK_UNKNOWN);
}

/* The wish to check that name; NULL: there is none. */
static struct link_wish *
checked(struct link_wishing *s, const char *name, size_t len)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->wish[i].kind == LINK_WISH_CHECK &&
		    text_same(s->wish[i].name, s->wish[i].len, name, len))
			return &s->wish[i];
	return NULL;
}

/* Whoever waits for the answer goes before what nobody waits for. */
static void
ask(struct link *l, enum link_wish_kind kind, const char *name, size_t len)
{
	struct link_wishing *s = &l->wishing;
	struct link_wish w = { .kind = kind, .len = len, .since = l->now };
	unsigned at = s->n;

	memcpy(w.name, name, len);
	if (s->n == LINK_WISHES) {
		give_up(l, &w);
		return;
	}
	if (kind != LINK_WISH_CHECK)
		for (at = 0; at < s->n &&
		    s->wish[at].kind != LINK_WISH_CHECK; at++)
			;
	memmove(&s->wish[at + 1], &s->wish[at],
	    (s->n++ - at) * sizeof(s->wish[0]));
	s->wish[at] = w;
	if (at > 0)
		return;
	s->tries = 0;
	s->due = l->now;
}

/* Somebody is called so now: whose key is it? */
static void
ask_called(struct link *l, const char *name, size_t len)
{
	struct link_wishing *s = &l->wishing;
	struct link_wish *w;

	if (checked(s, name, len) == NULL)
		ask(l, LINK_WISH_CHECK, name, len);
	if ((w = checked(s, name, len)) != NULL)
		w->called = true;
}

/* The room that it is asked in. */
static struct link_room *
asks_in(const struct link *l)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (link_is_in(lr) && !lr->parting.begun)
			break;
	return l->channel.live && l->state.phase == RECORD_ONLINE ? lr : NULL;
}

void
link_wish(struct link *l, int64_t now, const char *name, size_t len)
{
	l->now = now;
	if (text_name_check(name, len) != TEXT_NAME_OK) {
		tell_none(l, name, len < RECORD_TALK_BYTES ? len :
		    RECORD_TALK_BYTES, RECORD_TALK_ABSENT);
		return;
	}
	if (l->state.phase == RECORD_ONLINE && !l->hall.people)
		tell_none(l, name, len, RECORD_TALK_NONE);
	else if (asks_in(l) != NULL)
		ask(l, LINK_WISH_TALK, name, len);
	else
		tell_known(l, name, len);
}

void
link_digits(struct link *l, int64_t now, const char *name, size_t len)
{
	const struct pin *pin;

	l->now = now;
	if (text_name_check(name, len) != TEXT_NAME_OK)
		tell_digits(l, name, len < RECORD_TALK_BYTES ? len :
		    RECORD_TALK_BYTES, NULL);
	else if (link_people(l) != NULL &&
	    (pin = called(l, name, len)) != NULL)
		tell_digits(l, pin->name, pin->len, pin->key);
	else if (l->hall.people && asks_in(l) != NULL)
		ask(l, LINK_WISH_DIGITS, name, len);
	else
		tell_digits(l, name, len, NULL);
}

/* Who only writes to us, in whose window it is said. */
static struct pin *
know_writer(struct link *l, uint16_t window, const char *name, size_t len)
{
	struct link_room *lr = link_at_window(l, window);
	const struct link_talk *t = lr == NULL ? NULL : lr->talk;

	return t == NULL || !text_same(t->name, t->len, name, len) ? NULL :
	    link_people_know(l, t->other, name, len);
}

void
link_pin(struct link *l, int64_t now, uint16_t window, unsigned flags,
    const char *name, size_t len)
{
	struct link_room *lr;
	struct pin *pin;

	l->now = now;
	if (text_name_check(name, len) != TEXT_NAME_OK)
		return;
	if ((flags & RECORD_PIN_TRUST) != 0) {
		if (asks_in(l) != NULL && l->hall.people)
			ask(l, LINK_WISH_TRUST, name, len);
		else
			tell_none(l, name, len, RECORD_TALK_UNKNOWN);
		return;
	}
	link_people(l);
	if ((pin = pins_of_name(&l->people.pins, name, len)) == NULL &&
	    (pin = know_writer(l, window, name, len)) == NULL)
		return;
	if ((flags & RECORD_PIN_VERIFIED) != 0)
		pin->flags |= PIN_VERIFIED;
	if ((flags & RECORD_PIN_DOUBTED) != 0)
		pin->flags &= ~(unsigned)PIN_VERIFIED;
	l->people.changed = true;
	if ((lr = link_talk_of(l, pin->key)) != NULL)
		lr->talk->told = 0;
	link_people_keep(l);
}

static void
note_shown(struct link *l, const struct link_wish *w, const struct pin *pin,
    const uint8_t key[NOISE_KEY])
{
	l->wishing.shown_for = *w;
	memcpy(l->wishing.shown[0], pin->key, NOISE_KEY);
	memcpy(l->wishing.shown[1], key, NOISE_KEY);
}

/* What the user has seen of that name is what is trusted, and no third one. */
static bool
is_shown(const struct link *l, const struct link_wish *w,
    const struct pin *pin, const uint8_t key[NOISE_KEY])
{
	const struct link_wishing *s = &l->wishing;

	return pin == NULL || memcmp(pin->key, key, NOISE_KEY) == 0 ||
	    (text_same(s->shown_for.name, s->shown_for.len, w->name, w->len) &&
	    memcmp(s->shown[0], pin->key, NOISE_KEY) == 0 &&
	    memcmp(s->shown[1], key, NOISE_KEY) == 0);
}

/* Nothing is said to the one, nor to the other, before the user has chosen. */
static void
tell_locked(struct link *l, const struct pin *pin, const struct frame *f,
    const struct link_wish *w)
{
	bool now = (pin->flags & PIN_STRANGER) == 0 &&
	    text_same(pin->name, pin->len, w->name, w->len);
	struct link_room *lr = link_talk_of(l, pin->key);
	char was[FINGERPRINT_TEXT], is[FINGERPRINT_TEXT];
	struct record r = { .type = RECORD_LOCKED,
	    .text = fingerprint_text(was, pin->key),
	    .text_len = strlen(was), .entry.author = pin->name,
	    .entry.author_len = pin->len,
	    .entry.text = fingerprint_text(is, f->bytes),
	    .entry.text_len = strlen(is) };

	if (w->kind != LINK_WISH_CHECK) {
		if (!now) {
			r.entry.author = w->name;
			r.entry.author_len = w->len;
		}
		r.flags = RECORD_TALK_ASKED | (pin->flags & PIN_VERIFIED ?
		    RECORD_TALK_VERIFIED : 0);
		note_shown(l, w, pin, f->bytes);
		link_tell(link_first(l), &r);
	}
	if (lr == NULL || lr->talk->locked || !now)
		return;
	lr->talk->locked = true;
	r.flags &= ~(uint32_t)RECORD_TALK_ASKED;
	note_shown(l, w, pin, f->bytes);
	link_tell(lr, &r);
}

/* The name is still his. */
static void
unlock(struct link *l, const uint8_t key[NOISE_KEY])
{
	struct link_room *lr = link_talk_of(l, key);

	if (lr == NULL)
		return;
	if (lr->talk->locked)
		lr->talk->told = 0;
	lr->talk->locked = false;
	lr->talk->checked = !lr->talk->succeeded;
	lr->talk->checked_at = l->now;
	lr->posting.is_new |= link_waiting(lr) > 0;
}

/* The one who has it now is the one that is meant. */
static void
trust(struct link *l, const struct link_wish *w, const uint8_t *key)
{
	struct pin *pin = link_people_know(l, key, "", 0);

	if (pin == NULL)
		return;
	pins_call(&l->people.pins, pin, w->name, w->len);
	l->people.changed = true;
}

/* The user knows whose key that is by another name; the server's word alone
 * does not make what is for the one be for the other. `was`: that name. */
static bool
is_news(const struct link *l, const struct link_wish *w, const uint8_t *key,
    char was[TEXT_NAME_BYTES + 1])
{
	const struct pin *pin = pins_of_key(&l->people.pins, key);
	const struct link_wishing *s = &l->wishing;

	if (pin == NULL || pin->len == 0 || (pin->flags & PIN_STRANGER) != 0 ||
	    text_same(pin->name, pin->len, w->name, w->len) ||
	    pins_of_name(&l->people.pins, w->name, w->len) == pin ||
	    (memcmp(s->renamed, key, NOISE_KEY) == 0 && text_same(w->name,
	    w->len, s->renamed_to, strlen(s->renamed_to))))
		return false;
	memcpy(was, pin->name, pin->len);
	was[pin->len] = '\0';
	return true;
}

/* Is that key called so from now on? Where that is news the user hears it: as
 * an answer, or in the window that it has. */
static bool
takes_name(const struct link *l, const struct link_wish *w,
    const uint8_t *key, bool news)
{
	const struct pin *pin = pins_of_key(&l->people.pins, key);

	if (w->kind == LINK_WISH_DIGITS)
		return !news;
	if (w->kind == LINK_WISH_TALK)
		return !link_people_holds(l, pin) && (news ||
		    !link_people_has_name(pin) ||
		    pins_of_name(&l->people.pins, w->name, w->len) != pin);
	/* Of several that he has each is his, also those of before. */
	return w->kind != LINK_WISH_CHECK || (w->called && pin != NULL &&
	    (pin->flags & (PIN_STRANGER | PIN_OLD)) == 0 &&
	    (!news || link_talk_of(l, key) != NULL));
}

static void
tell_found(struct link *l, const struct link_wish *w, const uint8_t *key,
    uint32_t flags, const char *was)
{
	struct link_told_of of = answer(key, flags);
	struct link_wishing *s = &l->wishing;

	s->knows = true;
	memcpy(s->key, key, NOISE_KEY);
	memcpy(s->asked, w->name, w->len);
	s->asked_len = w->len;
	of.name = w->name;
	of.len = w->len;
	of.was = was;
	if (was != NULL) {
		of.flags |= RECORD_TALK_RENAMED;
		memcpy(s->renamed, key, NOISE_KEY);
		memcpy(s->renamed_to, w->name, w->len);
		s->renamed_to[w->len] = '\0';
	}
	link_people_tell(link_first(l), &of);
}

/* That key has the name. */
static void
take_key(struct link *l, const struct link_wish *w, const struct frame *f)
{
	bool away = (f->flags & (FRAME_MEMBER_AWAY | FRAME_MEMBER_ABSENT)) != 0;
	bool asked = w->kind == LINK_WISH_TALK || w->kind == LINK_WISH_TRUST;
	char was[TEXT_NAME_BYTES + 1];
	bool news = is_news(l, w, f->bytes, was);
	const uint8_t *met = asked && !news ? f->bytes : NULL;
	const struct pin *pin = pins_met(&l->people.pins, w->name, w->len, met);

	if (w->kind == LINK_WISH_TRUST && is_shown(l, w, pin, f->bytes))
		trust(l, w, f->bytes);
	pin = pins_met(&l->people.pins, w->name, w->len, met);
	if (pin != NULL && memcmp(pin->key, f->bytes, NOISE_KEY) != 0) {
		if (w->kind == LINK_WISH_DIGITS)
			tell_digits(l, w->name, w->len, pin->key);
		else
			tell_locked(l, pin, f, w);
		return;
	}
	/* Whose name it was asked for is known, or has another one now. */
	if (takes_name(l, w, f->bytes, news))
		link_people_know(l, f->bytes, f->text, f->text_len);
	else if (w->kind == LINK_WISH_CHECK && w->called)
		link_people_hear(l, f->bytes, f->text, f->text_len);
	unlock(l, f->bytes);
	link_people_keep(l);
	if (w->kind == LINK_WISH_DIGITS)
		tell_digits(l, f->text, f->text_len, f->bytes);
	if (asked)
		tell_found(l, w, f->bytes, away ? 0 : RECORD_TALK_HERE,
		    news ? was : NULL);
}

/* Nobody has it who can be written to; whom it was is not doubted for that. */
static void
take_none(struct link *l, const struct link_wish *w, const struct frame *f)
{
	const struct pin *pin = called(l, w->name, w->len);
	struct link_told_of of;

	if (w->kind == LINK_WISH_CHECK) {
		if (pin != NULL)
			unlock(l, pin->key);
	} else if (w->kind == LINK_WISH_DIGITS)
		tell_digits(l, w->name, w->len, NULL);
	else if (pin != NULL && w->kind == LINK_WISH_TALK &&
	    (f->flags & FRAME_MEMBER_CLASSIC) == 0) {
		of = answer(pin->key, 0);
		link_people_tell(link_first(l), &of);
	} else if ((f->flags & FRAME_MEMBER_CLASSIC) != 0)
		tell_none(l, w->name, w->len, RECORD_TALK_CLASSIC);
	else
		tell_none(l, w->name, w->len, RECORD_TALK_ABSENT |
		    (w->kind == LINK_WISH_TALK ? RECORD_TALK_FORMER : 0U));
}

/* Nobody answers that: what nobody waits for may wait. */
static void
put_off(struct link *l)
{
	struct link_wishing *s = &l->wishing;
	struct link_wish w = s->wish[0];

	drop_first(s);
	give_up(l, &w);
	if (w.kind != LINK_WISH_CHECK)
		return;
	s->wish[s->n++] = w;
	s->due = l->now + LATER_MS;
}

void
link_wish_take(struct link *l, const struct frame *f)
{
	struct link_wishing *s = &l->wishing;
	struct link_wish w;

	if (s->n == 0 || s->tries == 0 || !text_same(s->wish[0].name,
	    s->wish[0].len, f->text, f->text_len) ||
	    (f->bytes != NULL && link_talk_is_out(l, f->bytes)))
		return;
	link_people(l);
	/* Whose it was nobody knows, as long as that cannot be read. */
	if (l->people.unread) {
		put_off(l);
		return;
	}
	w = s->wish[0];
	drop_first(s);
	if (f->bytes != NULL)
		take_key(l, &w, f);
	else
		take_none(l, &w, f);
}

void
link_wish_check(struct link_room *lr)
{
	struct link *l = lr->link;
	struct link_wishing *s = &l->wishing;
	const struct pin *pin = link_people_named(lr);

	if (lr->talk == NULL)
		return;
	lr->talk->checked = (pin == NULL && !l->people.unread) || (s->knows &&
	    !lr->talk->succeeded &&
	    memcmp(s->key, lr->talk->other, NOISE_KEY) == 0);
	lr->talk->checked_at = l->now;
	if (pin != NULL && !lr->talk->checked &&
	    checked(s, pin->name, pin->len) == NULL)
		ask(l, LINK_WISH_CHECK, pin->name, pin->len);
}

void
link_wish_look(struct link_room *lr, bool says)
{
	const struct pin *pin = link_people_named(lr);
	struct link_wishing *s = &lr->link->wishing;

	/* Who was asked for by another name may have lost this one. */
	if (pin == NULL || !lr->entering.in ||
	    lr->link->now - lr->talk->checked_at < LOOK_MS || (says &&
	    s->knows && memcmp(s->key, pin->key, NOISE_KEY) == 0 &&
	    !text_same(s->asked, s->asked_len, pin->name, pin->len)))
		return;
	lr->talk->checked &= !says;
	if (checked(s, pin->name, pin->len) == NULL)
		ask(lr->link, LINK_WISH_CHECK, pin->name, pin->len);
}

/* Another key came after one. */
static void
read_rekey(struct link *l, const struct rule *rule)
{
	struct link_room *one = link_people_talk(l, rule->name, rule->name_len);
	struct link_room *lr = link_talk_succeed(l, rule->reason,
	    rule->reason_len);

	l->wishing.knows &= one == NULL;
	if (one != NULL)
		link_wish_check(one);
	if (lr != NULL && lr != one)
		link_wish_check(lr);
}

void
link_wish_read(struct link *l, const struct entry *e)
{
	struct rule rule;

	/* Who was called so there may be somebody else: it is his key that
	 * tells. */
	if (e->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) == 0 &&
	    link_people_talk(l, e->author, e->author_len) != NULL)
		ask_called(l, e->text, e->text_len);
	if (entry_is_rule(e) && rule_parse(&rule, e->text, e->text_len) &&
	    rule.word == RULE_REKEY)
		read_rekey(l, &rule);
}

/* Who is written to is asked once it is shown what rooms told of names: what
 * waits may be another's. */
static bool
waits_for_rooms(const struct link *l)
{
	const struct link_wish *w = &l->wishing.wish[0];

	return w->kind == LINK_WISH_TALK && link_is_behind(l) &&
	    l->now < w->since + BEHIND_MS;
}

void
link_wish_tick(struct link *l)
{
	struct link_wishing *s = &l->wishing;
	struct link_room *lr = asks_in(l);
	uint8_t frames[WHOIS_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (s->n == 0 || lr == NULL || l->now < s->due || waits_for_rooms(l))
		return;
	if (++s->tries > TRIES) {
		put_off(l);
		return;
	}
	s->due = l->now + (int64_t)netpath_rto_ms(&l->channel.path) * s->tries;
	link_put_room(lr, &out);
	frame_put_whois(&out, s->wish[0].name, s->wish[0].len);
	link_send(l, frames, out.len, true);
}

int64_t
link_wish_due(const struct link *l)
{
	if (l->wishing.n == 0 || asks_in(l) == NULL)
		return INT64_MAX;
	return waits_for_rooms(l) ? l->wishing.wish[0].since + BEHIND_MS :
	    l->wishing.due;
}
