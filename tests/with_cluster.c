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

void
cluster_dir(const struct cluster *c, char dst[CLUSTER_PATH], size_t n)
{
	snprintf(dst, CLUSTER_PATH, "%s/d%zu", c->etcds.home, n);
}

/* All of them have the key of the first. */
static void
copy_key(const struct cluster *c, size_t n)
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
cluster_spawn(struct cluster *c, size_t n)
{
	char dir[CLUSTER_PATH], at[16], list[ETCDS_LIST + 16], node[32],
	    host[CLUSTER_HOST], here[32], near[ETCDS_LIST];
	const char *args[] = { "-b", host, "-d", dir, "-p", at, list, node,
		here, NULL, NULL, NULL, NULL };
	size_t used = 9;

	if (c->option != NULL)
		args[used++] = c->option;
	if (c->other != NULL)
		args[used++] = c->other;
	if (n == 0)
		args[used] = "--found";
	cluster_dir(c, dir, n);
	snprintf(at, sizeof(at), "%u", c->port[n]);
	etcds_put_list(&c->etcds, n, near);
	snprintf(list, sizeof(list), "--cluster=%s", near);
	snprintf(node, sizeof(node), "--node=%zu", n + 1);
	cluster_host(c, host, n);
	snprintf(here, sizeof(here), "--here=%s", host);
	if (c->etcds.wired)
		wires_enter(ETCDS + n);
	server_spawn(&c->server[n], SERVER_PIPE, NULL, args);
	if (c->etcds.wired)
		wires_leave();
}

void
cluster_begin(struct cluster *c)
{
	size_t n;

	etcds_begin(&c->etcds, ETCDS);
	for (n = 0; n < CLUSTER_NODES; n++) {
		c->port[n] = server_free_port();
		if (n > 0)
			copy_key(c, n);
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
