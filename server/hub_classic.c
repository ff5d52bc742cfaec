/*
 * The hub's classic half: one line of text per datagram, who speaks is known
 * by address. Pure; runs in the server.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "server/hub_state.h"

enum {
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3,
	LINES_MAX = 16		/* of one member that wait for the log */
};

_Static_assert((int)BUDGET_MESSAGE >= (int)CLASSIC_BYTES,
    "any line fits the burst");

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

	if (standing_mutes(h->room->standing) == 0)
		return false;
	if (standing_muted(h->room->standing, h->room->wall_ms, NULL, m->fold, NULL))
		return true;
	place_of(&place, &m->addr);
	for (i = 0; i < HUB_HUSHED && i < h->hushed_n; i++)
		if (sock_addr_eq(&h->hushed[i].addr, &place) &&
		    standing_muted(h->room->standing, h->room->wall_ms, NULL,
		    h->hushed[i].fold, NULL))
			return true;
	return false;
}

/* Sends line, which has room for the newline that some want, if it may. */
static void
deliver(struct hub *h, const union sock_addr *to, uint64_t *credit,
    bool newline, char *line, size_t len)
{
	if (newline)
		line[len++] = '\n';
	if (credit != NULL) {
		if (*credit < len) {
			h->room->figures.withheld++;
			return;
		}
		*credit -= len;
	}
	h->room->out.send(h->room->out.arg, to, line, len);
}

static const char *
word_of(const struct hub *h, bool good)
{
	if (h->config.classic_yn)
		return good ? "Y" : "N";
	return good ? "OK" : "FAIL";
}

static void
answer(struct hub *h, const struct member *m, bool good)
{
	char line[8];
	size_t len = strlcpy(line, word_of(h, good), sizeof(line));

	deliver(h, &m->addr, m->credit, m->newline, line, len);
}

static void
remove_line(struct hub *h, struct member_line *l)
{
	room_unask(h->room, &l->ask);
	LIST_REMOVE(l, by_member);
	l->member->lines_n--;
	free(l);
}

static void
remove_member(struct hub *h, struct member *m)
{
	struct member_line *l;

	while ((l = LIST_FIRST(&m->lines)) != NULL)
		remove_line(h, l);
	room_unask(h->room, &m->ask);
	members_remove(&h->members, m);
}

/* It is told so, and that is counted. */
static void
fail(struct hub *h, const struct member *m, enum hub_reason why)
{
	h->room->figures.refused++;
	room_report(h->room, HUB_REFUSED, why, &m->addr, m->name,
	    m->name_len);
	answer(h, m, false);
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
		if (m->state == MEMBER_COMES ||
		    (m->name_len == e->author_len &&
		    memcmp(m->name, e->author, m->name_len) == 0))
			continue;
		deliver(h, &m->addr, m->credit, m->newline, line, len);
		m->told_ms = h->room->now_ms;
	}
}

/* Who was not in yet is just not there any more. */
static void
go(struct hub *h, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_COMES) {
		remove_member(h, m);
		return;
	}
	m->state = MEMBER_GOES;
	m->timed_out = kind == HUB_SILENT;
	m->leave_flags = ENTRY_CLASSIC |
	    (kind == HUB_KICKED ? ENTRY_QUIET : 0U);
	room_ask(h->room, &m->ask, &h->member_kind);
}

void
hub_classic_leave(struct hub *h, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_GOES)
		return;
	if (m->state == MEMBER_HERE)
		room_report(h->room, kind, HUB_FINE, &m->addr, m->name,
		    m->name_len);
	go(h, m, kind);
}

static const struct budget_cost entering = {
    .of[BUDGET_JOINS] = BUDGET_CLASSIC_JOIN };

static struct member *
member_of_ask(struct ask *a)
{
	return (struct member *)((char *)a - offsetof(struct member, ask));
}

static struct member_line *
line_of_ask(struct ask *a)
{
	return (struct member_line *)((char *)a -
	    offsetof(struct member_line, ask));
}

static enum ask_verdict
decide_member(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct member *m = member_of_ask(a);
	struct entry e = { .kind = ENTRY_JOIN, .flags = ENTRY_CLASSIC,
	    .time_ms = h->room->wall_ms, .author = m->name,
	    .author_len = m->name_len };
	enum hub_reason why;

	if (!room_takes_act(h->room))
		return ASK_LATER;
	if (m->state == MEMBER_GOES) {
		e.kind = m->timed_out ? ENTRY_TIMEOUT : ENTRY_LEAVE;
		e.flags = m->leave_flags;
	} else if ((why = names_check(h->names, m->name, m->name_len, NULL,
	    &m->addr)) != HUB_FINE) {
		fail(h, m, why);
		remove_member(h, m);
		return ASK_OVER;
	}
	return room_add_act(h->room, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

/* The answer comes before what the entry brings about. */
static void
member_told(void *arg, struct ask *a, const struct entry *e)
{
	struct hub *h = arg;
	struct member *m = member_of_ask(a);
	const struct budget_who who = { .addr = &m->addr };

	(void)e;
	m->state = MEMBER_HERE;
	budget_spend(h->budget, h->room->now_ms, &who, &entering);
	porch_enter(&h->porch, h->room->now_ms, &m->addr);
	room_report(h->room, HUB_JOINED, HUB_FINE, &m->addr, m->name,
	    m->name_len);
	answer(h, m, true);
}

static void
member_refused(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct member *m = member_of_ask(a);

	if (m->state == MEMBER_GOES) {
		room_ask_later(h->room, a);
		return;
	}
	fail(h, m, HUB_NO_SPACE);
	remove_member(h, m);
}

static enum hub_reason
login(struct hub *h, struct visit *v)
{
	const struct budget_cost look = {
	    .of[BUDGET_JOINS] = BUDGET_CLASSIC_LOOK };
	const struct budget_who who = { .addr = v->from };
	enum hub_reason why;
	struct member *m;

	if (v->member != NULL)
		return v->member->state == MEMBER_COMES ? HUB_FINE :
		    HUB_ALREADY_IN;
	if (budget_wait(h->budget, h->room->now_ms, &who, &entering) > 0 ||
	    (h->config.rate > 0 && !porch_has_room(&h->porch,
	    h->room->now_ms, v->from)))
		return HUB_OVER_LIMIT;
	why = names_check(h->names, v->req.arg, v->req.arg_len, NULL, v->from);
	if (why != HUB_FINE) {
		/* To look at a name is work, whatever comes of it. */
		budget_spend(h->budget, h->room->now_ms, &who, &look);
		return why;
	}
	m = members_add(&h->members, v->from, v->req.arg, v->req.arg_len,
	    h->room->now_ms);
	if (m == NULL)
		return HUB_FULL;
	m->newline = v->req.newline;
	if (v->credit != NULL) {
		m->credit_bytes = *v->credit;
		m->credit = &m->credit_bytes;
	}
	room_ask(h->room, &m->ask, &h->member_kind);
	return HUB_FINE;
}

static enum ask_verdict
decide_line(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct member_line *l = line_of_ask(a);
	struct member *m = l->member;
	struct entry e = { .kind = ENTRY_SAY, .flags = ENTRY_CLASSIC,
	    .time_ms = h->room->wall_ms, .author = m->name,
	    .author_len = m->name_len, .text = l->text,
	    .text_len = l->len };

	if (hub_is_hushed(h, m)) {
		fail(h, m, HUB_MUTED);
		remove_line(h, l);
		return ASK_OVER;
	}
	return room_add_lines(h->room, a, &e, 1, NULL) ? ASK_SAID :
	    ASK_LATER;
}

static void
line_told(void *arg, struct ask *a, const struct entry *e)
{
	struct hub *h = arg;
	struct member_line *l = line_of_ask(a);

	(void)e;
	porch_heard(&h->porch, &l->member->addr);
	h->room->figures.lines++;
	remove_line(h, l);
}

static void
line_refused(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct member_line *l = line_of_ask(a);

	fail(h, l->member, HUB_NO_SPACE);
	remove_line(h, l);
}

static enum hub_reason
say(struct hub *h, const struct visit *v)
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
	if (hub_is_hushed(h, m))
		return HUB_MUTED;
	if (m->lines_n == LINES_MAX ||
	    !budget_take(h->budget, h->room->now_ms, &who, &cost))
		return HUB_OVER_LIMIT;
	if ((l = calloc(1, sizeof(*l) + len)) == NULL)
		return HUB_NO_SPACE;
	l->member = m;
	l->len = len;
	memcpy(l->text, text, len);
	LIST_INSERT_HEAD(&m->lines, l, by_member);
	m->lines_n++;
	room_ask(h->room, &l->ask, &h->line_kind);
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
	char line[8];
	size_t len;

	h->room->figures.refused++;
	if (v->req.verb == CLASSIC_LOGIN)
		room_report(h->room, HUB_REFUSED, why, v->from, v->req.arg,
		    v->req.arg_len);
	else
		room_report(h->room, HUB_REFUSED, why, v->from,
		    m == NULL ? NULL : m->name, m == NULL ? 0 : m->name_len);
	len = strlcpy(line, word_of(h, false), sizeof(line));
	deliver(h, v->from, v->credit, v->req.newline, line, len);
}

/* Finds out who sent it; what it sent earns a stranger's address credit. */
static void
visit_begin(struct hub *h, struct visit *v)
{
	struct member *m = members_at(&h->members, v->from);

	v->member = m;
	v->credit_bytes = (uint64_t)v->len * CREDIT_FACTOR;
	if (m != NULL) {
		members_heard(&h->members, m, h->room->now_ms);
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
	    standing_closed(h->room->standing) ||
	    (h->config.classic == HUB_CLASSIC_LOCAL &&
	    !nets_hold(h->config.local, from))) {
		h->room->figures.ignored++;
		room_report(h->room, HUB_REFUSED, HUB_OUTSIDE, from, NULL, 0);
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
	TAILQ_FOREACH(m, &h->members.list, by_silence) {
		if (m->state != MEMBER_HERE)
			continue;
		if (m->heard_ms + h->config.idle_ms > h->room->now_ms)
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
	struct member *m, *next;

	hub_classic_fanout(h, &e);
	h->room->quiet = true;
	for (m = TAILQ_FIRST(&h->members.list); m != NULL; m = next) {
		next = TAILQ_NEXT(m, by_silence);
		go(h, m, HUB_LEFT);
	}
}

/*
 * The watch
 */

static void
on_before(void *arg, const struct entry *e, struct person *who)
{
	struct hub *h = arg;
	struct member *m;

	if ((e->kind != ENTRY_LEAVE && e->kind != ENTRY_TIMEOUT) ||
	    who == NULL || !who->classic)
		return;
	m = members_named(&h->members, e->author, e->author_len);
	if (m != NULL)
		remove_member(h, m);
}

/* Nobody can tell who speaks the protocol: it opens no closed room. */
static void
put_out_all(struct hub *h)
{
	struct member *m, *next;

	for (m = TAILQ_FIRST(&h->members.list); m != NULL; m = next) {
		next = TAILQ_NEXT(m, by_silence);
		hub_classic_leave(h, m, HUB_LEFT);
	}
}

static void
on_after(void *arg, const struct entry *e, struct person *who, bool ours)
{
	struct hub *h = arg;

	hub_classic_fanout(h, e);
	if (entry_is_rule(e) && standing_closed(h->room->standing))
		put_out_all(h);
	/* It was gone before its entry came. */
	if (ours && e->kind == ENTRY_JOIN && who != NULL && who->classic &&
	    members_named(&h->members, e->author, e->author_len) == NULL)
		room_put_out(h->room, ENTRY_LEAVE, ENTRY_CLASSIC, e->author,
		    e->author_len);
}

void
hub_classic_open(struct hub *h)
{
	const struct room_watch watch = { .before = on_before,
	    .after = on_after, .arg = h };

	h->member_kind = (struct ask_kind){ decide_member, member_told,
	    member_refused, NULL, h };
	h->line_kind = (struct ask_kind){ decide_line, line_told,
	    line_refused, NULL, h };
	room_watch(h->room, &watch);
}

void
hub_classic_clear(struct hub *h)
{
	struct member *m;

	while ((m = TAILQ_FIRST(&h->members.list)) != NULL)
		remove_member(h, m);
}
