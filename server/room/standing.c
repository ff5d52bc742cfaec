/*
 * What is in force. Pure; runs in the server. All its memory is there from the
 * beginning: an entry of the log must not fail to count.
 */
#include "server/room/standing.h"

#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "common/wire.h"

struct who {
	uint64_t	 seq;		/* of its entry */
	bool		 classic;
	uint8_t		 name_len;
	char		 name[TEXT_NAME_BYTES];
	char		 key[FINGERPRINT_TEXT];	/* "": by the name */
};

struct mute {
	struct who	 who;
	char		 fold[TEXT_FOLD_BYTES];
	struct standing_mute mute;
};

struct standing {
	bool		 closed;
	uint64_t	 closed_seq;
	uint64_t	 shut_seq[2];	/* by side; 0: it is not */
	uint64_t	 version;	/* of the mutes, and of this */
	size_t		 mutes_n, keys_n;	/* in the order of entries */
	struct mute	 mutes[STANDING_MUTES];
	struct who	 keys[STANDING_KEYS];
};

struct standing *
standing_new(void)
{
	struct standing *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->version = 1;
	return s;
}

void
standing_free(struct standing *s)
{
	free(s);
}

static void
set_who(struct who *w, const struct rule *r, uint64_t seq)
{
	w->seq = seq;
	w->classic = r->classic;
	w->name_len = (uint8_t)r->name_len;
	memcpy(w->name, r->name_len > 0 ? r->name : "", r->name_len);
	memcpy(w->key, r->key, sizeof(w->key));
}

static void
drop_mute(struct standing *s, size_t i)
{
	s->mutes_n--;
	memmove(&s->mutes[i], &s->mutes[i + 1],
	    (s->mutes_n - i) * sizeof(s->mutes[0]));
}

static void
drop_key(struct standing *s, size_t i)
{
	s->keys_n--;
	memmove(&s->keys[i], &s->keys[i + 1],
	    (s->keys_n - i) * sizeof(s->keys[0]));
}

/* STANDING_MUTES: nobody. */
static size_t
find_mute(const struct standing *s, const char *key, const char *fold)
{
	size_t i;

	for (i = 0; i < s->mutes_n; i++)
		if (*key != '\0' ? strcmp(s->mutes[i].who.key, key) == 0 :
		    s->mutes[i].who.key[0] == '\0' &&
		    strcmp(s->mutes[i].fold, fold) == 0)
			return i;
	return STANDING_MUTES;
}

static size_t
find_key(const struct standing *s, const char *key)
{
	size_t i;

	for (i = 0; i < s->keys_n; i++)
		if (strcmp(s->keys[i].key, key) == 0)
			return i;
	return STANDING_KEYS;
}

static bool
is_over(const struct mute *m, int64_t wall_ms)
{
	return m->mute.until_ms != 0 && m->mute.until_ms <= wall_ms;
}

/* What makes room must follow from the log, as all does: by its time. */
static void
drop_over(struct standing *s, int64_t time_ms)
{
	size_t i = 0;

	while (i < s->mutes_n)
		if (is_over(&s->mutes[i], time_ms))
			drop_mute(s, i);
		else
			i++;
}

static void
take_mute(struct standing *s, const struct entry *e, const struct rule *r)
{
	char fold[TEXT_FOLD_BYTES] = "";
	struct mute *m;
	size_t i;

	if (r->name_len > 0)
		text_fold(fold, r->name, r->name_len);
	if (r->key[0] == '\0' && fold[0] == '\0')
		return;
	s->version++;
	if ((i = find_mute(s, r->key, fold)) < STANDING_MUTES)
		drop_mute(s, i);
	if (r->word == RULE_UNMUTE)
		return;
	if (s->mutes_n == STANDING_MUTES)
		drop_over(s, e->time_ms);
	if (s->mutes_n == STANDING_MUTES)
		drop_mute(s, 0);
	m = &s->mutes[s->mutes_n++];
	set_who(&m->who, r, e->seq);
	memcpy(m->fold, fold, sizeof(fold));
	m->mute.until_ms = r->ms == 0 ? 0 : e->time_ms + r->ms;
	memcpy(m->mute.reason, r->reason, r->reason_len);
	m->mute.reason[r->reason_len] = '\0';
}

static void
take_allow(struct standing *s, const struct entry *e, const struct rule *r)
{
	size_t i;

	if (r->key[0] == '\0')
		return;
	if ((i = find_key(s, r->key)) < STANDING_KEYS)
		drop_key(s, i);
	if (r->word == RULE_DISALLOW)
		return;
	if (s->keys_n == STANDING_KEYS)
		drop_key(s, 0);
	set_who(&s->keys[s->keys_n++], r, e->seq);
}

/* Of one person's two mutes the one that ends later. */
static void
move_mute(struct standing *s, const char *from, const char *to)
{
	size_t a = find_mute(s, from, ""), b = find_mute(s, to, "");
	int64_t one, other;

	if (a == STANDING_MUTES)
		return;
	s->version++;
	strlcpy(s->mutes[a].who.key, to, sizeof(s->mutes[a].who.key));
	if (b == STANDING_MUTES)
		return;
	one = s->mutes[a].mute.until_ms;
	other = s->mutes[b].mute.until_ms;
	drop_mute(s, one == 0 || (other != 0 && one > other) ? b : a);
}

static void
move_key(struct standing *s, const char *from, const char *to)
{
	size_t i = find_key(s, from);

	if (i == STANDING_KEYS)
		return;
	if (find_key(s, to) < STANDING_KEYS)
		drop_key(s, i);
	else
		strlcpy(s->keys[i].key, to, sizeof(s->keys[i].key));
}

static void
take_rekey(struct standing *s, const struct rule *r)
{
	char from[FINGERPRINT_TEXT];

	if (r->key[0] == '\0' || r->reason_len != sizeof(from) - 1 ||
	    memcmp(r->reason, r->key, r->reason_len) == 0)
		return;
	memcpy(from, r->reason, r->reason_len);
	from[r->reason_len] = '\0';
	move_mute(s, from, r->key);
	move_key(s, from, r->key);
}

static const char *const sides[2] = { "1", "2" };

/* The word alone: what else a rule may have means nothing here. */
static void
take_own(struct standing *s, const struct entry *e)
{
	struct rule r;
	char text[RULE_BYTES];
	int i;

	if (!rule_parse(&r, e->text, e->text_len) ||
	    (r.word != RULE_SHUT && r.word != RULE_UNSHUT) ||
	    rule_put(text, &(struct rule){ .word = r.word }) != e->text_len)
		return;
	for (i = 0; i < 2; i++)
		if (e->author_len == 1 && *e->author == *sides[i]) {
			s->shut_seq[i] = r.word == RULE_SHUT ? e->seq : 0;
			s->version++;
		}
}

void
standing_take(struct standing *s, const struct entry *e)
{
	struct rule r;

	if (entry_is_own_rule(e))
		take_own(s, e);
	if (!entry_is_rule(e) || !rule_parse(&r, e->text, e->text_len))
		return;
	switch (r.word) {
	case RULE_MUTE:
	case RULE_UNMUTE:
		take_mute(s, e, &r);
		break;
	case RULE_ALLOW:
	case RULE_DISALLOW:
		take_allow(s, e, &r);
		break;
	case RULE_REKEY:
		take_rekey(s, &r);
		break;
	case RULE_CLOSE:
	case RULE_OPEN:
		s->closed = r.word == RULE_CLOSE;
		s->closed_seq = e->seq;
		break;
	default:
		break;
	}
}

bool
standing_closed(const struct standing *s)
{
	return s->closed;
}

bool
standing_shut(const struct standing *s, unsigned side)
{
	return s->shut_seq[side == 2] != 0;
}

uint64_t
standing_version(const struct standing *s)
{
	return s->version;
}

size_t
standing_keys(const struct standing *s)
{
	return s->keys_n;
}

size_t
standing_mutes(const struct standing *s)
{
	return s->mutes_n;
}

bool
standing_allows(const struct standing *s, const char *fingerprint)
{
	return find_key(s, fingerprint) < STANDING_KEYS;
}

void
standing_each_key(const struct standing *s, void (*each)(void *,
    const char *, const char *, size_t), void *arg)
{
	size_t i;

	for (i = 0; i < s->keys_n; i++)
		each(arg, s->keys[i].key, s->keys[i].name,
		    s->keys[i].name_len);
}

void
standing_each_whose(const struct standing *s, void (*each)(void *,
    const char *), void *arg)
{
	size_t i;

	for (i = 0; i < s->keys_n; i++)
		each(arg, s->keys[i].key);
	for (i = 0; i < s->mutes_n; i++)
		if (s->mutes[i].who.key[0] != '\0')
			each(arg, s->mutes[i].who.key);
}

bool
standing_muted(const struct standing *s, int64_t wall_ms,
    const char *fingerprint, const char *fold, struct standing_mute *mute)
{
	size_t i;

	if (s->mutes_n == 0)
		return false;
	i = find_mute(s, fingerprint == NULL ? "" : fingerprint, fold);
	if (i == STANDING_MUTES || is_over(&s->mutes[i], wall_ms))
		return false;
	if (mute != NULL)
		*mute = s->mutes[i].mute;
	return true;
}

bool
standing_may_mute(const struct standing *s, int64_t wall_ms,
    const char *fingerprint, const char *fold)
{
	size_t i, live = 0;

	if (standing_muted(s, wall_ms, fingerprint, fold, NULL))
		return true;
	for (i = 0; i < s->mutes_n; i++)
		live += !is_over(&s->mutes[i], wall_ms);
	return live < STANDING_MUTES;
}

uint64_t
standing_oldest(const struct standing *s)
{
	uint64_t oldest = UINT64_MAX;
	int i;

	for (i = 0; i < 2; i++)
		if (s->shut_seq[i] != 0 && s->shut_seq[i] < oldest)
			oldest = s->shut_seq[i];
	if (s->mutes_n > 0 && s->mutes[0].who.seq < oldest)
		oldest = s->mutes[0].who.seq;
	if (s->keys_n > 0 && s->keys[0].seq < oldest)
		oldest = s->keys[0].seq;
	if (s->closed && s->closed_seq < oldest)
		oldest = s->closed_seq;
	return oldest;
}

static void
put_who(struct rule *r, const struct who *w)
{
	r->classic = w->classic;
	r->name = w->name;
	r->name_len = w->name_len;
	memcpy(r->key, w->key, sizeof(r->key));
}

/* Forgets the mutes that are over; true: *r is the oldest that is not. */
static bool
mute_again(struct standing *s, int64_t wall_ms, uint64_t below,
    struct rule *r, int64_t *time_ms)
{
	const struct mute *m;
	int64_t left;

	while (s->mutes_n > 0 && is_over(&s->mutes[0], wall_ms))
		drop_mute(s, 0);
	if (s->mutes_n == 0 || s->mutes[0].who.seq >= below)
		return false;
	m = &s->mutes[0];
	r->word = RULE_MUTE;
	put_who(r, &m->who);
	r->reason = m->mute.reason;
	r->reason_len = strlen(m->mute.reason);
	if (m->mute.until_ms != 0) {
		/* Whole seconds, and the very same end. */
		left = (m->mute.until_ms - wall_ms + 999) / 1000;
		r->ms = left * 1000;
		*time_ms = m->mute.until_ms - r->ms;
	}
	return true;
}

/* The side whose rule that is; 2: neither. */
static int
shut_again(const struct standing *s, uint64_t below)
{
	int i;

	for (i = 0; i < 2; i++)
		if (s->shut_seq[i] != 0 && s->shut_seq[i] < below)
			break;
	return i;
}

bool
standing_again(struct standing *s, int64_t wall_ms, uint64_t below,
    struct entry *e, char text[RULE_BYTES])
{
	struct rule r = { .word = RULE_CLOSE };
	int64_t time_ms = wall_ms;
	int side = 2;

	if (mute_again(s, wall_ms, below, &r, &time_ms))
		;
	else if ((side = shut_again(s, below)) < 2)
		r.word = RULE_SHUT;
	else if (s->closed && s->closed_seq < below)
		;
	else if (s->keys_n > 0 && s->keys[0].seq < below) {
		r.word = RULE_ALLOW;
		put_who(&r, &s->keys[0]);
	} else
		return false;
	memset(e, 0, sizeof(*e));
	e->kind = side < 2 ? ENTRY_ACT : ENTRY_ANNOUNCE;
	if (side < 2) {
		e->author = sides[side];
		e->author_len = 1;
	}
	e->flags = ENTRY_QUIET | ENTRY_RULE << ENTRY_ROLE_SHIFT;
	e->time_ms = time_ms < 0 ? 0 : time_ms;
	e->text = text;
	e->text_len = rule_put(text, &r);
	return true;
}

/*
 * To bytes and back: bits, 1 closed, 2 and 4 shut by a side; since which entry
 * it is closed, and, where it is, shut; n mutes, n keys; each the number of its
 * entry and a rule, behind a mute's when it ends.
 */

static void
put_rule(struct wire_out *out, enum rule_word word, const struct who *w,
    const char *reason)
{
	struct rule r = { .word = word, .reason = reason,
	    .reason_len = strlen(reason) };
	char text[RULE_BYTES];

	put_who(&r, w);
	wire_put_varint(out, w->seq);
	wire_put_string(out, text, rule_put(text, &r));
}

void
standing_put(const struct standing *s, struct wire_out *out)
{
	const struct mute *m;
	size_t i;

	wire_put_u8(out, (uint8_t)((s->closed ? 1 : 0) |
	    (s->shut_seq[0] != 0 ? 2 : 0) | (s->shut_seq[1] != 0 ? 4 : 0)));
	wire_put_varint(out, s->closed_seq);
	for (i = 0; i < 2; i++)
		if (s->shut_seq[i] != 0)
			wire_put_varint(out, s->shut_seq[i]);
	wire_put_varint(out, s->mutes_n);
	for (i = 0; i < s->mutes_n; i++) {
		m = &s->mutes[i];
		put_rule(out, RULE_MUTE, &m->who, m->mute.reason);
		wire_put_u64(out, (uint64_t)m->mute.until_ms);
	}
	wire_put_varint(out, s->keys_n);
	for (i = 0; i < s->keys_n; i++)
		put_rule(out, RULE_ALLOW, &s->keys[i], "");
}

/* *before: the number of the entry before it. */
static bool
get_rule(struct wire_in *in, enum rule_word word, struct entry *e,
    struct rule *r, uint64_t *before)
{
	e->seq = wire_get_varint(in);
	e->text = wire_get_string(in, &e->text_len);
	if (in->failed || e->seq <= *before ||
	    !text_is_clean(e->text, e->text_len) ||
	    !rule_parse(r, e->text, e->text_len) || r->word != word ||
	    r->ms != 0)
		return false;
	*before = e->seq;
	return true;
}

bool
standing_get(struct standing *s, struct wire_in *in)
{
	uint64_t before = 0, n;
	struct entry e = { 0 };
	struct rule r;
	uint8_t bits;
	int i;

	bits = wire_get_u8(in);
	if (bits > 7)
		return false;
	s->closed = (bits & 1) != 0;
	s->closed_seq = wire_get_varint(in);
	for (i = 0; i < 2; i++)
		if ((bits & 2U << i) != 0 &&
		    (s->shut_seq[i] = wire_get_varint(in)) == 0)
			return false;
	if ((n = wire_get_varint(in)) > STANDING_MUTES)
		return false;
	for (; n > 0; n--) {
		if (!get_rule(in, RULE_MUTE, &e, &r, &before))
			return false;
		take_mute(s, &e, &r);
		if (s->mutes_n == 0 || s->mutes[s->mutes_n - 1].who.seq !=
		    e.seq)
			return false;
		s->mutes[s->mutes_n - 1].mute.until_ms =
		    (int64_t)wire_get_u64(in);
	}
	before = 0;
	if ((n = wire_get_varint(in)) > STANDING_KEYS)
		return false;
	for (; n > 0; n--) {
		if (!get_rule(in, RULE_ALLOW, &e, &r, &before))
			return false;
		take_allow(s, &e, &r);
	}
	return !in->failed;
}
