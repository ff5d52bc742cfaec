/*
 * A link's room that is a talk. In the log its authors are "1", who has the
 * lower key, and "2": what they are called is said elsewhere, and is no part of
 * what is sealed. Both have both keys of it, so that of each line the server
 * must say as well who it was. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_talk.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/fingerprint.h"
#include "common/rule.h"
#include "common/secret.h"

static const char lower = '1', higher = '2';

bool
link_talk_key(const char *room, size_t len, uint8_t key[NOISE_KEY])
{
	return len == LINK_TALK_NAME && room[0] == '@' &&
	    base64_decode(key, NOISE_KEY, room + 1, len - 1,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool
link_talk_begin(struct link_room *lr)
{
	const struct noise_keypair *own = &lr->link->config.identity;
	static const uint8_t nowhere[FRAME_LOG_ID];
	uint8_t key[NOISE_KEY];
	struct link_talk *t;

	if (!link_talk_key(lr->entering.room, lr->entering.len, key))
		return true;
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return false;
	secret_lock(t, sizeof(*t));
	memcpy(t->other, key, NOISE_KEY);
	t->side = memcmp(own->public, key, NOISE_KEY) <= 0 ? lower : higher;
	lr->talk = t;
	if (talk_init(&t->keys, own, key, nowhere))
		return true;
	link_talk_end(lr);
	return false;
}

void
link_talk_end(struct link_room *lr)
{
	if (lr->talk == NULL)
		return;
	/* What is locked beside it stays so. */
	sodium_memzero(lr->talk, sizeof(*lr->talk));
	free(lr->talk);
	lr->talk = NULL;
}

bool
link_talk_know(struct link_room *lr, const uint8_t log_id[FRAME_LOG_ID])
{
	static const uint8_t none[FRAME_LOG_ID];
	struct link_talk *t = lr->talk;
	bool had;

	if (t == NULL || memcmp(t->log_id, log_id, FRAME_LOG_ID) == 0)
		return false;
	had = memcmp(t->log_id, none, FRAME_LOG_ID) != 0;
	memcpy(t->log_id, log_id, FRAME_LOG_ID);
	t->known = talk_init(&t->keys, &lr->link->config.identity, t->other,
	    log_id);
	return had;
}

/* Nobody else is called as we are. */
static bool
is_own(const struct link_room *lr, const char *name, size_t len)
{
	const struct link_called *c = &lr->link->called;
	char fold[TEXT_FOLD_BYTES], own[TEXT_FOLD_BYTES];

	return !lr->talk->keys.alone && text_fold(fold, name, len) > 0 &&
	    text_fold(own, c->name, c->len) > 0 && strcmp(fold, own) == 0;
}

bool
link_talk_may(const struct link_room *lr)
{
	const struct link_talk *t = lr->talk;

	return t == NULL || (t->known && t->checked && !t->locked &&
	    !t->old && !t->anew);
}

struct link_room *
link_talk_of(const struct link *l, const uint8_t key[NOISE_KEY])
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk != NULL && !lr->parting.begun &&
		    memcmp(lr->talk->other, key, NOISE_KEY) == 0)
			break;
	return lr;
}

bool
link_talk_is_out(const struct link *l, const uint8_t key[NOISE_KEY])
{
	const struct link_room *lr = link_talk_of(l, key);

	return lr != NULL && lr->talk->succeeded;
}

struct link_room *
link_talk_succeed(struct link *l, const char *fingerprint, size_t len)
{
	char text[FINGERPRINT_TEXT];
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk != NULL && !lr->parting.begun &&
		    strlen(fingerprint_text(text, lr->talk->other)) == len &&
		    memcmp(text, fingerprint, len) == 0) {
			lr->talk->succeeded = true;
			return lr;
		}
	return NULL;
}

char *
link_talk_room(char room[LINK_TALK_NAME + 1], const uint8_t key[NOISE_KEY])
{
	room[0] = '@';
	sodium_bin2base64(room + 1, LINK_TALK_NAME, key, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return room;
}

bool
link_talk_is(const struct link_room *lr, const struct frame *f)
{
	bool is_talk = (f->flags & FRAME_ENTERED_TALK) != 0;

	if (lr->talk == NULL || !is_talk)
		return lr->talk == NULL && !is_talk;
	return f->bytes != NULL &&
	    memcmp(f->bytes, lr->talk->other, NOISE_KEY) == 0;
}

void
link_leave_hole(struct link_room *lr, struct outbox *o)
{
	const struct link_out *out = &lr->link->out;
	uint32_t number;

	if (lr->talk == NULL)
		return;
	lr->posting.holed |= o == lr->posting.outbox;
	if (o == lr->posting.outbox)
		return;
	/* One behind, of which nothing waits any more. */
	do
		out->random(out->arg, &number, sizeof(number));
	while (number == 0);
	outbox_renumber(o, number, 0);
}

/* What the server is to read: none of the user's words are in it. */
static bool
is_rule(const struct frame_post *f)
{
	struct rule rule;

	return entry_role(f->flags) == ENTRY_RULE && f->kind == ENTRY_ACT &&
	    rule_parse(&rule, f->text, f->text_len) &&
	    (rule.word == RULE_SHUT || rule.word == RULE_UNSHUT) &&
	    rule.name_len == 0 && rule.reason_len == 0;
}

bool
link_seal(const struct link_room *lr, struct frame_post *f,
    char sealed[TEXT_LINE_BYTES])
{
	const struct link_out *out = &lr->link->out;
	const struct entry e = { .id = f->id, .kind = f->kind,
	    .flags = f->flags, .text = f->text, .text_len = f->text_len };
	uint8_t salt[TALK_SALT];

	if (!lr->talk->known)
		return false;
	if (is_rule(f))
		return true;
	out->random(out->arg, salt, sizeof(salt));
	f->text_len = talk_seal(&lr->talk->keys, &e, ENTRY_SAID, salt,
	    (uint8_t *)sealed);
	f->text = sealed;
	f->flags = (f->flags & ENTRY_PIECE_FLAGS) |
	    ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	return f->text_len > 0;
}

/* The text is nothing that anybody should see. */
static void
be_unreadable(struct entry *e)
{
	e->kind = ENTRY_SAY;
	e->flags = ENTRY_ROLE_MAX << ENTRY_ROLE_SHIFT;
	e->text = "";
	e->text_len = 0;
}

static bool
is_side(const struct entry *e)
{
	return e->author_len == 1 &&
	    (*e->author == lower || *e->author == higher);
}

/* The author is who has the key that it was sealed with. */
static bool
is_by(const struct link_talk *t, const struct entry *e, bool mine)
{
	return is_side(e) && (*e->author == t->side) == mine;
}

/* What is no words of somebody's, and in a talk all the same. */
static bool
is_clear(const struct entry *e)
{
	if (e->kind == ENTRY_START)
		return e->author_len == 0 && e->text_len == 0;
	return entry_is_own_rule(e) && is_side(e);
}

/* A rule is the server's to say. */
static bool
is_role(unsigned role)
{
	return role != ENTRY_RULE && role != ENTRY_SEALED;
}

static bool
unseal(const struct link_talk *t, struct entry *e, char text[TALK_TEXT_BYTES])
{
	struct talk_line line;
	bool good;

	if (!t->known || talk_open(&t->keys, e, &line) != TALK_OK)
		return false;
	good = line.len > 0 && is_by(t, e, line.mine) && is_role(line.role);
	if (good) {
		memcpy(text, line.text, line.len);
		e->flags = (e->flags & ENTRY_PIECE_FLAGS) |
		    line.role << ENTRY_ROLE_SHIFT;
		e->text = text;
		e->text_len = line.len;
	}
	sodium_memzero(&line, sizeof(line));
	return good;
}

void
link_open(const struct link_room *lr, struct entry *e,
    char text[TALK_TEXT_BYTES])
{
	const struct link_talk *t = lr->talk;
	bool sealed = entry_is_sealed(e);

	/* What reads on has no need of where it was read. */
	if (t != NULL && is_side(e))
		e->author = *e->author == lower ? &lower : &higher;
	if (t == NULL ? sealed : sealed ? !unseal(t, e, text) : !is_clear(e))
		be_unreadable(e);
}

const char *
link_own_name(const struct link_room *lr, size_t *len)
{
	const struct link_called *c = &lr->link->called;

	*len = lr->talk == NULL ? lr->naming.len : c->len;
	return lr->talk == NULL ? lr->naming.name : c->name;
}

const char *
link_own_author(const struct link_room *lr, size_t *len)
{
	*len = lr->talk == NULL ? lr->link->called.len : 1;
	return lr->talk == NULL ? lr->link->called.name : &lr->talk->side;
}

void
link_key_name(char name[LINK_KEY_NAME], const uint8_t key[NOISE_KEY])
{
	char text[FINGERPRINT_TEXT];

	memcpy(name, "key-", 4);
	/* Behind "SHA256:". */
	memcpy(name + 4, fingerprint_text(text, key) + 7, LINK_KEY_NAME - 4);
}

void
link_name_author(const struct link_room *lr, struct entry *e)
{
	struct link_talk *t = lr->talk;

	if (t == NULL || e->author_len == 0)
		return;
	if (e->author_len == 1 && *e->author == t->side) {
		e->author = link_own_name(lr, &e->author_len);
		return;
	}
	if (t->len == 0 || is_own(lr, t->name, t->len)) {
		link_key_name(t->name, t->other);
		t->len = LINK_KEY_NAME;
	}
	e->author = t->name;
	e->author_len = t->len;
}
