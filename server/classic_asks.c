/*
 * What members of the classic half ask of the room: to come, to speak, to go.
 * In that order, whatever the log makes of it meanwhile. Pure; runs in the
 * server.
 */
#include <stdlib.h>
#include <string.h>

#include "server/classic_state.h"

/* What a member said, until the log has it. */
struct member_line {
	struct ask		 ask;
	LIST_ENTRY(member_line)	 by_member;
	struct member		*member;
	size_t			 len;
	char			 text[];
};

void
classic_deliver(struct classic *c, const union sock_addr *to, uint64_t *credit,
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

const char *
classic_word(const struct classic *c, bool good)
{
	if (c->config.classic_yn)
		return good ? "Y" : "N";
	return good ? "OK" : "FAIL";
}

static void
answer(struct classic *c, const struct member *m, bool good)
{
	char line[8];
	size_t len = strlcpy(line, classic_word(c, good), sizeof(line));

	classic_deliver(c, &m->addr, m->credit, m->newline, line, len);
}

void
classic_fail(struct classic *c, const struct member *m, enum hub_reason why)
{
	c->room->figures.refused++;
	room_report(c->room, HUB_REFUSED, why, &m->addr, m->name,
	    m->name_len);
	answer(c, m, false);
}

static void
remove_line(struct classic *c, struct member_line *l)
{
	room_unask(c->room, &l->ask);
	LIST_REMOVE(l, by_member);
	l->member->lines_n--;
	free(l);
}

void
classic_remove(struct classic *c, struct member *m)
{
	struct member_line *l;

	while ((l = LIST_FIRST(&m->lines)) != NULL)
		remove_line(c, l);
	room_unask(c->room, &m->ask);
	members_remove(&c->members, m);
}

bool
classic_goes(const struct member *m)
{
	return m->state == MEMBER_GOES || m->leaves;
}

void
classic_go(struct classic *c, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_COMES) {
		classic_remove(c, m);
		return;
	}
	m->state = MEMBER_GOES;
	m->timed_out = kind == HUB_SILENT;
	m->leave_flags = ENTRY_CLASSIC |
	    (kind == HUB_KICKED ? ENTRY_QUIET : 0U);
	room_ask(c->room, &m->ask, &c->member_kind);
}

void
classic_leave(struct classic *c, struct member *m, enum hub_event_kind kind)
{
	if (m->state == MEMBER_GOES)
		return;
	if (m->state == MEMBER_HERE)
		room_report(c->room, kind, HUB_FINE, &m->addr, m->name,
		    m->name_len);
	classic_go(c, m, kind);
}

void
classic_quit(struct classic *c, struct member *m)
{
	if (m->state == MEMBER_COMES)
		m->leaves = true;
	else
		classic_leave(c, m, HUB_LEFT);
}

/* Nor is heard what he said meanwhile. */
static void
turn_away(struct classic *c, struct member *m, enum hub_reason why)
{
	unsigned n;

	classic_fail(c, m, why);
	for (n = m->lines_n; n > 0; n--)
		classic_fail(c, m, HUB_NOT_IN);
	classic_remove(c, m);
}

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
		turn_away(c, m, why);
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
	budget_spend(c->budget, c->room->now_ms, &who, &classic_entering);
	porch_enter(&c->porch, c->room->now_ms, &m->addr);
	room_report(c->room, HUB_JOINED, HUB_FINE, &m->addr, m->name,
	    m->name_len);
	answer(c, m, true);
	if (m->leaves)
		classic_leave(c, m, HUB_LEFT);
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
	turn_away(c, m, HUB_NO_SPACE);
}

void
classic_come(struct classic *c, struct member *m)
{
	room_ask(c->room, &m->ask, &c->member_kind);
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
		classic_fail(c, m, HUB_MUTED);
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

	classic_fail(c, l->member, HUB_NO_SPACE);
	remove_line(c, l);
}

enum hub_reason
classic_say(struct classic *c, struct member *m, const char *text, size_t len)
{
	struct member_line *l = calloc(1, sizeof(*l) + len);

	if (l == NULL)
		return HUB_NO_SPACE;
	l->member = m;
	l->len = len;
	memcpy(l->text, text, len);
	LIST_INSERT_HEAD(&m->lines, l, by_member);
	m->lines_n++;
	room_ask(c->room, &l->ask, &c->line_kind);
	return HUB_FINE;
}

void
classic_asks_init(struct classic *c)
{
	c->member_kind = (struct ask_kind){ decide_member, member_told,
	    member_refused, NULL, c };
	c->line_kind = (struct ask_kind){ decide_line, line_told,
	    line_refused, NULL, c };
}
