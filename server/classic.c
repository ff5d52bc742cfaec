/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; runs in the server.
 */
#include "server/classic_state.h"

#include <stdlib.h>
#include <string.h>

#include "server/room/nets.h"

enum {
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3,
	/* Of one member that wait for the log: what its next block may have. */
	LINES_MAX = LOG_BLOCK_ENTRIES,
	ERROR_MS = 1000		/* an ICMP error is of what went out since */
};

_Static_assert((int)BUDGET_MESSAGE >= (int)CLASSIC_BYTES,
    "any line fits the burst");

/* One datagram and who sent it. */
struct visit {
	struct classic_request	 req;
	const union sock_addr	*from;
	struct member		*member;	/* NULL: not logged in */
	uint64_t		*credit;	/* as in struct member */
	uint64_t		 credit_bytes;
	size_t			 len;
};

/* Tells all of them but its author. */
static void
tell(struct classic *c, const struct entry *e)
{
	char line[CLASSIC_BYTES];
	struct member *m;
	size_t len;

	if (TAILQ_EMPTY(&c->members.list) ||
	    (len = classic_format(line, e, c->config.lang)) == 0)
		return;
	TAILQ_FOREACH(m, &c->members.list, by_silence) {
		if (m->state == MEMBER_COMES ||
		    (m->name_len == e->author_len &&
		    memcmp(m->name, e->author, m->name_len) == 0))
			continue;
		classic_deliver(c, &m->addr, m->credit, m->newline, line, len);
		m->told_ms = c->room->now_ms;
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
	const struct person *p = roster_named(&c->room->roster, name, len);
	const struct member *m = members_named(&c->members, name, len);

	return p != NULL && p->classic && p->server == log_node(c->room->log) &&
	    (m == NULL || classic_goes(m));
}

static enum hub_reason
login(struct classic *c, struct visit *v)
{
	const struct budget_cost look = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_LOOK };
	const struct budget_who who = { .addr = v->from };
	enum hub_reason why;
	struct member *m;

	if (v->member != NULL && !classic_goes(v->member))
		return v->member->state == MEMBER_COMES ? HUB_FINE :
		    HUB_ALREADY_IN;
	if (budget_wait(c->budget, c->room->now_ms, &who,
	    &classic_entering) > 0 || (c->config.rate > 0 &&
	    !porch_has_room(&c->porch, c->room->now_ms, v->from)))
		return HUB_OVER_LIMIT;
	why = falls_free(c, v->req.arg, v->req.arg_len) ? HUB_FINE :
	    names_check(c->names, v->req.arg, v->req.arg_len, NULL, v->from);
	if (why != HUB_FINE) {
		/* To look at a name is work, whatever comes of it. */
		budget_spend(c->budget, c->room->now_ms, &who, &look);
		return why;
	}
	m = members_add(&c->members, v->from, v->req.arg, v->req.arg_len,
	    c->room->now_ms);
	if (m == NULL)
		return HUB_FULL;
	m->newline = v->req.newline;
	if (v->credit != NULL) {
		m->credit_bytes = *v->credit;
		m->credit = &m->credit_bytes;
	}
	classic_come(c, m);
	return HUB_FINE;
}

static enum hub_reason
say(struct classic *c, const struct visit *v)
{
	const struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)v->len };
	const struct budget_who who = { .addr = v->from };
	struct member *m = v->member;
	char text[CLASSIC_BYTES];
	size_t len;

	if (m == NULL || classic_goes(m))
		return HUB_NOT_IN;
	len = classic_words(text, v->req.arg, v->req.arg_len, m->name,
	    m->name_len);
	if (len == 0)
		return HUB_TEXT;
	if (hushed_is(&c->hushed, c->room, &m->addr, m->fold))
		return HUB_MUTED;
	if (m->lines_n == LINES_MAX ||
	    !budget_take(c->budget, c->room->now_ms, &who, &cost))
		return HUB_OVER_LIMIT;
	return classic_say(c, m, text, len);
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
		if (v->member != NULL)
			classic_quit(c, v->member);
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

	if (v->member != NULL && !enters) {
		classic_fail(c, v->member, why);
		return;
	}
	c->room->figures.refused++;
	room_report(c->room, HUB_REFUSED, why, v->from, enters ? v->req.arg :
	    NULL, enters ? v->req.arg_len : 0);
	len = strlcpy(line, classic_word(c, false), sizeof(line));
	classic_deliver(c, v->from, v->credit, v->req.newline, line, len);
}

/* Finds out who sent it; what it sent earns a stranger's address credit. */
static void
visit_begin(struct classic *c, struct visit *v)
{
	struct member *m = members_at(&c->members, v->from);

	v->member = m;
	v->credit_bytes = (uint64_t)v->len * CREDIT_FACTOR;
	if (m != NULL) {
		members_heard(&c->members, m, c->room->now_ms);
		m->newline = v->req.newline;
		m->credit_bytes += v->credit_bytes;
		v->credit = m->credit;
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
		c->room->figures.ignored++;
		room_report(c->room, HUB_REFUSED, HUB_OUTSIDE, from, NULL, 0);
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
	struct member *m = members_at(&c->members, addr);
	int64_t now_ms = c->room->now_ms;

	if (m == NULL)
		return false;
	if (m->told_ms != 0 && m->heard_ms <= m->told_ms &&
	    now_ms - m->told_ms <= ERROR_MS)
		classic_leave(c, m, HUB_VANISHED);
	return true;
}

const union sock_addr *
classic_addr(struct classic *c, const char *name, size_t len)
{
	const struct member *m = members_named(&c->members, name, len);

	return m == NULL ? NULL : &m->addr;
}

void
classic_hush(struct classic *c, const char *name, size_t len)
{
	const struct member *m = members_named(&c->members, name, len);

	if (m != NULL)
		hushed_note(&c->hushed, &m->addr, m->fold);
}

bool
classic_put_out(struct classic *c, const char *name, size_t len)
{
	struct member *m = members_named(&c->members, name, len);

	if (m != NULL)
		classic_leave(c, m, HUB_KICKED);
	return m != NULL;
}

void
classic_slept(struct classic *c, int64_t ms)
{
	struct member *m;

	TAILQ_FOREACH(m, &c->members.list, by_silence)
		m->heard_ms += ms;
}

int64_t
classic_tick(struct classic *c)
{
	struct member *m;

	if (c->config.idle_ms == 0)
		return INT64_MAX;
	TAILQ_FOREACH(m, &c->members.list, by_silence) {
		if (m->state != MEMBER_HERE)
			continue;
		if (m->heard_ms + c->config.idle_ms > c->room->now_ms)
			return m->heard_ms + c->config.idle_ms;
		classic_leave(c, m, HUB_SILENT);
	}
	return INT64_MAX;
}

static void
all_go(struct classic *c, void (*how)(struct classic *, struct member *,
    enum hub_event_kind))
{
	struct member *m, *next;

	for (m = TAILQ_FIRST(&c->members.list); m != NULL; m = next) {
		next = TAILQ_NEXT(m, by_silence);
		how(c, m, HUB_LEFT);
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
on_before(void *arg, const struct entry *e, struct person *who)
{
	struct classic *c = arg;
	struct member *m;

	if ((e->kind != ENTRY_LEAVE && e->kind != ENTRY_TIMEOUT) ||
	    who == NULL || !who->classic)
		return;
	m = members_named(&c->members, e->author, e->author_len);
	if (m != NULL)
		classic_remove(c, m);
}

static void
on_after(void *arg, const struct entry *e, struct person *who, bool ours)
{
	struct classic *c = arg;

	fan_out(c, e);
	/* Nobody can tell who speaks the protocol: it opens no closed room. */
	if (entry_is_rule(e) && standing_closed(c->room->standing))
		all_go(c, classic_leave);
	/* It was gone before its entry came. */
	if (ours && e->kind == ENTRY_JOIN && who != NULL && who->classic &&
	    members_named(&c->members, e->author, e->author_len) == NULL)
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
	c->room = room;
	c->names = names;
	c->budget = budget;
	members_init(&c->members, config->seed);
	c->porch.seed = config->seed;
	classic_asks_init(c);
	room_watch(room, &watch);
	return c;
}

void
classic_free(struct classic *c)
{
	struct member *m;

	if (c == NULL)
		return;
	while ((m = TAILQ_FIRST(&c->members.list)) != NULL)
		classic_remove(c, m);
	free(c);
}
