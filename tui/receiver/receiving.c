/*
 * The receiver process. It reads what strangers send, so it owns no terminal,
 * and no files but this room's. When its parent is gone it leaves the room
 * and ends.
 */
#include "tui/receiver/receiving.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/classic.h"
#include "common/clock.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "common/keys.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "tui/receiver/classic_link.h"
#include "tui/receiver/known.h"
#include "tui/receiver/link.h"
#include "tui/receiver/resolver.h"
#include "tui/receiver/trace.h"
#include "tui/shared/duct.h"
#include "tui/shared/store.h"

enum {
	BATCH = 64,		/* datagrams taken in a row before the rest */
	DATAGRAM = 2049,	/* one more than the longest that is taken */
	SLEPT_MS = 2000,	/* so long asleep counts as that */
	BUSY_MS = 2,		/* datagrams so close, and so many times ... */
	BUSY_WAKES = 32,
	REST_MS = 8,		/* ... are taken in more at a time */
	FLUSH_MS = 3,		/* between two writes to the screen's process */
	LEAVE_MS = 1200,	/* the link needs at most a second */
	RESOLVE_MS = 5 * 1000,	/* between two questions for the address */
	CLAIM_MS = 1500,	/* so long whoever was killed may still leave */
	CLAIM_STEP_MS = 20
};
_Static_assert((int)DATAGRAM > (int)CLASSIC_BYTES, "a classic line fits");

struct side {			/* everything the child owns */
	const struct receiver_config *config;
	const struct noise_keypair *identity;
	struct duct		*duct;
	struct classic_link	*classic;	/* one of these two */
	struct link		*link;		/* NULL: no name yet */
	char			 name[TEXT_NAME_BYTES];
	size_t			 name_len;
	char			 called[TEXT_NAME_BYTES];	/* since */
	size_t			 called_len;
	char			 dir[PATH_MAX];
	struct known		 known;
	struct trace		 trace;
	bool			 given;		/* a passphrase, in this run */
	bool			 opened;	/* a link, in this run */
	int			 claim;		/* of what is stored; -1: none */
	int			 fd;		/* -1: no socket for now */
	union sock_addr		 addr;
	bool			 online;
	int			 resolver;	/* -1: none */
	bool			 resolving;	/* it was asked; and when */
	int64_t			 resolve_due;
	bool			 told_stored;	/* the screen, but in the pipe */
	bool			 refused;	/* nobody listens: tell the link */
	bool			 leaving;
	bool			 moves;		/* what is kept lies elsewhere */
	bool			 unread;	/* the screen is gone */
	int64_t			 asleep_ms;	/* in all, as the clocks say */
	int64_t			 due;
	int64_t			 flushed_at, flush_due;
	int64_t			 heard_at, rest_until;
	unsigned		 busy;		/* wakes close to each other */
};

static volatile sig_atomic_t got_term;

static void
on_term(int sig)
{
	(void)sig;
	got_term = 1;
}

/* Errors that say "not there" about an earlier datagram, not about this one. */
static void
note_error(struct side *s, int error)
{
	if (error == ECONNREFUSED)
		s->refused = true;
}

/* On loopback the refusal is known as soon as send(2) returns: ask for it, so
 * that no line counts as said that nobody heard. */
static bool
refused_at_once(struct side *s)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1 ||
	    error == 0)
		return false;
	note_error(s, error);
	return error == ECONNREFUSED;
}

static bool
is_dropped(const struct side *s)
{
	return s->config->loss_percent > 0 &&
	    randombytes_uniform(100) < s->config->loss_percent;
}

static bool
on_send(void *arg, const void *data, size_t len)
{
	struct side *s = arg;
	int tries;

	/* What the room may have, the screen must not say again. */
	if (s->told_stored)
		duct_flush(s->duct);
	s->told_stored = false;
	trace_sent(&s->trace, data, len);
	if (is_dropped(s))
		return true;
	if (s->fd == -1 && s->addr.sa.sa_family != AF_UNSPEC)
		s->fd = sock_connect(&s->addr);
	if (s->fd == -1)
		return false;
	/* An error left over from an earlier datagram is reported instead of
	 * sending this one: the second try sends. */
	for (tries = 0; tries < 2; tries++) {
		/* Elsewhere it is an earlier one that was refused. */
		if (send(s->fd, data, len, MSG_NOSIGNAL) != -1)
			return !refused_at_once(s) || (s->link != NULL &&
			    !sock_addr_is_loopback(&s->addr));
		note_error(s, errno);
		if (errno == EAGAIN || errno == ENOBUFS)
			break;
	}
	return false;
}

/* For a start where the name cannot be looked up. */
static void
keep_address(struct side *s)
{
	char text[SOCK_ADDR_TEXT];

	if (!s->config->no_store && s->resolver != -1)
		store_keep_address(s->config->server,
		    sock_addr_text(text, &s->addr));
}

static void
on_record(void *arg, const struct record *r)
{
	struct side *s = arg;

	if (s->moves && r->type == RECORD_KEPT)
		return;
	if (r->type == RECORD_STATE)
		s->online = r->state.phase == RECORD_ONLINE;
	if (r->type == RECORD_WELCOME && s->link != NULL)
		keep_address(s);
	if (r->type == RECORD_WELCOME && r->text_len <= sizeof(s->called)) {
		memcpy(s->called, r->text, r->text_len);
		s->called_len = r->text_len;
	}
	s->told_stored |= r->type == RECORD_STORED;
	trace_pass(&s->trace, false, r);
	if (!duct_send(s->duct, r))
		s->leaving = true;	/* nobody reads: the screen is gone */
}

static bool
on_room(void *arg)
{
	return duct_has_room(((struct side *)arg)->duct);
}

static void
on_new_port(void *arg)
{
	struct side *s = arg;

	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;		/* the next datagram opens another */
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static void
on_frames(void *arg, bool in, const uint8_t *frames, size_t len)
{
	trace_link(&((struct side *)arg)->trace, in, frames, len);
}

static void
tell_new_host(struct side *s, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT], same[KEYS_HOST_BYTES + 1] = "=";
	struct record r = { .type = RECORD_NEW_HOST };

	if (keys_host_alias(s->known.path, s->known.server, key, same + 1)) {
		r.text = same;
		r.text_len = strlen(same);
	} else if (s->known.want == NULL) {
		r.text = fingerprint_text(fingerprint, key);
		r.text_len = strlen(fingerprint);
	}
	on_record(s, &r);
}

/* A passphrase that was typed has only this process. */
static bool
may_move(const struct side *s, bool psk)
{
	return !s->config->no_store && (!psk ||
	    *s->config->passphrase_file != '\0');
}

/* Is something kept of this server already, under another name of its host?
 * That is beyond what this process may reach: see lock_in. */
static bool
lies_elsewhere(const struct side *s, const uint8_t key[NOISE_KEY])
{
	char place[FINGERPRINT_SHORT], dir[PATH_MAX];
	char other[KEYS_HOST_BYTES];

	return keys_host_alias(s->known.path, s->known.server, key, other) ||
	    store_find_server(dir, fingerprint_short(place, key));
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	struct side *s = arg;
	enum link_trust trust = known_trust(&s->known, key, psk);

	/* What our own room once was is nothing to hold it to. */
	if (s->config->hosted)
		*psk = false;
	return trust;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	struct side *s = arg;
	enum link_trust trust = known_remember(&s->known, key, psk);

	/* That of our own server is no news. */
	if (trust == LINK_NEW && !s->config->hosted)
		tell_new_host(s, key);
	/* More of its datagrams may be taken before the end. */
	s->moves |= trust == LINK_NEW && may_move(s, psk) &&
	    lies_elsewhere(s, key);
	return s->moves ? LINK_ELSEWHERE : trust;
}

/*
 * What is stored under a name is one process's. The one before may have been
 * killed only now and still be leaving: then it is waited for, or its lines
 * would wait for the next start. False: another window has it.
 */
static bool
claim(struct side *s)
{
	struct timespec step = { 0, CLAIM_STEP_MS * 1000000L };
	int64_t end = clock_now_ms() + CLAIM_MS;
	char path[PATH_MAX];
	pid_t holder;

	if (s->claim != -1)
		close(s->claim);
	s->claim = -1;
	if (snprintf(path, sizeof(path), "%s/window", s->dir) >=
	    (int)sizeof(path))
		return false;
	while ((s->claim = disk_real.lock(disk_real.arg, path, &holder)) ==
	    -1 && errno == EWOULDBLOCK && clock_now_ms() < end)
		ppoll(NULL, 0, &step, NULL);
	/* Where nothing can be locked there is nothing to be kept apart. */
	return s->claim != -1 || errno != EWOULDBLOCK;
}

/* A link under this name: what it keeps is the name's own. */
static void
open_link(struct side *s)
{
	const struct receiver_config *c = s->config;
	struct link_out out = { .send = on_send, .record = on_record,
	    .room = on_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_new_port, .random = on_random, .arg = s,
	    .frames = on_frames };
	struct link_config config = { .identity = *s->identity,
	    .only_new = c->only_new, .has_after = c->has_after,
	    .after = c->after,
	    .passphrase = *c->passphrase != '\0' ? c->passphrase : NULL,
	    .given = s->given };
	char name[TEXT_NAME_BYTES + 1];

	snprintf(name, sizeof(name), "%.*s", (int)s->name_len, s->name);
	/* The one before us had other words for the same person. */
	if (!s->opened && c->keeps[0] != '\0')
		strlcpy(name, c->keeps, sizeof(name));
	s->opened = true;
	/* Where nothing can be stored it does without. */
	if (!c->no_store && store_room(s->dir, c->place, name,
	    strlen(name)) && claim(s)) {
		config.disk = &disk_real;
		config.dir = s->dir;
	}
	s->link = link_new(&config, &out);
	sodium_memzero(&config.identity, sizeof(config.identity));
}

/* It is the name that this link keeps things under, or the one that the room
 * calls it by since. */
static bool
is_of_link(const struct side *s, const char *name, size_t len)
{
	return (len == s->name_len && memcmp(name, s->name, len) == 0) ||
	    (len == s->called_len && memcmp(name, s->called, len) == 0);
}

static void
log_in(struct side *s, const char *name, size_t len)
{
	int64_t now = clock_now_ms();

	if (len == 0 || len > sizeof(s->name))
		return;
	if (s->classic != NULL) {
		memcpy(s->name, name, len);
		s->name_len = len;
		classic_link_login(s->classic, now, name, len);
		return;
	}
	if (s->link != NULL && !is_of_link(s, name, len)) {
		link_free(s->link);
		s->link = NULL;
		s->called_len = 0;
	}
	memcpy(s->name, name, len);
	s->name_len = len;
	if (s->link == NULL)
		open_link(s);
	if (s->link != NULL)
		link_login(s->link, now, name, len);
	if (s->link == NULL || link_left(s->link))
		s->leaving = true;
}

static void
post(struct side *s, const struct record *r)
{
	if (s->classic != NULL)
		classic_link_post(s->classic, clock_now_ms(),
		    clock_wall_ms(), r);
	else if (s->link != NULL)
		link_post(s->link, clock_now_ms(), r->id, r->kind, r->text,
		    r->text_len);
}

/* The classic protocol has no sign of life but another login. */
static void
wake(struct side *s)
{
	if (s->link != NULL)
		link_wake(s->link, clock_now_ms());
	else if (s->classic != NULL && s->name_len > 0)
		classic_link_login(s->classic, clock_now_ms(), s->name,
		    s->name_len);
}

/* What is in no link is kept nowhere. */
static void
keep(struct side *s)
{
	struct record none = { .type = RECORD_KEPT };

	if (s->link != NULL)
		link_keep(s->link, clock_now_ms());
	else
		on_record(s, &none);
}

/* What the classic protocol has no words for is ignored there. */
static void
ask_link(struct side *s, const struct record *r)
{
	int64_t now = clock_now_ms();

	if (s->link == NULL)
		return;
	switch (r->type) {
	case RECORD_PASSPHRASE:
		s->given = true;
		link_passphrase(s->link, now, r->text, r->text_len);
		break;
	case RECORD_READ:
		link_read(s->link, now, r->id, r->flags);
		break;
	case RECORD_NICK:
		link_nick(s->link, now, r->text, r->text_len);
		break;
	case RECORD_WHOIS:
		link_whois(s->link, now, r->text, r->text_len);
		break;
	case RECORD_WITHDRAW:
		link_withdraw(s->link, now, r->id != 0);
		break;
	case RECORD_VERIFY:
		link_verify(s->link, now);
		break;
	default:
		break;
	}
}

static void
take_command(struct side *s, const struct record *r)
{
	trace_pass(&s->trace, true, r);
	switch (r->type) {
	case RECORD_LOGIN:
		log_in(s, r->text, r->text_len);
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
	case RECORD_LEAVE:
		s->leaving = true;
		break;
	default:
		ask_link(s, r);
		break;
	}
}

static void
take_commands(struct side *s)
{
	struct record r;
	enum duct_result result;

	while ((result = duct_next(s->duct, &r)) == DUCT_RECORD && !s->leaving)
		take_command(s, &r);
	if (result == DUCT_CLOSED || result == DUCT_BROKEN)
		s->leaving = true;
}

static void
take_datagram(struct side *s, const char *data, size_t len)
{
	if (len >= DATAGRAM || is_dropped(s))
		return;
	trace_came(&s->trace, data, len);
	if (s->link != NULL)
		link_input(s->link, clock_now_ms(), data, len);
	else if (s->classic != NULL && len <= CLASSIC_BYTES)
		classic_link_input(s->classic, clock_now_ms(),
		    clock_wall_ms(), data, len);
	trace_taken(&s->trace, data, len);
}

/* In a flood, waking for each datagram costs more than the datagram. */
static void
note_busy(struct side *s)
{
	int64_t now = clock_now_ms();

	s->busy = now - s->heard_at <= REST_MS + BUSY_MS ? s->busy + 1 : 0;
	s->heard_at = now;
	if (s->busy > BUSY_WAKES)
		s->rest_until = now + REST_MS;
}

static void
take_datagrams(struct side *s)
{
	char data[DATAGRAM];
	bool any = false;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH && s->fd != -1 && on_room(s); i++) {
		n = recv(s->fd, data, sizeof(data), 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		any = true;
		if (n == -1)
			note_error(s, errno);
		else
			take_datagram(s, data, (size_t)n);
	}
	if (any)
		note_busy(s);
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
tick(struct side *s)
{
	int64_t now = clock_now_ms();

	if (s->link != NULL)
		return link_tick(s->link, now);
	if (s->classic != NULL)
		return classic_link_tick(s->classic, now, clock_wall_ms());
	return INT64_MAX;
}

static int64_t
do_timers(struct side *s)
{
	int64_t asleep = slept_ms();

	if (asleep - s->asleep_ms >= SLEPT_MS && s->link != NULL)
		link_wake(s->link, clock_now_ms());
	s->asleep_ms = asleep;
	s->due = tick(s);
	if (!s->refused)
		return s->due;
	s->refused = false;
	if (s->link != NULL)
		link_unreachable(s->link, clock_now_ms());
	else if (s->classic != NULL)
		classic_link_unreachable(s->classic, clock_now_ms());
	return tick(s);
}

/*
 * Nobody answers: has the host another address by now? Returns due, or when to
 * ask if that is earlier.
 */
static int64_t
resolve(struct side *s, int64_t due)
{
	int64_t now = clock_now_ms();

	if (s->resolver == -1 || s->online || s->resolving)
		return due;
	if (now >= s->resolve_due) {
		resolver_ask(s->resolver);
		s->resolving = true;
		return due;
	}
	return s->resolve_due < due ? s->resolve_due : due;
}

static void
take_address(struct side *s)
{
	union sock_addr addr;

	s->resolving = false;
	s->resolve_due = clock_now_ms() + RESOLVE_MS;
	if (!resolver_answer(s->resolver, &addr) || s->online ||
	    sock_addr_eq(&addr, &s->addr))
		return;
	s->addr = addr;
	on_new_port(s);
	if (s->link != NULL)
		link_wake(s->link, clock_now_ms());
}

/* Records go at once, but not more often than anybody sees. Returns due, or
 * when they go if that is earlier. */
static int64_t
flush(struct side *s, int64_t due)
{
	int64_t now;

	if (duct_queued(s->duct) == 0) {
		s->flush_due = INT64_MAX;
		return due;
	}
	now = clock_now_ms();
	if (now - s->flushed_at < FLUSH_MS && !s->leaving) {
		s->flush_due = s->flushed_at + FLUSH_MS;
		return s->flush_due < due ? s->flush_due : due;
	}
	s->flush_due = INT64_MAX;
	s->flushed_at = now;
	if (!duct_flush(s->duct))
		s->leaving = true;
	return due;
}

static void
wait_events(struct side *s, int64_t due, const sigset_t *outside)
{
	enum { COMMANDS, RECORDS, SOCKET, ADDRESS, SLOTS };
	struct pollfd fds[SLOTS] = {
		[COMMANDS] = { .fd = s->leaving ? -1 : duct_in_fd(s->duct),
		    .events = POLLIN },
		[RECORDS] = { .fd = s->unread ? -1 : duct_out_fd(s->duct) },
		[SOCKET] = { .fd = s->fd, .events = POLLIN },
		[ADDRESS] = { .fd = s->resolving ? s->resolver : -1,
		    .events = POLLIN },
	};
	bool rests = on_room(s) && clock_now_ms() < s->rest_until;
	struct timespec wait;
	int n;

	due = flush(s, due);
	if (duct_queued(s->duct) > 0 && s->flush_due == INT64_MAX)
		fds[RECORDS].events = POLLOUT;
	/* A screen that does not read makes us stop reading, not dropping. */
	if (!on_room(s) || rests)
		fds[SOCKET].fd = -1;
	if (rests && s->rest_until < due)
		due = s->rest_until;
	n = ppoll(fds, SLOTS, clock_until(due, &wait), outside);
	if (rests && clock_now_ms() >= s->rest_until)
		take_datagrams(s);
	if (n <= 0)
		return;
	/* Told once: poll would say so again and again while we leave. */
	if (fds[RECORDS].revents != 0 && (!duct_flush(s->duct) ||
	    (fds[RECORDS].revents & (POLLERR | POLLNVAL)) != 0))
		s->leaving = s->unread = true;
	if (fds[ADDRESS].revents != 0)
		take_address(s);
	if (fds[COMMANDS].revents != 0)
		take_commands(s);
	if (fds[SOCKET].revents != 0)
		take_datagrams(s);
}

static void
set_signals(sigset_t *outside)
{
	/* These are for the screen's process: C-c and C-z reach the whole
	 * foreground group, and the session must go on under a stopped screen. */
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

/* The room is told, and says that it heard, for at most a second. */
static void
leave(struct side *s, const sigset_t *outside)
{
	int64_t now = clock_now_ms(), end = now + LEAVE_MS, due;

	if (s->classic != NULL)
		classic_link_leave(s->classic);
	if (s->link == NULL)
		return;
	s->leaving = true;
	link_leave(s->link, now);
	while (!link_left(s->link) && (now = clock_now_ms()) < end) {
		due = do_timers(s);
		if (!link_left(s->link))
			wait_events(s, due < end ? due : end, outside);
	}
	/* What waits still, as the last word. */
	link_keep(s->link, clock_now_ms());
}

/* The room knows us by now, and will again: what it was to be told the next
 * receiver says, and what was handed over is kept for that one. */
static void
hand_over(struct side *s)
{
	struct record r = { .type = RECORD_MOVED };

	if (s->link != NULL)
		link_keep(s->link, clock_now_ms());
	on_record(s, &r);
}

/* Where nothing is to be kept and there is no place for it, nothing is known;
 * nor is a room of this run alone, which has a key of its own. */
static bool
knows_hosts(const struct receiver_config *c)
{
	char dir[PATH_MAX];

	if (c->hosted && c->no_store)
		return false;
	return store_config(dir, "") && (!c->no_store ||
	    access(dir, X_OK) == 0);
}

/*
 * What reads the network has nothing to do with the rest of the machine: it
 * writes what it keeps of this server's rooms and the file of known hosts. That
 * one is there from now on, so that it alone can be named; where it is a link,
 * what it leads to is meant.
 */
static void
lock_in(const struct side *s)
{
	char rooms[PATH_MAX] = "", address[PATH_MAX] = "";
	char settings[PATH_MAX] = "";
	const char *writes[] = { rooms, address, s->known.path, NULL };
	const char *reads[] = { settings, NULL };
	int fd;

	if (!s->config->no_store && !store_server(rooms, s->config->place))
		rooms[0] = '\0';
	if (!s->config->no_store && !store_server(address, s->config->server))
		address[0] = '\0';
	if (s->known.path[0] != '\0' && (fd = open(s->known.path, O_RDONLY | O_CREAT |
	    O_CLOEXEC | O_NONBLOCK, 0600)) != -1) {
		close(fd);
		disk_sync_parent(&disk_real, s->known.path);
	}
	if (!store_config(settings, ""))
		settings[0] = '\0';
	lang_load();
	sandbox_enter(SANDBOX_RECEIVER, writes, reads);
}

void
receiving_run(int in_fd, int out_fd, const struct receiver_config *config,
    const struct noise_keypair *identity)
{
	struct side s = { .config = config, .identity = identity, .claim = -1,
	    .fd = -1 };
	struct classic_link_out out = { on_send, on_record, &s };
	sigset_t outside;

	trace_begin(&s.trace, config->trace);
	set_signals(&outside);
	s.asleep_ms = slept_ms();
	s.addr = config->addr;
	s.resolver = config->resolver;
	s.resolve_due = clock_now_ms() + (s.addr.sa.sa_family == AF_UNSPEC ?
	    0 : RESOLVE_MS);
	s.known.server = config->server;
	s.known.want = *config->key != '\0' ? config->key : NULL;
	s.known.forgetful = config->no_store;
	s.given = config->given || *config->passphrase != '\0';
	if (!knows_hosts(config) || !store_config(s.known.path, "known_hosts"))
		s.known.path[0] = '\0';
	s.duct = duct_new(in_fd, out_fd);
	lock_in(&s);
	if (config->classic)
		s.classic = classic_link_new(&out);
	if (s.duct != NULL && (!config->classic || s.classic != NULL)) {
		while (!s.leaving && !s.moves && !got_term)
			wait_events(&s, resolve(&s, do_timers(&s)), &outside);
		if (s.moves)
			hand_over(&s);
		else
			leave(&s, &outside);
		duct_flush(s.duct);
	}
	classic_link_free(s.classic);
	link_free(s.link);
	duct_free(s.duct);
	if (s.fd != -1)
		close(s.fd);
	if (s.resolver != -1)
		close(s.resolver);
}
