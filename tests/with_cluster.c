/*
 * Three servers and three etcd under test: see the header.
 */
#include "tests/with_cluster.h"

#include <sys/stat.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_wires.h"

enum { WORDS = 24 };

void
cluster_dir(const struct cluster *c, char dst[CLUSTER_PATH], size_t n)
{
	snprintf(dst, CLUSTER_PATH, "%s/d%zu", c->etcds.home, n);
}

void
cluster_copy_key(const struct cluster *c, size_t n)
{
	char from[CLUSTER_PATH + 16], to[CLUSTER_PATH + 16],
	    dir[CLUSTER_PATH], key[256];
	ssize_t len;
	int in, out;

	cluster_dir(c, dir, 0);
	snprintf(from, sizeof(from), "%s/hostkey", dir);
	cluster_dir(c, dir, n);
	mkdir(dir, 0700);
	snprintf(to, sizeof(to), "%s/hostkey", dir);
	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	len = read(in, key, sizeof(key));
	if (len <= 0 || write(out, key, (size_t)len) != len)
		err(1, "%s", to);
	close(in);
	close(out);
}

void
cluster_host(const struct cluster *c, char dst[CLUSTER_HOST], size_t n)
{
	if (c->etcds.wired)
		wires_address(dst, ETCDS + n);
	else
		strlcpy(dst, "127.0.0.1", CLUSTER_HOST);
}

void
cluster_spawn_as(const struct cluster *c, struct server *s, size_t n,
    const char *const more[])
{
	char dir[CLUSTER_PATH], at[16], list[ETCDS_LIST + 16], node[32],
	    host[CLUSTER_HOST], here[32], near[ETCDS_LIST];
	const char *args[WORDS] = { "-b", host, "-d", dir, "-p", at, list,
		node, here };
	size_t used = 9;

	for (; more != NULL && *more != NULL; more++) {
		if (used == WORDS - 1)
			errx(1, "more than %d words", WORDS);
		args[used++] = *more;
	}
	cluster_dir(c, dir, n);
	snprintf(at, sizeof(at), "%u", c->port[n]);
	etcds_put_list(&c->etcds, n, near);
	snprintf(list, sizeof(list), "--cluster=%s", near);
	snprintf(node, sizeof(node), "--node=%zu", n + 1);
	cluster_host(c, host, n);
	snprintf(here, sizeof(here), "--here=%s", host);
	if (c->etcds.wired)
		wires_enter(ETCDS + n);
	server_spawn(s, SERVER_PIPE, NULL, args);
	if (c->etcds.wired)
		wires_leave();
}

void
cluster_spawn(struct cluster *c, size_t n)
{
	const char *more[4] = { NULL };
	size_t used = 0;

	if (c->option != NULL)
		more[used++] = c->option;
	if (c->other != NULL)
		more[used++] = c->other;
	if (n == 0)
		more[used] = "--found";
	cluster_spawn_as(c, &c->server[n], n, more);
}

int
cluster_ask(const struct cluster *c, struct plain *p, size_t n,
    const char *const words[])
{
	char dir[CLUSTER_PATH];
	const char *all[WORDS] = { "-d", dir };
	size_t used = 2;

	for (; *words != NULL && used < WORDS - 1; words++)
		all[used++] = *words;
	cluster_dir(c, dir, n);
	plain_run_program(p, "chat-ctl", c->etcds.home, all);
	return plain_finish(p);
}

void
cluster_begin(struct cluster *c)
{
	size_t n;

	etcds_begin(&c->etcds, ETCDS);
	for (n = 0; n < CLUSTER_NODES; n++) {
		c->port[n] = server_free_port();
		if (n > 0)
			cluster_copy_key(c, n);
		cluster_spawn(c, n);
		server_listening(&c->server[n]);
	}
}

void
cluster_end(struct cluster *c)
{
	size_t n;

	for (n = 0; n < CLUSTER_NODES; n++)
		if (c->server[n].pid > 0)
			server_stop(&c->server[n], SIGTERM);
	if (c->etcds.n > 0)
		etcds_end(&c->etcds);
}
