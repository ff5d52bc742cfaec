/*
 * The room: whatever happens in it becomes an entry of the log first, and what
 * everybody is told follows from the log's watch. Pure; the server's loop
 * calls it. Never reads a clock, opens a descriptor or prints.
 */
#include "server/hub.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "server/hub_state.h"

enum {
	/* No byte of UTF-8 is as high: these start secure datagrams. */
	SECURE_FIRST_BYTE = 0xf8,
	GHOST_MS = PEER_TIMEOUT_MS	/* to come back after a restart */
};

/* An entry that is in the log must not fail to be so for want of memory. */
static bool
reserve(struct hub *h)
{
	return roster_reserve(&h->roster) && posted_reserve(h->posted);
}

/* The watch: the only way in for what is so, the only way out to people. */
static void
on_entry(void *arg, const struct entry *e, const uint8_t *encoded, size_t len)
{
	struct hub *h = arg;
	struct person *p;

	(void)encoded;
	(void)len;
	if (!reserve(h))
		h->starved = true;
	if ((e->kind == ENTRY_LEAVE || e->kind == ENTRY_TIMEOUT) &&
	    (p = roster_named(&h->roster, e->author, e->author_len)) !=
	    NULL && p->session != NULL)
		((struct peer *)p->session)->person = NULL;
	if (e->kind != ENTRY_JOIN && roster_changes(e))
		hub_name_went(h, roster_named(&h->roster, e->author,
		    e->author_len));
	if (e->kind == ENTRY_RENAME)
		hub_take_rename(h, e);
	else
		roster_take(&h->roster, e);
	posted_take(h->posted, e);
	if (entry_is_rule(e)) {
		standing_take(h->standing, e);
		log_hold(h->log, standing_oldest(h->standing));
	}
	if (h->quiet)
		return;
	if (e->kind == ENTRY_JOIN)
		hub_name_came(h, roster_named(&h->roster, e->author,
		    e->author_len));
	if (e->kind == ENTRY_RENAME)
		hub_name_came(h, roster_named(&h->roster, e->text,
		    e->text_len));
	hub_classic_fanout(h, e);
	hub_secure_grown(h);
}

int64_t
hub_turn(struct hub *h)
{
	const struct log_out out = { on_entry, h };
	uint64_t durable = log_durable(h->log);
	int64_t due;

	due = log_turn(h->log, h->now_ms, h->wall_ms, &out);
	if (log_durable(h->log) != durable)
		hub_secure_durable(h);
	return due;
}

bool
hub_append_all(struct hub *h, struct entry *entries, size_t n)
{
	uint64_t durable = log_durable(h->log);

	if (!reserve(h) || !log_append(h->log, h->now_ms, entries, n))
		return false;
	hub_turn(h);
	if (log_durable(h->log) != durable)
		hub_secure_durable(h);
	return true;
}

bool
hub_append(struct hub *h, enum entry_kind kind, uint32_t flags,
    const char *author, size_t author_len, const char *text, size_t text_len)
{
	struct entry e = {
		.time_ms = h->wall_ms,
		.kind = kind,
		.flags = flags,
		.author = author,
		.author_len = author_len,
		.text = text,
		.text_len = text_len
	};

	return hub_append_all(h, &e, 1);
}

/* Those who spoke the classic protocol to a server that is no more. */
static void
bury_classic(struct hub *h)
{
	struct person *p = roster_first(&h->roster), *next;
	char name[TEXT_NAME_BYTES];
	size_t len;

	for (; p != NULL; p = next) {
		next = roster_next(p);
		if (!p->classic) {
			h->ghosts_ms = h->now_ms + GHOST_MS;
			continue;
		}
		len = p->name_len;
		memcpy(name, p->name, len);
		/* A full disk: they stay until there is room. */
		hub_append(h, ENTRY_LEAVE, ENTRY_CLASSIC, name, len, NULL, 0);
	}
}

struct hub *
hub_new(const struct hub_config *config, struct log *log, int64_t now_ms,
    int64_t wall_ms, const struct hub_out *out)
{
	struct log_out watch = { on_entry, NULL };
	struct rule close;
	uint8_t secret[BUDGET_SECRET];
	struct hub *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->config = *config;
	h->out = *out;
	h->log = log;
	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	h->ghosts_ms = INT64_MAX;
	members_init(&h->members, config->seed);
	h->porch.seed = config->seed;
	roster_init(&h->roster);
	LIST_INIT(&h->peers);
	LIST_INIT(&h->posting);
	TAILQ_INIT(&h->heard);
	TAILQ_INIT(&h->ending);
	RB_INIT(&h->due);
	h->posted = posted_new();
	h->standing = standing_new();
	out->random(out->arg, secret, sizeof(secret));
	h->budget = budget_new(config->rate, secret);
	h->gate = gate_new(&config->gate, now_ms, out->random, out->arg);
	/* The gate has its own. */
	sodium_memzero(&h->config.gate.key, sizeof(h->config.gate.key));
	sodium_memzero(h->config.gate.psk, sizeof(h->config.gate.psk));
	watch.arg = h;
	h->quiet = true;
	if (!hub_names_open(h) || h->posted == NULL ||
	    h->standing == NULL || h->gate == NULL ||
	    h->budget == NULL || !log_replay(log, &watch) || h->starved) {
		hub_free(h);
		return NULL;
	}
	hub_names_fill(h);
	h->quiet = false;
	bury_classic(h);
	/* Who was here is allowed only if he was told so before. */
	if (config->closed && !standing_closed(h->standing)) {
		hub_rule_of(&close, RULE_CLOSE, NULL);
		if (!hub_append_rule(h, &close, 0)) {
			hub_free(h);
			return NULL;
		}
	}
	return h;
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	hub_secure_clear(h);
	gate_free(h->gate);
	budget_free(h->budget);
	posted_free(h->posted);
	standing_free(h->standing);
	hub_names_close(h);
	roster_clear(&h->roster);
	members_clear(&h->members);
	free(h);
}

void
hub_report(struct hub *h, enum hub_event_kind kind, enum hub_reason reason,
    const union sock_addr *addr, const char *name, size_t len)
{
	struct hub_event ev = { kind, reason, addr, name, len };

	if (kind == HUB_REFUSED)
		h->figures.why[reason]++;
	else if (kind == HUB_JOINED)
		h->figures.joined++;
	else
		h->figures.left++;
	h->out.event(h->out.arg, &ev);
}

void
hub_input(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *from, const void *data, size_t len)
{
	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	if (len > 0 && *(const uint8_t *)data >= SECURE_FIRST_BYTE)
		hub_secure_input(h, from, data, len);
	else
		hub_classic_input(h, from, data, len);
}

void
hub_unreachable(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *addr)
{
	struct member *m = members_at(&h->members, addr);

	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	/* Anybody can say so: it has to answer something. */
	if (m != NULL && m->told_ms != 0 && m->heard_ms <= m->told_ms &&
	    now_ms - m->told_ms <= HUB_ERROR_MS)
		hub_classic_leave(h, m, HUB_VANISHED);
	else if (m == NULL)
		hub_secure_unreachable(h, addr);
}

enum hub_text
hub_announce(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const char *text, size_t len)
{
	char clean[CLASSIC_BYTES];

	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	if (len > sizeof(clean))
		return HUB_TEXT_LONG;
	if (!text_valid(text, len))
		return HUB_TEXT_UTF8;
	len = text_clean(clean, text, len, false);
	if (len == 0)
		return HUB_TEXT_EMPTY;
	if (len > TEXT_LINE_BYTES)
		return HUB_TEXT_LONG;
	if (!hub_append(h, ENTRY_ANNOUNCE, 0, NULL, 0, clean, len))
		return HUB_TEXT_NO_SPACE;
	h->figures.lines++;
	return HUB_TEXT_OK;
}

/* Who was in the room when the server ended and did not come back. */
static void
bury_ghosts(struct hub *h)
{
	struct person *p = roster_first(&h->roster), *next;
	char name[TEXT_NAME_BYTES];
	size_t len;

	h->ghosts_ms = INT64_MAX;
	for (; p != NULL; p = next) {
		next = roster_next(p);
		if (p->session != NULL || p->classic)
			continue;
		len = p->name_len;
		memcpy(name, p->name, len);
		hub_report(h, HUB_SILENT, HUB_FINE, NULL, name, len);
		if (!hub_append(h, ENTRY_TIMEOUT, 0, name, len, NULL, 0))
			h->ghosts_ms = h->now_ms + GHOST_MS;
	}
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
hub_tick(struct hub *h, int64_t now_ms, int64_t wall_ms)
{
	int64_t due;

	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	if (now_ms >= h->ghosts_ms)
		bury_ghosts(h);
	hub_say_again(h);
	due = earlier(h->ghosts_ms, hub_classic_tick(h));
	due = earlier(due, hub_turn(h));
	due = earlier(due, gate_tick(h->gate, now_ms));
	return earlier(due, hub_secure_tick(h));
}

void
hub_slept(struct hub *h, int64_t ms)
{
	struct member *m;
	struct peer *p;

	if (h->ghosts_ms != INT64_MAX)
		h->ghosts_ms += ms;
	TAILQ_FOREACH(m, &h->members.list, by_silence)
		m->heard_ms += ms;
	LIST_FOREACH(p, &h->peers, by_all) {
		p->heard_ms += ms;
		if (p->doubt_ms != 0)
			p->doubt_ms += ms;
		if (p->scheduled)
			hub_peer_schedule(h, p);
	}
}

void
hub_close(struct hub *h, int64_t now_ms, int64_t wall_ms, enum hub_end end)
{
	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
	h->end = end;
	hub_classic_close(h);
	hub_secure_close(h);
}

struct hub_figures
hub_figures(const struct hub *h)
{
	struct hub_figures f = h->figures;

	f.members = h->roster.count;
	f.half_open = gate_count(h->gate);
	f.head = log_head(h->log).seq;
	return f;
}
