/*
 * The client's side of the classic protocol as a state machine: no socket, no
 * clock. It runs in the receiver process and must never emit a line twice
 * nor forget one that the kernel has not taken.
 */
#include "tui/receiver/classic_link.h"

#include <sys/queue.h>
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"

enum {
	RETRY_MS = 1000,	/* between two logins without an answer */
	SILENT_TRIES = 3,	/* so many: "nobody answers" */
	QUIET_MS = 5000,	/* nothing heard: ask for a sign of life */
	DOUBT_MS = 2000,	/* a refusal speaks of the line this recent */
	BURST = 8,		/* posts that any server takes at once */
	POST_MS = 550,		/* one more each; a bit above the usual limit */
	SLOW_MS = 60000,	/* a server that refused is not tried so long */
	CHECK_MS = 5,		/* a second answer comes right behind */
	QUEUE_BYTES = 1 << 20	/* the most that waits for the server */
};

/*
 * Past the burst a line may be over the room's limit, and its FAIL would say
 * nothing of which line it means. So each is followed by an L, and the next
 * waits: one FAIL is the L's, and the line was taken; two, it was not.
 */
enum check {
	CHECK_NONE,
	CHECK_SENT,		/* line and L are on their way */
	CHECK_ONE		/* one FAIL came */
};

struct post {
	STAILQ_ENTRY(post) next;
	uint64_t	 id;
	enum entry_kind	 kind;
	bool		 again;		/* sent once already, and refused */
	size_t		 len;
	char		 text[];
};
STAILQ_HEAD(posts, post);

struct classic_link {
	struct classic_link_out	 out;
	struct record_state	 state;
	int64_t		 phase_at;
	char		 name[TEXT_NAME_BYTES];
	size_t		 name_len;

	bool		 asked;		/* an L waits for its answer */
	int		 tries;		/* of this L, unanswered */
	int64_t		 asked_at;
	bool		 told_silent;	/* the prompt knows nobody answers */
	bool		 retaking;	/* E and L went: the answer is final */
	bool		 doubt;		/* a line was refused: still in? */
	bool		 takes_twice;	/* answers OK to every L: no probing */
	int		 strange_oks;
	int64_t		 heard_at;

	struct posts	 queue;
	size_t		 queue_bytes;
	struct post	*last;		/* the newest the kernel took */
	int64_t		 last_at;
	int		 tokens;
	int64_t		 token_at;
	int64_t		 slow_until;	/* it refused: no faster than tokens */
	int64_t		 deaf_until;	/* it refused twice: no doubt so long */
	enum check	 check;		/* of `last`, not shown yet */
	int64_t		 check_due;
};

struct classic_link *
classic_link_new(const struct classic_link_out *out)
{
	struct classic_link *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->out = *out;
	l->state.rtt_ms = l->state.loss_permille = -1;
	l->tokens = BURST;
	STAILQ_INIT(&l->queue);
	return l;
}

void
classic_link_free(struct classic_link *l)
{
	struct post *p;

	if (l == NULL)
		return;
	while ((p = STAILQ_FIRST(&l->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&l->queue, next);
		free(p);
	}
	free(l->last);
	free(l);
}

static void
tell_state(struct classic_link *l, int64_t now)
{
	struct record r = { .type = RECORD_STATE, .state = l->state };

	r.state.phase_ms = (uint32_t)(now - l->phase_at);
	l->out.record(l->out.arg, &r);
}

static void
set_phase(struct classic_link *l, int64_t now, enum record_phase phase)
{
	if (l->state.phase == phase)
		return;
	l->state.phase = phase;
	l->phase_at = now;
	tell_state(l, now);
}

static void
deny(struct classic_link *l, enum record_denial denial)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = l->name, .text_len = l->name_len };

	l->out.record(l->out.arg, &r);
}

static void
send_login(struct classic_link *l, int64_t now)
{
	char line[2 + TEXT_NAME_BYTES] = "L ";

	memcpy(line + 2, l->name, l->name_len);
	l->out.send(l->out.arg, line, 2 + l->name_len);
	l->asked = true;
	l->tries++;
	l->asked_at = now;
}

static void
ask(struct classic_link *l, int64_t now)
{
	l->tries = 0;
	send_login(l, now);
}

/*
 * A FAIL can mean "taken" or "you are in already". Leaving first tells the
 * two apart, at the price of a notice to the others; so only when in doubt.
 */
static void
retake(struct classic_link *l, int64_t now)
{
	l->retaking = true;
	l->out.send(l->out.arg, "E", 1);
	ask(l, now);
}

void
classic_link_login(struct classic_link *l, int64_t now, const char *name,
    size_t len)
{
	if (len == 0 || len > sizeof(l->name))
		return;
	if (l->state.phase == RECORD_ONLINE || l->state.phase == RECORD_LOST)
		l->out.send(l->out.arg, "E", 1);
	memcpy(l->name, name, len);
	l->name_len = len;
	l->told_silent = l->retaking = l->doubt = false;
	set_phase(l, now, RECORD_JOINING);
	ask(l, now);
}

void
classic_link_leave(struct classic_link *l)
{
	char line[2 + TEXT_NAME_BYTES] = "Q ";

	if (l->state.phase == RECORD_IDLE)
		return;
	memcpy(line + 2, l->name, l->name_len);
	l->out.send(l->out.arg, line, 2 + l->name_len);
}

static void
refuse(struct classic_link *l, uint64_t id, enum entry_kind kind,
    const char *text, size_t len)
{
	struct record r = { .type = RECORD_REFUSED, .id = id, .kind = kind,
	    .text = text, .text_len = len };

	l->out.record(l->out.arg, &r);
}

/* The line as the room will show it, so the author sees what others see. */
static void
show_own(struct classic_link *l, int64_t wall, const struct post *p)
{
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .time_ms = wall, .id = p->id, .kind = p->kind,
	    .author = l->name, .author_len = l->name_len,
	    .text = p->text, .text_len = p->len } };

	l->out.record(l->out.arg, &r);
}

static bool
send_post(struct classic_link *l, const struct post *p)
{
	char line[2 + TEXT_NAME_BYTES + 3 + TEXT_LINE_BYTES] = "C ";
	size_t len = 2;

	memcpy(line + len, l->name, l->name_len);
	len += l->name_len;
	line[len++] = ' ';
	if (p->kind == ENTRY_ACT) {
		line[len++] = '*';
		line[len++] = ' ';
	}
	memcpy(line + len, p->text, p->len);
	return l->out.send(l->out.arg, line, len + p->len);
}

static void
refill(struct classic_link *l, int64_t now)
{
	int64_t n = (now - l->token_at) / POST_MS;

	if (n <= 0)
		return;
	l->token_at += n * POST_MS;
	l->tokens = n >= BURST - l->tokens ? BURST : l->tokens + (int)n;
}

/* Takes the first of the queue as the newest that the kernel took. */
static void
take_first(struct classic_link *l, int64_t now)
{
	struct post *p = STAILQ_FIRST(&l->queue);

	STAILQ_REMOVE_HEAD(&l->queue, next);
	l->queue_bytes -= p->len;
	free(l->last);
	l->last = p;
	l->last_at = now;
}

static void
count_said(struct classic_link *l, int64_t wall, const struct post *p)
{
	l->state.pending--;
	if (!p->again)
		show_own(l, wall, p);
}

static void
flush(struct classic_link *l, int64_t now, int64_t wall)
{
	bool some = false;

	refill(l, now);
	while (l->state.phase == RECORD_ONLINE && !l->doubt &&
	    l->check == CHECK_NONE && !STAILQ_EMPTY(&l->queue)) {
		bool check = l->tokens == 0;

		if (check && (now < l->slow_until || l->asked ||
		    l->takes_twice))
			break;
		if (!send_post(l, STAILQ_FIRST(&l->queue)))
			break;
		take_first(l, now);
		some = true;
		if (check) {
			ask(l, now);
			l->check = CHECK_SENT;
		} else {
			l->tokens--;
			count_said(l, wall, l->last);
		}
	}
	if (some)
		tell_state(l, now);
}

/* The line that was checked was taken. */
static void
check_passed(struct classic_link *l, int64_t now, int64_t wall)
{
	l->check = CHECK_NONE;
	count_said(l, wall, l->last);
	tell_state(l, now);
	flush(l, now, wall);
}

/* It was not: it goes first again, when its time has come. */
static void
check_failed(struct classic_link *l, int64_t now, int64_t wait_ms)
{
	struct post *p = l->last;

	l->check = CHECK_NONE;
	l->last = NULL;
	STAILQ_INSERT_HEAD(&l->queue, p, next);
	l->queue_bytes += p->len;
	l->slow_until = now + wait_ms;
	l->token_at = now;
}

void
classic_link_post(struct classic_link *l, int64_t now, int64_t wall,
    const struct record *r)
{
	struct post *p = NULL;
	size_t len = r->text_len;

	if (len <= TEXT_LINE_BYTES && l->queue_bytes + len <= QUEUE_BYTES)
		p = malloc(sizeof(*p) + len);
	if (p == NULL) {
		refuse(l, r->id, r->kind, r->text, len < TEXT_LINE_BYTES ?
		    len : TEXT_LINE_BYTES);
		return;
	}
	p->id = r->id;
	p->kind = r->kind;
	p->again = false;
	p->len = len;
	memcpy(p->text, r->text, len);
	STAILQ_INSERT_TAIL(&l->queue, p, next);
	l->queue_bytes += len;
	l->state.pending++;
	flush(l, now, wall);
	if (l->state.pending > 0)
		tell_state(l, now);
}

/* The newest line did not arrive: it goes first again. */
static void
take_back(struct classic_link *l, int64_t now)
{
	struct post *p = l->last;

	if (p == NULL || now - l->last_at > DOUBT_MS)
		return;
	l->last = NULL;
	if (p->again) {
		l->deaf_until = now + SLOW_MS;
		refuse(l, p->id, p->kind, p->text, p->len);
		free(p);
		return;
	}
	p->again = true;
	STAILQ_INSERT_HEAD(&l->queue, p, next);
	l->queue_bytes += p->len;
	l->state.pending++;
}

static void
go_online(struct classic_link *l, int64_t now)
{
	struct record r = { .type = RECORD_WELCOME, .text = l->name,
	    .text_len = l->name_len };
	bool first = l->state.phase == RECORD_JOINING;

	l->asked = l->retaking = l->doubt = false;
	set_phase(l, now, RECORD_ONLINE);
	if (first)
		l->out.record(l->out.arg, &r);
}

static void
measure(struct classic_link *l, int64_t now)
{
	int32_t rtt = (int32_t)(now - l->asked_at);

	if (l->tries != 1 || rtt == l->state.rtt_ms)
		return;		/* which try was answered is not known */
	l->state.rtt_ms = rtt;
	tell_state(l, now);
}

static void
answered_yes(struct classic_link *l, int64_t now, int64_t wall)
{
	bool passed = l->check == CHECK_SENT;

	if (!l->asked)
		return;
	measure(l, now);
	/* FAIL, then OK: it had forgotten us, and the line was for nobody. */
	if (l->check == CHECK_ONE)
		check_failed(l, now, 0);
	else if (passed) {
		l->takes_twice = true;
		check_passed(l, now, wall);
	}
	if (l->state.phase == RECORD_ONLINE && !l->retaking) {
		/* It had forgotten us, or it says yes to everything. */
		if (++l->strange_oks >= 2)
			l->takes_twice = true;
	}
	if (l->state.phase == RECORD_ONLINE && !passed)
		take_back(l, now);
	go_online(l, now);
}

static void
answered_no(struct classic_link *l, int64_t now)
{
	if (!l->asked) {
		/* It speaks of a line of ours; with none, of nothing. */
		if (l->state.phase != RECORD_ONLINE || l->last == NULL ||
		    now - l->last_at > DOUBT_MS)
			return;
		/* Who is muted would come and go for each line. */
		if (now < l->deaf_until) {
			l->last->again = true;
			take_back(l, now);
			return;
		}
		l->doubt = true;
		ask(l, now);
		return;
	}
	if (l->check == CHECK_SENT) {
		measure(l, now);
		l->check = CHECK_ONE;
		l->check_due = now + CHECK_MS + l->state.rtt_ms;
		return;
	}
	if (l->check == CHECK_ONE) {
		check_failed(l, now, SLOW_MS);
		l->asked = false;
		return;
	}
	measure(l, now);
	l->strange_oks = 0;
	if (!l->retaking && (l->doubt ||
	    (l->state.phase == RECORD_JOINING && l->tries > 1))) {
		retake(l, now);
		return;
	}
	l->asked = false;
	if (l->state.phase == RECORD_JOINING || l->retaking) {
		l->retaking = l->doubt = false;
		set_phase(l, now, RECORD_IDLE);
		deny(l, RECORD_TAKEN);
	} else
		go_online(l, now);	/* "already in": that is life */
}

void
classic_link_input(struct classic_link *l, int64_t now, int64_t wall,
    const char *data, size_t len)
{
	char text[CLASSIC_BYTES];
	struct record r = { .type = RECORD_ENTRY };

	if (l->state.phase == RECORD_IDLE)
		return;
	switch (classic_parse_answer(text, data, len, &r.entry)) {
	case CLASSIC_YES:
		answered_yes(l, now, wall);
		break;
	case CLASSIC_NO:
		answered_no(l, now);
		break;
	case CLASSIC_ENTRY:
		r.entry.time_ms = wall;
		l->out.record(l->out.arg, &r);
		/* Who is sent lines is logged in, whatever became of OK. */
		if (l->state.phase == RECORD_LOST)
			go_online(l, now);
		if (!l->doubt && l->check == CHECK_NONE &&
		    l->state.phase == RECORD_ONLINE)
			l->asked = false;
		break;
	case CLASSIC_NOTHING:
		return;
	}
	l->heard_at = now;
	flush(l, now, wall);
}

void
classic_link_unreachable(struct classic_link *l, int64_t now, bool last)
{
	if (l->state.phase == RECORD_JOINING && !l->told_silent) {
		l->told_silent = true;
		deny(l, RECORD_UNREACHABLE);
	}
	if (l->state.phase == RECORD_ONLINE) {
		if (l->check != CHECK_NONE)
			check_failed(l, now, 0);
		else if (last && l->heard_at < l->last_at)
			take_back(l, now);
		l->retaking = l->doubt = false;
		set_phase(l, now, RECORD_LOST);
		l->asked = true;
		l->tries = 1;
		l->asked_at = now;
	}
}

static void
retry_login(struct classic_link *l, int64_t now)
{
	if (now - l->asked_at < RETRY_MS)
		return;
	if (l->state.phase == RECORD_JOINING && l->tries >= SILENT_TRIES &&
	    !l->told_silent) {
		l->told_silent = true;
		deny(l, RECORD_SILENT);
	}
	if (l->state.phase == RECORD_ONLINE && l->tries >= SILENT_TRIES) {
		l->retaking = l->doubt = false;
		set_phase(l, now, RECORD_LOST);
	}
	send_login(l, now);
}

int64_t
classic_link_tick(struct classic_link *l, int64_t now, int64_t wall)
{
	int64_t due = INT64_MAX;

	/* No second FAIL; or no answer at all, which says nothing. */
	if ((l->check == CHECK_ONE && now >= l->check_due) ||
	    (l->check == CHECK_SENT && now - l->asked_at >= RETRY_MS)) {
		if (l->check == CHECK_ONE)
			l->asked = false;
		check_passed(l, now, wall);
	}
	if (l->asked)
		retry_login(l, now);
	else if (l->state.phase == RECORD_ONLINE && !l->takes_twice &&
	    now - l->heard_at >= QUIET_MS)
		ask(l, now);
	flush(l, now, wall);

	if (l->asked)
		due = l->asked_at + RETRY_MS;
	else if (l->state.phase == RECORD_ONLINE && !l->takes_twice)
		due = l->heard_at + QUIET_MS;
	if (l->check == CHECK_ONE)
		due = l->check_due;
	else if (l->state.phase == RECORD_ONLINE &&
	    !STAILQ_EMPTY(&l->queue) && !l->doubt && !l->asked) {
		bool held = now < l->slow_until || l->takes_twice;
		int64_t post = l->tokens == 0 && held ?
		    l->token_at + POST_MS : now + 20;

		if (post < due)
			due = post;
	}
	return due;
}
