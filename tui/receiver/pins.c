/*
 * The keys of people, as they are known. Runs in the receiver process.
 */
#include "tui/receiver/pins.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(PINS_FIRST < PINS_FORMER, "one between may fall out");

void
pins_init(struct pins *p)
{
	memset(p, 0, sizeof(*p));
}

void
pins_clear(struct pins *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		free(p->pin[i].former);
	free(p->pin);
	pins_init(p);
}

struct pin *
pins_of_key(const struct pins *p, const uint8_t key[NOISE_KEY])
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (memcmp(p->pin[i].key, key, NOISE_KEY) == 0)
			return &p->pin[i];
	return NULL;
}

static bool
is_fold_of(const char *fold, const char *name, size_t len)
{
	char own[TEXT_FOLD_BYTES];

	return len > 0 && text_fold(own, name, len) > 0 &&
	    strcmp(own, fold) == 0;
}

/* Which of those that he had; former_n: none. */
static size_t
former_of(const struct pin *pin, const char *fold)
{
	size_t i = 0;

	while (i < pin->former_n && !is_fold_of(fold, pin->former[i],
	    strlen(pin->former[i])))
		i++;
	return i;
}

static bool
has_names(const struct pin *pin)
{
	return (pin->flags & (PIN_OLD | PIN_STRANGER)) == 0;
}

/* Who is called so now. */
static struct pin *
holder(const struct pins *p, const char *fold)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (has_names(&p->pin[i]) && is_fold_of(fold, p->pin[i].name,
		    p->pin[i].len))
			return &p->pin[i];
	return NULL;
}

struct pin *
pins_of_name(const struct pins *p, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	struct pin *pin;
	size_t i;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return NULL;
	if ((pin = holder(p, fold)) != NULL)
		return pin;
	for (i = 0; i < p->n; i++)
		if (has_names(&p->pin[i]) &&
		    former_of(&p->pin[i], fold) < p->pin[i].former_n)
			return &p->pin[i];
	return NULL;
}

struct pin *
pins_met(const struct pins *p, const char *name, size_t len,
    const uint8_t key[NOISE_KEY])
{
	struct pin *pin = pins_of_name(p, name, len);
	char fold[TEXT_FOLD_BYTES];
	size_t i;

	if (pin != NULL || key == NULL || text_fold(fold, name, len) == 0)
		return pin;
	for (i = 0; i < p->n; i++) {
		pin = &p->pin[i];
		if ((pin->flags & PIN_STRANGER) != 0 &&
		    memcmp(pin->key, key, NOISE_KEY) != 0 &&
		    (is_fold_of(fold, pin->name, pin->len) ||
		    former_of(pin, fold) < pin->former_n))
			return pin;
	}
	return NULL;
}

static size_t
count_strangers(const struct pins *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += (p->pin[i].flags & PIN_STRANGER) != 0;
	return n;
}

/* The oldest of which, of these flags, it has those. */
static size_t
oldest(const struct pins *p, unsigned flags, unsigned has)
{
	size_t i = 0;

	while (i < p->n && (p->pin[i].flags & flags) != has)
		i++;
	return i;
}

/* A stranger; else one that is not verified; else the oldest of all. */
static void
drop_one(struct pins *p)
{
	size_t i = oldest(p, PIN_STRANGER, PIN_STRANGER);

	if (i == p->n)
		i = oldest(p, PIN_VERIFIED, 0);
	if (i == p->n)
		i = 0;
	free(p->pin[i].former);
	memmove(&p->pin[i], &p->pin[i + 1],
	    (--p->n - i) * sizeof(p->pin[0]));
}

struct pin *
pins_add(struct pins *p, const uint8_t key[NOISE_KEY], int64_t now_ms,
    unsigned flags)
{
	size_t room = p->room == 0 ? 16 : 2 * p->room;
	struct pin *more;

	if (p->n == PINS_MAX || ((flags & PIN_STRANGER) != 0 &&
	    count_strangers(p) == PINS_STRANGERS))
		drop_one(p);
	if (p->n == p->room) {
		if ((more = reallocarray(p->pin, room, sizeof(*more))) == NULL)
			return NULL;
		p->pin = more;
		p->room = room;
	}
	more = &p->pin[p->n++];
	memset(more, 0, sizeof(*more));
	memcpy(more->key, key, NOISE_KEY);
	more->since_ms = now_ms;
	more->flags = flags;
	return more;
}

static void
drop_former(struct pin *pin, size_t i)
{
	memmove(pin->former[i], pin->former[i + 1], (--pin->former_n - i) *
	    sizeof(pin->former[0]));
}

static void
forget_former(struct pin *pin, const char *fold)
{
	size_t i = former_of(pin, fold);

	if (i < pin->former_n)
		drop_former(pin, i);
}

bool
pins_was_called(const struct pins *p, struct pin *pin, const char *name,
    size_t len)
{
	char fold[TEXT_FOLD_BYTES], (*more)[TEXT_NAME_BYTES + 1];
	const struct pin *other;

	/* One that is there keeps its place: else who takes a name again would
	 * lose it as the newest. */
	if (text_fold(fold, name, len) == 0 ||
	    former_of(pin, fold) < pin->former_n)
		return true;
	if ((other = holder(p, fold)) != NULL && other != pin)
		return true;
	if (pin->former_n == PINS_FORMER)
		drop_former(pin, PINS_FIRST);
	else if ((pin->flags & PIN_STRANGER) != 0 && pin->former_n == PINS_MET)
		drop_former(pin, PINS_MET_FIRST);
	more = reallocarray(pin->former, pin->former_n + 1, sizeof(*more));
	if (more == NULL)
		return false;
	pin->former = more;
	memset(more[pin->former_n], 0, sizeof(*more));
	memcpy(more[pin->former_n++], name, len);
	return true;
}

/* Of the names that it had those that are another's by now are not its. */
static void
give_up(const struct pins *p, struct pin *pin)
{
	char fold[TEXT_FOLD_BYTES];
	const struct pin *other;
	size_t i = 0;

	while (i < pin->former_n) {
		other = text_fold(fold, pin->former[i],
		    strlen(pin->former[i])) == 0 ? NULL : holder(p, fold);
		if (other != NULL && other != pin)
			drop_former(pin, i);
		else
			i++;
	}
}

/* Who comes back: the others have what they were called meanwhile, also those
 * who are not any more. */
static void
leave_names(const struct pins *p, struct pin *pin)
{
	size_t i = pin->former_n;

	while (i-- > 0)
		if (pins_of_name(p, pin->former[i], strlen(pin->former[i])) !=
		    NULL)
			drop_former(pin, i);
}

void
pins_know(const struct pins *p, struct pin *pin)
{
	leave_names(p, pin);
	pin->flags &= ~(unsigned)PIN_STRANGER;
}

/* Who has the name of another one has those from before, too: else they would
 * be anybody's, as of who is OLD no name counts. */
static void
inherit(const struct pins *p, struct pin *pin, const struct pin *other)
{
	size_t i;

	for (i = 0; i < other->former_n; i++)
		pins_was_called(p, pin, other->former[i],
		    strlen(other->former[i]));
}

void
pins_call(struct pins *p, struct pin *pin, const char *name, size_t len)
{
	struct pin *other = pins_of_name(p, name, len);
	bool heir = false;
	char fold[TEXT_FOLD_BYTES];

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return;
	if (pin->len > 0 && (pin->flags & PIN_OLD) == 0 &&
	    !is_fold_of(fold, pin->name, pin->len) &&
	    !pins_was_called(p, pin, pin->name, pin->len))
		return;
	if (other != NULL && other != pin && (pin->flags & PIN_STRANGER) == 0) {
		heir = is_fold_of(fold, other->name, other->len);
		other->flags |= heir ? PIN_OLD : 0;
		forget_former(other, fold);
	}
	if (!has_names(pin))
		leave_names(p, pin);
	memmove(pin->name, name, len);
	pin->len = len;
	pin->flags &= ~(unsigned)PIN_OLD;
	if (heir)
		inherit(p, pin, other);
}

const struct pin_log *
pins_log(const struct pin *pin, const uint8_t own[NOISE_KEY])
{
	const struct pin_log *l = pin->log, *any = NULL;

	for (; l < pin->log + pin->logs_n; l++) {
		if (l->owned && memcmp(l->own, own, NOISE_KEY) == 0)
			return l;
		if (!l->owned)
			any = l;
	}
	return any;
}

void
pins_keep_log(struct pin *pin, const uint8_t own[NOISE_KEY],
    const uint8_t id[PINS_LOG])
{
	struct pin_log log = { .owned = true };
	size_t i, n = 0;

	memcpy(log.own, own, NOISE_KEY);
	memcpy(log.id, id, PINS_LOG);
	for (i = 0; i < pin->logs_n; i++)
		if (pin->log[i].owned &&
		    memcmp(pin->log[i].own, own, NOISE_KEY) != 0)
			pin->log[n++] = pin->log[i];
	if (n == PINS_LOGS)
		n--;
	memmove(&pin->log[1], &pin->log[0], n * sizeof(log));
	pin->log[0] = log;
	pin->logs_n = n + 1;
}

static bool
is_called_so(const struct pin *a, const struct pin *b)
{
	return a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

static bool
had(const struct pin *pin, const char *name)
{
	char fold[TEXT_FOLD_BYTES];

	return text_fold(fold, name, strlen(name)) > 0 &&
	    former_of(pin, fold) < pin->former_n;
}

/* Those that are gone are by the user's word. */
static bool
merge_former(const struct pins *p, struct pin *pin, const struct pin *base,
    const struct pin *mine)
{
	char fold[TEXT_FOLD_BYTES];
	size_t i;

	for (i = 0; i < base->former_n; i++)
		if (!had(mine, base->former[i]) && text_fold(fold,
		    base->former[i], strlen(base->former[i])) > 0)
			forget_former(pin, fold);
	for (i = 0; i < mine->former_n; i++)
		if (!had(base, mine->former[i]) && !pins_was_called(p,
		    pin, mine->former[i], strlen(mine->former[i])))
			return false;
	return true;
}

static void
merge_logs(struct pin *pin, const struct pin *base, const struct pin *mine)
{
	const struct pin_log *l, *was;
	size_t i;

	for (i = mine->logs_n; i > 0; i--) {
		l = &mine->log[i - 1];
		was = pins_log(base, l->own);
		if (l->owned && (was == NULL || !was->owned ||
		    memcmp(was->id, l->id, PINS_LOG) != 0))
			pins_keep_log(pin, l->own, l->id);
	}
}

/* All but what he is called. */
static bool
merge_rest(const struct pins *p, struct pin *pin, const struct pin *base,
    const struct pin *mine)
{
	unsigned news = base->flags ^ mine->flags;
	bool named = has_names(pin);

	pin->flags = (pin->flags & ~news) | (mine->flags & news);
	/* What it was called before is no name of his, or is given anew. */
	if (!named && has_names(pin))
		pin->len = 0;
	merge_logs(pin, base, mine);
	return merge_former(p, pin, base, mine);
}

static bool
merge_name(const struct pins *p, struct pin *pin, const struct pin *base,
    const struct pin *mine)
{
	const struct pin *other = has_names(mine) ?
	    pins_of_name(p, mine->name, mine->len) : NULL;

	if (is_called_so(base, mine) || is_called_so(pin, mine))
		return true;
	if (other != NULL && other != pin) {
		if (pin->len > 0)
			return true;
		pin->flags |= PIN_OLD;
	} else if (pin->len > 0 && has_names(pin) &&
	    !pins_was_called(p, pin, pin->name, pin->len))
		return false;
	memcpy(pin->name, mine->name, mine->len);
	pin->len = mine->len;
	return true;
}

static bool
is_same(const struct pin *a, const struct pin *b)
{
	return a->flags == b->flags && is_called_so(a, b) &&
	    a->former_n == b->former_n && (a->former_n == 0 ||
	    memcmp(a->former, b->former,
	    a->former_n * sizeof(a->former[0])) == 0) &&
	    a->logs_n == b->logs_n && memcmp(a->log, b->log,
	    a->logs_n * sizeof(a->log[0])) == 0;
}

/* What one loses another one may have: names come behind all else. */
bool
pins_merge(struct pins *p, const struct pins *base, const struct pins *mine)
{
	static const struct pin none = { .flags = PIN_STRANGER };
	const struct pin *was, *is;
	struct pin *pin;
	bool names = false;

	do {
		for (is = mine->pin; is < mine->pin + mine->n; is++) {
			was = pins_of_key(base, is->key);
			if (was != NULL && is_same(was, is))
				continue;
			pin = pins_of_key(p, is->key);
			if (pin == NULL)
				pin = pins_add(p, is->key, is->since_ms,
				    PIN_STRANGER);
			if (pin == NULL)
				return false;
			if (was == NULL || pin->len == 0)
				was = &none;
			if (names ? !merge_name(p, pin, was, is) :
			    !merge_rest(p, pin, was, is))
				return false;
		}
		names = !names;
	} while (names);
	for (is = mine->pin; is < mine->pin + mine->n; is++)
		if ((pin = pins_of_key(p, is->key)) != NULL && has_names(pin))
			give_up(p, pin);
	return true;
}
