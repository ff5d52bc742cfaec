/*
 * chat-engine and this server. What goes there may get lost, and never makes
 * the server wait; what comes from there is taken as it comes.
 */
#include "server/node.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/cluster/shared.h"
#include "server/operator_nodes.h"

enum {
	LIVE_MS = 1000,		/* it says that it lives */
	ASK_MS = 300,		/* at the start: once more */
	MEET_MS = 15 * 1000,	/* and then it gives up */
	MEMBERS = 16,
	SEND_BYTES = 4 * VERB_BYTES
};

struct node {
	struct node_config config;
	struct shared	 shared;
	int		 fd;
	pid_t		 pid;
	enum node_fate	 fate;
	int64_t		 live_ms;	/* said last */
	bool		 lives;		/* the engine knows */
	bool		 founds;	/* that log is to be there; */
	bool		 rest, opens;	/* with what is beside it */
	struct verb_log	 log;		/* the engine's, or to be its */
	enum { LOG_UNASKED, LOG_NONE, LOG_THERE } knows;
	char		 other[VERB_HERE + 1];
	char		*there[SHARED_NODES + 1];
	bool		 news;		/* of them, that node_list tells */
	/* At the start: the block to begin with, where it has come. */
	bool		 met;
	uint64_t	 begin, nonce;	/* that; which one, of former times */
	uint8_t		*first;
	size_t		 first_len;
	uint8_t		 bytes[VERB_BYTES];
};

/*
 * To the engine
 */

static void
say(struct node *n, enum verb_kind kind, uint64_t number, const void *bytes,
    size_t len)
{
	static uint8_t out[VERB_BYTES];

	len = verb_put(out, &(struct verb){ kind, number, bytes, len });
	if (len > 0)
		send(n->fd, out, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
on_append(void *arg, uint64_t number, const uint8_t *bytes, size_t len)
{
	say(arg, VERB_APPEND, number, bytes, len);
}

static void
on_fetch(void *arg, uint64_t number)
{
	say(arg, VERB_FETCH, number, NULL, 0);
}

static void
on_look(void *arg)
{
	const struct node *n = arg;

	say(arg, VERB_LOOK, n->shared.told, NULL, 0);
}

static void
on_turn(void *arg)
{
	say(arg, VERB_TURN, 0, NULL, 0);
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

/* Who founds has yet to be heard from the first on. */
static void
on_forget(void *arg, uint64_t number)
{
	const struct node *n = arg;

	if (!n->founds)
		say(arg, VERB_FORGET, number, NULL, 0);
}

static void
say_log(struct node *n)
{
	uint8_t bytes[VERB_LOG_BYTES];

	memcpy(bytes, n->log.id, FRAME_LOG_ID);
	memcpy(bytes + FRAME_LOG_ID, n->log.key, NOISE_KEY);
	say(n, VERB_BEGIN, 0, bytes, sizeof(bytes));
}

/*
 * From the engine
 */

static void
take_log(struct node *n, const struct verb *v)
{
	struct verb_log log;

	n->knows = v->len == 0 ? LOG_NONE : LOG_THERE;
	if (v->len == 0)
		return;
	memcpy(log.id, v->bytes, FRAME_LOG_ID);
	memcpy(log.key, v->bytes + FRAME_LOG_ID, NOISE_KEY);
	if (n->founds && memcmp(&log, &n->log, sizeof(log)) != 0)
		n->fate = NODE_OTHER_LOG;
	n->log = log;
	n->founds = false;
}

static void
take_node(struct node *n, const struct verb *v)
{
	char **there = &n->there[v->number % (SHARED_NODES + 1)];

	if (*there == NULL || strlen(*there) != v->len ||
	    memcmp(*there, v->bytes, v->len) != 0) {
		free(*there);
		*there = strndup((const char *)v->bytes, v->len);
		n->news = true;
	}
	if (v->number == n->config.number && *there != NULL)
		n->lives = strcmp(*there, n->config.here) == 0;
}

/* Another one has its number: that counts, whatever it writes there. */
static void
take_refusal(struct node *n, const struct verb *v)
{
	size_t i;

	n->fate = NODE_ELSEWHERE;
	for (i = 0; i < v->len; i++)
		n->other[i] = v->bytes[i] > ' ' && v->bytes[i] < 0x7f ?
		    (char)v->bytes[i] : '?';
	n->other[i] = '\0';
}

static void
take_block(struct node *n, int64_t now_ms, const struct verb *v)
{
	/* Before the log is open none can be told. */
	if (n->knows == LOG_UNASKED || n->first != NULL ||
	    v->number != n->begin) {
		shared_block(&n->shared, now_ms, v->number, v->bytes, v->len);
		return;
	}
	if ((n->first = malloc(v->len)) == NULL)
		return;
	memcpy(n->first, v->bytes, v->len);
	n->first_len = v->len;
}

static const struct shared_out way_out = { on_append, on_fetch, on_look,
    on_turn, on_random, on_forget, NULL };

static void
begin_with(struct node *n, uint64_t number, uint64_t nonce, uint64_t told)
{
	struct shared_out out = way_out;

	out.arg = n;
	shared_free(&n->shared);
	shared_init(&n->shared, n->config.number, told, clock_now_ms(), &out);
	n->shared.retain.blocks = n->config.keep;
	free(n->first);
	n->first = NULL;
	n->begin = number;
	n->nonce = nonce;
}

/* What was told is not of this engine, which was begun anew. */
static void
begin_anew(struct node *n)
{
	begin_with(n, 1, 0, 0);
}

/* Before it has begun: is there what it begins with? */
static void
seek_oldest(struct node *n, uint64_t number)
{
	if (number == 0)
		begin_anew(n);
	else if (number > n->begin && n->fate == NODE_FINE)
		n->fate = NODE_BEHIND;
}

static void
take_oldest(struct node *n, int64_t now_ms, uint64_t number)
{
	if (!n->met) {
		seek_oldest(n, number);
		return;
	}
	shared_oldest(&n->shared, now_ms, number);
	if (n->fate == NODE_FINE && n->shared.behind)
		n->fate = NODE_BEHIND;
	if (n->fate == NODE_FINE && n->shared.emptied)
		n->fate = NODE_EMPTIED;
}

static void
take(struct node *n, int64_t now_ms, const struct verb *v)
{
	struct shared *s = &n->shared;

	switch (v->kind) {
	case VERB_HEARD:
		shared_heard(s, now_ms);
		break;
	case VERB_NEWEST:
		if (!n->met && n->nonce != 0 && v->number < n->begin)
			begin_anew(n);
		shared_newest(s, now_ms, v->number);
		break;
	case VERB_OLDEST:
		take_oldest(n, now_ms, v->number);
		break;
	case VERB_BLOCK:
		take_block(n, now_ms, v);
		break;
	case VERB_IN:
		shared_answer(s, now_ms, v->number, SHARED_IN);
		break;
	case VERB_TAKEN:
		shared_answer(s, now_ms, v->number, SHARED_TAKEN);
		break;
	case VERB_UNKNOWN:
		shared_answer(s, now_ms, v->number, SHARED_UNKNOWN);
		break;
	case VERB_LOG:
		take_log(n, v);
		break;
	case VERB_NODE:
		take_node(n, v);
		break;
	case VERB_NODES:
		n->news |= v->number != s->lives;
		shared_nodes(s, v->number);
		break;
	case VERB_REFUSED:
		take_refusal(n, v);
		break;
	default:
		break;
	}
}

static void
hear(struct node *n, int64_t now_ms)
{
	struct verb v;
	ssize_t len;

	while ((len = recv(n->fd, n->bytes, sizeof(n->bytes),
	    MSG_DONTWAIT)) > 0)
		if (verb_get(&v, n->bytes, (size_t)len))
			take(n, now_ms, &v);
	if (len == 0 && n->fate == NODE_FINE)
		n->fate = NODE_NO_ENGINE;
}

int64_t
node_turn(struct node *n, int64_t now_ms)
{
	hear(n, now_ms);
	if (now_ms >= n->live_ms + LIVE_MS) {
		n->live_ms = now_ms;
		say(n, VERB_LIVE, n->config.number, n->config.here,
		    strlen(n->config.here));
		/* Another one may be at that, too. */
		if (n->founds && n->opens)
			say_log(n);
		else if (n->founds)
			say(n, VERB_BEGIN, 0, NULL, 0);
	}
	return n->live_ms + LIVE_MS;
}

/*
 * The start
 */

/* In base: what the first block says is before it. */
static bool
begins_at(struct node *n, struct journal_base *base)
{
	struct block b;

	if (n->first == NULL || !block_get(&b, n->first, n->first_len))
		return false;
	if (n->nonce != 0 && b.nonce != n->nonce) {
		begin_anew(n);
		return false;
	}
	base->id = n->log.id;
	base->first = b.first;
	base->term = b.term;
	base->chain = b.chain;
	return true;
}

enum node_fate
node_meet(struct node *n, bool founds, bool *there, struct verb_log *log,
    struct journal_base *base)
{
	int64_t now = clock_now_ms(), until = now + MEET_MS, asked = 0;
	struct pollfd pfd = { .fd = n->fd, .events = POLLIN };

	do {
		if (now >= asked + ASK_MS) {
			asked = now;
			say(n, VERB_BEGIN, 0, NULL, 0);
			if (n->knows == LOG_THERE)
				say(n, VERB_FETCH, n->begin, NULL, 0);
		}
		node_turn(n, now);
		if (n->fate != NODE_FINE)
			return n->fate;
		*there = n->knows == LOG_THERE;
		*log = n->log;
		if (n->knows == LOG_NONE && n->nonce != 0)
			begin_anew(n);
		n->met = n->lives && ((n->knows == LOG_NONE && founds) ||
		    (*there && begins_at(n, base)));
		if (n->met)
			return NODE_FINE;
		poll(&pfd, 1, ASK_MS);
	} while ((now = clock_now_ms()) < until);
	return n->lives && n->knows == LOG_NONE ? NODE_FINE : NODE_SILENT;
}

void
node_was_told(struct node *n, uint64_t number, uint64_t nonce)
{
	begin_with(n, number, nonce, number);
	n->shared.told_nonce = nonce;
}

bool
node_goes_on(const struct node *n)
{
	return n->nonce != 0;
}

void
node_found(struct node *n, const struct verb_log *log)
{
	n->log = *log;
	n->founds = true;
}

bool
node_has_all(const struct node *n)
{
	return n->founds && n->shared.founded;
}

bool
node_tells_rest(struct node *n)
{
	bool first = !n->rest;

	n->rest = true;
	return first;
}

void
node_opens(struct node *n)
{
	n->opens = true;
}

static bool
beside(char path[PATH_MAX])
{
	static const char name[] = "chat-engine";
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/') + 1;
	return strlcpy(slash, name, PATH_MAX - (size_t)(slash - path)) <
	    PATH_MAX - (size_t)(slash - path) && access(path, X_OK) == 0;
}

static const char *
or_none(const char *file)
{
	return file == NULL ? "" : file;
}

/* It gets no descriptor but its socket, and nothing of the secrets. */
static _Noreturn void
run(const struct node_config *c, const char *path, int fd)
{
	char *argv[5 + MEMBERS + 1] = { (char *)(uintptr_t)path,
	    (char *)(uintptr_t)c->room, (char *)(uintptr_t)or_none(c->cert),
	    (char *)(uintptr_t)or_none(c->key),
	    (char *)(uintptr_t)or_none(c->ca) };
	char *members = strdup(c->members);
	int i, null = open("/dev/null", O_WRONLY);
	sigset_t none;

	for (i = 0; members != NULL && i < MEMBERS; i++)
		if ((argv[5 + i] = strsep(&members, ",")) == NULL)
			break;
	if (null == -1 || dup2(fd, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1)
		_exit(1);
	closefrom(STDERR_FILENO + 1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(path, argv);
	_exit(127);
}

struct node *
node_start(const struct node_config *config)
{
	struct node *n = calloc(1, sizeof(*n));
	char path[PATH_MAX];
	int pair[2], size = SEND_BYTES;

	if (n == NULL)
		return NULL;
	n->config = *config;
	if (!beside(path) || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC,
	    0, pair) == -1) {
		free(n);
		return NULL;
	}
	switch (n->pid = fork()) {
	case -1:
		close(pair[0]);
		close(pair[1]);
		free(n);
		return NULL;
	case 0:
		run(config, path, pair[1]);
	default:
		break;
	}
	close(pair[1]);
	n->fd = pair[0];
	setsockopt(n->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	begin_anew(n);
	return n;
}

void
node_stop(struct node *n)
{
	size_t i;

	if (n == NULL)
		return;
	close(n->fd);
	while (waitpid(n->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	shared_free(&n->shared);
	for (i = 0; i <= SHARED_NODES; i++)
		free(n->there[i]);
	free(n->first);
	free(n);
}

struct shared *
node_shared(struct node *n)
{
	return &n->shared;
}

int
node_fd(const struct node *n)
{
	return n->fd;
}

enum node_fate
node_fate(const struct node *n)
{
	return n->fate;
}

const char *
node_other(const struct node *n)
{
	return n->other;
}

/* "host:port", "[::1]:port" */
static struct frame_node
address(const char *there)
{
	const char *colon = strrchr(there, ':');
	struct frame_node node = { there, 0, 0 };

	if (colon == NULL)
		return node;
	node.host_len = (size_t)(colon - there);
	node.port = (uint16_t)strtoul(colon + 1, NULL, 10);
	if (*there == '[' && node.host_len > 2) {
		node.host++;
		node.host_len -= 2;
	}
	return node;
}

size_t
node_list(struct node *n, struct frame_node *nodes, size_t max)
{
	size_t listed = 0;
	uint32_t i, k;

	if (!n->news)
		return 0;
	n->news = false;
	for (k = 0; k < 2; k++)
		for (i = 1; i <= SHARED_NODES && listed < max; i++)
			if (n->there[i] != NULL && k != (n->shared.lives >> i &
			    1))
				nodes[listed++] = address(n->there[i]);
	return listed;
}

_Static_assert((int)NODE_SEEN == (int)SHARED_NODES, "all of them");

size_t
node_seen(const struct node *n, struct operator_node *nodes)
{
	size_t seen = 0;
	uint32_t i;

	for (i = 1; n != NULL && i <= SHARED_NODES; i++)
		if (n->there[i] != NULL)
			nodes[seen++] = (struct operator_node){ i, n->there[i],
			    (n->shared.lives >> i & 1) != 0 };
	return seen;
}
