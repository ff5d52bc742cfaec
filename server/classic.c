/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; runs in the server.
 */
#include "server/classic_state.h"

#include <stdlib.h>
#include <string.h>

#include "server/room/nets.h"
#include "server/room/room_say.h"

enum {
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3,
	/* Of one peer that wait for the log: what its next block may have. */
	LINES_MAX = LOG_BLOCK_ENTRIES,
	ERROR_MS = 1000,	/* an ICMP error is of what went out since, */
	NO_WAY_MS = 5000	/* or after the kernel looked for a host */
};

_Static_assert((int)BUDGET_MESSAGE >= (int)CLASSIC_BYTES,
    "any line fits the burst");

/* One datagram and who sent it. */
struct visit {
	struct classic_request	 req;
	const union sock_addr	*from;
	struct classic_peer		*peer;	/* NULL: not logged in */
	uint64_t		*credit;	/* as in struct classic_peer */
	uint64_t		 credit_bytes;
	size_t			 len;
};

/* Tells all of them but its author. */
static void
tell(struct classic *c, const struct entry *e)
{
	char line[CLASSIC_BYTES];
	struct classic_peer *p;
	size_t len;

	if (TAILQ_EMPTY(&c->peers.list) ||
	    (len = classic_format(line, e, c->config.lang)) == 0)
		return;
	TAILQ_FOREACH(p, &c->peers.list, by_silence) {
		if (p->state == CLASSIC_PEER_COMES ||
		    (p->name_len == e->author_len &&
		    memcmp(p->name, e->author, p->name_len) == 0))
			continue;
		classic_deliver(c, &p->addr, p->credit, p->newline, line, len);
		p->told_ms = c->house->now_ms;
	}
}

/* The protocol has no word for a rename: one leaves, another one comes. */
static void
fan_out(struct classic *c, const struct entry *e)
{
	struct entry left = *e, came = *e;

	/* Who was put out has left: there is no other word for it. */
	if ((e->flags & ENTRY_QUIET) != 0 && e->kind != ENTRY_LEAVE)
		return;
	if (e->kind != ENTRY_RENAME) {
		tell(c, e);
		return;
	}
	left.kind = ENTRY_LEAVE;
	came.kind = ENTRY_JOIN;
	came.author = e->text;
	came.author_len = e->text_len;
	left.text_len = came.text_len = 0;
	tell(c, &left);
	tell(c, &came);
}

/* Whose name it is goes; who asks for it now is decided on after that. */
static bool
falls_free(struct classic *c, const char *name, size_t len)
{
	const struct member *other = roster_named(&c->room->roster, name, len);
	const struct classic_peer *p =
	    classic_peers_named(&c->peers, name, len);

	return other != NULL && other->classic &&
	    room_is_here(c->room, other) &&
	    (p == NULL || classic_goes(p));
}

/* Is there a place, or who goes for it? He is told as who was idle is. */
static bool
has_place(struct classic *c, const union sock_addr *from)
{
	struct classic_peer *out;

	if (classic_peers_room(&c->peers, from, &out))
		return true;
	if (out == NULL)
		return false;
	classic_leave(c, out, HUB_SILENT);
	return true;
}

static enum hub_reason
login(struct classic *c, struct visit *v)
{
	const struct budget_cost look = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_LOOK };
	const struct budget_who who = { .addr = v->from };
	enum hub_reason why;
	struct classic_peer *p;

	if (v->peer != NULL && !classic_goes(v->peer))
		return v->peer->state == CLASSIC_PEER_COMES ? HUB_FINE :
		    HUB_ALREADY_IN;
	/* The porch first: whom it turns away has no account, and drives out
	 * nobody's. */
	if ((c->config.rate > 0 &&
	    !porch_has_room(&c->porch, c->house->now_ms, v->from)) ||
	    budget_wait(c->budget, c->house->now_ms, &who,
	    &classic_entering) > 0)
		return HUB_OVER_LIMIT;
	why = falls_free(c, v->req.arg, v->req.arg_len) ? HUB_FINE :
	    names_check(c->names, v->req.arg, v->req.arg_len, NULL, v->from);
	if (why != HUB_FINE) {
		/* To look at a name is work, whatever comes of it. */
		budget_spend(c->budget, c->house->now_ms, &who, &look);
		porch_enter(&c->porch, c->house->now_ms, v->from);
		return why;
	}
	if (!has_place(c, v->from))
		return HUB_FULL;
	p = classic_peers_add(&c->peers, v->from, v->req.arg, v->req.arg_len,
	    c->house->now_ms);
	if (p == NULL)
		return HUB_FULL;
	p->newline = v->req.newline;
	if (v->credit != NULL) {
		p->credit_bytes = *v->credit;
		p->credit = &p->credit_bytes;
	}
	classic_come(c, p);
	return HUB_FINE;
}

static enum hub_reason
say(struct classic *c, const struct visit *v)
{
	const struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)v->len };
	const struct budget_who who = { .addr = v->from };
	struct classic_peer *p = v->peer;
	char text[CLASSIC_BYTES];
	size_t len;

	if (p == NULL || classic_goes(p))
		return HUB_NOT_IN;
	len = classic_words(text, v->req.arg, v->req.arg_len, p->name,
	    p->name_len);
	if (len == 0)
		return HUB_TEXT;
	if (hushed_is(&c->hushed, c->room, &p->addr, p->fold))
		return HUB_MUTED;
	if (p->lines_n == LINES_MAX ||
	    !budget_take(c->budget, c->house->now_ms, &who, &cost))
		return HUB_OVER_LIMIT;
	return classic_say(c, p, text, len);
}

static enum hub_reason
act(struct classic *c, struct visit *v)
{
	switch (v->req.verb) {
	case CLASSIC_LOGIN:
		return login(c, v);
	case CLASSIC_SAY:
		return say(c, v);
	case CLASSIC_QUIT:
		if (v->peer != NULL)
			classic_quit(c, v->peer);
		return HUB_FINE;
	case CLASSIC_REPLY:
		/* Two servers must not talk to each other for ever. */
		return HUB_FINE;
	case CLASSIC_BAD:
		break;
	}
	return HUB_MALFORMED;
}

static void
refuse(struct classic *c, const struct visit *v, enum hub_reason why)
{
	bool enters = v->req.verb == CLASSIC_LOGIN;
	char line[8];
	size_t len;

	if (v->peer != NULL && !enters) {
		classic_fail(c, v->peer, why);
		return;
	}
	c->house->figures.refused++;
	house_report(c->house, HUB_REFUSED, why, v->from, enters ? v->req.arg :
	    NULL, enters ? v->req.arg_len : 0);
	len = strlcpy(line, classic_word(c, false), sizeof(line));
	classic_deliver(c, v->from, v->credit, v->req.newline, line, len);
}

/* Finds out who sent it; what it sent earns a stranger's address credit. */
static void
visit_begin(struct classic *c, struct visit *v)
{
	struct classic_peer *p = classic_peers_at(&c->peers, v->from);

	v->peer = p;
	v->credit_bytes = (uint64_t)v->len * CREDIT_FACTOR;
	if (p != NULL) {
		classic_peers_heard(&c->peers, p, c->house->now_ms);
		p->newline = v->req.newline;
		p->credit_bytes += v->credit_bytes;
		v->credit = p->credit;
	} else if (!nets_hold(c->config.local, v->from)) {
		v->credit = &v->credit_bytes;
	}
}

void
classic_input(struct classic *c, const union sock_addr *from,
    const void *data, size_t len)
{
	struct visit v = { .from = from, .len = len };
	enum hub_reason why;

	/* Nobody can tell who speaks it: then it opens no closed room. */
	if (c->config.classic == HUB_CLASSIC_OFF ||
	    standing_closed(c->room->standing) ||
	    (c->config.classic == HUB_CLASSIC_LOCAL &&
	    !nets_hold(c->config.local, from))) {
		c->house->figures.ignored++;
		house_report(c->house, HUB_REFUSED, HUB_OUTSIDE, from, NULL, 0);
		return;
	}
	v.req = classic_parse_request(data, len);
	visit_begin(c, &v);
	if ((why = act(c, &v)) != HUB_FINE)
		refuse(c, &v, why);
}

/* Anybody can say so: it has to answer something. */
bool
classic_unreachable(struct classic *c, const union sock_addr *addr)
{
	struct classic_peer *p = classic_peers_at(&c->peers, addr);
	int64_t now_ms = c->house->now_ms;

	if (p == NULL)
		return false;
	if (p->told_ms != 0 && p->heard_ms <= p->told_ms &&
	    now_ms - p->told_ms <= ERROR_MS)
		classic_leave(c, p, HUB_VANISHED);
	return true;
}

void
classic_no_way(struct classic *c, const union sock_addr *addr)
{
	struct classic_peer *p = classic_peers_at(&c->peers, addr);

	if (p != NULL && !p->again && p->told_ms != 0 &&
	    c->house->now_ms - p->told_ms <= NO_WAY_MS)
		classic_leave(c, p, HUB_VANISHED);
}

const union sock_addr *
classic_addr(struct classic *c, const char *name, size_t len)
{
	const struct classic_peer *p =
	    classic_peers_named(&c->peers, name, len);

	return p == NULL ? NULL : &p->addr;
}

void
classic_hush(struct classic *c, const char *name, size_t len)
{
	const struct classic_peer *p =
	    classic_peers_named(&c->peers, name, len);

	if (p != NULL)
		hushed_note(&c->hushed, &p->addr, p->fold);
}

bool
classic_put_out(struct classic *c, const char *name, size_t len)
{
	struct classic_peer *p =
	    classic_peers_named(&c->peers, name, len);

	if (p != NULL)
		classic_leave(c, p, HUB_KICKED);
	return p != NULL;
}

void
classic_slept(struct classic *c, int64_t ms)
{
	struct classic_peer *p;

	TAILQ_FOREACH(p, &c->peers.list, by_silence)
		p->heard_ms += ms;
}

int64_t
classic_tick(struct classic *c)
{
	struct classic_peer *p;

	if (c->config.idle_ms == 0)
		return INT64_MAX;
	TAILQ_FOREACH(p, &c->peers.list, by_silence) {
		if (p->state != CLASSIC_PEER_HERE)
			continue;
		if (p->heard_ms + c->config.idle_ms > c->house->now_ms)
			return p->heard_ms + c->config.idle_ms;
		classic_leave(c, p, HUB_SILENT);
	}
	return INT64_MAX;
}

static void
all_go(struct classic *c, void (*how)(struct classic *, struct classic_peer *,
    enum hub_event_kind))
{
	struct classic_peer *p, *next;

	for (p = TAILQ_FIRST(&c->peers.list); p != NULL; p = next) {
		next = TAILQ_NEXT(p, by_silence);
		how(c, p, HUB_LEFT);
	}
}

/* That the server ends is not the room's: it is in no log. */
void
classic_close(struct classic *c, enum hub_end end)
{
	const char *text = hub_end_text(c->config.lang, end);
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = text,
	    .text_len = strlen(text) };

	tell(c, &e);
	c->room->quiet = true;
	all_go(c, classic_go);
}

/*
 * The watch
 */

static void
on_before(void *arg, const struct entry *e, struct member *who)
{
	struct classic *c = arg;
	struct classic_peer *p;

	if ((e->kind != ENTRY_LEAVE && e->kind != ENTRY_TIMEOUT) ||
	    who == NULL || !who->classic)
		return;
	p = classic_peers_named(&c->peers, e->author, e->author_len);
	if (p != NULL)
		classic_remove(c, p);
}

static void
on_after(void *arg, const struct entry *e, struct member *who, bool ours)
{
	struct classic *c = arg;

	fan_out(c, e);
	/* Nobody can tell who speaks the protocol: it opens no closed room. */
	if (entry_is_rule(e) && standing_closed(c->room->standing))
		all_go(c, classic_leave);
	/* It was gone before its entry came. */
	if (ours && e->kind == ENTRY_JOIN && who != NULL && who->classic &&
	    classic_peers_named(&c->peers, e->author, e->author_len) == NULL)
		room_put_out(c->room, ENTRY_LEAVE, ENTRY_CLASSIC, e->author,
		    e->author_len);
}

struct classic *
classic_new(const struct hub_config *config, struct room *room,
    struct names *names, struct budget *budget)
{
	struct classic *c = calloc(1, sizeof(*c));
	const struct room_watch watch = { .before = on_before,
	    .after = on_after, .arg = c };

	if (c == NULL)
		return NULL;
	c->config = *config;
	c->house = room->house;
	c->room = room;
	c->names = names;
	c->budget = budget;
	classic_peers_init(&c->peers, config->seed);
	c->porch.seed = config->seed;
	classic_asks_init(c);
	room_watch(room, &watch);
	return c;
}

void
classic_free(struct classic *c)
{
	struct classic_peer *p;

	if (c == NULL)
		return;
	while ((p = TAILQ_FIRST(&c->peers.list)) != NULL)
		classic_remove(c, p);
	free(c);
}
