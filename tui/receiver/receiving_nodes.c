/*
 * Where the receiver's datagrams go to: the places that the user named and that
 * the server told of, their names looked up beside this process, and which of
 * them it is now.
 */
#include "tui/receiver/receiving_state.h"

#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/frame_nodes.h"
#include "tui/receiver/link_go.h"
#include "tui/receiver/resolver.h"
#include "tui/shared/store_nodes.h"

void
receiving_nodes_init(struct receiving *s)
{
	const struct receiver_config *c = s->config;
	struct nodes *ns = &s->net.nodes;
	const char *at = c->others;
	struct hosts_one one;

	nodes_init(ns, c->family, clock_now_ms() +
	    (c->addrs.n == 0 ? 0 : NODES_ASK_MS));
	nodes_name(ns, c->host, c->port);
	while (hosts_next(&at, &one))
		nodes_name(ns, one.host, one.port);
	nodes_find(ns, c->addrs_of, &c->addrs);
	nodes_tell(ns, c->told);
	nodes_begin(ns);
	if (nodes_here(ns) != NULL)
		s->net.addr = *nodes_here(ns);
}

/* True: that is another address. */
static bool
follow(struct receiving *s)
{
	const union sock_addr *here = nodes_here(&s->net.nodes);

	if (here == NULL || (s->net.addr.sa.sa_family != AF_UNSPEC &&
	    sock_addr_eq(here, &s->net.addr)))
		return false;
	s->net.addr = *here;
	receiving_new_port(s);
	return true;
}

static void
tell_link(struct receiving *s)
{
	if (s->link != NULL)
		link_go_places(s->link, nodes_has_others(&s->net.nodes),
		    nodes_are_several(&s->net.nodes));
}

static enum nodes_way
on_go(void *arg)
{
	struct receiving *s = arg;
	enum nodes_way way = nodes_go(&s->net.nodes);

	follow(s);
	return way;
}

static enum nodes_way
on_strike(void *arg)
{
	struct receiving *s = arg;
	enum nodes_way way;

	if (!nodes_has_others(&s->net.nodes) ||
	    !known_pass_over(&s->store.known))
		return NODES_STAY;
	way = nodes_strike(&s->net.nodes);
	follow(s);
	return way;
}

static void
on_heard(void *arg)
{
	nodes_heard(&((struct receiving *)arg)->net.nodes);
}

/* As a text, and only what is a host. */
static void
write_list(char list[HOSTS_LIST_BYTES], struct frame *f)
{
	char host[HOSTS_HOST_BYTES], one[HOSTS_ONE_BYTES];
	struct frame_node n;

	*list = '\0';
	while (frame_next_node(f, &n)) {
		if (n.host_len >= sizeof(host))
			continue;
		memcpy(host, n.host, n.host_len);
		host[n.host_len] = '\0';
		*one = '\0';
		if (hosts_add(one, sizeof(one), host, n.port) &&
		    hosts_flaw(one) == NULL)
			hosts_add(list, HOSTS_LIST_BYTES, host, n.port);
	}
}

static void
on_told(void *arg, const uint8_t key[NOISE_KEY], struct frame *f)
{
	struct receiving *s = arg;
	char list[HOSTS_LIST_BYTES];

	if (s->config->hosted)
		return;
	write_list(list, f);
	nodes_tell(&s->net.nodes, list);
	tell_link(s);
	nodes_kept_told(&s->net.nodes.kept, key, list);
}

/* For the next run. */
static int64_t
keep(struct receiving *s, bool ends, int64_t due)
{
	struct nodes_kept *k = &s->net.nodes.kept;

	if (nodes_kept_now(k, clock_now_ms(), ends, &due) &&
	    !s->config->no_store &&
	    !store_keep_nodes(s->config->server, k->key, k->list))
		nodes_kept_not(k, &due);
	return due;
}

void
receiving_nodes_end(struct receiving *s)
{
	keep(s, true, INT64_MAX);
}

void
receiving_nodes_join(struct receiving *s)
{
	const struct link_go_out elsewhere = { .go = on_go,
	    .strike = on_strike, .heard = on_heard, .told = on_told,
	    .arg = s };

	link_go_by(s->link, &elsewhere);
	tell_link(s);
}

int64_t
receiving_resolve(struct receiving *s, int64_t due)
{
	struct receiving_net *n = &s->net;
	unsigned i;

	due = keep(s, false, due);
	if (n->resolver == -1 || !nodes_asks(&n->nodes, clock_now_ms(),
	    s->online, &i, &due))
		return due;
	resolver_ask(n->resolver, n->nodes.of[i].host, n->nodes.of[i].port);
	n->resolving = true;
	return due;
}

void
receiving_take_address(struct receiving *s)
{
	int64_t now = clock_now_ms();
	struct sock_addrs at;
	bool lost;

	s->net.resolving = false;
	lost = nodes_found(&s->net.nodes, now, resolver_answer(
	    s->net.resolver, &at) ? &at : NULL);
	tell_link(s);
	if (s->online)
		return;
	if (lost)
		nodes_go(&s->net.nodes);
	if (follow(s) && s->link != NULL)
		link_wake(s->link, now);
}
