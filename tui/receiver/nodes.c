/*
 * Which place of the room's is the next one. Pure; runs in the receiver
 * process. What the server tells of is no more than a hint from a stranger:
 * bounded, and never an address that is not one host's.
 */
#include "tui/receiver/nodes.h"

#include <arpa/inet.h>
#include <string.h>

enum { FLAT = NODES_MAX * SOCK_ADDRS };

/* All addresses, each once, in the order that they are tried in. */
struct flat {
	const union sock_addr *of[FLAT];
	unsigned	 n;
};

void
nodes_init(struct nodes *ns, int family, int64_t ask_ms)
{
	memset(ns, 0, sizeof(*ns));
	ns->family = family;
	ns->asking = NODES_MAX;
	ns->ask_ms = ask_ms;
}

/* Without a look-up; an interface's name is one. */
static bool
read_number(struct nodes_one *one, int family)
{
	union sock_addr *a = &one->at.of[0];

	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, one->host, &a->in4.sin_addr) == 1) {
		a->in4.sin_family = AF_INET;
		a->in4.sin_port = htons(one->port);
	} else if (inet_pton(AF_INET6, one->host, &a->in6.sin6_addr) == 1) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(one->port);
	} else
		return false;
	one->at.n = family == AF_UNSPEC || family == a->sa.sa_family;
	return true;
}

static bool
add(struct nodes *ns, const char *host, uint16_t port, bool named)
{
	struct nodes_one *one;

	if (ns->n == NODES_MAX)
		return false;
	one = &ns->of[ns->n];
	memset(one, 0, sizeof(*one));
	if (strlcpy(one->host, host, sizeof(one->host)) >= sizeof(one->host))
		return false;
	one->port = port;
	one->named = named;
	one->numeric = read_number(one, ns->family);
	ns->n++;
	return true;
}

static unsigned
named(const struct nodes *ns)
{
	unsigned n = 0;

	while (n < ns->n && ns->of[n].named)
		n++;
	return n;
}

/* One that the user did not name is one host, and on this machine only where
 * the server is. */
static bool
is_sound(const struct nodes *ns, const struct nodes_one *one,
    const union sock_addr *a)
{
	const uint8_t *v4 = sock_addr_v4(a);
	unsigned i;

	if (one->named)
		return true;
	if (v4 != NULL ? v4[0] == 0 || v4[0] >= 224 : a->sa.sa_family !=
	    AF_INET6 || IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr) ||
	    IN6_IS_ADDR_MULTICAST(&a->in6.sin6_addr))
		return false;
	if (!sock_addr_is_loopback(a))
		return true;
	for (i = 0; i < ns->n && ns->of[i].named; i++)
		if (ns->of[i].at.n > 0 &&
		    sock_addr_is_loopback(&ns->of[i].at.of[0]))
			return true;
	return false;
}

static bool
is_struck(const struct nodes *ns, const union sock_addr *a)
{
	unsigned i;

	for (i = 0; i < ns->struck_n; i++)
		if (sock_addr_eq(&ns->struck[i], a))
			return true;
	return false;
}

static void
put(struct flat *f, const union sock_addr *a)
{
	unsigned i;

	for (i = 0; i < f->n; i++)
		if (sock_addr_eq(f->of[i], a))
			return;
	f->of[f->n++] = a;
}

/* The first address of each, then the second ... */
static void
flatten(const struct nodes *ns, struct flat *f)
{
	const struct nodes_one *one;
	unsigned row, i;

	f->n = 0;
	for (row = 0; row < SOCK_ADDRS; row++)
		for (i = 0; i < ns->n; i++) {
			one = &ns->of[i];
			if (row < one->at.n && is_sound(ns, one,
			    &one->at.of[row]) &&
			    !is_struck(ns, &one->at.of[row]))
				put(f, &one->at.of[row]);
		}
}

/* Where that is among them; n: nowhere. */
static unsigned
find(const struct flat *f, const union sock_addr *a)
{
	unsigned i;

	for (i = 0; i < f->n && !sock_addr_eq(f->of[i], a); i++)
		continue;
	return i;
}

void
nodes_begin(struct nodes *ns)
{
	struct flat f;

	if (ns->here.sa.sa_family != AF_UNSPEC)
		return;
	flatten(ns, &f);
	if (f.n > 0)
		ns->here = *f.of[0];
}

bool
nodes_name(struct nodes *ns, const char *host, uint16_t port)
{
	/* Those that are told of come behind. */
	return named(ns) == ns->n && ns->n < HOSTS_MAX &&
	    add(ns, host, port, true);
}

/* What was found of one stays found when it is told of again. */
static void
keep_found(struct nodes *ns, const struct nodes_one *old, unsigned old_n)
{
	struct nodes_one *one = &ns->of[ns->n - 1];
	unsigned i;

	for (i = 0; i < old_n && !one->numeric; i++)
		if (old[i].port == one->port &&
		    strcmp(old[i].host, one->host) == 0) {
			one->at = old[i].at;
			one->asked = old[i].asked;
		}
}

static bool
is_listed(const struct nodes *ns, const struct hosts_one *one)
{
	unsigned i;

	for (i = 0; i < ns->n; i++)
		if (ns->of[i].port == one->port &&
		    strcmp(ns->of[i].host, one->host) == 0)
			return true;
	return false;
}

void
nodes_tell(struct nodes *ns, const char *list)
{
	struct nodes_one old[HOSTS_MAX];
	unsigned first = named(ns), old_n = ns->n - first, told = 0;
	struct hosts_one one;

	memcpy(old, ns->of + first, old_n * sizeof(old[0]));
	ns->n = first;
	while (told++ < HOSTS_MAX && hosts_next(&list, &one)) {
		if (one.port == 0 || is_listed(ns, &one) ||
		    !add(ns, one.host, one.port, false))
			continue;
		keep_found(ns, old, old_n);
	}
}

void
nodes_find(struct nodes *ns, unsigned i, const struct sock_addrs *at)
{
	if (i >= ns->n || at->n == 0 || at->n > SOCK_ADDRS)
		return;
	ns->of[i].at = *at;
	ns->of[i].asked = true;
}

/* It never was. Who tells of ever more names has no look-up for each. */
static bool
is_asked_now(const struct nodes *ns, const struct nodes_one *one, int64_t now,
    int64_t *due)
{
	if (one->asked)
		return false;
	if (one->named || ns->made_up < NODES_MADE_UP || now >= ns->ask_ms)
		return true;
	if (ns->ask_ms < *due)
		*due = ns->ask_ms;
	return false;
}

bool
nodes_asks(struct nodes *ns, int64_t now, bool online, unsigned *i,
    int64_t *due)
{
	unsigned k, next = NODES_MAX, waits = NODES_MAX;

	if (ns->asking < NODES_MAX)
		return false;
	for (k = 0; k < ns->n; k++) {
		*i = (ns->turn + k) % ns->n;
		if (ns->of[*i].numeric)
			continue;
		if (next == NODES_MAX && is_asked_now(ns, &ns->of[*i], now,
		    due))
			next = *i;
		if (waits == NODES_MAX)
			waits = *i;
	}
	if (next == NODES_MAX && !online && waits < NODES_MAX) {
		if (now >= ns->ask_ms)
			next = waits;
		else if (ns->ask_ms < *due)
			*due = ns->ask_ms;
	}
	if (next == NODES_MAX)
		return false;
	*i = ns->asking = next;
	strlcpy(ns->asked, ns->of[next].host, sizeof(ns->asked));
	ns->made_up += !ns->of[next].named && !ns->of[next].asked &&
	    ns->made_up < NODES_MADE_UP;
	ns->of[next].asked = true;
	ns->turn = next + 1;
	return true;
}

bool
nodes_found(struct nodes *ns, int64_t now, const struct sock_addrs *at)
{
	unsigned i = ns->asking;
	struct flat f;

	ns->asking = NODES_MAX;
	ns->ask_ms = now + NODES_ASK_MS;
	/* The list may be another one by now. */
	if (i >= ns->n || at == NULL || at->n == 0 ||
	    strcmp(ns->asked, ns->of[i].host) != 0)
		return false;
	nodes_find(ns, i, at);
	nodes_begin(ns);
	flatten(ns, &f);
	return f.n > 0 && find(&f, &ns->here) == f.n;
}

const union sock_addr *
nodes_here(const struct nodes *ns)
{
	return ns->here.sa.sa_family == AF_UNSPEC ? NULL : &ns->here;
}

bool
nodes_has_others(const struct nodes *ns)
{
	struct flat f;

	flatten(ns, &f);
	return f.n > 1 || (f.n == 1 && find(&f, &ns->here) == f.n);
}

static bool
is_v4(const union sock_addr *a)
{
	return sock_addr_v4(a) != NULL;
}

bool
nodes_are_several(const struct nodes *ns)
{
	unsigned i, places = 0, of[2] = { 0 };
	struct flat f;

	flatten(ns, &f);
	for (i = 0; i < f.n; i++)
		of[is_v4(f.of[i])]++;
	for (i = 0; i < ns->n; i++)
		places += ns->of[i].at.n > 0;
	return of[0] > 1 || of[1] > 1 || (f.n > 1 && places > 1);
}

bool
nodes_has_untried(const struct nodes *ns)
{
	struct flat f;

	flatten(ns, &f);
	return ns->gone + 1 < f.n;
}

enum nodes_way
nodes_go(struct nodes *ns)
{
	struct flat f;
	unsigned at;

	flatten(ns, &f);
	if (f.n == 0 || ((at = find(&f, &ns->here)) == 0 && f.n == 1))
		return NODES_STAY;
	ns->here = *f.of[at >= f.n - 1 ? 0 : at + 1];
	return ++ns->gone < f.n ? NODES_NEXT : NODES_ROUND;
}

enum nodes_way
nodes_strike(struct nodes *ns)
{
	struct flat f;

	if (ns->struck_n == NODES_STRUCK || nodes_here(ns) == NULL)
		return NODES_STAY;
	flatten(ns, &f);
	if (f.n < 2 && find(&f, &ns->here) < f.n)
		return NODES_STAY;
	ns->struck[ns->struck_n] = ns->here;
	/* The one before it, so that the next is what follows it. */
	if (find(&f, &ns->here) < f.n)
		nodes_go(ns);
	else
		ns->here = *f.of[0];
	ns->struck_n++;
	return ns->gone < f.n ? NODES_NEXT : NODES_ROUND;
}

void
nodes_heard(struct nodes *ns)
{
	ns->gone = 0;
}
