/*
 * The hub's rules: what is in force for whom, and the entries that say so.
 * Pure; runs in the server.
 */
#include <string.h>

#include "common/fingerprint.h"
#include "common/rule.h"
#include "common/text.h"
#include "server/hub_state.h"

bool
hub_say_rule(struct hub *h, const struct rule *r, uint32_t flags)
{
	char text[RULE_BYTES];
	size_t len = rule_put(text, r);

	return room_say(&h->room, flags | ENTRY_RULE << ENTRY_ROLE_SHIFT, text,
	    len);
}

void
hub_say_rule_soon(struct hub *h, const struct rule *r)
{
	char text[RULE_BYTES];
	size_t len = rule_put(text, r);

	room_say_soon(&h->room, ENTRY_RULE << ENTRY_ROLE_SHIFT, text, len);
}

void
hub_rule_of(struct rule *r, enum rule_word word, const struct hub_person *who)
{
	memset(r, 0, sizeof(*r));
	r->word = word;
	if (who == NULL)
		return;
	r->classic = who->classic;
	r->name = who->name;
	r->name_len = who->name_len;
	memcpy(r->key, who->fingerprint, sizeof(r->key));
}

static bool
find_mute(struct hub *h, int64_t wall_ms, const struct peer *p,
    struct standing_mute *mute)
{
	char fingerprint[FINGERPRINT_TEXT];

	return standing_mutes(h->room.standing) > 0 && standing_muted(h->room.standing,
	    wall_ms, fingerprint_text(fingerprint, p->key), "", mute);
}

bool
hub_mute_of(struct hub *h, const struct peer *p, struct standing_mute *mute)
{
	return find_mute(h, h->room.wall_ms, p, mute);
}

/* Each line that he says asks; only a rule changes it. */
bool
hub_is_muted(struct hub *h, struct peer *p)
{
	struct standing_mute mute = { .until_ms = 0 };

	if (p->mutes_seen != standing_version(h->room.standing)) {
		p->mutes_seen = standing_version(h->room.standing);
		p->muted = find_mute(h, 0, p, &mute);
		p->muted_until_ms = mute.until_ms;
	}
	return p->muted && (p->muted_until_ms == 0 ||
	    p->muted_until_ms > h->room.wall_ms);
}

/* Where somebody is: his address, on this machine also his port. */
static void
place_of(union sock_addr *place, const union sock_addr *addr)
{
	if (sock_addr_is_loopback(addr))
		*place = *addr;
	else
		sock_addr_group(place, addr);
}

void
hub_hush(struct hub *h, const struct member *m)
{
	struct hushed *at = &h->hushed[h->hushed_n++ % HUB_HUSHED];

	place_of(&at->addr, &m->addr);
	memcpy(at->fold, m->fold, sizeof(at->fold));
}

bool
hub_is_hushed(struct hub *h, const struct member *m)
{
	union sock_addr place;
	size_t i;

	if (standing_mutes(h->room.standing) == 0)
		return false;
	if (standing_muted(h->room.standing, h->room.wall_ms, NULL, m->fold, NULL))
		return true;
	place_of(&place, &m->addr);
	for (i = 0; i < HUB_HUSHED && i < h->hushed_n; i++)
		if (sock_addr_eq(&h->hushed[i].addr, &place) &&
		    standing_muted(h->room.standing, h->room.wall_ms, NULL,
		    h->hushed[i].fold, NULL))
			return true;
	return false;
}

bool
hub_is_closed_to(const struct hub *h, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT];

	return standing_closed(h->room.standing) && !standing_allows(h->room.standing,
	    fingerprint_text(fingerprint, key));
}

/* What the disk does not take now is said when the log asks next. */
static enum ask_verdict
decide_again(void *arg, struct ask *a)
{
	struct hub *h = arg;
	char text[RULE_BYTES];
	struct entry e;

	if (!room_takes_act(&h->room))
		return ASK_LATER;
	if (!standing_again(h->room.standing, h->room.wall_ms,
	    log_wanted(h->room.log), &e, text))
		return ASK_OVER;
	return room_add_act(&h->room, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

static void
again_told(void *arg, struct ask *a, const struct entry *e)
{
	struct hub *h = arg;

	(void)e;
	room_ask(&h->room, a, &h->again_kind);
}

static void
again_refused(void *arg, struct ask *a)
{
	(void)arg;
	(void)a;
}

void
hub_say_again(struct hub *h)
{
	h->again_kind = (struct ask_kind){ decide_again, again_told,
	    again_refused, NULL, h };
	if (standing_oldest(h->room.standing) < log_wanted(h->room.log))
		room_ask(&h->room, &h->again, &h->again_kind);
	log_hold(h->room.log, standing_oldest(h->room.standing));
}
