/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; runs in the server.
 */
#include "server/classic.h"

#include <stdlib.h>
#include <string.h>

#include "server/budget.h"
#include "server/hub_config.h"
#include "server/hushed.h"
#include "server/member.h"
#include "server/porch.h"
#include "server/room/names.h"
#include "server/room/nets.h"

enum {
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3,
	LINES_MAX = 16,		/* of one member that wait for the log */
	ERROR_MS = 1000		/* an ICMP error is of what went out since */
};

_Static_assert((int)BUDGET_MESSAGE >= (int)CLASSIC_BYTES,
    "any line fits the burst");

struct classic {
	struct hub_config config;
	struct room	*room;
	struct names	*names;
	struct budget	*budget;
	struct members	 members;	/* by address */
	struct porch	 porch;
	struct hushed	 hushed;
	struct ask_kind	 member_kind, line_kind;
};

/* What a member said, until the log has it. */
struct member_line {
	struct ask		 ask;
	LIST_ENTRY(member_line)	 by_member;
	struct member		*member;
	size_t			 len;
	char			 text[];
};

/* One datagram and who sent it. */
struct visit {
	struct classic_request	 req;
	const union sock_addr	*from;
	struct member		*member;	/* NULL: not logged in */
	uint64_t		*credit;	/* as in struct member */
	uint64_t		 credit_bytes;
	size_t			 len;
};

/* Sends line, which has room for the newline that some want, if it may. */
static void
deliver(struct classic *c, const union sock_addr *to, uint64_t *credit,
    bool newline, char *line, size_t len)
{
	if (newline)
		line[len++] = '\n';
	if (credit != NULL) {
		if (*credit < len) {
			c->room->figures.withheld++;
			return;
		}
		*credit -= len;
	}
	c->room->out.send(c->room->out.arg, to, line, len);
}

static const char *
word_of(const struct classic *c, bool good)
{
	if (c->config.classic_yn)
		return good ? "Y" : "N";
	return good ? "OK" : "FAIL";
}

static void
answer(struct classic *c, const struct member *m, bool good)
{
	char line[8];
	size_t len = strlcpy(line, word_of(c, good), sizeof(line));

	deliver(c, &m->addr, m->credit, m->newline, line, len);
}

static void
remove_line(struct classic *c, struct member_line *l)
{
	room_unask(c->room, &l->ask);
	LIST_REMOVE(l, by_member);
	l->member->lines_n--;
	free(l);
}

static void
remove_member(struct classic *c, struct member *m)
{
	struct member_line *l;

	while ((l = LIST_FIRST(&m->lines)) != NULL)
		remove_line(c, l);
	room_unask(c->room, &m->ask);
	members_remove(&c->members, m);
}

/* It is told so, and that is counted. */
static void
fail(struct classic *c, const struct member *m, enum hub_reason why)
{
	c->room->figures.refused++;
	room_report(c->room, HUB_REFUSED, why, &m->addr, m->name,
	    m->name_len);
	answer(c, m, false);
}

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
		deliver(c, &m->addr, m->credit, m->newline, line, len);
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

/* Who was not in yet is just not there any more. */
static void
go(struct classic *c, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_COMES) {
		remove_member(c, m);
		return;
	}
	m->state = MEMBER_GOES;
	m->timed_out = kind == HUB_SILENT;
	m->leave_flags = ENTRY_CLASSIC |
	    (kind == HUB_KICKED ? ENTRY_QUIET : 0U);
	room_ask(c->room, &m->ask, &c->member_kind);
}

static void
leave(struct classic *c, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_GOES)
		return;
	if (m->state == MEMBER_HERE)
		room_report(c->room, kind, HUB_FINE, &m->addr, m->name,
		    m->name_len);
	go(c, m, kind);
}

static const struct budget_cost entering = {
    .of[BUDGET_JOINS] = BUDGET_CLASSIC_JOIN };

static enum ask_verdict
decide_member(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct member *m = (struct member *)a;
	struct entry e = { .kind = ENTRY_JOIN, .flags = ENTRY_CLASSIC,
	    .time_ms = c->room->wall_ms, .author = m->name,
	    .author_len = m->name_len };
	enum hub_reason why;

	if (!room_takes_act(c->room))
		return ASK_LATER;
	if (m->state == MEMBER_GOES) {
		e.kind = m->timed_out ? ENTRY_TIMEOUT : ENTRY_LEAVE;
		e.flags = m->leave_flags;
	} else if ((why = names_check(c->names, m->name, m->name_len, NULL,
	    &m->addr)) != HUB_FINE) {
		fail(c, m, why);
		remove_member(c, m);
		return ASK_OVER;
	}
	return room_add_act(c->room, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

/* The answer comes before what the entry brings about. */
static void
member_told(void *arg, struct ask *a, const struct entry *e)
{
	struct classic *c = arg;
	struct member *m = (struct member *)a;
	const struct budget_who who = { .addr = &m->addr };

	(void)e;
	m->state = MEMBER_HERE;
	budget_spend(c->budget, c->room->now_ms, &who, &entering);
	porch_enter(&c->porch, c->room->now_ms, &m->addr);
	room_report(c->room, HUB_JOINED, HUB_FINE, &m->addr, m->name,
	    m->name_len);
	answer(c, m, true);
}

static void
member_refused(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct member *m = (struct member *)a;

	if (m->state == MEMBER_GOES) {
		room_ask_later(c->room, a);
		return;
	}
	fail(c, m, HUB_NO_SPACE);
	remove_member(c, m);
}

static enum hub_reason
login(struct classic *c, struct visit *v)
{
	const struct budget_cost look = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_LOOK };
	const struct budget_who who = { .addr = v->from };
	enum hub_reason why;
	struct member *m;

	if (v->member != NULL)
		return v->member->state == MEMBER_COMES ? HUB_FINE :
		    HUB_ALREADY_IN;
	if (budget_wait(c->budget, c->room->now_ms, &who, &entering) > 0 ||
	    (c->config.rate > 0 && !porch_has_room(&c->porch,
	    c->room->now_ms, v->from)))
		return HUB_OVER_LIMIT;
	why = names_check(c->names, v->req.arg, v->req.arg_len, NULL, v->from);
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
	room_ask(c->room, &m->ask, &c->member_kind);
	return HUB_FINE;
}

static enum ask_verdict
decide_line(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct member_line *l = (struct member_line *)a;
	struct member *m = l->member;
	struct entry e = { .kind = ENTRY_SAY, .flags = ENTRY_CLASSIC,
	    .time_ms = c->room->wall_ms, .author = m->name,
	    .author_len = m->name_len, .text = l->text,
	    .text_len = l->len };

	if (hushed_is(&c->hushed, c->room, &m->addr, m->fold)) {
		fail(c, m, HUB_MUTED);
		remove_line(c, l);
		return ASK_OVER;
	}
	return room_add_lines(c->room, a, &e, 1, NULL) ? ASK_SAID :
	    ASK_LATER;
}

static void
line_told(void *arg, struct ask *a, const struct entry *e)
{
	struct classic *c = arg;
	struct member_line *l = (struct member_line *)a;

	(void)e;
	porch_heard(&c->porch, &l->member->addr);
	c->room->figures.lines++;
	remove_line(c, l);
}

static void
line_refused(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct member_line *l = (struct member_line *)a;

	fail(c, l->member, HUB_NO_SPACE);
	remove_line(c, l);
}

static enum hub_reason
say(struct classic *c, const struct visit *v)
{
	const struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)v->len };
	const struct budget_who who = { .addr = v->from };
	struct member *m = v->member;
	char text[CLASSIC_BYTES];
	struct member_line *l;
	size_t len;

	if (m == NULL || m->state != MEMBER_HERE)
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
	if ((l = calloc(1, sizeof(*l) + len)) == NULL)
		return HUB_NO_SPACE;
	l->member = m;
	l->len = len;
	memcpy(l->text, text, len);
	LIST_INSERT_HEAD(&m->lines, l, by_member);
	m->lines_n++;
	room_ask(c->room, &l->ask, &c->line_kind);
	return HUB_FINE;
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
			leave(c, v->member, HUB_LEFT);
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
		fail(c, v->member, why);
		return;
	}
	c->room->figures.refused++;
	room_report(c->room, HUB_REFUSED, why, v->from, enters ? v->req.arg :
	    NULL, enters ? v->req.arg_len : 0);
	len = strlcpy(line, word_of(c, false), sizeof(line));
	deliver(c, v->from, v->credit, v->req.newline, line, len);
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
		leave(c, m, HUB_VANISHED);
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
		leave(c, m, HUB_KICKED);
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
		leave(c, m, HUB_SILENT);
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
	all_go(c, go);
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
		remove_member(c, m);
}

static void
on_after(void *arg, const struct entry *e, struct person *who, bool ours)
{
	struct classic *c = arg;

	fan_out(c, e);
	/* Nobody can tell who speaks the protocol: it opens no closed room. */
	if (entry_is_rule(e) && standing_closed(c->room->standing))
		all_go(c, leave);
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
	c->member_kind = (struct ask_kind){ decide_member, member_told,
	    member_refused, NULL, c };
	c->line_kind = (struct ask_kind){ decide_line, line_told,
	    line_refused, NULL, c };
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
		remove_member(c, m);
	free(c);
}
