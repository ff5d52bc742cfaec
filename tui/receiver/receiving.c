/*
 * The receiver process. It reads what strangers send, so it owns no terminal,
 * and no files but this room's. When its parent is gone it leaves the room
 * and ends.
 */
#include "tui/receiver/receiving_state.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "tui/receiver/link_asked.h"
#include "tui/receiver/link_person.h"

enum {
	SLEPT_MS = 2000,	/* so long asleep counts as that */
	FLUSH_MS = 3,		/* between two writes to the screen's process */
	LEAVE_MS = 1700		/* the link needs at most a second and a half */
};

static volatile sig_atomic_t got_term;

static void
on_term(int sig)
{
	(void)sig;
	got_term = 1;
}

static void
post(struct receiving *s, const struct record *r)
{
	const struct link_line line = { r->id, r->kind, r->text, r->text_len,
	    (r->flags & RECORD_POST_PRIVATE) != 0 };

	if (s->classic != NULL)
		classic_link_post(s->classic, clock_now_ms(),
		    clock_wall_ms(), r);
	else if (s->link != NULL)
		link_post(s->link, clock_now_ms(), r->window, &line);
}

/* The classic protocol has no sign of life but another login. */
static void
wake(struct receiving *s)
{
	if (s->link != NULL)
		link_wake(s->link, clock_now_ms());
	else if (s->classic != NULL && s->name_len > 0)
		classic_link_login(s->classic, clock_now_ms(), s->name,
		    s->name_len);
}

/* What is in no link is kept nowhere. */
static void
keep(struct receiving *s)
{
	struct record none = { .type = RECORD_KEPT };

	if (s->link != NULL)
		link_keep(s->link, clock_now_ms());
	else
		receiving_tell(s, &none);
}

static void
ask_of_people(struct link *l, int64_t now, const struct record *r)
{
	switch (r->type) {
	case RECORD_TALK:
		link_wish(l, now, r->text, r->text_len);
		break;
	case RECORD_TALKS:
		link_ask_talks(l, now);
		break;
	case RECORD_PIN:
		if (r->flags & RECORD_PIN_ANEW)
			link_anew(l, now, r->window);
		link_pin(l, now, r->window, r->flags, r->text, r->text_len);
		break;
	case RECORD_COMPARE:
		link_digits(l, now, r->text, r->text_len);
		break;
	case RECORD_SHUT:
		link_shut(l, now, r->window, r->id != 0);
		break;
	case RECORD_FORGET:
		link_forget_lines(l, now, r->window, r->id);
		break;
	default:
		break;
	}
}

/* There is no server that could be asked, or one that knows no talks. */
static void
answer_without(struct receiving *s, const struct record *r)
{
	struct record none = { .type = RECORD_OFFERED, .text = "",
	    .flags = RECORD_TALK_ASKED | (s->classic != NULL ?
	    RECORD_TALK_NONE : RECORD_TALK_UNKNOWN),
	    .entry.author = r->text, .entry.author_len = r->text_len,
	    .entry.text = "" };

	if (none.entry.author_len > RECORD_TALK_BYTES)
		none.entry.author_len = 0;
	if (r->type == RECORD_TALKS) {
		none.type = RECORD_TALK_LISTED;
		none.flags = RECORD_TALK_FIRST | RECORD_TALK_LAST;
	} else if (r->type == RECORD_COMPARE) {
		none.type = RECORD_DIGITS;
		none.flags = 0;
	} else if (r->type != RECORD_TALK && (r->type != RECORD_PIN ||
	    (r->flags & RECORD_PIN_TRUST) == 0))
		return;
	receiving_tell(s, &none);
}

/* What the classic protocol has no words for is ignored there. */
static void
ask_link(struct receiving *s, const struct record *r)
{
	int64_t now = clock_now_ms();

	if (s->link == NULL) {
		answer_without(s, r);
		return;
	}
	switch (r->type) {
	case RECORD_PASSPHRASE:
		s->store.given = true;
		link_passphrase(s->link, now, r->text, r->text_len);
		break;
	case RECORD_READ:
		link_read(s->link, now, r->window, r->id, r->flags);
		break;
	case RECORD_NICK:
		link_nick(s->link, now, r->window, r->text, r->text_len);
		break;
	case RECORD_WHOIS:
		link_whois(s->link, now, r->window, r->text, r->text_len);
		break;
	case RECORD_WITHDRAW:
		link_withdraw(s->link, now, r->window, r->id != 0);
		break;
	case RECORD_VERIFY:
		link_verify(s->link, now, r->window);
		break;
	case RECORD_LOOK:
		link_look(s->link, now, r->window);
		break;
	case RECORD_DEVICES:
		link_ask_devices(s->link, now, r->id);
		break;
	case RECORD_SEEN:
		link_seen(s->link, now, r->window, r->id);
		break;
	case RECORD_ROOMS:
		link_ask_rooms(s->link, now);
		break;
	default:
		ask_of_people(s->link, now, r);
		break;
	}
}

static void
take_command(struct receiving *s, const struct record *r)
{
	trace_pass(&s->trace, true, r);
	switch (r->type) {
	case RECORD_LOGIN:
		receiving_log_in(s, r->text, r->text_len);
		break;
	case RECORD_POST:
		post(s, r);
		break;
	case RECORD_WAKE:
		wake(s);
		break;
	case RECORD_KEEP:
		keep(s);
		break;
	case RECORD_JOIN:
		receiving_join(s, r);
		break;
	case RECORD_PART:
		receiving_part(s, r->window);
		break;
	case RECORD_LEAVE:
		s->leaving = true;
		break;
	default:
		ask_link(s, r);
		break;
	}
}

/* No more than there is room for what is to be said of them. */
static void
take_commands(struct receiving *s)
{
	struct record r;
	enum duct_result result = DUCT_RECORD;

	while (!s->leaving && receiving_room(s) &&
	    (result = duct_next(s->screen.duct, &r)) == DUCT_RECORD)
		take_command(s, &r);
	s->screen.asks = result == DUCT_RECORD;
	if (result == DUCT_CLOSED || result == DUCT_BROKEN)
		s->leaving = true;
}

/* What was said before the screen was gone is in the pipe still, if we found
 * that out by telling it something: it waits for the next start. */
static void
hear_out(struct receiving *s)
{
	struct record r;

	while (duct_next(s->screen.duct, &r) == DUCT_RECORD)
		take_command(s, &r);
}

/* How long the machine was asleep, in all: one clock stood still meanwhile. */
static int64_t
slept_ms(void)
{
	struct timespec boot, run;

	if (clock_gettime(CLOCK_BOOTTIME, &boot) == -1 ||
	    clock_gettime(CLOCK_MONOTONIC, &run) == -1)
		return 0;
	return (boot.tv_sec - run.tv_sec) * 1000 +
	    (boot.tv_nsec - run.tv_nsec) / 1000000;
}

static int64_t
tick(struct receiving *s)
{
	int64_t now = clock_now_ms();

	if (s->link != NULL)
		return link_tick(s->link, now);
	if (s->classic != NULL)
		return classic_link_tick(s->classic, now, clock_wall_ms());
	return INT64_MAX;
}

static void
tell_unreachable(struct receiving *s)
{
	bool refused = s->net.refused;

	s->net.refused = s->net.gone = false;
	if (s->link != NULL)
		link_unreachable(s->link, clock_now_ms());
	else if (s->classic != NULL)
		classic_link_unreachable(s->classic, clock_now_ms(), refused);
}

static int64_t
tend_link(struct receiving *s)
{
	int64_t asleep = slept_ms(), due;
	unsigned i;

	if (asleep - s->asleep_ms >= SLEPT_MS && s->link != NULL)
		link_slept(s->link, clock_now_ms(), asleep - s->asleep_ms);
	s->asleep_ms = asleep;
	due = tick(s);
	if (!s->net.refused && !s->net.gone)
		return due;
	tell_unreachable(s);
	due = tick(s);
	/* Those of its other servers that are refused on the spot are left as
	 * fast. */
	for (i = 0; i < NODES_MAX && s->link != NULL && (s->net.refused ||
	    s->net.gone) && nodes_has_others(&s->net.nodes); i++) {
		tell_unreachable(s);
		due = tick(s);
	}
	return due;
}

/* Records go at once, but not more often than anybody sees. Returns due, or
 * when they go if that is earlier. */
static int64_t
flush(struct receiving *s, int64_t due)
{
	int64_t now;

	if (duct_queued(s->screen.duct) == 0) {
		s->screen.flush_due = INT64_MAX;
		return due;
	}
	now = clock_now_ms();
	if (now - s->screen.flushed_at < FLUSH_MS && !s->leaving) {
		s->screen.flush_due = s->screen.flushed_at + FLUSH_MS;
		return clock_earlier(s->screen.flush_due, due);
	}
	s->screen.flush_due = INT64_MAX;
	s->screen.flushed_at = now;
	if (!duct_flush(s->screen.duct))
		s->leaving = true;
	return due;
}

static void
wait_events(struct receiving *s, int64_t due, const sigset_t *outside)
{
	struct duct *d = s->screen.duct;
	enum { COMMANDS, RECORDS, SOCKET, ADDRESS, SLOTS };
	struct pollfd fds[SLOTS] = {
		[COMMANDS] = { .fd = s->leaving || s->screen.asks ? -1 :
		    duct_in_fd(d), .events = POLLIN },
		[RECORDS] = { .fd = s->screen.unread ? -1 : duct_out_fd(d) },
		[SOCKET] = { .fd = s->net.fd, .events = POLLIN },
		[ADDRESS] = { .fd = s->net.resolving ? s->net.resolver : -1,
		    .events = POLLIN },
	};
	int64_t until = receiving_rests(s);
	bool rests = receiving_room(s) && clock_now_ms() < until, asks;
	struct timespec wait;
	int n;

	due = flush(s, due);
	if ((asks = s->screen.asks && !s->leaving && receiving_room(s)))
		due = 0;
	if (duct_queued(d) > 0 && s->screen.flush_due == INT64_MAX)
		fds[RECORDS].events = POLLOUT;
	/* A screen that does not read makes us stop reading, not dropping. */
	if (!receiving_room(s) || rests)
		fds[SOCKET].fd = -1;
	if (rests)
		due = clock_earlier(until, due);
	n = ppoll(fds, SLOTS, clock_until(due, &wait), outside);
	/* Whatever was due: what is said then knows of all that came. */
	if (rests && n == 0)
		receiving_take_datagrams(s);
	if (n <= 0 && !asks)
		return;
	/* Told once: poll would say so again and again while we leave. */
	if (fds[RECORDS].revents != 0 && (!duct_flush(d) ||
	    (fds[RECORDS].revents & (POLLERR | POLLNVAL)) != 0))
		s->leaving = s->screen.unread = true;
	if (fds[ADDRESS].revents != 0)
		receiving_take_address(s);
	if (fds[COMMANDS].revents != 0 || asks)
		take_commands(s);
	if (fds[SOCKET].revents != 0)
		receiving_take_datagrams(s);
}

static void
set_signals(sigset_t *outside)
{
	/* These are for the screen's process: C-c and C-z reach the whole
	 * foreground group, and the session goes on under a stopped screen. */
	static const int others[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTTOU,
	    SIGHUP, SIGWINCH, SIGPIPE };
	struct sigaction sa = { .sa_handler = SIG_IGN };
	sigset_t block;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		sigaction(others[i], &sa, NULL);
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	sigemptyset(outside);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_SETMASK, &block, NULL);
}

/* The last words are said, the room is told, and says that it heard. */
static void
leave(struct receiving *s, const sigset_t *outside)
{
	int64_t now = clock_now_ms(), end = now + LEAVE_MS, due;

	if (s->classic != NULL)
		classic_link_leave(s->classic);
	if (s->link == NULL)
		return;
	s->leaving = true;
	link_leave(s->link, now);
	while (!link_left(s->link) && (now = clock_now_ms()) < end) {
		due = tend_link(s);
		if (!link_left(s->link))
			wait_events(s, clock_earlier(due, end), outside);
	}
	/* What waits still, as the last word. */
	link_keep(s->link, clock_now_ms());
}

/* The room knows us by now, and will again: what it was to be told the next
 * receiver says, and what was handed over is kept for that one. */
static void
hand_over(struct receiving *s)
{
	struct record r = { .type = RECORD_MOVED };

	if (s->link != NULL)
		link_keep(s->link, clock_now_ms());
	receiving_tell(s, &r);
}

static void
run(struct receiving *s, const sigset_t *outside)
{
	while (!s->leaving && !s->store.moves && !got_term) {
		wait_events(s, receiving_resolve(s, tend_link(s)), outside);
		receiving_note_home(s);
	}
	if (s->store.moves)
		hand_over(s);
	else {
		hear_out(s);
		leave(s, outside);
	}
	duct_flush(s->screen.duct);
}

void
receiving_run(int in_fd, int out_fd, const struct receiver_config *config,
    const struct noise_keypair *identity)
{
	struct receiving s = { .config = config, .identity = identity };
	struct receiving_room *first;
	struct classic_link_out out = { .send = receiving_send,
	    .record = receiving_tell, .arg = &s };
	sigset_t outside;

	TAILQ_INIT(&s.store.rooms);
	if ((first = receiving_add_room(&s, 0, config->room,
	    strlen(config->room))) == NULL)
		return;
	first->has_after = config->has_after;
	first->after = config->after;
	trace_begin(&s.trace, config->trace);
	set_signals(&outside);
	s.asleep_ms = slept_ms();
	receiving_net_init(&s);
	if (!config->classic)
		receiving_nodes_init(&s);
	s.screen.duct = duct_new(in_fd, out_fd);
	receiving_lock_in(&s);
	if (config->classic)
		s.classic = classic_link_new(&out);
	if (s.screen.duct != NULL && (!config->classic || s.classic != NULL))
		run(&s, &outside);
	classic_link_free(s.classic);
	receiving_log_out(&s);
	receiving_nodes_end(&s);
	receiving_let_go(&s);
	duct_free(s.screen.duct);
	receiving_net_close(&s);
	while ((first = TAILQ_FIRST(&s.store.rooms)) != NULL)
		receiving_drop_room(&s, first);
}
