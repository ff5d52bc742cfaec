/*
 * What somebody may be called, and who in the room looks like whom. Pure; runs
 * in the server.
 */
#include "server/room/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/refusal.h"
#include "common/text.h"
#include "server/room/bans.h"
#include "server/room/looks.h"
#include "server/room/naming.h"

struct names {
	struct house	*house;
	struct room	*room;
	enum classic_lang lang;
	struct bans	*bans;
	struct naming	*naming;
	struct looks	 looks;		/* of who is in the room */
	char		 alike[TEXT_FOLD_BYTES];	/* of HUB_NAME_ALIKE */
};

/* For whom names are looked at. */
struct asker {
	struct names	*names;
	const uint8_t	*key;
};

/*
 * Would people read the name in a notice as what it is? "bob:" entering
 * reads as bob saying something.
 */
static bool
reads_well(const struct names *n, const char *name, size_t len)
{
	char line[CLASSIC_BYTES], buf[CLASSIC_BYTES];
	struct entry e = { .kind = ENTRY_JOIN, .author = name,
	    .author_len = len }, back;
	size_t bytes;

	bytes = classic_format(line, &e, n->lang);
	return classic_parse_answer(buf, line, bytes, &back) == CLASSIC_ENTRY &&
	    back.kind == ENTRY_JOIN && back.author_len == len;
}

/* Whose name it is may have others that look like it. */
static bool
is_anothers(void *arg, const char *fold)
{
	const struct asker *a = arg;

	return log_lease_check(a->names->room->log,
	    a->names->house->wall_ms, fold, a->key) != LOG_LEASE_OWN;
}

/* The first one has it: who is in the room, and who owns a name. */
static bool
looks_like_anothers(struct names *n, const char *name, size_t len,
    const uint8_t *key)
{
	struct asker asker = { n, key };
	struct naming_looks looks;
	const struct member *p;
	const char *other;

	naming_look(n->naming, name, len, &looks);
	other = looks_find(&n->looks, &looks, is_anothers, &asker);
	if (other == NULL)
		other = log_lease_alike(n->room->log, n->house->wall_ms,
		    &looks, key);
	if (other == NULL)
		return false;
	p = roster_find(&n->room->roster, other);
	if (p == NULL)
		strlcpy(n->alike, other, sizeof(n->alike));
	else
		snprintf(n->alike, sizeof(n->alike), "%.*s",
		    (int)p->name_len, p->name);
	return true;
}

/* Of a name that nobody has. */
static enum hub_reason
check_new(struct names *n, const char *name, size_t len, const uint8_t *key)
{
	switch (naming_check(n->naming, name, len)) {
	case NAMING_OK:
		break;
	case NAMING_LETTER:
		return HUB_NAME_LETTER;
	case NAMING_START:
		return HUB_NAME_START;
	case NAMING_RESERVED:
		return HUB_NAME_RESERVED;
	case NAMING_SIGN:
		return HUB_NAME_SIGN;
	case NAMING_MIXED:
		return HUB_NAME_MIXED;
	case NAMING_NO_MEMORY:
		return HUB_NO_SPACE;
	}
	if (looks_like_anothers(n, name, len, key))
		return HUB_NAME_ALIKE;
	return key != NULL && log_lease_are_many(n->room->log, key) ?
	    HUB_NAME_MANY : HUB_FINE;
}

/* In any room; asked by the log, too, of what it would take from its owner. */
static bool
is_present(void *arg, const char *fold)
{
	const struct names *n = arg;
	const struct room *r;

	LIST_FOREACH(r, &n->house->rooms, by_house)
		if (roster_find(&r->roster, fold) != NULL)
			return true;
	return false;
}

enum hub_reason
names_check(struct names *n, const char *name, size_t len,
    const uint8_t *key, const union sock_addr *addr)
{
	char fold[TEXT_FOLD_BYTES];
	const struct member *p;

	switch (text_name_check(name, len)) {
	case TEXT_NAME_OK:
		break;
	case TEXT_NAME_RESERVED:
		return HUB_NAME_RESERVED;
	default:
		return HUB_NAME_MALFORMED;
	}
	if (text_fold(fold, name, len) == 0)
		return HUB_NAME_MALFORMED;
	if (!reads_well(n, name, len))
		return HUB_NAME_SIGN;
	if (bans_match(n->bans, n->house->wall_ms, fold, key, addr))
		return HUB_BANNED;
	/* Nobody is believed to be the administrator, not even who was called
	 * so before that was a rule. */
	if (naming_is_reserved(n->naming, name, len))
		return HUB_NAME_RESERVED;
	p = roster_find(&n->room->roster, fold);
	switch (log_lease_check(n->room->log, n->house->wall_ms, fold, key)) {
	case LOG_LEASE_OWN:
		/* The owner takes his name back from his own ghost; the other
		 * rules are for new names. */
		return p == NULL || !p->classic ? HUB_FINE : HUB_NAME_TAKEN;
	case LOG_LEASE_OTHER:
		return p != NULL ? HUB_NAME_TAKEN : HUB_NAME_OWNED;
	case LOG_LEASE_FREE:
		break;
	}
	return is_present(n, fold) ? HUB_NAME_TAKEN :
	    check_new(n, name, len, key);
}

const struct naming *
names_naming(const struct names *n)
{
	return n->naming;
}

enum refusal
names_refusal(enum hub_reason why)
{
	switch (why) {
	case HUB_NAME_LETTER:
		return REFUSAL_LETTER;
	case HUB_NAME_START:
		return REFUSAL_START;
	case HUB_NAME_RESERVED:
		return REFUSAL_RESERVED;
	case HUB_NAME_SIGN:
		return REFUSAL_SIGN;
	case HUB_NAME_MIXED:
		return REFUSAL_MIXED;
	case HUB_NAME_ALIKE:
		return REFUSAL_ALIKE;
	case HUB_NAME_MANY:
		return REFUSAL_MANY;
	case HUB_MUTED:
		return REFUSAL_MUTED;
	default:
		return REFUSAL_NONE;
	}
}

static void
came(struct names *n, struct member *p)
{
	struct naming_looks looks;

	if (p == NULL || p->look != NULL)
		return;
	naming_look(n->naming, p->name, p->name_len, &looks);
	/* Without memory the name is nobody's picture for now. */
	p->look = looks_add(&n->looks, &looks, p->fold);
}

static void
went(struct names *n, struct member *p)
{
	if (p == NULL)
		return;
	looks_remove(&n->looks, p->look);
	p->look = NULL;
}

size_t
names_refusal_text(const struct names *n, enum hub_reason why,
    char text[FRAME_REASON_BYTES + 1])
{
	const char *word = why == HUB_BANNED ? "banned" :
	    why == HUB_REKEYED ? "rekeyed" :
	    why == HUB_CLOSED ? "the room is closed" :
	    why == HUB_CROWDED ? "crowded" :
	    refusal_word(names_refusal(why));
	size_t len = strlcpy(text, word, FRAME_REASON_BYTES + 1);

	/* A fold may be longer than what it is of. */
	if (why == HUB_NAME_ALIKE && len + 1 + strlen(n->alike) <=
	    FRAME_REASON_BYTES && text_is_clean(n->alike, strlen(n->alike)))
		len += (size_t)sprintf(text + len, " %s", n->alike);
	return len;
}

static void
on_before(void *arg, const struct entry *e, struct member *who)
{
	if (e->kind != ENTRY_JOIN)
		went(arg, who);
}

static void
on_after(void *arg, const struct entry *e, struct member *who, bool ours)
{
	(void)ours;
	if (e->kind == ENTRY_JOIN || e->kind == ENTRY_RENAME)
		came(arg, who);
}

struct names *
names_new(struct room *r, enum classic_lang lang, struct bans *bans)
{
	struct names *n = calloc(1, sizeof(*n));
	const struct room_watch watch = { .before = on_before,
	    .after = on_after, .arg = n };

	if (n == NULL)
		return NULL;
	n->house = r->house;
	n->room = r;
	n->lang = lang;
	n->bans = bans;
	looks_init(&n->looks);
	if ((n->naming = naming_new()) == NULL) {
		free(n);
		return NULL;
	}
	room_watch(r, &watch);
	log_lease_watch(r->log, is_present, n);
	return n;
}

void
names_fill(struct names *n)
{
	struct member *p;

	for (p = roster_first(&n->room->roster); p != NULL; p = roster_next(p))
		came(n, p);
}

void
names_free(struct names *n)
{
	struct member *p;

	if (n == NULL)
		return;
	for (p = roster_first(&n->room->roster); p != NULL;
	    p = roster_next(p))
		went(n, p);
	log_lease_watch(n->room->log, NULL, NULL);
	naming_free(n->naming);
	free(n);
}
