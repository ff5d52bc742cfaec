/*
 * What the peers of the classic half ask of the room: to come, to speak, to go.
 * In that order, whatever the log makes of it meanwhile. Pure; runs in the
 * server.
 */
#include <stdlib.h>
#include <string.h>

#include "server/classic_state.h"

/* What a peer said, until the log has it. */
struct classic_line {
	struct ask		 ask;
	LIST_ENTRY(classic_line)	 by_peer;
	struct classic_peer		*peer;
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
			c->house->figures.withheld++;
			return;
		}
		*credit -= len;
	}
	c->house->out.send(c->house->out.arg, to, line, len);
}

const char *
classic_word(const struct classic *c, bool good)
{
	if (c->config.classic_yn)
		return good ? "Y" : "N";
	return good ? "OK" : "FAIL";
}

static void
answer(struct classic *c, const struct classic_peer *p, bool good)
{
	char line[8];
	size_t len = strlcpy(line, classic_word(c, good), sizeof(line));

	classic_deliver(c, &p->addr, p->credit, p->newline, line, len);
}

void
classic_fail(struct classic *c, const struct classic_peer *p,
    enum hub_reason why)
{
	c->house->figures.refused++;
	house_report(c->house, HUB_REFUSED, why, &p->addr, p->name,
	    p->name_len);
	answer(c, p, false);
}

static void
remove_line(struct classic *c, struct classic_line *l)
{
	room_unask(c->room, &l->ask);
	LIST_REMOVE(l, by_peer);
	l->peer->lines_n--;
	free(l);
}

void
classic_remove(struct classic *c, struct classic_peer *p)
{
	struct classic_line *l;

	while ((l = LIST_FIRST(&p->lines)) != NULL)
		remove_line(c, l);
	room_unask(c->room, &p->ask);
	classic_peers_remove(&c->peers, p);
}

bool
classic_goes(const struct classic_peer *p)
{
	return p->state == CLASSIC_PEER_GOES || p->leaves;
}

void
classic_go(struct classic *c, struct classic_peer *p, enum hub_event_kind kind)
{
	if (p->state == CLASSIC_PEER_COMES) {
		classic_remove(c, p);
		return;
	}
	p->state = CLASSIC_PEER_GOES;
	p->timed_out = kind == HUB_SILENT;
	p->leave_flags = ENTRY_CLASSIC |
	    (kind == HUB_KICKED ? ENTRY_QUIET : 0U);
	room_ask(c->room, &p->ask, &c->peer_kind);
}

void
classic_leave(struct classic *c, struct classic_peer *p,
    enum hub_event_kind kind)
{
	if (p->state == CLASSIC_PEER_GOES)
		return;
	if (p->state == CLASSIC_PEER_HERE)
		house_report(c->house, kind, HUB_FINE, &p->addr, p->name,
		    p->name_len);
	classic_go(c, p, kind);
}

void
classic_quit(struct classic *c, struct classic_peer *p)
{
	if (p->state == CLASSIC_PEER_COMES)
		p->leaves = true;
	else
		classic_leave(c, p, HUB_LEFT);
}

/* Nor is heard what he said meanwhile. */
static void
turn_away(struct classic *c, struct classic_peer *p, enum hub_reason why)
{
	unsigned n;

	classic_fail(c, p, why);
	for (n = p->lines_n; n > 0; n--)
		classic_fail(c, p, HUB_NOT_IN);
	classic_remove(c, p);
}

static enum ask_verdict
decide_peer(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct classic_peer *p = (struct classic_peer *)a;
	struct entry e = { .kind = ENTRY_JOIN, .flags = ENTRY_CLASSIC,
	    .time_ms = c->house->wall_ms, .author = p->name,
	    .author_len = p->name_len };
	enum hub_reason why;

	if (!room_takes_act(c->room))
		return ASK_LATER;
	if (p->state == CLASSIC_PEER_GOES) {
		e.kind = p->timed_out ? ENTRY_TIMEOUT : ENTRY_LEAVE;
		e.flags = p->leave_flags;
	} else if ((why = names_check(c->names, p->name, p->name_len, NULL,
	    &p->addr)) != HUB_FINE) {
		turn_away(c, p, why);
		return ASK_OVER;
	}
	return room_add_act(c->room, a, &e, 1, NULL, 0) ? ASK_SAID :
	    ASK_LATER;
}

/* The answer comes before what the entry brings about. */
static void
peer_told(void *arg, struct ask *a, const struct entry *e)
{
	struct classic *c = arg;
	struct classic_peer *p = (struct classic_peer *)a;

	(void)e;
	p->state = CLASSIC_PEER_HERE;
	house_report(c->house, HUB_JOINED, HUB_FINE, &p->addr, p->name,
	    p->name_len);
	answer(c, p, true);
	if (p->leaves)
		classic_leave(c, p, HUB_LEFT);
}

static void
peer_refused(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct classic_peer *p = (struct classic_peer *)a;

	if (p->state == CLASSIC_PEER_GOES) {
		room_ask_later(c->room, a);
		return;
	}
	turn_away(c, p, HUB_NO_SPACE);
}

/* Who asks pays, whatever the log makes of it: it may answer late, and until
 * then all places would be one's who asks for all. */
void
classic_come(struct classic *c, struct classic_peer *p)
{
	const struct budget_who who = { .addr = &p->addr };

	budget_spend(c->budget, c->house->now_ms, &who, &classic_entering);
	porch_enter(&c->porch, c->house->now_ms, &p->addr);
	room_ask(c->room, &p->ask, &c->peer_kind);
}

static enum ask_verdict
decide_line(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct classic_line *l = (struct classic_line *)a;
	struct classic_peer *p = l->peer;
	struct entry e = { .kind = ENTRY_SAY, .flags = ENTRY_CLASSIC,
	    .time_ms = c->house->wall_ms, .author = p->name,
	    .author_len = p->name_len, .text = l->text,
	    .text_len = l->len };

	if (hushed_is(&c->hushed, c->room, &p->addr, p->fold)) {
		classic_fail(c, p, HUB_MUTED);
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
	struct classic_line *l = (struct classic_line *)a;

	(void)e;
	porch_heard(&c->porch, &l->peer->addr);
	c->house->figures.lines++;
	remove_line(c, l);
}

static void
line_refused(void *arg, struct ask *a)
{
	struct classic *c = arg;
	struct classic_line *l = (struct classic_line *)a;

	classic_fail(c, l->peer, HUB_NO_SPACE);
	remove_line(c, l);
}

enum hub_reason
classic_say(struct classic *c, struct classic_peer *p, const char *text,
    size_t len)
{
	struct classic_line *l = calloc(1, sizeof(*l) + len);

	if (l == NULL)
		return HUB_NO_SPACE;
	l->peer = p;
	l->len = len;
	memcpy(l->text, text, len);
	LIST_INSERT_HEAD(&p->lines, l, by_peer);
	p->lines_n++;
	room_ask(c->room, &l->ask, &c->line_kind);
	return HUB_FINE;
}

void
classic_asks_init(struct classic *c)
{
	c->peer_kind = (struct ask_kind){ .decide = decide_peer,
	    .told = peer_told, .refused = peer_refused, .arg = c };
	c->line_kind = (struct ask_kind){ .decide = decide_line,
	    .told = line_told, .refused = line_refused, .arg = c };
}
