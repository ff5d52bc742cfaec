/*
 * The server beside its peers on the same work, in one table: chat-server,
 * ngircd, nats-server and mosquitto, each where it is installed, and a server
 * without any protocol, that packs what it is told into datagrams and sends
 * them to all: no chat over UDP can be faster. All of them are idle but the one
 * that load.c is speaking to, and each work is done by one after the other, in
 * rounds, since what a machine can do changes in the course of minutes. Ours
 * seals, stores and acknowledges; the others do none of it. No work takes
 * longer than it may: who does not end it is named, and the others go on.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/table.h"
#include "tests/with_env.h"
#include "tests/with_server.h"

enum {
	ROUNDS = 3,
	RUN_S = 10,		/* one of them, at most */
	FIGURES = 5,
	MEMBERS = 100,
	BYTES = 80,
	START_TRIES = 250,	/* until a server listens, of: */
	START_MS = 20,
	PACKED = 1200,		/* bytes of a datagram */
	BARE_BATCH = 64,	/* datagrams */
	BARE_BYTES = 2048,
	LINE = 2048
};

enum who { CHAT, BARE_UDP, NGIRCD, NATS_SERVER, MOSQUITTO, SERVERS };

/* %u: the port. */
static const struct {
	const char	*program, *tongue, *config, *option;
} servers[SERVERS] = {
	[CHAT] = { "chat-server", "secure", NULL, NULL },
	[BARE_UDP] = { "bare UDP", "bare", NULL, NULL },
	[NGIRCD] = { "ngircd", "irc", "[Global]\nName = bench.example.net\n"
	    "Info = bench\nListen = 127.0.0.1\nPorts = %u\n"
	    "MotdPhrase = \"bench\"\n[Limits]\nMaxConnections = 0\n"
	    "MaxConnectionsIP = 0\nMaxJoins = 0\nMaxNickLength = 30\n"
	    "MaxPenaltyTime = 0\nPingTimeout = 36000\n[Options]\nDNS = no\n"
	    "Ident = no\nPAM = no\n", "-nf" },
	[NATS_SERVER] = { "nats-server", "nats",
	    "listen: \"127.0.0.1:%u\"\nmax_pending: 536870912\n"
	    "write_deadline: \"60s\"\nping_interval: \"10h\"\n", "-c" },
	[MOSQUITTO] = { "mosquitto", "mqtt", "listener %u 127.0.0.1\n"
	    "allow_anonymous true\npersistence false\n"
	    "max_queued_messages 0\nmax_queued_bytes 0\n"
	    "max_inflight_messages 0\nset_tcp_nodelay true\n", "-c" },
};

/* What load.c is told, and what is read from its line. */
static const struct work {
	const char	*what, *words;
	const char	*ours;		/* what ours is told besides */
	int		 seconds;	/* all rounds, at most */
	struct {
		const char	*what, *unit, *key;
		int		 decimals;
	} figures[FIGURES];
} works[] = {
	{ "flood", "-s 10 -w 100 -m 5000", "", 45, {
	    { "deliveries", "1/s", "deliveries_per_s", 0 },
	    { "for a s of server's CPU", "", "deliveries_per_server_cpu_s",
	      0 },
	    { "server's CPU each", "us", "server_cpu_us_per_delivery", 2 },
	    { "bytes each", "", "bytes_per_delivery", 0 },
	    { "load's CPU each", "us", "load_cpu_us_per_delivery", 2 } } },
	{ "one at a time", "-s 1 -w 1 -m 500", "", 25, {
	    { "deliveries", "1/s", "deliveries_per_s", 0 },
	    { "for a s of server's CPU", "", "deliveries_per_server_cpu_s",
	      0 },
	    { "last of all, p50", "ms", "p50_ms", 2 } } },
	{ "one at a time, ours when it is on the disk", "-s 1 -w 1 -m 500",
	  "-S", 25, {
	    { "deliveries", "1/s", "deliveries_per_s", 0 },
	    { "last of all, p50", "ms", "p50_ms", 2 } } },
	{ "10 a second", "-s 10 -w 100 -m 30 -r 10", "", 60, {
	    { "last of all, p50", "ms", "p50_ms", 2 },
	    { "p99", "ms", "p99_ms", 2 } } },
	{ "100 a second", "-s 10 -w 100 -m 200 -r 100", "", 45, {
	    { "last of all, p50", "ms", "p50_ms", 2 },
	    { "p99", "ms", "p99_ms", 2 } } },
	{ "1000 a second", "-s 10 -w 100 -m 2000 -r 1000", "", 45, {
	    { "last of all, p50", "ms", "p50_ms", 2 },
	    { "p99", "ms", "p99_ms", 2 } } },
};

struct running {
	pid_t		 pid;		/* 0: it is not here */
	uint16_t	 port;
	char		 home[ENV_HOME_BYTES];
};

/* ---- The server without a protocol ---- */

struct bare {
	int			 fd;
	struct sockaddr_in	 members[MEMBERS + 1];
	size_t			 count;
	struct mmsghdr		 in[BARE_BATCH], out[MEMBERS * BARE_BATCH];
	struct iovec		 in_bytes[BARE_BATCH];
	struct iovec		 out_bytes[MEMBERS * BARE_BATCH];
	struct sockaddr_in	 from[BARE_BATCH];
	char			 data[BARE_BATCH][BARE_BYTES];
	char			 packed[BARE_BATCH][BARE_BYTES];
};

static void
bare_init(struct bare *b)
{
	int bytes = 64 << 20, i;
	socklen_t size = sizeof(bytes);

	if (setsockopt(b->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, size) == -1)
		setsockopt(b->fd, SOL_SOCKET, SO_RCVBUF, &bytes, size);
	for (i = 0; i < BARE_BATCH; i++) {
		b->in_bytes[i].iov_base = b->data[i];
		b->in_bytes[i].iov_len = BARE_BYTES;
		b->in[i].msg_hdr.msg_iov = &b->in_bytes[i];
		b->in[i].msg_hdr.msg_iovlen = 1;
		b->in[i].msg_hdr.msg_name = &b->from[i];
	}
}

/* Packs what is told by all at once into as few datagrams as hold it; their
 * number. Each gets all, his own as well: telling them apart would cost. */
static size_t
bare_pack(struct bare *b, int n, size_t len[BARE_BATCH])
{
	size_t k = 0;
	int i;

	len[0] = 0;
	for (i = 0; i < n; i++) {
		if (b->in[i].msg_len == 1) {	/* one who comes in */
			if (b->count <= MEMBERS)
				b->members[b->count++] = b->from[i];
			sendto(b->fd, "j", 1, 0, (void *)&b->from[i],
			    sizeof(b->from[i]));
			continue;
		}
		if (len[k] + b->in[i].msg_len > PACKED)
			len[++k] = 0;
		memcpy(b->packed[k] + len[k], b->data[i], b->in[i].msg_len);
		len[k] += b->in[i].msg_len;
	}
	return len[k] > 0 ? k + 1 : k;
}

static void
bare_send(struct bare *b, size_t k, const size_t len[BARE_BATCH])
{
	size_t member, i, n = 0, done;
	int sent;

	for (member = 0; member < b->count; member++)
		for (i = 0; i < k; i++, n++) {
			b->out_bytes[n].iov_base = b->packed[i];
			b->out_bytes[n].iov_len = len[i];
			b->out[n].msg_hdr = (struct msghdr){
			    .msg_name = &b->members[member],
			    .msg_namelen = sizeof(b->members[member]),
			    .msg_iov = &b->out_bytes[n], .msg_iovlen = 1 };
		}
	/* Who is gone refuses: the next one is not he. */
	for (done = 0; done < n; done += sent > 0 ? (size_t)sent : 1)
		sent = sendmmsg(b->fd, b->out + done, (unsigned)(n - done), 0);
}

static _Noreturn void
bare_run(struct bare *b)
{
	size_t len[BARE_BATCH];
	int i, n;

	bare_init(b);
	for (;;) {
		for (i = 0; i < BARE_BATCH; i++)
			b->in[i].msg_hdr.msg_namelen = sizeof(b->from[i]);
		n = recvmmsg(b->fd, b->in, BARE_BATCH, MSG_WAITFORONE, NULL);
		/* A new load: those before are gone. */
		if (n > 0 && b->in[0].msg_len == 1 && b->count >= MEMBERS)
			b->count = 0;
		if (n > 0)
			bare_send(b, bare_pack(b, n, len), len);
	}
}

/* ---- Starting and ending them ---- */

static int
bound(int type, uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		err(1, "bind");
	*port = ntohs(a.sin_port);
	return fd;
}

static void
bare_start(struct running *r)
{
	struct bare *b = calloc(1, sizeof(*b));

	if (b == NULL)
		err(1, NULL);
	b->fd = bound(SOCK_DGRAM, &r->port);
	if ((r->pid = fork()) == -1)
		err(1, "fork");
	if (r->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bare_run(b);
	}
	close(b->fd);
	free(b);
}

static bool
listens(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool does;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	does = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	close(fd);
	return does;
}

static void
write_config(const char *path, const char *text, uint16_t port)
{
	const char *mark = strstr(text, "%u");
	FILE *f = fopen(path, "w");

	if (f == NULL)
		err(1, "%s", path);
	fprintf(f, "%.*s%u%s", (int)(mark - text), text, port, mark + 2);
	if (fclose(f) == EOF)
		err(1, "%s", path);
}

static _Noreturn void
exec_peer(enum who who, const char *path)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execlp(servers[who].program, servers[who].program,
	    servers[who].option, path, (char *)NULL);
	_exit(127);
}

static void
peer_start(struct running *r, enum who who)
{
	char path[ENV_HOME_BYTES + 16];
	int tries;

	close(bound(SOCK_STREAM, &r->port));
	env_home_make(r->home);
	snprintf(path, sizeof(path), "%s/conf", r->home);
	write_config(path, servers[who].config, r->port);
	if ((r->pid = fork()) == -1)
		err(1, "fork");
	if (r->pid == 0)
		exec_peer(who, path);
	for (tries = 0; !listens(r->port) && tries < START_TRIES; tries++) {
		if (waitpid(r->pid, NULL, WNOHANG) == r->pid) {
			r->pid = 0;
			break;
		}
		poll(NULL, 0, START_MS);
	}
	if (r->pid == 0)
		printf("%s does not run here: left out\n",
		    servers[who].program);
}

static void
end(struct running *r)
{
	if (r->pid != 0) {
		kill(r->pid, SIGTERM);
		waitpid(r->pid, NULL, 0);
	}
	if (r->home[0] != '\0')
		env_home_remove(r->home);
}

/* ---- One work of one server ---- */

static void
load_path(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);
	char *slash;

	if (n <= 0)
		err(1, "/proc/self/exe");
	path[n] = '\0';
	if ((slash = strrchr(path, '/')) != NULL)
		strlcpy(slash + 1, "load", 16);
}

static pid_t
start_load(const char *command, int seconds, int *from)
{
	int ends[2];
	pid_t pid;

	fflush(stdout);
	if (pipe(ends) == -1 || (pid = fork()) == -1)
		err(1, "%s", command);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		/* It lasts beyond exec. */
		alarm((unsigned)seconds);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	*from = ends[0];
	return pid;
}

/* At most so many seconds. False: it did not come to its end, or something is
 * missing, and that was said. */
static bool
run_load(const struct running *r, enum who who, const struct work *work,
    int seconds, char line[LINE])
{
	char path[PATH_MAX], command[PATH_MAX + 256];
	int from, status;
	ssize_t n, len = 0;
	pid_t pid;

	load_path(path);
	snprintf(command, sizeof(command), "exec '%s' -p %u -P %s -n %d -z %d "
	    "%s %s --pid %ld", path, r->port, servers[who].tongue, MEMBERS,
	    BYTES, work->words, who == CHAT ? work->ours : "", (long)r->pid);
	pid = start_load(command, seconds, &from);
	while (len < LINE - 1 &&
	    (n = read(from, line + len, (size_t)(LINE - 1 - len))) > 0)
		len += n;
	line[len] = '\0';
	close(from);
	waitpid(pid, &status, 0);
	if (status == 0 && len > 0)
		return true;
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM)
		printf("%s: %s does not do it: %s\n", work->what,
		    servers[who].program, len > 0 ? line : "see above");
	else if (seconds == RUN_S)	/* otherwise the work's time is up */
		printf("%s: %s does not finish in %d s\n", work->what,
		    servers[who].program, seconds);
	return false;
}

static double
figure(const char *line, const char *key)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(line, quoted);
	return at == NULL ? NAN : strtod(at + strlen(quoted), NULL);
}

static double
middle(double of[ROUNDS], int n)
{
	qsort(of, (size_t)n, sizeof(*of), row_by_size);
	return n > 0 ? of[n / 2] : NAN;
}

static void
print_row(const char *what, const char *unit, int decimals,
    const double of[SERVERS])
{
	enum who who;

	printf("  %-24s %-4s", what, unit);
	for (who = CHAT; who < SERVERS; who++) {
		if (isnan(of[who]))
			printf(" %11s", "-");
		else
			printf(" %11.*f", decimals, of[who]);
		if (who != CHAT && isfinite(of[who] / of[CHAT]))
			printf(" %6.2fx", of[who] / of[CHAT]);
		else if (who != CHAT)
			printf(" %7s", "");
	}
	printf("\n");
}

static void
print_work(const struct work *work, double of[FIGURES][SERVERS][ROUNDS],
    const int n[SERVERS])
{
	double row[SERVERS];
	enum who who;
	size_t i;

	printf("%s\n", work->what);
	for (i = 0; i < FIGURES && work->figures[i].key != NULL; i++) {
		for (who = CHAT; who < SERVERS; who++)
			row[who] = middle(of[i][who], n[who]);
		print_row(work->figures[i].what, work->figures[i].unit,
		    work->figures[i].decimals, row);
	}
	for (who = CHAT; who < SERVERS; who++)
		if (n[who] > 0 && n[who] < ROUNDS)
			printf("  (%s: time for %d of %d rounds)\n",
			    servers[who].program, n[who], ROUNDS);
	fflush(stdout);
}

/* Who did not finish once is not asked again. */
static void
do_work(const struct work *work, const struct running running[SERVERS])
{
	double of[FIGURES][SERVERS][ROUNDS];
	double end_ms = now_ms() + work->seconds * 1e3;
	int n[SERVERS] = { 0 }, tried, left;
	char line[LINE];
	enum who who;
	size_t i;

	for (tried = 0; tried < ROUNDS * SERVERS; tried++) {
		who = (enum who)(tried % SERVERS);
		if (running[who].pid == 0 || n[who] < tried / SERVERS)
			continue;
		if ((left = (int)((end_ms - now_ms()) / 1e3)) < 1)
			break;
		if (!run_load(&running[who], who, work,
		    left < RUN_S ? left : RUN_S, line))
			continue;
		for (i = 0; i < FIGURES && work->figures[i].key != NULL; i++)
			of[i][who][n[who]] = figure(line,
			    work->figures[i].key);
		n[who]++;
	}
	print_work(work, of, n);
}

/* They are where an administrator's path leads. */
static void
find_daemons(void)
{
	const char *usual = getenv("PATH");
	char path[4096];

	snprintf(path, sizeof(path), "%s:/usr/local/sbin:/usr/sbin:/sbin",
	    usual == NULL ? "/usr/bin:/bin" : usual);
	setenv("PATH", path, 1);
}

static void
print_head(void)
{
	enum who who;

	printf("%d members, %d bytes, the median of %d rounds; x: times ours\n",
	    MEMBERS, BYTES, ROUNDS);
	printf("  %-24s %-4s", "", "");
	for (who = CHAT; who < SERVERS; who++)
		printf(" %11s%s", servers[who].program,
		    who == CHAT ? "" : "        ");
	printf("\n");
}

int
main(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };
	struct running running[SERVERS];
	struct server chat;
	enum who who;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	memset(running, 0, sizeof(running));
	find_daemons();
	server_start(&chat, NULL, args);
	running[CHAT].pid = chat.pid;
	running[CHAT].port = chat.port;
	bare_start(&running[BARE_UDP]);
	for (who = NGIRCD; who < SERVERS; who++)
		peer_start(&running[who], who);
	print_head();
	for (i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		do_work(&works[i], running);
	for (who = BARE_UDP; who < SERVERS; who++)
		end(&running[who]);
	return server_stop(&chat, SIGTERM);
}
