/*
 * Who is here, who may do what, what follows. Pure; the server's loop calls
 * it. Never reads a clock, opens a descriptor or prints. Whatever happens in
 * the room becomes an entry first and is fanned out from there.
 */
#include "server/hub.h"

#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "common/text.h"
#include "server/limit.h"
#include "server/member.h"

enum {
	/* No byte of UTF-8 is as high: these start secure datagrams. */
	SECURE_FIRST_BYTE = 0xf8,
	/* What an address gets that has not proved that it can receive. */
	CREDIT_FACTOR = 3,

	BURST_S = 5,			/* the lines of so long may come at once */
	LINE_RATE_BYTES = 8192,		/* bytes/s for each line/s */
	LINE_RATE_JOINS = 10,		/* joins/s for each line/s */
	PAST_SLOTS = 1024
};

_Static_assert((int64_t)LINE_RATE_BYTES * HUB_RATE_MAX <= UINT32_MAX &&
    (int64_t)LINE_RATE_JOINS * BURST_S * HUB_RATE_MAX <= UINT32_MAX,
    "limits fit their type");
_Static_assert(LINE_RATE_BYTES >= (int)CLASSIC_BYTES,
    "any line fits the burst");

/*
 * What an address used of its limits while it was in before: else leaving
 * and joining again would be a way around them.
 */
struct past {
	struct limit	 joins;
	struct limit	 lines;
};

struct hub {
	struct hub_config	 config;
	struct hub_out		 out;
	struct hub_figures	 figures;
	struct members		 members;
	struct past		 past[PAST_SLOTS];	/* shared by chance */
};

/* One datagram and who sent it. */
struct visit {
	struct classic_request	 req;
	const union sock_addr	*from;
	struct member		*member;	/* NULL: not logged in */
	uint64_t		*credit;	/* as in struct member */
	uint64_t		 credit_bytes;
	size_t			 len;
	int64_t			 now_ms;
	int64_t			 wall_ms;
};

static const char *const closing[] = {
	[CLASSIC_EN] = "the server is shutting down",
	[CLASSIC_ZH] = "服务器即将关闭"
};

struct hub *
hub_new(const struct hub_config *config, const struct hub_out *out)
{
	struct hub *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->config = *config;
	h->out = *out;
	members_init(&h->members, config->seed);
	return h;
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	members_clear(&h->members);
	free(h);
}

static void
report(struct hub *h, enum hub_event_kind kind, enum hub_reason reason,
    const union sock_addr *addr, const char *name, size_t name_len)
{
	struct hub_event ev = { kind, reason, addr, name, name_len };

	h->out.event(h->out.arg, &ev);
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

/* The only way out for what happened: to all but the one who did it. */
static void
hub_fanout(struct hub *h, const struct entry *e)
{
	char line[CLASSIC_BYTES];
	struct member *m;
	size_t len;

	if ((len = classic_format(line, e, h->config.lang)) == 0)
		return;
	TAILQ_FOREACH(m, &h->members.list, by_silence) {
		if (m->name_len == e->author_len &&
		    memcmp(m->name, e->author, m->name_len) == 0)
			continue;
		deliver(h, &m->addr, m->credit, m->newline, line, len);
	}
}

static void
hub_append(struct hub *h, int64_t wall_ms, enum entry_kind kind,
    const char *author, size_t author_len, const char *text, size_t text_len)
{
	struct entry e = {
		.time_ms = wall_ms,
		.kind = kind,
		.author = author,
		.author_len = author_len,
		.text = text,
		.text_len = text_len
	};

	hub_fanout(h, &e);
}

static struct past *
past_of(struct hub *h, const union sock_addr *addr)
{
	return &h->past[sock_addr_hash(addr, h->config.seed) % PAST_SLOTS];
}

static void
leave(struct hub *h, int64_t wall_ms, struct member *m,
    enum hub_event_kind kind)
{
	struct past *past = past_of(h, &m->addr);
	char name[TEXT_NAME_BYTES];
	size_t len = m->name_len;

	report(h, kind, HUB_FINE, &m->addr, m->name, len);
	if (past->lines.paid_us < m->lines.paid_us)
		past->lines = m->lines;
	memcpy(name, m->name, len);
	members_remove(&h->members, m);
	h->figures.left++;
	hub_append(h, wall_ms,
	    kind == HUB_SILENT ? ENTRY_TIMEOUT : ENTRY_LEAVE, name, len,
	    NULL, 0);
}

/*
 * Would people read the name in a notice as what it is? "bob:" entering
 * reads as bob saying something.
 */
static bool
reads_well(const struct hub *h, const char *name, size_t len)
{
	char line[CLASSIC_BYTES], buf[CLASSIC_BYTES];
	struct entry e = { .kind = ENTRY_JOIN, .author = name,
	    .author_len = len }, back;
	size_t n;

	n = classic_format(line, &e, h->config.lang);
	return classic_parse_answer(buf, line, n, &back) == CLASSIC_ENTRY &&
	    back.kind == ENTRY_JOIN && back.author_len == len;
}

static enum hub_reason
check_name(struct hub *h, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	switch (text_name_check(name, len)) {
	case TEXT_NAME_OK:
		break;
	case TEXT_NAME_RESERVED:
		return HUB_NAME_RESERVED;
	default:
		return HUB_NAME_MALFORMED;
	}
	if (!reads_well(h, name, len) || text_fold(fold, name, len) == 0)
		return HUB_NAME_MALFORMED;
	if (members_named(&h->members, name, len) != NULL)
		return HUB_NAME_TAKEN;
	return HUB_FINE;
}

static enum hub_reason
login(struct hub *h, struct visit *v)
{
	struct past *past = past_of(h, v->from);
	uint32_t rate = h->config.rate;
	enum hub_reason why;
	struct member *m;

	if (v->member != NULL)
		return HUB_ALREADY_IN;
	why = check_name(h, v->req.arg, v->req.arg_len);
	if (why != HUB_FINE)
		return why;
	if (!limit_take(&past->joins, v->now_ms, 1, rate * LINE_RATE_JOINS,
	    rate * LINE_RATE_JOINS * BURST_S))
		return HUB_OVER_LIMIT;
	m = members_add(&h->members, v->from, v->req.arg, v->req.arg_len,
	    v->now_ms);
	if (m == NULL)
		return HUB_FULL;

	m->newline = v->req.newline;
	m->lines = past->lines;
	if (v->credit != NULL) {
		m->credit_bytes = *v->credit;
		m->credit = v->credit = &m->credit_bytes;
	}
	h->figures.joined++;
	report(h, HUB_JOINED, HUB_FINE, &m->addr, m->name, m->name_len);
	answer(h, v, "OK", "Y");
	hub_append(h, v->wall_ms, ENTRY_JOIN, m->name, m->name_len, NULL, 0);
	return HUB_FINE;
}

static enum hub_reason
say(struct hub *h, const struct visit *v)
{
	uint32_t rate = h->config.rate;
	struct member *m = v->member;
	char text[CLASSIC_BYTES];
	size_t len;

	if (m == NULL)
		return HUB_NOT_IN;
	len = classic_words(text, v->req.arg, v->req.arg_len, m->name,
	    m->name_len);
	if (len == 0)
		return HUB_TEXT;
	if (!limit_take(&m->lines, v->now_ms, 1, rate, rate * BURST_S) ||
	    !limit_take(&m->bytes, v->now_ms, (uint32_t)v->len,
	    rate * LINE_RATE_BYTES, rate * LINE_RATE_BYTES))
		return HUB_OVER_LIMIT;
	h->figures.lines++;
	hub_append(h, v->wall_ms, ENTRY_SAY, m->name, m->name_len, text, len);
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
			leave(h, v->wall_ms, v->member, HUB_LEFT);
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
		report(h, HUB_REFUSED, why, v->from, v->req.arg,
		    v->req.arg_len);
	else
		report(h, HUB_REFUSED, why, v->from,
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
		members_heard(&h->members, m, v->now_ms);
		m->newline = v->req.newline;
		m->credit_bytes += v->credit_bytes;
		v->credit = m->credit;
	} else if (!sock_addr_is_local(v->from)) {
		v->credit = &v->credit_bytes;
	}
}

static enum hub_reason
admit(const struct hub *h, const union sock_addr *from, const void *data,
    size_t len)
{
	if (len > 0 && *(const uint8_t *)data >= SECURE_FIRST_BYTE)
		return HUB_SECURE;
	if (h->config.classic == HUB_CLASSIC_OFF ||
	    (h->config.classic == HUB_CLASSIC_LOCAL &&
	    !sock_addr_is_local(from)))
		return HUB_OUTSIDE;
	return HUB_FINE;
}

void
hub_input(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *from, const void *data, size_t len)
{
	struct visit v = { .from = from, .len = len, .now_ms = now_ms,
	    .wall_ms = wall_ms };
	enum hub_reason why;

	if ((why = admit(h, from, data, len)) != HUB_FINE) {
		h->figures.ignored++;
		report(h, HUB_REFUSED, why, from, NULL, 0);
		return;
	}
	v.req = classic_parse_request(data, len);
	visit_begin(h, &v);
	if ((why = act(h, &v)) != HUB_FINE)
		refuse(h, &v, why);
}

void
hub_unreachable(struct hub *h, int64_t wall_ms, const union sock_addr *addr)
{
	struct member *m = members_at(&h->members, addr);

	if (m != NULL)
		leave(h, wall_ms, m, HUB_VANISHED);
}

enum hub_text
hub_announce(struct hub *h, int64_t wall_ms, const char *text, size_t len)
{
	char clean[CLASSIC_BYTES];

	if (len > sizeof(clean))
		return HUB_TEXT_LONG;
	if (!text_valid(text, len))
		return HUB_TEXT_UTF8;
	len = text_clean(clean, text, len, false);
	if (len == 0)
		return HUB_TEXT_EMPTY;
	if (len > TEXT_LINE_BYTES)
		return HUB_TEXT_LONG;
	h->figures.lines++;
	hub_append(h, wall_ms, ENTRY_ANNOUNCE, NULL, 0, clean, len);
	return HUB_TEXT_OK;
}

int64_t
hub_tick(struct hub *h, int64_t now_ms, int64_t wall_ms)
{
	struct member *m;

	if (h->config.idle_ms == 0)
		return INT64_MAX;
	while ((m = TAILQ_FIRST(&h->members.list)) != NULL) {
		if (m->heard_ms + h->config.idle_ms > now_ms)
			return m->heard_ms + h->config.idle_ms;
		leave(h, wall_ms, m, HUB_SILENT);
	}
	return INT64_MAX;
}

void
hub_close(struct hub *h, int64_t wall_ms)
{
	const char *text = closing[h->config.lang];

	hub_append(h, wall_ms, ENTRY_ANNOUNCE, NULL, 0, text, strlen(text));
}

struct hub_figures
hub_figures(const struct hub *h)
{
	struct hub_figures f = h->figures;

	f.members = h->members.count;
	return f;
}
