/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; runs in the server.
 */
#include <string.h>

#include "server/hub_state.h"

enum {
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3
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

static const char *const closing[][2] = {
	[CLASSIC_EN] = {
		[HUB_END_STOPPED] = "the server is shutting down",
		[HUB_END_DISK] = "the disk of the server failed; "
		    "the server is shutting down"
	},
	[CLASSIC_ZH] = {
		[HUB_END_STOPPED] = "服务器即将关闭",
		[HUB_END_DISK] = "服务器的磁盘出错，服务器即将关闭"
	}
};

/* Sends line, which has room for the newline that some want, if it may. */
static void
deliver(struct hub *h, const union sock_addr *to, uint64_t *credit,
    bool newline, char *line, size_t len)
{
	if (newline)
		line[len++] = '\n';
	if (credit != NULL) {
		if (*credit < len) {
			h->figures.withheld++;
			return;
		}
		*credit -= len;
	}
	h->out.send(h->out.arg, to, line, len);
}

static void
answer(struct hub *h, const struct visit *v, const char *word,
    const char *letter)
{
	char line[8];
	size_t len;

	len = strlcpy(line, h->config.classic_yn ? letter : word,
	    sizeof(line));
	deliver(h, v->from, v->credit, v->req.newline, line, len);
}

/* The protocol has no word for it: one leaves, another one comes. */
static void
fan_out_rename(struct hub *h, const struct entry *e)
{
	struct entry left = *e, came = *e;

	left.kind = ENTRY_LEAVE;
	left.text_len = 0;
	came.kind = ENTRY_JOIN;
	came.author = e->text;
	came.author_len = e->text_len;
	came.text_len = 0;
	hub_classic_fanout(h, &left);
	hub_classic_fanout(h, &came);
}

void
hub_classic_fanout(struct hub *h, const struct entry *e)
{
	char line[CLASSIC_BYTES];
	struct member *m;
	size_t len;

	/* Who was put out has left: there is no other word for it. */
	if ((e->flags & ENTRY_QUIET) != 0 && e->kind != ENTRY_LEAVE)
		return;
	if (e->kind == ENTRY_RENAME) {
		fan_out_rename(h, e);
		return;
	}
	if ((len = classic_format(line, e, h->config.lang)) == 0)
		return;
	TAILQ_FOREACH(m, &h->members.list, by_silence) {
		if (m->name_len == e->author_len &&
		    memcmp(m->name, e->author, m->name_len) == 0)
			continue;
		deliver(h, &m->addr, m->credit, m->newline, line, len);
		m->told_ms = h->now_ms;
	}
}

bool
hub_classic_leave(struct hub *h, struct member *m, enum hub_event_kind kind)
{
	char name[TEXT_NAME_BYTES];
	size_t len = m->name_len;

	hub_report(h, kind, HUB_FINE, &m->addr, m->name, len);
	memcpy(name, m->name, len);
	members_remove(&h->members, m);
	return hub_append(h, kind == HUB_SILENT ? ENTRY_TIMEOUT : ENTRY_LEAVE,
	    ENTRY_CLASSIC | (kind == HUB_KICKED ? ENTRY_QUIET : 0U), name, len,
	    NULL, 0);
}

static enum hub_reason
login(struct hub *h, struct visit *v)
{
	struct entry join = { .kind = ENTRY_JOIN, .flags = ENTRY_CLASSIC,
	    .time_ms = h->wall_ms };
	const struct budget_cost cost = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_JOIN };
	const struct budget_cost look = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_LOOK };
	const struct budget_who who = { .addr = v->from };
	enum hub_reason why;
	struct member *m;

	if (v->member != NULL)
		return HUB_ALREADY_IN;
	if (budget_wait(h->budget, h->now_ms, &who, &cost) > 0 ||
	    (h->config.rate > 0 && !porch_has_room(&h->porch, h->now_ms,
	    v->from)))
		return HUB_OVER_LIMIT;
	why = hub_check_name(h, v->req.arg, v->req.arg_len, NULL, v->from);
	if (why != HUB_FINE) {
		/* To look at a name is work, whatever comes of it. */
		budget_spend(h->budget, h->now_ms, &who, &look);
		return why;
	}
	m = members_add(&h->members, v->from, v->req.arg, v->req.arg_len,
	    h->now_ms);
	if (m == NULL)
		return HUB_FULL;

	m->newline = v->req.newline;
	if (v->credit != NULL) {
		m->credit_bytes = *v->credit;
		m->credit = v->credit = &m->credit_bytes;
	}
	join.author = m->name;
	join.author_len = m->name_len;
	if (!log_append(h->log, h->now_ms, &join, 1)) {
		if (v->credit != NULL)
			v->credit = &v->credit_bytes;
		members_remove(&h->members, m);
		return HUB_NO_SPACE;
	}
	budget_spend(h->budget, h->now_ms, &who, &cost);
	porch_enter(&h->porch, h->now_ms, v->from);
	hub_report(h, HUB_JOINED, HUB_FINE, &m->addr, m->name, m->name_len);
	/* The answer comes before what the entry brings about. */
	answer(h, v, "OK", "Y");
	hub_turn(h);
	return HUB_FINE;
}

static enum hub_reason
say(struct hub *h, const struct visit *v)
{
	const struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)v->len };
	const struct budget_who who = { .addr = v->from };
	struct member *m = v->member;
	char text[CLASSIC_BYTES];
	size_t len;

	if (m == NULL)
		return HUB_NOT_IN;
	len = classic_words(text, v->req.arg, v->req.arg_len, m->name,
	    m->name_len);
	if (len == 0)
		return HUB_TEXT;
	if (hub_is_hushed(h, m))
		return HUB_MUTED;
	if (!budget_take(h->budget, h->now_ms, &who, &cost))
		return HUB_OVER_LIMIT;
	if (!hub_append(h, ENTRY_SAY, ENTRY_CLASSIC, m->name, m->name_len,
	    text, len))
		return HUB_NO_SPACE;
	porch_heard(&h->porch, v->from);
	h->figures.lines++;
	return HUB_FINE;
}

static enum hub_reason
act(struct hub *h, struct visit *v)
{
	switch (v->req.verb) {
	case CLASSIC_LOGIN:
		return login(h, v);
	case CLASSIC_SAY:
		return say(h, v);
	case CLASSIC_QUIT:
		if (v->member != NULL)
			hub_classic_leave(h, v->member, HUB_LEFT);
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
refuse(struct hub *h, const struct visit *v, enum hub_reason why)
{
	const struct member *m = v->member;

	h->figures.refused++;
	if (v->req.verb == CLASSIC_LOGIN)
		hub_report(h, HUB_REFUSED, why, v->from, v->req.arg,
		    v->req.arg_len);
	else
		hub_report(h, HUB_REFUSED, why, v->from,
		    m == NULL ? NULL : m->name, m == NULL ? 0 : m->name_len);
	answer(h, v, "FAIL", "N");
}

/* Finds out who sent it; what it sent earns a stranger's address credit. */
static void
visit_begin(struct hub *h, struct visit *v)
{
	struct member *m = members_at(&h->members, v->from);

	v->member = m;
	v->credit_bytes = (uint64_t)v->len * CREDIT_FACTOR;
	if (m != NULL) {
		members_heard(&h->members, m, h->now_ms);
		m->newline = v->req.newline;
		m->credit_bytes += v->credit_bytes;
		v->credit = m->credit;
	} else if (!nets_hold(h->config.local, v->from)) {
		v->credit = &v->credit_bytes;
	}
}

void
hub_classic_input(struct hub *h, const union sock_addr *from,
    const void *data, size_t len)
{
	struct visit v = { .from = from, .len = len };
	enum hub_reason why;

	/* Nobody can tell who speaks it: then it opens no closed room. */
	if (h->config.classic == HUB_CLASSIC_OFF ||
	    standing_closed(h->standing) ||
	    (h->config.classic == HUB_CLASSIC_LOCAL &&
	    !nets_hold(h->config.local, from))) {
		h->figures.ignored++;
		hub_report(h, HUB_REFUSED, HUB_OUTSIDE, from, NULL, 0);
		return;
	}
	v.req = classic_parse_request(data, len);
	visit_begin(h, &v);
	if ((why = act(h, &v)) != HUB_FINE)
		refuse(h, &v, why);
}

int64_t
hub_classic_tick(struct hub *h)
{
	struct member *m;

	if (h->config.idle_ms == 0)
		return INT64_MAX;
	while ((m = TAILQ_FIRST(&h->members.list)) != NULL) {
		if (m->heard_ms + h->config.idle_ms > h->now_ms)
			return m->heard_ms + h->config.idle_ms;
		hub_classic_leave(h, m, HUB_SILENT);
	}
	return INT64_MAX;
}

/* That the server ends is not the room's: it is in no log. */
void
hub_classic_close(struct hub *h)
{
	const char *text = closing[h->config.lang][h->end];
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = text,
	    .text_len = strlen(text) };
	struct member *m;

	hub_classic_fanout(h, &e);
	h->quiet = true;
	while ((m = TAILQ_FIRST(&h->members.list)) != NULL) {
		hub_append(h, ENTRY_LEAVE, ENTRY_CLASSIC, m->name,
		    m->name_len, NULL, 0);
		members_remove(&h->members, m);
	}
}
