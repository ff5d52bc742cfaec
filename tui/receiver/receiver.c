/*
 * Starting and ending the receiver process; the parent's side of it. The key
 * is read here so that what is wrong with it can still be said on the
 * terminal, and wiped before the screen begins.
 */
#include "tui/receiver/receiver.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

#include "common/clock.h"
#include "common/crc32c.h"
#include "common/lang.h"
#include "common/secret.h"
#include "tui/receiver/receiving.h"
#include "tui/receiver/resolver.h"
#include "tui/receiver/trace.h"
#include "tui/shared/duct.h"
#include "tui/shared/room_place.h"
#include "tui/shared/store.h"
#include "tui/shared/store_nodes.h"

enum {
	DRAIN_MS = 1500,	/* to hand over what is queued */
	LEAVE_MS = 2000		/* and to leave */
};

/* What the receiver has open, and above which nothing. */
enum {
	IN_FD = STDERR_FILENO + 1,
	OUT_FD,
	RESOLVER_FD,
	TRACE_FD,
	CLOSE_FROM
};

static int
fail(char why[RECEIVER_WHY_BYTES], const char *what, const char *reason)
{
	if (what != NULL)
		snprintf(why, RECEIVER_WHY_BYTES, "%s: %s", what, reason);
	else
		snprintf(why, RECEIVER_WHY_BYTES, "%s", reason);
	return -1;
}

/* Who this person is; without a home, and with --no-store where none can be
 * written, somebody new each time. */
static int
load_identity(const struct receiver_config *c, struct noise_keypair *key,
    char why[RECEIVER_WHY_BYTES])
{
	char path[PATH_MAX];
	enum keys_error error;
	bool homeless = !store_config(path, "");

	if (sodium_init() == -1)
		return fail(why, NULL, _("no source of random numbers"));
	if (!homeless && !store_make_config(path) && !c->no_store) {
		snprintf(why, RECEIVER_WHY_BYTES, _("%s cannot be made: %s; "
		    "--no-store does without"), path, strerror(errno));
		return -1;
	}
	error = homeless || !store_config(path, c->identity != NULL ?
	    c->identity : "identity") ? KEYS_SYSTEM :
	    keys_load(path, key);
	if (homeless || (error == KEYS_SYSTEM && c->no_store &&
	    access(path, F_OK) == -1)) {
		keys_make(key);
		return 0;
	}
	if (error == KEYS_SYSTEM)
		return fail(why, path, strerror(errno));
	if (error != KEYS_OK)
		return fail(why, path, keys_reason(error));
	return 0;
}

/* Out of the way of the numbers that they are to have. */
static int
out_of_the_way(int fd)
{
	return fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, CLOSE_FROM);
}

/* Under that number is that descriptor, or with -1 nothing. */
static int
put_at(int fd, int number)
{
	if (fd == -1)
		close(number);
	return fd == -1 ? -1 : dup3(fd, number, O_CLOEXEC);
}

/*
 * Nothing stays open but the two pipes, and where there is one the resolver's
 * socket and the trace, under the numbers above: no terminal, not even as
 * standard error, and no pipe of standard output's, whose reader may wait for
 * its end. What is to be said goes up as a record.
 */
static void
keep_pipes(int in_fd, int out_fd, struct receiver_config *c)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd;

	in_fd = out_of_the_way(in_fd);
	out_fd = out_of_the_way(out_fd);
	c->resolver = out_of_the_way(c->resolver);
	c->trace = out_of_the_way(c->trace);
	if (null == -1 || in_fd == -1 || out_fd == -1)
		_exit(1);
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null != fd)
			dup2(null, fd);
	if (put_at(in_fd, IN_FD) == -1 || put_at(out_fd, OUT_FD) == -1)
		_exit(1);
	c->resolver = put_at(c->resolver, RESOLVER_FD);
	c->trace = put_at(c->trace, TRACE_FD);
	closefrom(CLOSE_FROM);
}

static void
child(int in_fd, int out_fd, pid_t parent, struct receiver_config *c,
    struct noise_keypair *identity)
{
	/* No lock outlives a fork: these copies are its own. */
	secret_lock(identity, sizeof(*identity));
	secret_lock(c->passphrase, sizeof(c->passphrase));
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);	/* it died before we could be told of it */
	keep_pipes(in_fd, out_fd, c);
	receiving_run(IN_FD, OUT_FD, c, identity);
	_exit(0);
}

static int
make_pipes(int down[2], int up[2])
{
	int saved;

	if (pipe2(down, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(up, O_CLOEXEC) == 0)
		return 0;
	saved = errno;
	close(down[0]);
	close(down[1]);
	errno = saved;
	return -1;
}

/* The server may tell of others by their names. */
static void
make_names(const struct receiver_config *c, int names[2])
{
	if (c->classic ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, names) == -1)
		names[0] = names[1] = -1;
}

/* After the receiver, and when the secrets are gone from here. */
static void
start_resolver(struct receiver *r, const struct receiver_config *c,
    const int names[2])
{
	if (names[0] == -1)
		return;
	close(names[1]);
	if (r->pid != -1)
		r->resolver = resolver_start(names[0], c->family);
	close(names[0]);
}

static void
reap(struct receiver *r)
{
	resolver_stop(r->resolver);
	r->resolver = 0;
	while (r->pid != -1 && waitpid(r->pid, NULL, 0) == -1 &&
	    errno == EINTR)
		continue;
}

/* What the user's machine is called, the first part of its name. */
static void
name_device(struct receiver_config *c)
{
	char name[HOST_NAME_MAX + 1] = "";
	size_t len;

	gethostname(name, sizeof(name) - 1);
	len = strcspn(name, ".");
	if (len >= sizeof(c->device))
		len = sizeof(c->device) - 1;
	while (len > 0 && !text_is_clean(name, len))
		len--;
	memcpy(c->device, name, len);
	c->device[len] = '\0';
}

/* Two that keep their things at one place are not there beside each other: one
 * has them, and the other one none. */
static uint32_t
place_number(const struct receiver_config *c)
{
	struct { char host[HOST_NAME_MAX + 1]; dev_t dev; ino_t ino; } at;
	char path[PATH_MAX];
	struct stat st;
	uint32_t number;

	if (c->no_store || !store_config(path, "") || stat(path, &st) == -1)
		return 0;
	memset(&at, 0, sizeof(at));
	gethostname(at.host, sizeof(at.host) - 1);
	at.dev = st.st_dev;
	at.ino = st.st_ino;
	number = crc32c(&at, sizeof(at));
	return number == 0 ? 1 : number;
}

/* What the server told of its other places, as long as it is known by the key
 * that it said so with. */
static void
load_told(struct receiver_config *c)
{
	char path[PATH_MAX];
	uint8_t key[NOISE_KEY];

	c->told[0] = '\0';
	if (!c->classic && !c->no_store && !c->hosted &&
	    store_config(path, "known_hosts") &&
	    keys_host_key(path, c->server, key))
		store_nodes(c->server, key, c->told);
}

static int
start(struct receiver *r, struct receiver_config *c,
    char why[RECEIVER_WHY_BYTES])
{
	struct noise_keypair identity;
	int down[2], up[2], names[2];
	pid_t parent = getpid();

	name_device(c);
	r->config = *c;
	sodium_memzero(r->config.passphrase, sizeof(r->config.passphrase));
	memset(&identity, 0, sizeof(identity));
	if (!c->classic && load_identity(c, &identity, why) == -1)
		return -1;
	c->keeps_at = place_number(c);
	load_told(c);
	strlcpy(c->place, c->server, sizeof(c->place));
	if (!c->classic && !c->no_store)
		room_place_find(c->place, c->server, 0);
	strlcpy(r->config.place, c->place, sizeof(r->config.place));
	if (make_pipes(down, up) == -1)
		return fail(why, NULL, strerror(errno));
	make_names(c, names);
	c->resolver = names[1];
	r->pid = fork();
	if (r->pid == 0) {
		if (names[0] != -1)
			close(names[0]);
		close(down[1]);
		close(up[0]);
		child(down[0], up[1], parent, c, &identity);
	}
	if (r->pid == -1)
		fail(why, NULL, strerror(errno));
	sodium_memzero(&identity, sizeof(identity));
	sodium_memzero(c->passphrase, sizeof(c->passphrase));
	close(down[0]);
	close(up[1]);
	start_resolver(r, c, names);
	r->duct = r->pid == -1 ? NULL : duct_new(up[0], down[1]);
	if (r->duct != NULL)
		return 0;
	if (r->pid != -1)
		fail(why, NULL, strerror(errno));
	close(up[0]);
	close(down[1]);
	/* Its parent is gone, as it sees it. */
	reap(r);
	return -1;
}

/* Where it is asked for; false: it cannot be. */
static bool
open_trace(struct receiver_config *c, char why[RECEIVER_WHY_BYTES])
{
	const char *path = getenv("CHAT_TRACE");

	c->trace = -1;
	if (path == NULL || *path == '\0' ||
	    (c->trace = trace_open(path)) != -1)
		return true;
	snprintf(why, RECEIVER_WHY_BYTES, "CHAT_TRACE=%s: %s", path,
	    strerror(errno));
	return false;
}

int
receiver_start(struct receiver *r, struct receiver_config *c,
    char why[RECEIVER_WHY_BYTES])
{
	int result;

	r->duct = NULL;
	r->resolver = 0;
	if (!open_trace(c, why))
		return -1;
	result = start(r, c, why);
	if (c->trace != -1)
		close(c->trace);
	return result;
}

bool
receiver_again(struct receiver *r, int64_t now, uint64_t after,
    const char *keeps)
{
	struct receiver_config c = r->config;
	char why[RECEIVER_WHY_BYTES];
	bool soon = !r->moves && r->died_at != INT64_MIN &&
	    now - r->died_at < RECEIVER_AGAIN_MS;

	/* The classic protocol knows who speaks by the address alone; and with
	 * nothing on the disk our key, the server's and what waited are gone
	 * with the one that died. */
	if (soon || c.classic || c.no_store)
		return false;
	/* Nor does one join without the passphrase that was given. */
	if (*c.passphrase_file != '\0' && passphrase_read(c.passphrase_file,
	    c.passphrase) != KEYS_OK)
		return false;
	if (!r->moves)
		r->died_at = now;
	r->moves = false;
	kill(r->pid, SIGKILL);
	reap(r);
	duct_free(r->duct);
	r->duct = NULL;
	c.has_after |= after > 0;
	if (after > 0)
		c.after = after;
	strlcpy(c.keeps, keeps, sizeof(c.keeps));
	return receiver_start(r, &c, why) == 0;
}

void
receiver_moves(struct receiver *r)
{
	r->moves = !r->moved;
	r->moved = true;
}

enum served {
	SERVED,
	SERVED_LATE,		/* that was due */
	SERVED_GONE		/* nothing will come any more */
};

/* A window is told of again and again: the last time counts. */
static void
note_kept(struct receiver_left *left)
{
	const struct receiver_left_of *of = left->of;

	left->told = left->kept = true;
	left->waits = 0;
	for (; of < left->of + RECEIVER_WINDOWS; of++) {
		left->waits += of->waits;
		left->kept &= of->waits == 0 || of->kept;
	}
}

static void
note_left(struct receiver_left *left, const struct record *r)
{
	struct receiver_left_of *of;

	if (r->window >= RECEIVER_WINDOWS)
		return;
	of = &left->of[r->window];
	if (r->type == RECORD_STORED && r->id > of->stored)
		of->stored = r->id;
	if (r->type == RECORD_REFUSED && (r->id & RECORD_EARLIER) == 0 &&
	    (of->refused == 0 || r->id < of->refused)) {
		of->refused = r->id;
		left->refused = true;
	}
	if (r->type != RECORD_KEPT)
		return;
	of->waits = r->id;
	of->kept = r->text_len > 0;
	note_kept(left);
}

/* Waits for one thing that comes or goes. */
static enum served
serve(struct receiver *r, int64_t due)
{
	enum { IN, OUT, SLOTS };
	struct pollfd fds[SLOTS] = {
		[IN] = { .fd = duct_in_fd(r->duct), .events = POLLIN },
		[OUT] = { .fd = -1, .events = POLLOUT },
	};
	struct timespec wait;
	struct record record;
	enum duct_result result;

	while ((result = duct_next(r->duct, &record)) == DUCT_RECORD)
		note_left(&r->left, &record);
	if (result != DUCT_EMPTY)
		return SERVED_GONE;
	if (clock_now_ms() >= due)
		return SERVED_LATE;
	/* What cannot be written will be read to be gone. */
	if (duct_flush(r->duct) && duct_queued(r->duct) > 0)
		fds[OUT].fd = duct_out_fd(r->duct);
	ppoll(fds, SLOTS, clock_until(due, &wait), NULL);
	duct_flush(r->duct);
	return SERVED;
}

bool
receiver_drain(struct receiver *r, int64_t due)
{
	size_t before = duct_queued(r->duct);

	while (before > 0 && duct_queued(r->duct) >= before)
		if (serve(r, due) != SERVED)
			return false;
	return before > 0;
}

/* Its end of the pipe closes when it ends, however it ends. */
static bool
wait_closed(struct receiver *r, int64_t due)
{
	enum served served;

	while ((served = serve(r, due)) == SERVED)
		continue;
	return served == SERVED_GONE;
}

void
receiver_stop(struct receiver *r)
{
	struct record leave = { .type = RECORD_LEAVE };
	int64_t due = clock_now_ms() + DRAIN_MS;

	if (r->duct == NULL)
		return;
	while (!duct_send(r->duct, &leave) && receiver_drain(r, due))
		continue;
	duct_flush(r->duct);
	while (receiver_drain(r, due))
		continue;
	if (!wait_closed(r, clock_now_ms() + LEAVE_MS))
		kill(r->pid, SIGKILL);
	duct_free(r->duct);
	r->duct = NULL;
	reap(r);
}
