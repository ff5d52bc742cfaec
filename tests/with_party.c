/*
 * People at three servers: see the header.
 */
#include "tests/with_party.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { TEXT = 512, TRIES = 100, STEP_MS = 50 };

const char *
party_name(size_t who)
{
	static const char *const name[PARTY] = { "ann", "bob", "cem", "dan",
		"eve", "eve" };

	return name[who];
}

/* The first one has had the room for itself. */
static void
be_alone(struct party *all)
{
	char dir[CLUSTER_PATH];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, NULL };
	struct server *first = &all->cluster.server[ONE];
	struct plain p;

	cluster_dir(&all->cluster, dir, ONE);
	server_start(first, NULL, args);
	party_control(all, &p, ONE, "announce", "alone");
	plain_clear(&p);
	party_control(all, &p, ONE, "ban", "203.0.113.7");
	plain_clear(&p);
	assert_int_equal(server_stop(first, SIGTERM), 0);
}

void
party_start(struct party *all, size_t n)
{
	cluster_spawn(&all->cluster, n);
	server_listening(&all->cluster.server[n]);
}

void
party_begin(struct party *all)
{
	size_t n;

	etcds_begin(&all->cluster.etcds, ETCDS);
	for (n = 0; n < CLUSTER_NODES; n++) {
		all->cluster.port[n] = server_free_port();
		if (n == 0)
			be_alone(all);
		else
			cluster_copy_key(&all->cluster, n);
		party_start(all, n);
	}
}

void
party_end(struct party *all)
{
	size_t n;

	for (n = 0; n < PARTY; n++)
		if (all->home[n][0] != '\0')
			env_home_remove(all->home[n]);
	cluster_end(&all->cluster);
}

void
party_go(struct party *all, size_t who, size_t server,
    const char *const words[])
{
	/* Whose name it is shows his key, which is there. */
	if (all->home[who][0] == '\0')
		env_home_make(all->home[who]);
	plain_start(&all->who[who], all->cluster.port[server],
	    all->home[who], words);
}

void
party_enter(struct party *all, size_t who, const char *room)
{
	const char *words[] = { "-P", "-n", party_name(who), "--follow",
		"127.0.0.1", room == NULL ? NULL : "--room", room, NULL };
	struct plain *p = &all->who[who];
	char line[64];

	party_go(all, who, who % CLUSTER_NODES, words);
	/* What is said before that is not his to read. */
	snprintf(line, sizeof(line), "\tjoin\t%s\t", party_name(who));
	if (!plain_until(p, line))
		fail_msg("no %s%s%s", line, p->said, p->told);
}

void
party_leave(struct party *all, size_t who)
{
	struct plain *p = &all->who[who];

	plain_end_input(p);
	kill(p->pid, SIGTERM);
	plain_finish(p);
	plain_clear(p);
}

static void
be_gone_at(struct party *all, size_t who, size_t n)
{
	struct plain p;
	bool there = true;
	int tries;

	for (tries = 0; tries < TRIES && there; tries++) {
		party_control(all, &p, n, "names", NULL);
		there = strstr(p.said, party_name(who)) != NULL;
		plain_clear(&p);
		if (there)
			poll(NULL, 0, STEP_MS);
	}
	if (there)
		fail_msg("%s is still at %zu", party_name(who), n + 1);
}

void
party_be_gone(struct party *all, size_t who)
{
	size_t n;

	for (n = 0; n < CLUSTER_NODES; n++)
		be_gone_at(all, who, n);
}

void
party_control(struct party *all, struct plain *p, size_t n,
    const char *what, const char *whom)
{
	const char *const words[] = { what, whom, NULL };

	if (cluster_ask(&all->cluster, p, n, words) != 0)
		fail_msg("%s%s", p->said, p->told);
}

char *
party_log(struct party *all, size_t n)
{
	struct plain p;
	char *said;

	party_control(all, &p, n, "log", "1000");
	said = strdup(p.said);
	plain_clear(&p);
	return said;
}

char *
party_same_log(struct party *all)
{
	char *first, *other;
	size_t n;
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		first = party_log(all, 0);
		for (n = 1; n < CLUSTER_NODES; n++) {
			other = party_log(all, n);
			if (strcmp(other, first) != 0)
				break;
			free(other);
		}
		if (n == CLUSTER_NODES)
			return first;
		if (tries == TRIES - 1)
			print_message("%s-- at %zu:\n%s", first, n + 1, other);
		free(other);
		free(first);
		poll(NULL, 0, STEP_MS);
	}
	fail();
	return NULL;
}

void
party_has(struct party *all, size_t n, const char *what, const char *line)
{
	struct plain p;
	bool has = false;
	int tries;

	for (tries = 0; tries < TRIES && !has; tries++) {
		party_control(all, &p, n, what,
		    strcmp(what, "log") == 0 ? "1000" : NULL);
		has = strstr(p.said, line) != NULL;
		if (!has)
			poll(NULL, 0, STEP_MS);
		plain_clear(&p);
	}
	if (!has)
		fail_msg("no %s at %zu", line, n + 1);
}
