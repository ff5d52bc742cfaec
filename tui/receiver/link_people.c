/*
 * Whose keys names are, and what is told of it. Another program of ours may
 * have them as well: what is kept is read before it is changed, and once more
 * before it is written, with nobody else at it. Pure but for the disk; runs in
 * the receiver process.
 */
#include "tui/receiver/link_person.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "tui/receiver/link_pinned.h"

enum {
	AGAIN_MS = 20,		/* another program has what is kept for less */
	PATH_BYTES = 4096,
	FILE_BYTES = (8 + PINS_LOGS) * PINS_MAX * PINS_LINE
};

static bool
is_kept(const struct link *l)
{
	return l->config.disk != NULL && l->config.pins != NULL;
}

/* NULL: there is nothing; or *bad: it cannot be read. */
static char *
load(const struct link *l, size_t *len, bool *bad)
{
	const struct disk *d = l->config.disk;
	int fd = d->open(d->arg, l->config.pins, false);
	char *text = NULL;
	ssize_t n = -1;
	off_t size;

	*len = 0;
	*bad = fd == -1 && errno != ENOENT;
	if (fd == -1)
		return NULL;
	size = d->size(d->arg, fd);
	if (size > 0 && size <= FILE_BYTES)
		text = malloc((size_t)size);
	if (text != NULL)
		n = d->read(d->arg, fd, text, (size_t)size, 0);
	d->close(d->arg, fd);
	*bad = size != 0 && n < 0;
	if (n >= 0)
		*len = (size_t)n;
	return text;
}

/* The text is base from now on; or nothing is, and all is read again. */
static void
be_base(struct link_people *p, char *text, size_t len)
{
	free(p->base);
	p->base = text;
	p->base_len = text == NULL ? 0 : len;
}

static bool
is_base(const struct link_people *p, const char *text, size_t len)
{
	return p->base != NULL && text != NULL && len == p->base_len &&
	    memcmp(text, p->base, len) == 0;
}

const struct pins *
link_people(struct link *l)
{
	struct link_people *p = &l->people;
	size_t len;
	char *text;

	if (!is_kept(l) || p->unsaved)
		return &p->pins;
	text = load(l, &len, &p->unread);
	/* Of who is known already nothing is forgotten. */
	if (!p->unread && !is_base(p, text, len)) {
		pins_clear(&p->pins);
		p->unread = text != NULL && !pins_read(&p->pins, text, len);
		be_base(p, p->unread ? NULL : text, len);
		text = p->unread ? text : NULL;
	}
	free(text);
	return &p->pins;
}

/* Whole, beside it, and then in its place. */
static bool
save(const struct link *l, const char *text, size_t len)
{
	const struct disk *d = l->config.disk;
	char draft[PATH_BYTES];
	bool good;
	int fd;

	if (snprintf(draft, sizeof(draft), "%s.new", l->config.pins) >=
	    (int)sizeof(draft) ||
	    (fd = d->open(d->arg, draft, true)) == -1)
		return false;
	good = d->truncate(d->arg, fd, 0) == 0 &&
	    d->write(d->arg, fd, text, len, 0) == 0 &&
	    d->sync(d->arg, fd) == 0;
	d->close(d->arg, fd);
	if (good && d->rename(d->arg, draft, l->config.pins) == 0)
		return disk_sync_parent(d, l->config.pins);
	d->remove(d->arg, draft);
	return false;
}

/* What another program has made of it since, and on top of that what we have.
 * False: no memory. */
static bool
merge(struct link_people *p, const char *text, size_t len)
{
	struct pins base, now;
	bool good;

	pins_init(&base);
	pins_init(&now);
	good = (p->base == NULL || pins_read(&base, p->base, p->base_len)) &&
	    pins_read(&now, text, len) && pins_merge(&now, &base, &p->pins);
	pins_clear(&base);
	if (!good) {
		pins_clear(&now);
		return false;
	}
	pins_clear(&p->pins);
	p->pins = now;
	return true;
}

static bool
merge_and_save(struct link *l)
{
	struct link_people *p = &l->people;
	size_t len;
	bool bad, good;
	char *text = load(l, &len, &bad);

	good = !bad && (text == NULL || is_base(p, text, len) ||
	    merge(p, text, len));
	free(text);
	if (!good)
		return false;
	text = pins_write(&p->pins, &len);
	good = text != NULL && save(l, text, len);
	if (good)
		be_base(p, text, len);
	else
		free(text);
	return good;
}

/* Nobody else does so meanwhile. last: there is no later time. */
static void
put(struct link *l, bool last)
{
	const struct disk *d = l->config.disk;
	struct link_people *p = &l->people;
	char path[PATH_BYTES];
	pid_t holder;
	int fd = -1;

	errno = 0;
	if (snprintf(path, sizeof(path), "%s.lock", l->config.pins) <
	    (int)sizeof(path))
		fd = d->lock(d->arg, path, &holder);
	p->unsaved = fd == -1 && errno == EWOULDBLOCK && !last;
	p->due = p->unsaved ? l->now + AGAIN_MS : 0;
	if (!p->unsaved)
		p->unsaved = !merge_and_save(l);
	if (fd != -1)
		d->close(d->arg, fd);
}

void
link_people_tick(struct link *l)
{
	if (l->people.due != 0 && l->now >= l->people.due)
		put(l, false);
}

int64_t
link_people_due(const struct link *l)
{
	return l->people.due == 0 ? INT64_MAX : l->people.due;
}

void
link_people_clear(struct link *l)
{
	if (l->people.due != 0)
		put(l, true);
	be_base(&l->people, NULL, 0);
	pins_clear(&l->people.pins);
}

static int64_t
wall_of(const struct link *l)
{
	int64_t wall = l->out.wall == NULL ? 0 : l->out.wall(l->out.arg);

	return wall < 0 || wall > ENTRY_TIME_MS_MAX ? 0 : wall;
}

bool
link_people_has_name(const struct pin *pin)
{
	return pin != NULL && pin->len > 0 &&
	    (pin->flags & (PIN_OLD | PIN_STRANGER)) == 0;
}

bool
link_people_holds(const struct link *l, const struct pin *pin)
{
	const struct link_room *lr = pin == NULL ||
	    (pin->flags & PIN_OLD) == 0 ? NULL : link_talk_of(l, pin->key);

	return lr != NULL && link_waiting(lr) > 0;
}

/* Nobody else is known to have it, nor do we. */
static bool
is_free(const struct link *l, const uint8_t key[NOISE_KEY], const char *name,
    size_t len)
{
	const struct link_called *c = &l->called;
	const struct pin *pin = pins_of_name(&l->people.pins, name, len);
	char fold[TEXT_FOLD_BYTES], own[TEXT_FOLD_BYTES];

	if (text_name_check(name, len) != TEXT_NAME_OK || (pin != NULL &&
	    memcmp(pin->key, key, NOISE_KEY) != 0))
		return false;
	return memcmp(key, l->config.identity.public, NOISE_KEY) == 0 ||
	    text_fold(fold, name, len) == 0 ||
	    text_fold(own, c->name, c->len) == 0 || strcmp(fold, own) != 0;
}

static void
call(struct link *l, struct pin *pin, const char *name, size_t len)
{
	if (pin == NULL || (pin->len == len &&
	    memcmp(pin->name, name, len) == 0) || !is_free(l, pin->key, name,
	    len))
		return;
	pins_call(&l->people.pins, pin, name, len);
	l->people.changed = true;
}

/* Is he called so here? Not by the name of a stranger that is somebody else's
 * meanwhile. NULL: nobody. */
static bool
has_own_name(const struct link *l, const struct pin *pin)
{
	return pin != NULL && pin->len > 0 &&
	    ((pin->flags & PIN_STRANGER) == 0 ||
	    is_free(l, pin->key, pin->name, pin->len));
}

struct pin *
link_people_know(struct link *l, const uint8_t key[NOISE_KEY],
    const char *name, size_t len)
{
	struct pins *pins = &l->people.pins;
	struct pin *pin = pins_of_key(pins, key);

	if (pin == NULL) {
		pin = pins_add(pins, key, wall_of(l), 0);
		l->people.changed = true;
	} else if ((pin->flags & PIN_STRANGER) != 0) {
		/* It may be somebody else's; asked before it is hers. */
		if (!is_free(l, key, pin->name, pin->len))
			pin->len = 0;
		pins_know(pins, pin);
		l->people.changed = true;
	}
	call(l, pin, name, len);
	return pin;
}

void
link_people_hear(struct link *l, const uint8_t key[NOISE_KEY],
    const char *name, size_t len)
{
	struct pin *pin = pins_of_key(&l->people.pins, key);

	if (pin != NULL && (pin->flags & PIN_STRANGER) != 0 &&
	    link_talk_of(l, key) != NULL)
		call(l, pin, name, len);
}

void
link_people_tell(struct link_room *lr, const struct link_told_of *t)
{
	struct link *l = lr->link;
	const struct pin *pin = pins_of_key(&l->people.pins, t->key);
	char room[LINK_TALK_NAME + 1], key[FINGERPRINT_TEXT];
	bool self = memcmp(t->key, l->config.identity.public, NOISE_KEY) == 0;
	char name[LINK_KEY_NAME];
	struct record r = { .type = t->type, .id = t->id, .flags = t->flags,
	    .text = link_talk_room(room, t->key), .text_len = LINK_TALK_NAME,
	    .entry.author = name, .entry.author_len = sizeof(name) };

	link_key_name(name, t->key);
	r.entry.text = t->was != NULL ? t->was : fingerprint_text(key, t->key);
	r.entry.text_len = strlen(r.entry.text);
	if (self)
		r.flags |= RECORD_TALK_SELF;
	else if (pin == NULL || (pin->flags & PIN_STRANGER) != 0)
		r.flags |= RECORD_TALK_STRANGER;
	if (t->name != NULL && (t->flags & RECORD_TALK_ASKED) != 0) {
		r.entry.author = t->name;
		r.entry.author_len = t->len;
	} else if (self && l->called.len > 0) {
		r.entry.author = l->called.name;
		r.entry.author_len = l->called.len;
	} else if (has_own_name(l, pin)) {
		r.entry.author = pin->name;
		r.entry.author_len = pin->len;
	} else if (t->name != NULL && is_free(l, t->key, t->name, t->len)) {
		r.entry.author = t->name;
		r.entry.author_len = t->len;
	}
	if (pin != NULL)
		r.flags |= (pin->flags & PIN_VERIFIED ?
		    RECORD_TALK_VERIFIED : 0) |
		    (pin->flags & PIN_OLD ? RECORD_TALK_OLD : 0);
	link_tell(lr, &r);
}

/* Whom the talk is with, where that is news. */
static void
tell_talker(struct link_room *lr, const struct pin *pin)
{
	const struct link_talk *t = lr->talk;
	const struct link_told_of of = { .type = RECORD_TALKER,
	    .key = t->other };
	uint8_t news[TEXT_NAME_BYTES + 2] = { 0 };
	uint32_t told;

	memcpy(news, t->name, t->len);
	news[TEXT_NAME_BYTES] = (uint8_t)(1 + pin->flags);
	news[TEXT_NAME_BYTES + 1] = (uint8_t)t->len;
	told = crc32c(news, sizeof(news));
	if (t->told == told || t->locked || t->anew)
		return;
	lr->talk->told = told;
	link_people_tell(lr, &of);
	/* Who of both is there is told by what they are called. */
	lr->members.telling = lr->members.known;
	lr->members.told_fold[0] = '\0';
}

static void
be_as_pinned(struct link_room *lr)
{
	struct link_talk *t = lr->talk;
	const struct pin *pin = pins_of_key(&lr->link->people.pins, t->other);

	t->len = 0;
	/* Who it is the server tells when it lets us in. */
	if (pin == NULL)
		return;
	t->len = has_own_name(lr->link, pin) ? pin->len : 0;
	memcpy(t->name, pin->name, t->len);
	t->old = (pin->flags & PIN_OLD) != 0;
	t->locked &= !t->old;
	tell_talker(lr, pin);
}

void
link_people_keep(struct link *l)
{
	struct link_room *lr;

	if (is_kept(l) && l->people.changed && !l->people.unread)
		put(l, false);
	else if (l->people.changed)
		be_base(&l->people, NULL, 0);
	l->people.changed = false;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk != NULL)
			be_as_pinned(lr);
}

/* By a key of ours of before: nothing that is stored of that is read now. */
static void
tell_rekeyed(struct link_room *lr, const struct pin *pin)
{
	const struct link_told_of of = { .type = RECORD_TALKER,
	    .key = lr->talk->other, .flags = RECORD_TALK_REKEYED };

	if (pin == NULL || pin->logs_n == 0 || lr->talk->rekeyed ||
	    pins_log(pin, lr->link->config.identity.public) != NULL)
		return;
	lr->talk->rekeyed = true;
	lr->log.shown = lr->log.replica.at.seq;
	link_people_tell(lr, &of);
}

void
link_people_join(struct link_room *lr)
{
	if (lr->talk == NULL)
		return;
	link_people(lr->link);
	be_as_pinned(lr);
	tell_rekeyed(lr, pins_of_key(&lr->link->people.pins, lr->talk->other));
}

/* Another one is no news. */
static void
keep_log(struct link_room *lr, struct pin *pin, const struct pin_log *was,
    const uint8_t log[FRAME_LOG_ID])
{
	/* Nor is it that what is stored is of the one before. */
	lr->log.untold |= was == NULL && lr->talk->rekeyed;
	if (was != NULL && was->owned)
		return;
	pins_keep_log(pin, lr->link->config.identity.public, log);
	lr->link->people.changed = true;
}

/* Its log is the one that it always was; else nothing is said there before the
 * user knows: the server has it no more, or says so. */
static void
look_at_log(struct link_room *lr, struct pin *pin,
    const uint8_t log[FRAME_LOG_ID])
{
	struct record r = { .type = RECORD_LOCKED, .text = "" };
	const struct pin_log *l = pins_log(pin,
	    lr->link->config.identity.public);
	struct link_talk *t = lr->talk;
	bool was = t->anew;

	t->anew = l != NULL && memcmp(l->id, log, FRAME_LOG_ID) != 0;
	tell_rekeyed(lr, pin);
	if (!t->anew) {
		keep_log(lr, pin, l, log);
		return;
	}
	r.entry.text = "";
	r.entry.author = t->name;
	r.entry.author_len = t->len;
	if (!was)
		link_tell(lr, &r);
	t->told = 0;
}

void
link_anew(struct link *l, int64_t now, uint16_t window)
{
	struct link_room *lr = link_at_window(l, window);
	struct pin *pin;

	l->now = now;
	if (lr == NULL || lr->talk == NULL || !lr->talk->anew ||
	    link_people(l) == NULL ||
	    (pin = pins_of_key(&l->people.pins, lr->talk->other)) == NULL)
		return;
	lr->talk->anew = false;
	lr->posting.is_new = true;
	pins_keep_log(pin, l->config.identity.public, lr->talk->log_id);
	l->people.changed = true;
	lr->talk->told = 0;
	link_people_keep(l);
}

/* Who is away may be told by any of his names, and that in small letters. */
static bool
is_known_as(const struct pin *pin, const struct frame *f)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];
	size_t i;

	if (pin == NULL || pin->len == 0 ||
	    text_fold(one, f->text, f->text_len) == 0)
		return false;
	if (text_fold(other, pin->name, pin->len) > 0 &&
	    strcmp(one, other) == 0)
		return true;
	for (i = 0; i < pin->former_n; i++)
		if (text_fold(other, pin->former[i], strlen(pin->former[i])) >
		    0 && strcmp(one, other) == 0)
			return true;
	return false;
}

void
link_people_enter(struct link_room *lr, const struct frame *f, bool guessed)
{
	struct link *l = lr->link;
	struct pin *pin;

	if (lr->talk == NULL)
		return;
	pin = pins_of_key(link_people(l), lr->talk->other);
	if (pin == NULL) {
		pin = pins_add(&l->people.pins, lr->talk->other, wall_of(l),
		    PIN_STRANGER);
		l->people.changed = true;
	}
	/* Who is not by his name any more comes back by the user's word, not
	 * by the server's: what waits there was for who has that name now. */
	if ((pin == NULL || (pin->flags & PIN_OLD) == 0) &&
	    (!guessed || !is_known_as(pin, f)))
		call(l, pin, f->text, f->text_len);
	if (pin != NULL)
		look_at_log(lr, pin, f->at.log_id);
	link_people_keep(l);
}

/* Who has no answer yet has no name for good; but his window has one. */
static struct link_room *
stranger(const struct link *l, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES], own[TEXT_FOLD_BYTES];
	const struct link_talk *t;
	const struct pin *pin;
	struct link_room *lr;

	if (text_fold(fold, name, len) == 0)
		return NULL;
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		t = lr->talk;
		if (t == NULL || lr->parting.begun ||
		    text_fold(own, t->name, t->len) == 0 ||
		    strcmp(own, fold) != 0)
			continue;
		pin = pins_of_key(&l->people.pins, t->other);
		if (pin != NULL && (pin->flags & PIN_STRANGER) != 0)
			break;
	}
	return lr;
}

/* One that has a window was looked for in the file. */
struct link_room *
link_people_talk(const struct link *l, const char *name, size_t len)
{
	const struct pin *pin = pins_of_name(&l->people.pins, name, len);

	return pin == NULL ? stranger(l, name, len) : link_talk_of(l, pin->key);
}

void
link_people_meet(struct link_room *lr, const char *name, size_t len)
{
	struct link *l = lr->link;
	struct pin *pin = pins_of_key(link_people(l), lr->talk->other);

	/* A side's number is no name; and see above. */
	if (pin == NULL || (pin->flags & PIN_OLD) != 0 ||
	    (len == 1 && (*name == '1' || *name == '2')))
		return;
	call(l, pin, name, len);
	link_people_keep(l);
}

const struct pin *
link_people_named(const struct link_room *lr)
{
	const struct pin *pin = lr->talk == NULL ? NULL :
	    pins_of_key(link_people(lr->link), lr->talk->other);

	return link_people_has_name(pin) ? pin : NULL;
}

bool
link_people_answer(struct link_room *lr)
{
	const struct link_talk *t = lr->talk;
	const struct pin *pin = pins_of_key(link_people(lr->link), t->other);

	if (pin != NULL && (pin->flags & PIN_STRANGER) == 0)
		return false;
	link_people_know(lr->link, t->other, t->name, t->len);
	link_people_keep(lr->link);
	return true;
}
_Static_assert((int)PINS_LOG == (int)FRAME_LOG_ID, "a log's id");
