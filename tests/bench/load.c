/*
 * Load for a room: many clients in one process, each the project's own link
 * behind a socket and an address of its own, some of whom talk; with -C they
 * are classic, with -P they speak to another server in its own language (see
 * tongue.h). Nothing is stored here. With -S a message counts as said, and the
 * next one may follow, when the room has it on its disk, not when it is back.
 * Ends with one line of JSON:
 *
 *   deliveries_per_s	messages had by members; secure ones have their own, too
 *   p50_ms p99_ms max_ms	from saying a message until the last member has it
 *   server_cpu_us_per_delivery	CPU time of the server meanwhile
 *   deliveries_per_server_cpu_s	of a server that had a whole core
 *   datagrams_per_delivery bytes_per_delivery	as the clients received them:
 *			UDP payloads (of TCP what was read at once) of all
 *			kinds, from the first message on
 *   joins_s	until all were in
 *   join_cpu_us	CPU time of the server for a join, all being told of it
 *   rss_kib_per_member	what the server's memory grew by while they joined
 *   missing disorder	messages that a member did not have in the end; that
 *			came twice, or before an earlier one: both are to be 0
 *   load_cpu_us_per_delivery	what this process used
 *
 * Exit status 1: something went wrong, or is missing; then the line, where
 * there is one, tells what.
 */
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <err.h>
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/noise.h"
#include "tests/bench/load_options.h"
#include "tests/bench/process.h"
#include "tests/bench/table.h"
#include "tests/with_link.h"
/* For forget_members alone. */
#include "tui/receiver/link_state.h"

enum {
	JOINING = 64,			/* at the door at once, at least, */
	JOINING_OF = 40,		/* or one of so many */
	SETTLE_MS = 500,
	PATIENCE_MS = 60 * 1000,	/* without any progress */
	TURN_MS = 50,
	EVENTS = 256,
	BATCH = 64,
	DATAGRAM = 2049,
	SOCKET_BYTES = 4 << 20
};

struct load;

struct client {
	struct load	*load;
	struct link	*link;		/* NULL: it speaks something else */
	struct entering	*entering;	/* that, until it is in */
	char		 cut[NUMBER];	/* of a stream: a message, begun */
	size_t		 cut_len;
	int		 fd;
	uint32_t	 number;
	bool		 in;
	uint32_t	 said;
	uint32_t	 on_way;	/* of them: they did not come back */
	uint64_t	 seq;		/* newest entry */
};

struct message {
	double		 said_ms, took_ms;
	uint32_t	 sender, members;	/* who has it: so many */
};

struct load {
	struct options	 o;
	struct client	*clients;
	int64_t		*due;		/* of each */
	struct message	*messages;
	uint32_t	*newest;	/* of each client and sender: + 1 */
	int		 epoll;
	char		 name[TEXT_NAME_BYTES];	/* of all, before its number */
	char		 text[TEXT_LINE_BYTES];
	size_t		 begun, in, said, whole, turn;
	uint64_t	 delivered, disorder, datagrams, bytes;
	double		 moved_ms;	/* the last progress */
	double		 began_ms, ended_ms;
	double		 began_cpu, ended_cpu, began_own, ended_own;
	struct mmsghdr	 in_datagram[BATCH];
	struct iovec	 in_bytes[BATCH];
	char		 in_data[BATCH][DATAGRAM];
	char		 in_stream[TONGUE_HEARD];
};

/* ---- What comes ---- */

/* How many have a message that all have. */
static size_t
members(const struct load *l)
{
	return l->o.clients - !tongues[l->o.tongue].echo;
}

/* Who sees for a sender that his message came back, where he is not told. */
static uint32_t
witness(const struct load *l, uint32_t sender)
{
	return tongues[l->o.tongue].echo ? sender :
	    (sender + 1) % (uint32_t)l->o.clients;
}

static void
come_in(struct client *c)
{
	c->load->in += !c->in;
	c->in = true;
	c->load->moved_ms = now_ms();
}

/* Message number n is here. */
static void
take_number(struct client *c, size_t n)
{
	struct load *l = c->load;
	struct message *m = &l->messages[n];
	uint32_t *newest;

	if (n >= l->said)
		return;
	newest = &l->newest[c->number * l->o.senders + m->sender];
	if (n + 1 <= *newest) {
		l->disorder++;
		return;
	}
	*newest = (uint32_t)n + 1;
	if (!l->o.stored && c->number == witness(l, m->sender))
		l->clients[m->sender].on_way--;
	l->delivered++;
	l->moved_ms = now_ms();
	if (++m->members < members(l))
		return;
	m->took_ms = l->moved_ms - m->said_ms;
	l->whole++;
}

/* Behind the '^'. */
static size_t
read_number(const char *text)
{
	size_t i, n = 0;

	for (i = 0; i < NUMBER; i++)
		n = n * 10 + (size_t)(text[i] - '0');
	return n;
}

static void
take_entry(struct client *c, const struct entry *e)
{
	struct load *l = c->load;
	size_t name_len = strlen(l->name);

	if (e->seq <= c->seq)
		l->disorder++;
	c->seq = e->seq;
	if (e->kind == ENTRY_SAY && e->text_len == l->o.bytes &&
	    e->author_len > name_len &&
	    memcmp(e->author, l->name, name_len) == 0)
		take_number(c, read_number(e->text + 1));
}

static void
on_record(void *arg, const struct record *r)
{
	struct client *c = arg;

	switch (r->type) {
	case RECORD_WELCOME:
		come_in(c);
		break;
	case RECORD_ENTRY:
		take_entry(c, &r->entry);
		break;
	case RECORD_POSTED:
		if (c->load->o.stored && c->said - (uint32_t)r->id < c->on_way)
			c->on_way = c->said - (uint32_t)r->id;
		break;
	case RECORD_DENIED:
		if (r->denial != RECORD_SILENT)
			errx(1, "the room at port %u does not take %s%u in "
			    "(%d)", c->load->o.port, c->load->name, c->number,
			    (int)r->denial);
		break;
	case RECORD_REFUSED:
		errx(1, "the room at port %u refuses what %s%u says",
		    c->load->o.port, c->load->name, c->number);
	default:
		break;
	}
}

/* ---- The clients ---- */

static bool
is_stream(const struct load *l)
{
	return tongues[l->o.tongue].stream;
}

static void
give_room(int fd)
{
	int bytes = SOCKET_BYTES, yes = 1;

	/* Beyond what is usual only root may. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
	    sizeof(bytes)) == -1)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

/* Each has an address, as people have: what one of them, or one network, may
 * do is limited. */
static void
open_socket(struct client *c)
{
	struct load *l = c->load;
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct epoll_event e = { .events = EPOLLIN };
	uint32_t n = c->number;

	c->fd = socket(AF_INET, SOCK_CLOEXEC |
	    (is_stream(l) ? SOCK_STREAM : SOCK_DGRAM), 0);
	if (c->fd == -1)
		err(1, "socket %u", n);
	give_room(c->fd);
	a.sin_addr.s_addr = htonl(0x7f000000 | (1 + n / 2000) << 16 |
	    (1 + n % 2000 / 200) << 8 | (1 + n % 200));
	if (bind(c->fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "bind client %u", n);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(l->o.port);
	e.data.u32 = n;
	if (connect(c->fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) == -1)
		err(1, "connect to port %u", l->o.port);
}

static void
on_new_port(void *arg)
{
	struct client *c = arg;

	close(c->fd);
	open_socket(c);
}

static _Noreturn void
gone(const struct load *l)
{
	errx(1, "nobody listens at 127.0.0.1 port %u", l->o.port);
}

static bool
on_send(void *arg, const void *data, size_t len)
{
	struct client *c = arg;

	if (send(c->fd, data, len, MSG_NOSIGNAL) != -1)
		return true;
	if (errno == ECONNREFUSED)
		gone(c->load);
	return false;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static void
make_link(struct client *c)
{
	struct link_out out = link_out_of(on_send, on_record, on_random, c);
	struct link_config config = { .only_new = true,
	    .place = { .dir = "" } };
	uint8_t secret[NOISE_KEY];

	randombytes_buf(secret, sizeof(secret));
	noise_keypair_from(&config.identity, secret);
	out.new_port = on_new_port;
	c->link = link_new(&config, &out);
}

static void
make_entering(struct client *c)
{
	struct entering *e = calloc(1, sizeof(*e));

	if (e == NULL)
		err(1, NULL);
	e->tongue = c->load->o.tongue;
	e->fd = c->fd;
	snprintf(e->name, sizeof(e->name), "%s%u", c->load->name, c->number);
	c->entering = e;
	tongue_enter(e);
}

/* He wants in. */
static void
begin(struct client *c)
{
	char name[TEXT_NAME_BYTES + 1];
	size_t len = (size_t)snprintf(name, sizeof(name), "%s%u",
	    c->load->name, c->number);

	open_socket(c);
	if (c->load->o.tongue != SECURE) {
		make_entering(c);
		return;
	}
	make_link(c);
	if (c->link == NULL)
		errx(1, "no memory for %u clients", c->number + 1);
	link_login(c->link, clock_now_ms(), name, len);
}

/* Everybody knowing everybody is a square of memory: here they do not. It costs
 * the server the same. */
static void
forget_members(struct link *l)
{
	roster_clear(&link_first(l)->members.roster);
	roster_clear(&link_first(l)->members.learning);
}

static int64_t
tick(struct client *c, int64_t now)
{
	int64_t due;

	if (c->link == NULL)
		return INT64_MAX;
	due = link_tick(c->link, now);
	forget_members(c->link);
	return due;
}

static void
say(struct client *c)
{
	struct load *l = c->load;
	struct message *m = &l->messages[l->said];
	char number[NUMBER + 1];

	snprintf(number, sizeof(number), "%08zu", l->said++);
	memcpy(l->text + 1, number, NUMBER);
	m->sender = c->number;
	m->said_ms = now_ms();
	c->on_way++;
	if (c->link == NULL)
		tongue_say(l->o.tongue, c->fd, l->text, l->o.bytes);
	else
		link_post(c->link, clock_now_ms(), 0, &(struct link_line){
		    ++c->said, ENTRY_SAY, l->text, l->o.bytes, false });
	l->due[c->number] = 0;
}

/* ---- One process for all of them ---- */

/* Goes on with coming in. */
static void
hear(struct client *c, const char *data, size_t len)
{
	struct entering *e = c->entering;

	if (len > TONGUE_HEARD - e->len)
		errx(1, "port %u says too much to who comes in",
		    c->load->o.port);
	memcpy(e->heard + e->len, data, len);
	e->len += len;
	e->heard[e->len] = '\0';
	if (!tongue_enter(e))
		return;
	free(e);
	c->entering = NULL;
	come_in(c);
}

/* What is in a datagram, or next in a stream, that may cut a message. */
static void
find_numbers(struct client *c, const char *data, size_t len)
{
	char whole[NUMBER + 1];
	const char *at = data, *end = data + len;
	size_t lacks = c->cut_len > 0 ? NUMBER + 1 - c->cut_len : 0;

	if (lacks > len) {
		memcpy(c->cut + c->cut_len, data, len);
		c->cut_len += len;
		return;
	}
	if (lacks > 0) {
		memcpy(whole, c->cut, c->cut_len);
		memcpy(whole + c->cut_len, data, lacks);
		take_number(c, read_number(whole + 1));
		c->cut_len = 0;
		at += lacks;
	}
	while ((at = memchr(at, '^', (size_t)(end - at))) != NULL &&
	    end - at > NUMBER) {
		take_number(c, read_number(at + 1));
		at += NUMBER;
	}
	if (at != NULL) {
		c->cut_len = (size_t)(end - at);
		memcpy(c->cut, at, c->cut_len);
	}
}

static void
take(struct client *c, int64_t now, const char *data, size_t len)
{
	c->load->datagrams++;
	c->load->bytes += len;
	if (c->link != NULL)
		link_input(c->link, now, data, len);
	else if (c->entering != NULL)
		hear(c, data, len);
	else
		find_numbers(c, data, len);
}

static void
take_stream(struct client *c, int64_t now)
{
	ssize_t n = recv(c->fd, c->load->in_stream, TONGUE_HEARD,
	    MSG_DONTWAIT);

	if (n == 0)
		errx(1, "port %u hangs up on %s%u", c->load->o.port,
		    c->load->name, c->number);
	if (n > 0)
		take(c, now, c->load->in_stream, (size_t)n);
}

static void
take_datagrams(struct client *c, int64_t now)
{
	struct load *l = c->load;
	int i, n = recvmmsg(c->fd, l->in_datagram, BATCH, MSG_DONTWAIT, NULL);

	if (n == -1 && errno == ECONNREFUSED)
		gone(l);
	for (i = 0; i < n; i++)
		take(c, now, l->in_data[i], l->in_datagram[i].msg_len);
}

/* Does what is due; ms until the next that is, at most `most`. */
static int
tick_due(struct load *l, int most)
{
	int64_t now = clock_now_ms(), next = now + most;
	size_t i;

	for (i = 0; i < l->begun; i++) {
		if (l->due[i] <= now)
			l->due[i] = tick(&l->clients[i], now);
		if (l->due[i] < next)
			next = l->due[i];
	}
	return next > now ? (int)(next - now) : 0;
}

static void
turn(struct load *l, int most)
{
	struct epoll_event events[EVENTS];
	int i, n = epoll_wait(l->epoll, events, EVENTS, tick_due(l, most));
	struct client *c;
	int64_t now = clock_now_ms();

	if (n == -1 && errno != EINTR)
		err(1, "epoll_wait");
	for (i = 0; i < n; i++) {
		c = &l->clients[events[i].data.u32];
		if (is_stream(l))
			take_stream(c, now);
		else
			take_datagrams(c, now);
		l->due[c->number] = tick(c, now);
	}
}

static bool
is_stuck(const struct load *l)
{
	return now_ms() > l->moved_ms + PATIENCE_MS;
}

static void
join(struct load *l)
{
	size_t at_once = l->o.clients / JOINING_OF;

	if (at_once < JOINING)
		at_once = JOINING;
	l->moved_ms = now_ms();
	while (l->in < l->o.clients) {
		while (l->begun < l->o.clients && l->begun < l->in + at_once)
			begin(&l->clients[l->begun++]);
		turn(l, TURN_MS);
		if (is_stuck(l))
			errx(1, "only %zu of %zu clients came in", l->in,
			    l->o.clients);
	}
}

/* Has everybody heard of the last one? */
static bool
is_settled(const struct load *l)
{
	size_t i;

	for (i = 1; l->o.tongue == SECURE && i < l->o.clients; i++)
		if (link_have(l->clients[i].link, 0) !=
		    link_have(l->clients[0].link, 0))
			return false;
	return true;
}

static void
settle(struct load *l)
{
	double since = now_ms();

	l->moved_ms = since;
	while (now_ms() < since + SETTLE_MS || !is_settled(l)) {
		turn(l, TURN_MS);
		if (is_stuck(l))
			errx(1, "not all clients hear of the others");
	}
}

/* What it took until all were in, and knew each other. */
struct joins {
	double	 ms;
	double	 cpu_us;	/* of the server, for each */
	double	 kib;		/* that it grew by, for each */
};

static struct joins
join_all(struct load *l)
{
	double n = (double)l->o.clients, cpu = process_cpu_us(l->o.pid),
	    kib = process_kib(l->o.pid), since = now_ms(), until;

	join(l);
	until = now_ms();
	settle(l);
	return (struct joins){ .ms = until - since,
	    .cpu_us = (process_cpu_us(l->o.pid) - cpu) / n,
	    .kib = (process_kib(l->o.pid) - kib) / n };
}

/* How many may have been said by now. */
static size_t
allowed(const struct load *l)
{
	double n = 1 + (now_ms() - l->began_ms) / 1e3 * (double)l->o.per_s;

	return l->o.per_s == 0 || n > (double)l->o.messages ?
	    l->o.messages : (size_t)n;
}

/* Each sender in turn; ms until one may say more. */
static int
say_all(struct load *l)
{
	size_t idle = 0, end = allowed(l);
	struct client *c;

	while (l->said < end && idle < l->o.senders) {
		c = &l->clients[l->turn++ % l->o.senders];
		idle = c->on_way < l->o.window ? 0 : idle + 1;
		if (idle == 0)
			say(c);
	}
	return l->o.per_s > 0 && l->said < l->o.messages ?
	    (int)(1000 / l->o.per_s) + 1 : TURN_MS;
}

static void
talk(struct load *l)
{
	int most;

	l->delivered = l->datagrams = l->bytes = 0;
	l->began_cpu = process_cpu_us(l->o.pid);
	l->began_own = process_cpu_us(getpid());
	l->began_ms = l->moved_ms = now_ms();
	while (l->whole < l->o.messages && !is_stuck(l)) {
		most = say_all(l);
		turn(l, most < TURN_MS ? most : TURN_MS);
	}
	l->ended_ms = l->moved_ms;
	l->ended_cpu = process_cpu_us(l->o.pid);
	l->ended_own = process_cpu_us(getpid());
}

/* ---- Beginning and end ---- */

/* Sorts what they took. False: some are missing. */
static bool
print(const struct load *l, const struct joins *joins)
{
	double per = l->delivered > 0 ? 1.0 / (double)l->delivered : 0;
	double *ms = calloc(l->o.messages, sizeof(*ms));
	double cpu_us = l->ended_cpu - l->began_cpu;
	size_t i, n = 0, missing;

	if (ms == NULL)
		err(1, NULL);
	for (i = 0; i < l->o.messages; i++)
		if (l->messages[i].members == members(l))
			ms[n++] = l->messages[i].took_ms;
	qsort(ms, n, sizeof(*ms), row_by_size);
	missing = l->o.messages * members(l) - l->delivered;
	printf("{\"deliveries_per_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
	    "\"max_ms\":%.3f,", l->ended_ms > l->began_ms ?
	    (double)l->delivered * 1e3 / (l->ended_ms - l->began_ms) : 0,
	    n > 0 ? ms[n / 2] : 0, n > 0 ? ms[n * 99 / 100] : 0,
	    n > 0 ? ms[n - 1] : 0);
	printf("\"server_cpu_us_per_delivery\":%.4f,"
	    "\"deliveries_per_server_cpu_s\":%.0f,",
	    cpu_us * per, (double)l->delivered * 1e6 / cpu_us);
	printf("\"datagrams_per_delivery\":%.4f,"
	    "\"bytes_per_delivery\":%.1f,",
	    (double)l->datagrams * per, (double)l->bytes * per);
	printf("\"joins_s\":%.2f,\"join_cpu_us\":%.1f,"
	    "\"rss_kib_per_member\":%.2f,", joins->ms / 1e3, joins->cpu_us,
	    joins->kib);
	printf("\"missing\":%zu,\"disorder\":%llu,"
	    "\"load_cpu_us_per_delivery\":%.4f}\n", missing,
	    (unsigned long long)l->disorder, (l->ended_own - l->began_own) *
	    per);
	free(ms);
	return missing == 0 && l->disorder == 0;
}

static void
raise_descriptors(size_t n)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < n) {
		files.rlim_cur = n;
		if (files.rlim_max < n)
			files.rlim_max = n;
		if (setrlimit(RLIMIT_NOFILE, &files) == -1)
			err(1, "%zu descriptors", n);
	}
}

static struct load *
load_new(const struct options *o)
{
	struct load *l = calloc(1, sizeof(*l));
	size_t i;

	if (l == NULL || (l->clients = calloc(o->clients,
	    sizeof(*l->clients))) == NULL || (l->due = calloc(o->clients,
	    sizeof(*l->due))) == NULL || (l->messages = calloc(o->messages,
	    sizeof(*l->messages))) == NULL || (l->newest = calloc(o->clients *
	    o->senders, sizeof(*l->newest))) == NULL)
		err(1, NULL);
	l->o = *o;
	/* The room keeps names for those who had them: each run has others. */
	snprintf(l->name, sizeof(l->name), "l%x-", (unsigned)getpid());
	memset(l->text, 'x', sizeof(l->text));
	l->text[0] = '^';
	for (i = 0; i < o->clients; i++) {
		l->clients[i].load = l;
		l->clients[i].number = (uint32_t)i;
	}
	for (i = 0; i < BATCH; i++) {
		l->in_bytes[i].iov_base = l->in_data[i];
		l->in_bytes[i].iov_len = DATAGRAM;
		l->in_datagram[i].msg_hdr.msg_iov = &l->in_bytes[i];
		l->in_datagram[i].msg_hdr.msg_iovlen = 1;
	}
	raise_descriptors(o->clients + 64);
	if ((l->epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "epoll_create1");
	return l;
}

static void
load_free(struct load *l)
{
	size_t i;

	for (i = 0; i < l->begun; i++) {
		close(l->clients[i].fd);
		link_free(l->clients[i].link);
		free(l->clients[i].entering);
	}
	close(l->epoll);
	free(l->newest);
	free(l->messages);
	free(l->due);
	free(l->clients);
	free(l);
}

int
main(int argc, char *argv[])
{
	struct options o = { 0 };
	struct joins joins;
	struct load *l;
	bool good;

	read_options(&o, argc, argv);
	if (sodium_init() == -1)
		errx(1, "libsodium does not start");
	l = load_new(&o);
	joins = join_all(l);
	talk(l);
	good = print(l, &joins);
	load_free(l);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	if (!good)
		errx(1, "messages are missing or out of order");
	return 0;
}
