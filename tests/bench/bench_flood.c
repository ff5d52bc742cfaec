/*
 * What a flood costs chat-tui: the CPU time of both its processes for 100,000
 * lines, at 2,000 a second and then all at once; four speak, through a
 * chat-server. With a number as its word it is so many lines that are said, and
 * the figures are of 100,000 all the same. Prints figures, fails for none.
 */
#include <sys/prctl.h>
#include <sys/wait.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/process.h"
#include "tests/bench/table.h"
#include "tests/with_chat.h"
#include "tests/with_env.h"
#include "tests/with_line.h"
#include "tests/with_server.h"

enum {
	ROWS = 24,
	COLS = 80,
	LINES = 100000,
	PER_SECOND = 2000,
	SPEAKERS = 4,
	QUIET_MS = 500,		/* all is said, by whomever */
	PATIENCE_MS = 20000
};

struct speaker {
	pid_t		 pid;
	int		 fd;		/* its standard input */
	char		 home[ENV_HOME_BYTES];
};

struct reader {
	struct line	 line;
	pid_t		 net;		/* the other process */
	const char	*want;		/* a letter of two bytes, which is ... */
	bool		 seen;		/* ... drawn */
};

static void
on_out(void *arg, const char *bytes, size_t len)
{
	struct reader *r = arg;

	r->seen |= memmem(bytes, len, r->want, 2) != NULL;
}

static void
start_speaker(struct speaker *s, int i, const struct server *server)
{
	const char *program = chat_program("chat-tui");
	char port[16], name[16], *env[ENV_MAX];
	const char *argv[] = { program, "-P", "-n", name, "--no-store",
	    "-p", port, "127.0.0.1", NULL };
	int in[2], null;

	snprintf(port, sizeof(port), "%u", server->port);
	snprintf(name, sizeof(name), "spk%d", i);
	env_home_make(s->home);
	env_make(env, s->home, "WITH_SPEAKER=1", NULL);
	if (pipe2(in, O_CLOEXEC | O_NONBLOCK) == -1 ||
	    (null = open("/dev/null", O_WRONLY | O_CLOEXEC)) == -1 ||
	    (s->pid = fork()) == -1)
		err(1, "speaker");
	if (s->pid == 0) {
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
	s->fd = in[1];
}

static void
end_speaker(struct speaker *s)
{
	close(s->fd);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	env_home_remove(s->home);
}

/* Of the process that it was forked from. */
static pid_t
parent_of(const char *pid)
{
	char path[300], row[1024], *rest;
	size_t n = 0;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if ((f = fopen(path, "r")) != NULL) {
		n = fread(row, 1, sizeof(row) - 1, f);
		fclose(f);
	}
	row[n] = '\0';
	/* Behind the name, which may hold anything. */
	if ((rest = strrchr(row, ')')) == NULL ||
	    sscanf(rest + 1, " %*c %d", &parent) != 1)
		return 0;
	return parent;
}

static pid_t
child_of(pid_t pid)
{
	struct dirent *de;
	pid_t child = 0;
	DIR *proc;

	if ((proc = opendir("/proc")) == NULL)
		err(1, "/proc");
	while (child == 0 && (de = readdir(proc)) != NULL)
		if (parent_of(de->d_name) == pid)
			child = atoi(de->d_name);
	closedir(proc);
	return child;
}

static void
serve_until(double end)
{
	double left;

	while ((left = end - now_ms()) > 0)
		line_serve(left < 1 ? 1 : (int)left);
}

static bool
say(const struct speaker *s, const char *text)
{
	size_t len = strlen(text);

	/* A pipe takes so little whole or not at all. */
	return write(s->fd, text, len) == (ssize_t)len;
}

/* Said by the first, and drawn; false: not in time. */
static bool
say_seen(struct reader *r, const struct speaker *s, const char letter[2])
{
	char text[16];
	double end = now_ms() + PATIENCE_MS;
	bool said = false;

	/* Of three, one is in a piece that is read in one go. */
	snprintf(text, sizeof(text), "%s%s%s\n", letter, letter, letter);
	r->want = letter;
	r->seen = false;
	while (!r->seen && now_ms() < end) {
		said = said || say(s, text);
		line_serve(10);
	}
	return r->seen;
}

/* per_second 0: the next as soon as it is taken. How many a second were. */
static double
say_all(const struct speaker s[SPEAKERS], unsigned lines, unsigned per_second)
{
	double from = now_ms();
	unsigned said = 0, turn = 0, due, full;
	char text[128];

	while (said < lines) {
		due = per_second == 0 ? lines :
		    (unsigned)((now_ms() - from) * per_second / 1e3);
		if (due > lines)
			due = lines;
		for (full = 0; said < due && full < SPEAKERS;) {
			snprintf(text, sizeof(text), "%08u lorem ipsum dolor "
			    "sit amet consectetur adipiscing elit sed do\n",
			    said);
			if (say(&s[turn], text)) {
				said++;
				full = 0;
			} else {
				turn = (turn + 1) % SPEAKERS;
				full++;
			}
		}
		line_serve(1);
	}
	return lines * 1e3 / (now_ms() - from);
}

static void
measure(struct reader *r, const struct speaker s[SPEAKERS], unsigned lines,
    unsigned per_second, double wanted_s)
{
	double screen = process_cpu_us(r->line.job.pid);
	double net = process_cpu_us(r->net), rate, each = LINES / 1e6 / lines;

	rate = say_all(s, lines, per_second);
	serve_until(now_ms() + QUIET_MS);
	if (!say_seen(r, s, per_second == 0 ? "Ω" : "Ξ")) {
		printf("a flood was not drawn in %d s\n", PATIENCE_MS / 1000);
		return;
	}
	screen = (process_cpu_us(r->line.job.pid) - screen) * each;
	net = (process_cpu_us(r->net) - net) * each;
	if (per_second == 0)
		printf("100,000 lines at once: ");
	else
		printf("100,000 lines at %.0f/s: ", rate);
	printf("%.2f s of CPU, the screen's process %.2f s, the network's "
	    "%.2f s; wanted <= %.1f s%s\n", screen + net, screen, net,
	    wanted_s, screen + net > wanted_s ? ", missed" : "");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const char *const words[] = { "-b", "127.0.0.1", "--rate=0",
	    "-q", NULL };
	unsigned lines = argc > 1 ? (unsigned)atoi(argv[1]) : LINES;
	static struct server server;
	static struct speaker speakers[SPEAKERS];
	static struct reader r;
	char port[16];
	const char *client[] = { chat_program("chat-tui"), "-n", "reader",
	    "-p", port, "127.0.0.1", NULL };
	int i;

	if (lines < 1 || lines > LINES)
		errx(1, "usage: bench_flood [LINES]");
	signal(SIGPIPE, SIG_IGN);
	server_start(&server, NULL, words);
	snprintf(port, sizeof(port), "%u", server.port);
	line_start(&r.line, ROWS, COLS, NULL, client, on_out, &r);
	for (i = 0; i < SPEAKERS; i++)
		start_speaker(&speakers[i], i, &server);
	if (say_seen(&r, &speakers[0], "Ψ")) {
		serve_until(now_ms() + QUIET_MS);
		r.net = child_of(r.line.job.pid);
		measure(&r, speakers, lines, PER_SECOND, 0.4);
		measure(&r, speakers, lines, 0, 0.2);
	} else
		printf("nobody was heard in %d s\n", PATIENCE_MS / 1000);
	for (i = 0; i < SPEAKERS; i++)
		end_speaker(&speakers[i]);
	line_end(&r.line);
	server_stop(&server, SIGTERM);
	return 0;
}
