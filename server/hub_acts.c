/*
 * The hub's part that is the operator's: whom he sees, what he does to them.
 * Pure; runs in the server.
 */
#include <string.h>

#include "common/text.h"
#include "server/hub_state.h"

static const char banned[] = "banned";	/* for people, as a reason */

/*
 * Who is here
 */

static const struct member *
member_of(const struct hub *h, const struct person *p)
{
	struct members *all = (struct members *)(uintptr_t)&h->members;

	return members_named(all, p->name, p->name_len);
}

static void
look_at(const struct hub *h, int64_t wall_ms, const struct person *p,
    struct hub_person *who)
{
	const struct peer *peer = p->session;
	const struct member *m;

	memset(who, 0, sizeof(*who));
	who->here = true;
	who->name = p->name;
	who->name_len = p->name_len;
	who->since_ms = p->since_ms;
	who->spoke_ms = p->spoke_ms;
	who->classic = p->classic;
	who->away = p->away || (!p->classic && peer == NULL);
	if (p->classic && (m = member_of(h, p)) != NULL)
		who->addr = &m->addr;
	if (p->classic)
		return;
	if (peer != NULL)
		who->addr = &peer->addr;
	who->key = peer != NULL ? peer->key :
	    log_lease_owner(h->log, wall_ms, p->fold);
}

void
hub_names(const struct hub *h, int64_t wall_ms,
    void (*member)(void *, const struct hub_person *), void *arg)
{
	const struct person *p;
	struct hub_person who;

	for (p = roster_first(&h->roster); p != NULL; p = roster_next(p)) {
		look_at(h, wall_ms, p, &who);
		member(arg, &who);
	}
}

bool
hub_look(const struct hub *h, int64_t wall_ms, const char *name, size_t len,
    struct hub_person *who)
{
	char fold[TEXT_FOLD_BYTES];
	const struct person *p;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return false;
	if ((p = roster_find(&h->roster, fold)) != NULL) {
		look_at(h, wall_ms, p, who);
		return true;
	}
	memset(who, 0, sizeof(*who));
	who->name = name;
	who->name_len = len;
	who->key = log_lease_owner(h->log, wall_ms, fold);
	return who->key != NULL;
}

/*
 * Out
 */

static bool
put_out(struct hub *h, struct person *p, const char *reason,
    size_t reason_len)
{
	struct member *m;

	if (p->classic) {
		m = members_named(&h->members, p->name, p->name_len);
		return m != NULL && hub_classic_leave(h, m, HUB_KICKED,
		    reason, reason_len);
	}
	if (p->session != NULL)
		hub_secure_close_peer(h, p->session, FRAME_KICKED, reason,
		    reason_len);
	hub_report(h, HUB_KICKED, HUB_FINE, NULL, p->name, p->name_len);
	return hub_append(h, ENTRY_LEAVE, 0, p->name, p->name_len, reason,
	    reason_len);
}

bool
hub_kick(struct hub *h, int64_t now_ms, int64_t wall_ms, const char *name,
    size_t len, const char *reason, size_t reason_len)
{
	struct person *p = roster_named(&h->roster, name, len);

	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	return p != NULL && put_out(h, p, reason, reason_len);
}

static bool
is_banned(struct hub *h, const struct person *p)
{
	struct hub_person who;

	look_at(h, h->wall_ms, p, &who);
	return bans_match(h->config.bans, h->wall_ms, p->fold, who.key,
	    who.addr);
}

static void
put_out_banned(struct hub *h)
{
	struct person *p = roster_first(&h->roster), *next;

	for (; p != NULL; p = next) {
		next = roster_next(p);
		if (is_banned(h, p))
			put_out(h, p, banned, strlen(banned));
	}
}

bool
hub_ban(struct hub *h, int64_t now_ms, int64_t wall_ms, const struct ban *b)
{
	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	if (!bans_set(h->config.bans, wall_ms, b))
		return false;
	put_out_banned(h);
	return true;
}

void
hub_check_address(struct hub *h, struct peer *p)
{
	if (bans_match(h->config.bans, h->wall_ms, NULL, NULL, &p->addr))
		put_out(h, p->person, banned, strlen(banned));
}

bool
hub_release(struct hub *h, int64_t wall_ms, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	return text_name_check(name, len) == TEXT_NAME_OK &&
	    text_fold(fold, name, len) > 0 &&
	    log_lease_release(h->log, wall_ms, fold);
}
