/*
 * etcd under test: see the header.
 */
#include "tests/with_etcd.h"

#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_server.h"
#include "tests/with_wires.h"

enum { PATH_BYTES = 512, WORD = 256, STEP_MS = 50 };

static bool
is_program(const char *path)
{
	return access(path, X_OK) == 0;
}

bool
etcds_are_here(void)
{
	const char *bin = getenv("CHAT_BIN"), *at = getenv("PATH");
	char path[PATH_BYTES];
	size_t len;
	bool found = false;

	snprintf(path, sizeof(path), "%s/chat-engine", bin == NULL ? "." :
	    bin);
	if (!is_program(path)) {
		warnx("%s is not here: skipped", path);
		return false;
	}
	for (; at != NULL && *at != '\0' && !found; at += len + (at[len] ==
	    ':')) {
		len = strcspn(at, ":");
		snprintf(path, sizeof(path), "%.*s/etcd", (int)len, at);
		found = is_program(path);
	}
	if (!found)
		warnx("etcd is not here: skipped");
	return found;
}

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static uint16_t
free_port(void)
{
	struct sockaddr_in a = loopback(0);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		err(1, "a port");
	close(fd);
	return ntohs(a.sin_port);
}

static void
put_host(char dst[WIRES_ADDRESS], const struct etcds *e, size_t i)
{
	if (e->wired)
		wires_address(dst, i);
	else
		strlcpy(dst, "127.0.0.1", WIRES_ADDRESS);
}

static void
put_url(char dst[WORD], const struct etcds *e, size_t i, uint16_t port)
{
	char host[WIRES_ADDRESS];

	put_host(host, e, i);
	snprintf(dst, WORD, "http://%s:%u", host, port);
}

static void
run(const struct etcds *e, size_t i)
{
	char name[WORD], dir[2 * WORD], client[WORD], peer[WORD], all[WORD] = "",
	    one[2 * WORD], url[WORD], quota[WORD];
	int null = open("/dev/null", O_RDWR);
	size_t k;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (k = 0; k < 3; k++)
		dup2(null, (int)k);
	closefrom(3);
	snprintf(name, sizeof(name), "e%zu", i);
	snprintf(dir, sizeof(dir), "%s/%s", e->home, name);
	put_url(client, e, i, e->member[i].client);
	put_url(peer, e, i, e->member[i].peer);
	for (k = 0; k < e->n; k++) {
		put_url(url, e, k, e->member[k].peer);
		snprintf(one, sizeof(one), "%se%zu=%s", k == 0 ? "" : ",", k,
		    url);
		strlcat(all, one, sizeof(all));
	}
	/* 0 is what is usual. */
	snprintf(quota, sizeof(quota), "%ld", e->quota);
	execlp("etcd", "etcd", "--quota-backend-bytes", quota,
	    "--name", name, "--data-dir", dir,
	    "--listen-client-urls", client, "--advertise-client-urls", client,
	    "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
	    "--initial-cluster", all, "--heartbeat-interval", "100",
	    "--election-timeout", "1000", "--pre-vote",
	    (char *)NULL);
	_exit(127);
}

void
etcds_start(struct etcds *e, size_t i)
{
	fflush(NULL);
	if (e->wired)
		wires_enter(i);
	switch (e->member[i].pid = fork()) {
	case -1:
		err(1, "fork");
	case 0:
		run(e, i);
	}
	if (e->wired)
		wires_leave();
}

void
etcds_put_list(const struct etcds *e, size_t first, char dst[ETCDS_LIST])
{
	char url[WORD];
	size_t i, at;

	dst[0] = '\0';
	for (i = 0; i < e->n; i++) {
		at = (first + i) % e->n;
		put_url(url, e, at, e->member[at].client);
		strlcat(dst, i == 0 ? "" : ",", ETCDS_LIST);
		strlcat(dst, url, ETCDS_LIST);
	}
}

void
etcds_begin(struct etcds *e, size_t n)
{
	size_t i;

	e->n = n;
	env_home_make(e->home);
	for (i = 0; i < n; i++) {
		e->member[i].client = free_port();
		e->member[i].peer = free_port();
	}
	etcds_put_list(e, 0, e->list);
	for (i = 0; i < n; i++)
		etcds_start(e, i);
}

void
etcds_lose(struct etcds *e, size_t i)
{
	char dir[2 * WORD];

	etcds_kill(e, i);
	snprintf(dir, sizeof(dir), "%s/e%zu", e->home, i);
	env_home_remove(dir);
}

void
etcds_kill(struct etcds *e, size_t i)
{
	if (e->member[i].pid == 0)
		return;
	kill(e->member[i].pid, SIGKILL);
	while (waitpid(e->member[i].pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	e->member[i].pid = 0;
}

void
etcds_end(struct etcds *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		etcds_kill(e, i);
	env_home_remove(e->home);
}

/* What it answers; "": nothing. */
static void
ask(const struct etcds *e, size_t i, const char *path, const char *body,
    char answer[4096])
{
	struct sockaddr_in a = loopback(e->member[i].client);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[1024], host[WIRES_ADDRESS];
	size_t len = 0;
	ssize_t n;

	put_host(host, e, i);
	inet_pton(AF_INET, host, &a.sin_addr);
	snprintf(text, sizeof(text), "POST %s HTTP/1.0\r\nContent-Length: "
	    "%zu\r\n\r\n%s", path, strlen(body), body);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    send(fd, text, strlen(text), MSG_NOSIGNAL) > 0)
		while (len < 4095 && (n = recv(fd, answer + len, 4095 - len,
		    0)) > 0)
			len += (size_t)n;
	answer[len] = '\0';
	close(fd);
}

static bool
leads(const struct etcds *e, size_t i)
{
	char answer[4096];
	const char *id, *leader;
	size_t len;

	ask(e, i, "/v3/maintenance/status", "{}", answer);
	id = strstr(answer, "\"member_id\":\"");
	leader = strstr(answer, "\"leader\":\"");
	if (id == NULL || leader == NULL)
		return false;
	id += strlen("\"member_id\":\"");
	leader += strlen("\"leader\":\"");
	len = strcspn(id, "\"") + 1;
	return strncmp(id, leader, len) == 0;
}

static void
put_key(char dst[WORD], const char *room, uint64_t number)
{
	char key[WORD];

	snprintf(key, sizeof(key), "r/%s/b/%016llx", room,
	    (unsigned long long)number);
	sodium_bin2base64(dst, WORD, (const uint8_t *)key, strlen(key),
	    sodium_base64_VARIANT_ORIGINAL);
}

/* Of those blocks, as the answer has it: the number behind that word. */
static uint64_t
ask_blocks(const struct etcds *e, const char *path, const char *room,
    uint64_t from, uint64_t to, const char *more, const char *word)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	char key[WORD], end[WORD], body[3 * WORD], answer[4096], *at;
	size_t i;

	put_key(key, room, from);
	put_key(end, room, to);
	snprintf(body, sizeof(body), "{\"key\":\"%s\",\"range_end\":\"%s\"%s}",
	    key, end, more);
	for (i = 0; clock_now_ms() < until; i = (i + 1) % e->n) {
		if (e->member[i].pid == 0)
			continue;
		ask(e, i, path, body, answer);
		if ((at = strstr(answer, word)) != NULL)
			return strtoull(at + strlen(word), NULL, 10);
		poll(NULL, 0, STEP_MS);
	}
	errx(1, "%s: no answer", path);
}

void
etcds_forget(const struct etcds *e, const char *room, uint64_t from,
    uint64_t to)
{
	ask_blocks(e, "/v3/kv/deleterange", room, from, to + 1, "",
	    "\"deleted\":\"");
}

void
etcds_disarm(const struct etcds *e)
{
	static const char whose[] = "\"memberID\":\"";
	int64_t until = clock_now_ms() + WAIT_MS;
	char body[WORD], answer[4096], *at;

	while (clock_now_ms() < until) {
		ask(e, 0, "/v3/maintenance/alarm", "{}",
		    answer);
		if ((at = strstr(answer, whose)) == NULL) {
			poll(NULL, 0, STEP_MS);
			continue;
		}
		snprintf(body, sizeof(body), "{\"action\":\"DEACTIVATE\","
		    "\"alarm\":\"NOSPACE\",\"memberID\":\"%llu\"}",
		    strtoull(at + strlen(whose), NULL, 10));
		ask(e, 0, "/v3/maintenance/alarm", body,
		    answer);
		if (strstr(answer, whose) != NULL)
			return;
	}
	errx(1, "the alarm goes on");
}

uint64_t
etcds_count(const struct etcds *e, const char *room)
{
	return ask_blocks(e, "/v3/kv/range", room, 0, UINT64_MAX,
	    ",\"count_only\":true", "\"count\":\"");
}

/* A block begins with its version and the server's number. */
unsigned
etcds_author(const struct etcds *e, const char *room, uint64_t number)
{
	static const char word[] = "\"value\":\"";
	char key[WORD], body[2 * WORD], answer[4096];
	const char *value;
	uint8_t bytes[3];
	size_t len;

	put_key(key, room, number);
	snprintf(body, sizeof(body), "{\"key\":\"%s\"}", key);
	ask(e, 0, "/v3/kv/range", body, answer);
	value = strstr(answer, word);
	if (value == NULL || sodium_base642bin(bytes, sizeof(bytes),
	    value + strlen(word), 4, NULL, &len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0 || len != sizeof(bytes))
		return 0;
	return bytes[1];
}

size_t
etcds_leader(const struct etcds *e)
{
	int64_t until = clock_now_ms() + WAIT_MS;
	size_t i;

	while (clock_now_ms() < until) {
		for (i = 0; i < e->n; i++)
			if (e->member[i].pid != 0 &&
			    leads(e, i))
				return i;
		poll(NULL, 0, STEP_MS);
	}
	errx(1, "no etcd leads");
}

bool
etcds_are_whole(const struct etcds *e)
{
	char answer[4096];
	size_t i;

	for (i = 0; i < e->n; i++) {
		ask(e, i, "/v3/maintenance/status", "{}", answer);
		if (strstr(answer, "\"leader\":\"") == NULL ||
		    strstr(answer, "\"leader\":\"0\"") != NULL)
			return false;
	}
	return true;
}
