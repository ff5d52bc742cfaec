/*
 * chat-server: one loop; a process beside it waits for the disk. Owns standard
 * input, the signals and the clock's reading; what happens is decided by the
 * hub.
 */
#include <sys/statvfs.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "common/secret.h"
#include "common/sock.h"
#include "server/awake.h"
#include "server/console.h"
#include "server/control.h"
#include "server/descriptors.h"
#include "server/greeting.h"
#include "server/hub.h"
#include "server/interfaces.h"
#include "server/keeper.h"
#include "server/net.h"
#include "server/node.h"
#include "server/node_hub.h"
#include "server/opening.h"
#include "server/operator.h"
#include "server/operator_nodes.h"
#include "server/ready.h"
#include "server/report.h"
#include "server/room/log.h"
#include "server/roomlist.h"
#include "server/settings.h"
#include "server/wake_list.h"

enum {
	OPENING_MS = 1000,	/* at most, for the log to tell what is so */
	ANSWER_MS = 5000,	/* at most, until what an operator asks is so */
	GOODBYE_MS = 1000,	/* at most, for what is still queued */
	BREATH_NS = 100 * 1000 * 1000,	/* before it tries again to wait */
	BUFFER_BYTES = 128 << 10	/* from there on by pages */
};

struct server {
	struct opening	 at;		/* its place, and what is kept there */
	int64_t		 started_ms;
	struct hub	*hub;
	struct net	*net;
	struct nets	 local;		/* this machine is in */
	struct wake_list *wake_list;
	struct control	*control;
	struct awake	 awake;
	struct report	 report;
	struct console	 console;
	bool		 console_open;
	bool		 cut;		/* off from others, as was told */
	int64_t		 held_ms;	/* until then an operator waits */
	int64_t		 announced;	/* last, when; 0: nothing yet */
};

static volatile sig_atomic_t caught[NSIG];

static void
on_signal(int sig)
{
	caught[sig] = 1;
}

/* Blocks the signals of the loop; *waiting: the mask to wait for them with. */
static void
take_signals(sigset_t *waiting)
{
	static const int mine[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	/* In the background the terminal must not stop the room. */
	static const int unwanted[] = { SIGPIPE, SIGTTIN, SIGTTOU };
	struct sigaction sa = { .sa_handler = on_signal }, old;
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	for (i = 0; i < sizeof(mine) / sizeof(mine[0]); i++) {
		/* nohup(1) is heeded. */
		if (mine[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaddset(&block, mine[i]);
		sigaction(mine[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &block, waiting);
	for (i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
		sigdelset(waiting, mine[i]);
	for (i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		signal(unwanted[i], SIG_IGN);
}

/*
 * The clock's reading, for all that the hub is told: it learns first for how
 * long nobody could be heard. Not from within the hub.
 */
static int64_t
server_now(struct server *s)
{
	int64_t now = clock_now_ms(), slept = awake_read(&s->awake, now);

	if (slept > 0)
		hub_slept(s->hub, slept);
	return now;
}

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct server *s = arg;

	net_send(s->net, to, data, len);
}

static void
on_event(void *arg, const struct hub_event *ev)
{
	struct server *s = arg;

	report_event(&s->report, clock_now_ms(), ev);
}

_Static_assert((int)NET_AHEAD == (int)HUB_AHEAD, "all that is told is used");

static void
on_soon(void *arg, const void *data, size_t len, unsigned ahead)
{
	struct server *s = arg;

	hub_foresee(s->hub, data, len, ahead);
}

static void
on_datagram(void *arg, const union sock_addr *from, const void *data,
    size_t len)
{
	struct server *s = arg;

	hub_input(s->hub, server_now(s), clock_wall_ms(), from, data, len);
}

static void
on_unreachable(void *arg, const union sock_addr *addr, int error)
{
	struct server *s = arg;

	if (error == ECONNREFUSED)
		hub_unreachable(s->hub, server_now(s), clock_wall_ms(), addr);
	else
		hub_no_way(s->hub, server_now(s), clock_wall_ms(), addr);
}

/* Bytes that whoever writes the log may still take; 0: not known. */
static uint64_t
disk_free(const char *dir)
{
	struct statvfs st;

	return statvfs(dir, &st) == -1 ? 0 :
	    (uint64_t)st.f_bavail * st.f_frsize;
}

static bool
on_request(void *arg, const char *request, struct reply *reply)
{
	struct server *s = arg;
	struct net_figures net = net_figures(s->net);
	struct operator_node nodes[NODE_SEEN];
	struct operator operator = { s->hub, s->at.log, s->at.bans,
	    server_now(s), clock_wall_ms(), &net,
	    roomlist_home(s->at.rooms)->line.name, s->started_ms,
	    disk_free(s->at.dir), sock_addr_text, s->at.rooms, nodes,
	    node_seen(s->at.node, nodes) };

	hub_asks(s->hub, HUB_CONTROL);
	operator_ask(&operator, request, reply);
	hub_asked(s->hub);
	if (hub_fate(s->hub, HUB_CONTROL) != HUB_WAITS)
		return true;
	s->held_ms = operator.now_ms + ANSWER_MS;
	return false;
}

static void
on_session(void *arg, uint32_t index, const union sock_addr *addr)
{
	struct server *s = arg;

	wake_list_note(s->wake_list, index, addr);
}

static void
on_old_session(void *arg, uint32_t index, const union sock_addr *addr)
{
	struct server *s = arg;

	hub_wake(s->hub, index, addr);
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static void
on_admin_line(void *arg, const char *line, size_t len)
{
	struct server *s = arg;

	s->announced = server_now(s);
	hub_asks(s->hub, HUB_CONSOLE);
	report_announce(line == NULL ? HUB_TEXT_LONG : hub_announce(s->hub,
	    s->announced, clock_wall_ms(), line, len));
	hub_asked(s->hub);
}

static void
open_hub(struct server *s, struct settings *set)
{
	struct hub_out out = { .send = on_send, .event = on_event,
	    .session = on_session, .random = on_random, .arg = s };

	set->hub.bans = s->at.bans;
	set->hub.heirs = s->at.heirs;
	set->hub.rooms = s->at.rooms;
	set->hub.persons = s->at.persons;
	set->hub.marks = s->at.marks;
	set->hub.talks = s->at.talks;
	set->hub.talks_keep_ms = set->keep_ms;
	set->hub.gate.rooms = set->hub.gate.people = true;
	set->hub.local = &s->local;
	s->hub = hub_new(&set->hub, s->at.log, clock_now_ms(),
	    clock_wall_ms(), &out);
	if (s->hub == NULL)
		err(1, NULL);
	if (s->at.node != NULL)
		opening_goes_on(&s->at, s->hub);
	/* The gate has its own. */
	secret_wipe(set->hub.gate.key.secret,
	    sizeof(set->hub.gate.key.secret));
	secret_wipe(set->hub.gate.psk, sizeof(set->hub.gate.psk));
}

/* What reads strangers' datagrams needs its room and what is open already. */
static void
lock_in(const struct server *s)
{
	const char *const writes[] = { s->at.dir, NULL };
	const char *const reads[] = { NULL };

	lang_load();
	sandbox_enter(SANDBOX_SERVER, writes, reads);
}

/* False where it runs as root. */
static bool
server_open(struct server *s, struct settings *set, union sock_addr *bound)
{
	const char *why;
	bool is_plain;
	int fd;

	if (sodium_init() == -1)
		errx(1, _("no source of random numbers"));
	fd = sock_listen(set->family, set->host, set->port, bound, &why);
	if (fd == -1 && set->host == NULL)
		errx(1, _("cannot listen on UDP port %u: %s"), set->port, why);
	if (fd == -1)
		errx(1, _("cannot listen on %s, UDP port %u: %s"), set->host,
		    set->port, why);
	is_plain = opening_place(&s->at, set);
	s->started_ms = clock_now_ms();
	opening_bans(&s->at);
	opening_people(&s->at);
	open_hub(s, set);
	s->net = net_new(fd);
	if (s->net == NULL)
		err(1, NULL);
	s->control = control_open(s->at.dir);
	if (s->control == NULL)
		err(1, "%s/control", s->at.dir);
	s->wake_list = wake_list_open(s->at.dir, on_old_session, s);
	report_init(&s->report, set->level);
	console_init(&s->console);
	s->console_open = true;
	awake_init(&s->awake, clock_now_ms());
	return is_plain;
}

/* What ppoll found. */
static void
server_heed(struct server *s, int64_t now, const struct pollfd *socket,
    const struct pollfd *console)
{
	/* Errors first: an address may have a new owner who just wrote. */
	if (socket->revents & POLLERR)
		net_errors(s->net, on_unreachable, s);
	if (socket->revents & POLLIN) {
		interfaces_read(&s->local, now);
		net_receive(s->net, on_soon, on_datagram, s);
	}
	if (console->revents & POLLNVAL)
		s->console_open = false;
	else if (console->revents != 0)
		s->console_open = console_read(&s->console, STDIN_FILENO,
		    on_admin_line, s);
}

/* Whoever asked learns what became of it. True: an operator waits for that. */
static bool
tell_askers(struct server *s, int64_t now)
{
	enum hub_fate fate = hub_fate(s->hub, HUB_CONTROL);

	if (hub_fate(s->hub, HUB_CONSOLE) == HUB_NOT_SO) {
		report_announce(HUB_TEXT_NO_SPACE);
		hub_forget(s->hub, HUB_CONSOLE);
	}
	/* Who is told that it is done finds it so. */
	if (hub_is_busy(s->hub) && now < s->held_ms)
		return true;
	s->held_ms = 0;
	if (fate == HUB_SO)
		return false;
	control_take_back(s->control, fate == HUB_NOT_SO ?
	    _("the log cannot be written") :
	    _("the log has not taken it yet: it may still be done"));
	hub_forget(s->hub, HUB_CONTROL);
	return false;
}

static void
report_logs(struct server *s)
{
	const struct roomlist *rooms = s->at.rooms;
	struct place *p = NULL;

	while ((p = roomlist_next(rooms, p)) != NULL)
		if (p->log != NULL)
			report_log(p == roomlist_home(rooms) ? NULL :
			    p->line.name, &p->stuck, log_stuck(p->log));
	report_cut(&s->cut, s->at.node != NULL &&
	    log_state(s->at.log) == LOG_CUT_OFF);
}

/* Nothing is to be waited for any more. */
static bool
is_over(const struct server *s)
{
	return hub_failed(s->hub) != 0 ||
	    opening_node_ends(&s->at) != NULL;
}

/* Waits for something to happen, no longer than until, and lets it. */
static void
server_turn(struct server *s, int64_t until, const sigset_t *waiting)
{
	enum { SOCKET, CONSOLE, NODE, CONTROL,
	    SLOTS = CONTROL + CONTROL_SLOTS + LOG_FDS };
	struct pollfd pfd[SLOTS] = {
		[SOCKET] = { .fd = net_fd(s->net) },
		[CONSOLE] = { .fd = s->console_open ? STDIN_FILENO : -1,
		    .events = POLLIN },
		[NODE] = node_hub_fd(s->at.node)
	};
	int64_t now = server_now(s), due;
	int64_t node_due = node_hub_turn(s->at.node, s->hub, now);
	size_t operators, all;
	struct timespec wait;
	bool held;
	int ready;

	due = hub_tick(s->hub, now, clock_wall_ms());
	net_flush(s->net);
	if (is_over(s))
		return;
	due = clock_earlier(clock_earlier(due, node_due),
	    keeper_turn(s->at.keeper, s->hub, now));
	held = tell_askers(s, now);
	if (held)
		due = clock_earlier(due, s->held_ms);
	operators = control_fds(s->control, pfd + CONTROL, held);
	/* The log sees to its own in its next turn. */
	all = CONTROL + operators +
	    roomlist_fds(s->at.rooms, pfd + CONTROL + operators);
	report_logs(s);
	/* Of that no descriptor tells. */
	if (roomlist_is_known(s->at.rooms))
		due = now;
	due = clock_earlier(clock_earlier(due, until), net_due(s->net, now));
	/* Nobody is heard before the room is known: then he waits there. */
	pfd[SOCKET].events = (short)(net_events(s->net) &
	    (hub_is_open(s->hub) ? ~0 : ~POLLIN));
	awake_wait(&s->awake, due);
	ready = ppoll(pfd, all, clock_until(due, &wait), waiting);
	now = server_now(s);
	/* It cannot even wait: too few descriptors, no memory. */
	if (ready == -1 && errno != EINTR)
		ppoll(NULL, 0, &(struct timespec){ .tv_nsec = BREATH_NS },
		    waiting);
	if (ready <= 0)
		return;
	server_heed(s, now, &pfd[SOCKET], &pfd[CONSOLE]);
	control_serve(s->control, pfd + CONTROL, operators, on_request, s);
}

/* Tells that it can be reached: as soon as the log has told what is so. */
static void
server_greet(struct server *s, struct settings *set,
    const union sock_addr *bound, bool is_plain, const sigset_t *waiting)
{
	int64_t until = clock_now_ms() + OPENING_MS;

	while (!hub_is_open(s->hub) && !is_over(s) && clock_now_ms() < until)
		server_turn(s, until, waiting);
	/* Also where the log has it so. */
	set->hub.closed = set->hub.closed || hub_is_closed(s->hub);
	greeting_print(bound, set->family, &set->hub);
	if (!is_plain)
		report_root(&s->report);
	ready_tell();
	lock_in(s);
}

static void
server_run(struct server *s, const sigset_t *waiting)
{
	struct hub_figures hub;
	struct net_figures net;

	while (!caught[SIGTERM] && !caught[SIGINT] && !caught[SIGHUP] &&
	    !is_over(s)) {
		server_turn(s, INT64_MAX, waiting);
		if (caught[SIGUSR1]) {
			caught[SIGUSR1] = 0;
			hub = hub_figures(s->hub);
			net = net_figures(s->net);
			report_figures(&hub, &net);
		}
	}
}

/*
 * What stands on standard input already is announced before the end, and gets
 * some time to arrive, as what was announced just now: so whoever ends the room
 * says why, also who was killed in the middle of the line.
 */
static void
server_last_words(struct server *s, const sigset_t *waiting)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	int64_t until;
	int i;

	/* The line, and its end where that is the input's. */
	for (i = 0; i < 2 && s->console_open && poll(&pfd, 1, 0) == 1 &&
	    (pfd.revents & (POLLIN | POLLHUP)) != 0; i++)
		s->console_open = console_read(&s->console, STDIN_FILENO,
		    on_admin_line, s);
	until = s->announced != 0 ? s->announced + GOODBYE_MS : 0;
	while (!hub_is_heard(s->hub) && !is_over(s) && clock_now_ms() < until)
		server_turn(s, until, waiting);
}

/* Until all is sent, and the log has what was asked for, or it is time. */
static void
server_linger(struct server *s, int64_t now, int64_t until)
{
	struct pollfd pfd[2 + LOG_FDS] = { { .fd = net_fd(s->net) },
	    node_hub_fd(s->at.node) };
	int64_t due = INT64_MAX;
	size_t all;

	net_flush(s->net);
	while (now < until && ((due = hub_ends(s->hub, now,
	    clock_wall_ms())) != INT64_MAX ||
	    net_figures(s->net).queued_bytes > 0)) {
		pfd[0].events = net_events(s->net) & POLLOUT;
		all = 2 + roomlist_fds(s->at.rooms, pfd + 2);
		if (roomlist_is_known(s->at.rooms))
			due = now;
		due = clock_earlier(clock_earlier(until, due),
		    net_due(s->net, now));
		poll(pfd, (nfds_t)all, due > now ? (int)(due - now) : 0);
		net_flush(s->net);
		now = clock_now_ms();
		node_hub_turn(s->at.node, s->hub, now);
	}
}

/* Tells everybody; the exit status. */
static int
server_close(struct server *s)
{
	int64_t now = clock_now_ms();
	int failed = roomlist_failed(s->at.rooms), last;
	const char *ends = opening_node_ends(&s->at);

	if (failed != 0)
		report_end(failed);
	if (ends != NULL)
		warnx("%s", ends);
	hub_close(s->hub, now, clock_wall_ms(), failed != 0 &&
	    failed != ESTALE ? HUB_END_DISK : HUB_END_STOPPED);
	server_linger(s, now, now + GOODBYE_MS);
	keeper_ends(s->at.keeper, s->hub);
	hub_free(s->hub);
	control_close(s->control);
	wake_list_close(s->wake_list);
	net_free(s->net);
	last = opening_end(&s->at);
	if (failed == 0 && last != 0)
		report_end(last);
	return failed == 0 && last == 0 && ends == NULL ? 0 : 1;
}

/*
 * A room's log has buffers that few rooms fill. Fresh from the system only what
 * is used of them counts; but once one was freed glibc clears such ones itself.
 */
static void
take_memory_by_pages(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, BUFFER_BYTES);
#endif
}

int
main(int argc, char *argv[])
{
	struct settings settings;
	struct server server = { .console_open = false };
	union sock_addr bound;
	sigset_t waiting;
	bool is_plain;

	descriptors_standard();
	sandbox_hide();
	take_memory_by_pages();
	lang_init();
	settings_parse(&settings, argc, argv);
	descriptors_want();
	take_signals(&waiting);
	is_plain = server_open(&server, &settings, &bound);
	server_greet(&server, &settings, &bound, is_plain, &waiting);
	server_run(&server, &waiting);
	server_last_words(&server, &waiting);
	return server_close(&server);
}
