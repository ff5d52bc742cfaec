/*
 * The client beside its peers, in one table: chat-tui, irssi and WeeChat, each
 * where it is installed, on a pseudo-terminal that reads as fast as it can. A
 * chat-server feeds the one, an IRC server (with_irc) the others. Prints
 * figures, fails for none: what a client does not do in time is a dash, and no
 * step waits without a deadline.
 */
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/table.h"
#include "tests/with_chat.h"
#include "tests/with_env.h"
#include "tests/with_irc.h"
#include "tests/with_line.h"
#include "tests/with_server.h"
#include "tests/with_term.h"

enum {
	ROWS = 24,
	COLS = 80,
	STARTS = 20,
	START_MS = 5000,	/* patience with a first screen */
	QUIT_MS = 1000,
	KEYS = 500,
	KEY_MS = 2000,		/* and with an echo */
	KEYS_MS = 30000,	/* and with all of them */
	ALPHABET = 64,		/* А to я */
	HALF = ALPHABET / 2,	/* typed, then the row is emptied */
	PER_SECOND = 2000,
	FLOOD = 100000,
	FEEDERS = 4,		/* who say them */
	FLOOD_MS = 40000,
	JOIN_MS = 5000,
	QUIET_MS = 300,		/* nothing more to draw */
	LINE_BYTES = 256
};

enum figure {
	START_P50, START_P99, IDLE_P50, IDLE_P99, BUSY_P50, BUSY_P99,
	BUSY_RATE, BUSY_CPU, CPU, CPU_SCREEN, CPU_NET, TERMINAL, PEAK, TOOK,
	HELD_P50, HELD_P99, FIGURES
};

/* As printed; of[] is measured. */
static const struct row table[FIGURES] = {
	[START_P50] = { .what = "exec to full screen, p50", .unit = "ms",
	    .decimals = 2, .bound = 10 },
	[START_P99] = { .what = "  p99", .unit = "ms", .decimals = 2 },
	[IDLE_P50] = { .what = "key to echo, p50", .unit = "ms",
	    .decimals = 3 },
	[IDLE_P99] = { .what = "  p99", .unit = "ms", .decimals = 3,
	    .bound = 2 },
	[BUSY_P50] = { .what = "key to echo at 2000 lines/s, p50", .unit = "ms",
	    .decimals = 3 },
	[BUSY_P99] = { .what = "  p99", .unit = "ms", .decimals = 3,
	    .bound = 2 },
	[BUSY_RATE] = { .what = "  said and drawn meanwhile", .unit = "lines/s",
	    .decimals = 0 },
	[BUSY_CPU] = { .what = "  CPU for 100,000 of them", .unit = "s",
	    .decimals = 2 },
	[CPU] = { .what = "100,000 lines at once, CPU", .unit = "s",
	    .decimals = 2, .bound = 0.5 },
	[CPU_SCREEN] = { .what = "  the screen's process", .unit = "s",
	    .decimals = 2, .alone = true },
	[CPU_NET] = { .what = "  the network's process", .unit = "s",
	    .decimals = 2, .alone = true },
	[TERMINAL] = { .what = "  to the terminal", .unit = "KB",
	    .decimals = 1, .bound = 200 },
	[PEAK] = { .what = "  peak resident", .unit = "MB", .decimals = 1 },
	[TOOK] = { .what = "  took", .unit = "s", .decimals = 2 },
	[HELD_P50] = { .what = "key to echo after that, p50", .unit = "ms",
	    .decimals = 3 },
	[HELD_P99] = { .what = "  p99", .unit = "ms", .decimals = 3,
	    .bound = 2 },
};

/* The first screen is whole when these rows have these texts. */
static const struct {
	const char	*program;
	struct {
		int		 row;
		const char	*text;
	} drawn[2];
	const char	*quit;
} clients[PEERS] = {
	[OURS] = { "chat-tui", { { 0, "127.0.0.1" }, { -2, "live" } }, "\003" },
	[IRSSI] = { "irssi", { { -2, "[1]" }, { -1, "[(status)]" } },
	    "/quit\r" },
	[WEECHAT] = { "weechat", { { -2, "1:weechat" }, { 0, "WeeChat" } },
	    "/quit\r" },
};

/* ---- The programs ---- */

struct words {
	const char	*argv[12];
	char		 port[16], connect[192];
};

static bool
in_path(const char *program)
{
	const char *path = getenv("PATH");
	char *dirs, *rest, *dir, file[512];
	bool found = false;

	if (path == NULL || (rest = dirs = strdup(path)) == NULL)
		return false;
	while (!found && (dir = strsep(&rest, ":")) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", dir, program);
		found = access(file, X_OK) == 0;
	}
	free(dirs);
	return found;
}

/*
 * How the client is started; port 0: without a server. WeeChat goes without
 * its log files, which the others do not write either.
 */
static void
words_of(struct words *w, enum peer peer, const char *name, uint16_t port)
{
	size_t n = 0;

	memset(w, 0, sizeof(*w));
	snprintf(w->port, sizeof(w->port), "%u", port);
	snprintf(w->connect, sizeof(w->connect), "/plugin unload logger;"
	    "/set irc.look.temporary_servers on;"
	    "/connect irc://%s@127.0.0.1:%u", name, port);
	w->argv[n++] = peer == OURS ? chat_program("chat-tui") :
	    clients[peer].program;
	if (peer == OURS || (peer == IRSSI && port != 0)) {
		w->argv[n++] = "-n";
		w->argv[n++] = name;
		w->argv[n++] = "-p";
		w->argv[n++] = w->port;
		if (peer == IRSSI)
			w->argv[n++] = "-c";
		w->argv[n++] = "127.0.0.1";
	} else if (peer == WEECHAT && port != 0) {
		w->argv[n++] = "-r";
		w->argv[n++] = w->connect;
	}
}

/* ---- From exec to the first screen ---- */

static bool
is_drawn(struct term *t, enum peer peer)
{
	int i;

	for (i = 0; i < 2; i++)
		if (!term_row_has(t, clients[peer].drawn[i].row,
		    clients[peer].drawn[i].text))
			return false;
	return true;
}

static double
start_once(enum peer peer, const char *name, uint16_t port)
{
	struct words w;
	struct term *t;
	double from, ms = NAN;

	words_of(&w, peer, name, peer == OURS ? port : 0);
	from = now_ms();
	t = term_start(ROWS, COLS, NULL, w.argv);
	while (isnan(ms) && now_ms() < from + START_MS && !term_ended(t)) {
		term_serve(100);
		if (is_drawn(t, peer))
			ms = now_ms() - from;
	}
	term_keys(t, clients[peer].quit);
	from = now_ms();
	while (!term_ended(t) && now_ms() < from + QUIT_MS)
		term_serve(100);
	term_free(t);
	return ms;
}

static void
measure_start(struct row *rows, enum peer peer, const struct server *server)
{
	double ms[STARTS];
	char name[32];
	int i;

	for (i = 0; i < STARTS; i++) {
		/* Each has a home, so a key, of its own: and a name. */
		snprintf(name, sizeof(name), "bench%d", i);
		ms[i] = start_once(peer, name, server->port);
		if (isnan(ms[i]))
			return;
	}
	row_times(&rows[START_P50], peer, ms, STARTS);
}

/* ---- A client in the room, and who feeds it ---- */

/* What comes out of the client: whether the letter awaited, of two bytes. */
struct seen {
	char	 want[2];
	char	 last;		/* byte of what came before */
	bool	 found;
	double	 at_ms;		/* when it was found */
	double	 last_ms;	/* when anything came */
};

struct run {
	enum peer	 peer;
	struct line	 line;
	struct seen	 seen;
	struct irc	 irc;		/* feeds the peers */
	struct feeder {
		pid_t	 pid;		/* ours: chat-tui -P */
		int	 fd;		/* its standard input */
		char	 home[ENV_HOME_BYTES];
		bool	 blocked;	/* it takes no more at present */
	} feeders[FEEDERS];
	int		 turn;		/* which of them speaks next */
	double		 paced_from;	/* ms; 0: nobody speaks */
	unsigned	 paced;		/* lines since then */
};

static void
on_out(void *arg, const char *bytes, size_t len)
{
	struct seen *s = arg;

	s->last_ms = now_ms();
	if (!s->found && ((s->last == s->want[0] && bytes[0] == s->want[1]) ||
	    memmem(bytes, len, s->want, 2) != NULL)) {
		s->found = true;
		s->at_ms = s->last_ms;
	}
	s->last = bytes[len - 1];
}

static void
await(struct run *r, const char letter[2])
{
	memcpy(r->seen.want, letter, 2);
	r->seen.last = '\0';
	r->seen.found = false;
}

/* One line in the room; false: not now. A pipe takes it whole or not at all. */
static bool
say(struct run *r, const char *text)
{
	struct feeder *f = &r->feeders[r->turn];
	char line[LINE_BYTES + 1];
	int n;

	if (r->peer != OURS)
		return irc_say(&r->irc, text);
	n = snprintf(line, sizeof(line), "%s\n", text);
	f->blocked = write(f->fd, line, (size_t)n) != n;
	return !f->blocked;
}

/* One of those who speak, in turn; false: none of them can now. */
static bool
say_any(struct run *r, const char *text)
{
	int i;

	for (i = 0; i < FEEDERS; i++) {
		if (say(r, text))
			return true;
		r->turn = (r->turn + 1) % FEEDERS;
	}
	return false;
}

static bool
say_number(struct run *r, unsigned i)
{
	char text[LINE_BYTES];

	snprintf(text, sizeof(text), "%08u lorem ipsum dolor sit amet "
	    "consectetur adipiscing elit sed do", i);
	return say_any(r, text);
}

/* Serves the client and who feeds it: one look, that ends at until_ms. */
static void
pump(struct run *r, double until_ms)
{
	double left_ms = until_ms - now_ms();
	struct timespec wait = { 0 };
	struct pollfd fds[3 + FEEDERS] = {
		{ .fd = r->line.job.master, .events = POLLIN },
		{ .fd = r->line.job.state == JOB_ENDED ? -1 :
		    r->line.job.control, .events = POLLIN },
		{ .fd = -1 },
	};
	int i;

	for (i = 0; i < FEEDERS; i++) {
		fds[3 + i].fd = r->feeders[i].blocked ? r->feeders[i].fd : -1;
		fds[3 + i].events = POLLOUT;
	}

	if (r->peer != OURS) {
		fds[2].fd = irc_fd(&r->irc);
		fds[2].events = irc_events(&r->irc);
	}
	if (left_ms > 0) {
		wait.tv_sec = (time_t)(left_ms / 1e3);
		wait.tv_nsec = (long)(fmod(left_ms, 1e3) * 1e6);
	}
	if (ppoll(fds, 3 + FEEDERS, &wait, NULL) <= 0)
		return;
	if (fds[0].revents != 0 || fds[1].revents != 0)
		line_serve(0);
	if (fds[2].revents != 0)
		irc_serve(&r->irc);
	for (i = 0; i < FEEDERS; i++)
		if (fds[3 + i].revents != 0)
			r->feeders[i].blocked = false;
}

/* pump(), and the lines that are due: so many a second, by the clock. */
static void
pump_paced(struct run *r, double until_ms)
{
	double next;
	unsigned due;

	if (r->paced_from == 0) {
		pump(r, until_ms);
		return;
	}
	due = (unsigned)((now_ms() - r->paced_from) * PER_SECOND / 1e3);
	while (r->paced < due && say_number(r, r->paced))
		r->paced++;
	next = r->paced_from + (r->paced + 1) * 1e3 / PER_SECOND;
	/* Where it takes no more, what it does next wakes us. */
	if (r->paced >= due && next < until_ms)
		until_ms = next;
	pump(r, until_ms);
}

static bool
until_seen(struct run *r, double patience_ms)
{
	double end = now_ms() + patience_ms;

	while (!r->seen.found && r->line.job.state == JOB_RUNNING &&
	    now_ms() < end)
		pump_paced(r, end);
	return r->seen.found;
}

static void
for_ms(struct run *r, double ms)
{
	double end = now_ms() + ms;

	while (now_ms() < end)
		pump_paced(r, end);
}

/* Until nothing was drawn for a while. */
static void
settle(struct run *r)
{
	double end = now_ms() + JOIN_MS;

	r->seen.last_ms = now_ms();
	while (now_ms() < end && now_ms() < r->seen.last_ms + QUIET_MS)
		pump(r, r->seen.last_ms + QUIET_MS);
}

static void
start_feeder(struct feeder *f, int i, const struct server *server,
    const char *to)
{
	const char *program = chat_program("chat-tui");
	char port[16], name[32], *env[ENV_MAX];
	const char *argv[] = { program, "-P", "-n", name, "--no-store",
	    "-p", port, "127.0.0.1", NULL };
	int in[2], null;

	snprintf(port, sizeof(port), "%u", server->port);
	snprintf(name, sizeof(name), IRC_SPEAKER "%d-%s", i, to);
	env_home_make(f->home);
	env_make(env, f->home, "WITH_FEEDER=1", NULL);
	if (pipe2(in, O_CLOEXEC | O_NONBLOCK) == -1 ||
	    (null = open("/dev/null", O_WRONLY | O_CLOEXEC)) == -1 ||
	    (f->pid = fork()) == -1)
		err(1, "feeder");
	if (f->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		closefrom(STDERR_FILENO + 1);
		execve(program, (char *const *)(uintptr_t)argv, env);
		_exit(127);
	}
	env_clear(env);
	close(in[0]);
	close(null);
	f->fd = in[1];
}

static bool
irc_until(struct run *r, const bool *flag)
{
	double end = now_ms() + JOIN_MS;

	while (!*flag && now_ms() < end && r->line.job.state == JOB_RUNNING)
		pump(r, end);
	settle(r);
	return *flag;
}

/* In the room, its window open, and what is said there is drawn. */
static bool
run_joined(struct run *r)
{
	static const char join[] = "/join " IRC_CHANNEL "\r";
	double end;

	settle(r);
	if (r->peer != OURS) {
		if (!irc_until(r, &r->irc.registered))
			return false;
		line_type(&r->line, join, sizeof(join) - 1);
		if (!irc_until(r, &r->irc.joined))
			return false;
	}
	await(r, "Ψ");
	end = now_ms() + JOIN_MS;
	while (!say_any(r, "Ψ") && now_ms() < end)
		pump(r, end);
	if (!until_seen(r, JOIN_MS))
		return false;
	settle(r);
	return true;
}

static bool
run_start(struct run *r, enum peer peer, const struct server *server,
    const char *name)
{
	struct words w;

	int i;

	memset(r, 0, sizeof(*r));
	r->peer = peer;
	r->irc.fd = r->irc.listener = -1;
	if (peer == OURS)
		for (i = 0; i < FEEDERS; i++)
			start_feeder(&r->feeders[i], i, server, name);
	else if (!irc_open(&r->irc))
		err(1, "irc server");
	words_of(&w, peer, name, peer == OURS ? server->port : r->irc.port);
	line_start(&r->line, ROWS, COLS, NULL, w.argv, on_out, &r->seen);
	return run_joined(r);
}

static void
run_end(struct run *r)
{
	struct feeder *f;

	line_end(&r->line);
	if (r->peer != OURS) {
		irc_close(&r->irc);
		return;
	}
	for (f = r->feeders; f < r->feeders + FEEDERS; f++) {
		close(f->fd);
		kill(f->pid, SIGKILL);
		waitpid(f->pid, NULL, 0);
		env_home_remove(f->home);
	}
}

/* ---- What it uses ---- */

/* After the name, which may hold anything, of /proc/PID/stat. */
static bool
stat_of(pid_t pid, int *parent, double *cpu_s)
{
	char path[64], row[1024], *rest;
	unsigned long user, system;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if ((f = fopen(path, "r")) == NULL)
		return false;
	n = fread(row, 1, sizeof(row) - 1, f);
	fclose(f);
	row[n] = '\0';
	if ((rest = strrchr(row, ')')) == NULL ||
	    sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
	    "%lu %lu", parent, &user, &system) != 3)
		return false;
	*cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	return true;
}

static pid_t
child_of(pid_t pid)
{
	struct dirent *de;
	pid_t child = 0;
	double cpu_s;
	int parent;
	DIR *proc;

	if ((proc = opendir("/proc")) == NULL)
		return 0;
	while (child == 0 && (de = readdir(proc)) != NULL)
		if (isdigit((unsigned char)de->d_name[0]) &&
		    stat_of(atoi(de->d_name), &parent, &cpu_s) &&
		    parent == pid)
			child = atoi(de->d_name);
	closedir(proc);
	return child;
}

static double
cpu_of(pid_t pid)
{
	double cpu_s = 0;
	int parent;

	return pid > 0 && stat_of(pid, &parent, &cpu_s) ? cpu_s : 0;
}

/* ---- From a key to its echo ---- */

static bool
type_key(struct run *r, int i, double *ms)
{
	char letter[2];
	double from;

	/* In no escape sequence, in no line; half of them are always new. */
	letter[0] = (char)(i % ALPHABET < 48 ? 0xd0 : 0xd1);
	letter[1] = (char)(i % ALPHABET < 48 ? 0x90 + i % ALPHABET :
	    0x80 + i % ALPHABET - 48);
	await(r, letter);
	from = now_ms();
	line_type(&r->line, letter, 2);
	if (!until_seen(r, KEY_MS))
		return false;
	*ms = r->seen.at_ms - from;
	return true;
}

static bool
type_keys(struct run *r, double ms[KEYS])
{
	double end = now_ms() + KEYS_MS;
	unsigned random = 1;
	int i;

	for (i = 0; i < KEYS; i++) {
		if (i % HALF == 0) {
			line_type(&r->line, "\025", 1);
			for_ms(r, 50);
		}
		if (!type_key(r, i, &ms[i]) || now_ms() > end)
			return false;
		/* Not in step with anything that the client does by time. */
		random = random * 1103515245 + 12345;
		for_ms(r, 10 + (random >> 16) % 1000 / 100.0);
	}
	line_type(&r->line, "\025", 1);
	return true;
}

static void
measure_keys(struct row *rows, struct run *r)
{
	pid_t screen = r->line.job.pid, net;
	double ms[KEYS], end, cpu_s;

	net = r->peer == OURS ? child_of(screen) : 0;
	if (type_keys(r, ms))
		row_times(&rows[IDLE_P50], r->peer, ms, KEYS);
	cpu_s = cpu_of(screen) + cpu_of(net);
	r->paced_from = now_ms();
	if (!type_keys(r, ms))
		return;
	cpu_s = cpu_of(screen) + cpu_of(net) - cpu_s;
	rows[BUSY_CPU].of[r->peer] = cpu_s * FLOOD / r->paced;
	/* They count only if all that was said is drawn in the end. */
	end = now_ms() + KEY_MS;
	await(r, "Ξ");
	while (!say_any(r, "Ξ") && now_ms() < end)
		pump(r, end);
	rows[BUSY_RATE].of[r->peer] = r->paced;
	end = r->paced_from;
	r->paced_from = 0;
	if (!until_seen(r, KEY_MS)) {
		rows[BUSY_RATE].of[r->peer] = NAN;
		return;
	}
	rows[BUSY_RATE].of[r->peer] *= 1e3 / (r->seen.at_ms - end);
	row_times(&rows[BUSY_P50], r->peer, ms, KEYS);
}

/* ---- A flood ---- */

/* All lines, the next as soon as it is taken; true: the last is drawn. */
static bool
flood(struct run *r)
{
	double end = now_ms() + FLOOD_MS;
	unsigned sent = 0;
	bool more = true;

	while (sent < FLOOD && now_ms() < end &&
	    r->line.job.state == JOB_RUNNING) {
		for (more = true; more && sent < FLOOD; sent += more)
			more = say_number(r, sent);
		pump(r, end);
	}
	/* Behind all the others, whoever said them. */
	settle(r);
	await(r, "Ω");
	return say_any(r, "Ω") && until_seen(r, end - now_ms());
}

static void
measure_flood(struct row *rows, struct run *r)
{
	pid_t screen = r->line.job.pid, net;
	double from = now_ms(), screen_s, net_s, ms[KEYS];
	unsigned long bytes = r->line.bytes;

	net = r->peer == OURS ? child_of(screen) : 0;
	screen_s = cpu_of(screen);
	net_s = cpu_of(net);
	if (!flood(r))
		return;
	rows[TOOK].of[r->peer] = (now_ms() - from) / 1e3;
	settle(r);
	screen_s = cpu_of(screen) - screen_s;
	net_s = cpu_of(net) - net_s;
	rows[CPU].of[r->peer] = screen_s + net_s;
	if (r->peer == OURS) {
		rows[CPU_SCREEN].of[OURS] = screen_s;
		rows[CPU_NET].of[OURS] = net_s;
	}
	rows[TERMINAL].of[r->peer] = (double)(r->line.bytes - bytes) / 1e3;
	rows[PEAK].of[r->peer] = memory_mb(screen, "VmHWM:") +
	    memory_mb(net, "VmHWM:");
	if (type_keys(r, ms))
		row_times(&rows[HELD_P50], r->peer, ms, KEYS);
}

static void
measure_client(struct row *rows, enum peer peer, const struct server *server)
{
	static struct run r;

	measure_start(rows, peer, server);
	if (run_start(&r, peer, server, "bench"))
		measure_keys(rows, &r);
	run_end(&r);
	/* Anew: the flood finds no history. */
	if (run_start(&r, peer, server, "again"))
		measure_flood(rows, &r);
	run_end(&r);
}

/* ---- The table ---- */

static void
print_table(const struct row *rows, const bool here[PEERS])
{
	int i;

	printf("\n%-32s %-7s %10s %10s %8s %10s %8s  %s\n", "the client", "",
	    "chat-tui", "irssi", "to ours", "WeeChat", "to ours", "wanted");
	for (i = 0; i < FIGURES; i++)
		row_print(&rows[i]);
	for (i = IRSSI; i < PEERS; i++)
		if (!here[i])
			printf("  %s is not installed\n", clients[i].program);
	printf("  (irssi keeps the lines of a day, WeeChat 4096 lines, "
	    "chat-tui 100 MiB of them)\n");
}

int
main(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    "-q", NULL };
	static struct server server;
	struct row rows[FIGURES];
	bool here[PEERS];
	enum peer peer;
	int i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < FIGURES; i++) {
		rows[i] = table[i];
		row_clear(&rows[i]);
	}
	server_start(&server, NULL, args);
	for (peer = OURS; peer < PEERS; peer++) {
		here[peer] = peer == OURS || in_path(clients[peer].program);
		if (here[peer])
			measure_client(rows, peer, &server);
	}
	server_stop(&server, SIGTERM);
	print_table(rows, here);
	return 0;
}
