/*
 * The hosted server: a child of the client's parent process, in a session of
 * its own so that Ctrl-C and Ctrl-Z at the terminal are not its.
 */
#include "tui/host.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lang.h"
#include "tui/session/line.h"
#include "tui/shared/store.h"

/* To stop it says its last words, a second, and sends the rest, another. */
enum { START_MS = 5000, STOP_MS = 3000 };

static void
run_server(const int io[3], pid_t parent, int family, uint16_t port,
    const char *passphrase, const char *own)
{
	char beside[PATH_MAX], dir[PATH_MAX], number[8];
	const char *argv[12] = { "chat-server", "-q", "-p", number };
	size_t words = 4;
	ssize_t n;
	char *slash;
	sigset_t none;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	dup2(io[0], STDIN_FILENO);
	dup2(io[1], STDOUT_FILENO);
	dup2(io[1], STDERR_FILENO);
	fcntl(io[2], F_SETFD, 0);
	snprintf(number, sizeof(number), "%u", port);
	if (family != AF_UNSPEC)
		argv[words++] = family == AF_INET ? "-4" : "-6";
	if (*passphrase != '\0') {
		argv[words++] = "-k";
		argv[words++] = passphrase;
	}
	/* A room of its own, apart from what a chat-server may keep here. */
	if (*own != '\0' || store_host(dir)) {
		argv[words++] = "-d";
		argv[words++] = *own != '\0' ? own : dir;
	}
	n = readlink("/proc/self/exe", beside, sizeof(beside) - 1);
	if (n > 0) {
		beside[n] = '\0';
		slash = strrchr(beside, '/');
		if (strlcpy(slash + 1, "chat-server", sizeof(beside) -
		    (size_t)(slash + 1 - beside)) < PATH_MAX)
			execv(beside, (char *const *)(uintptr_t)argv);
	}
	execvp("chat-server", (char *const *)(uintptr_t)argv);
	dprintf(STDERR_FILENO, "chat-server: %s\n", strerror(errno));
	_exit(127);
}

/* Where what is of this run alone may be, the best first. */
static bool
make_dir(char dir[PATH_MAX], char why[HOST_WHY_BYTES])
{
	const char *const bases[] = { getenv("XDG_RUNTIME_DIR"),
		getenv("TMPDIR"), "/tmp" };
	size_t i;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (bases[i] == NULL || bases[i][0] != '/')
			continue;
		if (snprintf(dir, PATH_MAX, "%s/chat-tui.XXXXXX", bases[i]) <
		    PATH_MAX && mkdtemp(dir) != NULL)
			return true;
		snprintf(why, HOST_WHY_BYTES, "%.200s: %s", bases[i],
		    strerror(errno));
	}
	dir[0] = '\0';
	return false;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

static void
remove_dir(struct host *h)
{
	if (h->dir[0] != '\0')
		nftw(h->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	h->dir[0] = '\0';
}

/* Waits until none has the other end, which is the server's. */
static void
run_keeper(struct host *h, int end)
{
	char byte;
	int null;

	setsid();
	dup2(end, STDIN_FILENO);
	if ((null = open("/dev/null", O_WRONLY)) != -1) {
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	closefrom(STDERR_FILENO + 1);
	if (chdir("/") == 0)
		while (read(STDIN_FILENO, &byte, 1) == -1 && errno == EINTR)
			;
	remove_dir(h);
	_exit(0);
}

/* A directory of this run alone goes with the server, though we be killed: a
 * process of its own sees to that. *end: for the server to hold. */
static bool
make_kept_dir(struct host *h, int *end, char why[HOST_WHY_BYTES])
{
	int ends[2] = { -1, -1 };

	if (!make_dir(h->dir, why))
		return false;
	h->keeper = -1;
	if (pipe2(ends, O_CLOEXEC) == 0)
		h->keeper = fork();
	if (h->keeper == 0) {
		close(ends[1]);
		run_keeper(h, ends[0]);
	}
	if (h->keeper == -1) {
		strlcpy(why, strerror(errno), HOST_WHY_BYTES);
		close(ends[1]);
		remove_dir(h);
	}
	close(ends[0]);
	*end = ends[1];
	return h->keeper != -1;
}

/* Once the server is gone. */
static void
end_dir(struct host *h)
{
	while (h->keeper > 0 && waitpid(h->keeper, NULL, 0) == -1 &&
	    errno == EINTR)
		;
	h->keeper = 0;
	remove_dir(h);
}

/* Its first lines, up to one behind the commands that others type; or what it
 * says before it ends. */
static void
first_lines(int fd, char *lines, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct timespec wait;
	int64_t due = clock_now_ms() + START_MS;
	size_t len = 0, ends = 0, line = 0;
	ssize_t n;

	while (len + 1 < size && clock_now_ms() < due) {
		if (ppoll(&pfd, 1, clock_until(due, &wait), NULL) <= 0)
			continue;
		n = read(fd, lines + len, 1);
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		if (n != 1 || lines[len++] != '\n')
			continue;
		if (++ends > 2 && !host_is_command(lines + line))
			break;
		line = len;
	}
	lines[len] = '\0';
}

/*
 * What the others are told in the end, in whatever language each of them has it
 * then. The server has it from the beginning, as
 * a line that has no end yet: that it ends with its input, should we be killed.
 */
static void
leave_last_words(struct host *h)
{
	dprintf(h->in, "%s", LINE_HOST_ENDED);
}

bool
host_start(struct host *h, int family, uint16_t port,
    const char *passphrase, bool no_store, char why[HOST_WHY_BYTES])
{
	char lines[HOST_COMMANDS_BYTES];
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, end = -1;
	pid_t parent = getpid();

	if (no_store && !make_kept_dir(h, &end, why))
		return false;
	h->pid = -1;
	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0)
		h->pid = fork();
	if (h->pid == 0)
		run_server((int[3]){ in[0], out[1], end }, parent, family,
		    port, passphrase, h->dir);
	if (h->pid == -1)
		strlcpy(why, strerror(errno), HOST_WHY_BYTES);
	close(in[0]);
	close(out[1]);
	close(end);
	if (h->pid == -1) {
		close(in[1]);
		close(out[0]);
		h->pid = 0;
		end_dir(h);
		return false;
	}
	h->in = in[1];
	first_lines(out[0], lines, sizeof(lines));
	/* From here on its log has no reader; it does not mind. */
	close(out[0]);
	if (host_understand(h, lines)) {
		leave_last_words(h);
		return true;
	}
	host_stop(h);
	strlcpy(why, lines, HOST_WHY_BYTES);
	if (*why == '\0')
		strlcpy(why, _("chat-server does not start"), HOST_WHY_BYTES);
	return false;
}

/* What is behind it: it runs no more. */
static void
clear_up(struct host *h)
{
	close(h->in);	/* not before: nobody would be there to be told */
	h->pid = 0;
	end_dir(h);
}

bool
host_has_ended(struct host *h)
{
	if (h->pid <= 0 || waitpid(h->pid, NULL, WNOHANG) != h->pid)
		return false;
	clear_up(h);
	return true;
}

void
host_stop(struct host *h)
{
	int64_t due = clock_now_ms() + STOP_MS;
	struct timespec tick = { 0, 5000000 };
	pid_t got;

	if (h->pid <= 0)
		return;
	if (h->is_visited)
		dprintf(h->in, "\n");
	kill(h->pid, SIGTERM);
	while ((got = waitpid(h->pid, NULL, WNOHANG)) == 0 &&
	    clock_now_ms() < due)
		ppoll(NULL, 0, &tick, NULL);
	if (got == 0) {
		kill(h->pid, SIGKILL);
		waitpid(h->pid, NULL, 0);
	}
	clear_up(h);
}
