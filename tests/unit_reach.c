/*
 * By which address others reach this machine, of those that it has.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "common/reach.h"
#include "tests/with_cmocka.h"

/* An interface's address, "*" before that of the default route. */
struct has {
	const char *interface, *addr;
};

/* Chooses of those, up to the NULL, what want says, with blanks between. */
static void
chooses(int family, const struct has has[], const char *want)
{
	struct reach_found found[16];
	char hosts[REACH_HOSTS][REACH_BYTES], got[256] = "";
	const char *addr;
	size_t n, i;

	memset(found, 0, sizeof(found));
	for (n = 0; has[n].addr != NULL; n++) {
		addr = has[n].addr;
		found[n].usual = *addr == '*';
		addr += *addr == '*';
		strlcpy(found[n].interface, has[n].interface, IF_NAMESIZE);
		found[n].addr.sa.sa_family = strchr(addr, ':') != NULL ?
		    AF_INET6 : AF_INET;
		assert_int_equal(found[n].addr.sa.sa_family == AF_INET ?
		    inet_pton(AF_INET, addr, &found[n].addr.in4.sin_addr) :
		    inet_pton(AF_INET6, addr, &found[n].addr.in6.sin6_addr),
		    1);
	}
	n = reach_choose(hosts, found, n, family);
	for (i = 0; i < n; i++) {
		strlcat(got, i > 0 ? " " : "", sizeof(got));
		strlcat(got, hosts[i], sizeof(got));
	}
	assert_string_equal(got, want);
}

static const struct has laptop[] = {
	{ "lo", "127.0.0.1" }, { "lo", "::1" },
	{ "docker0", "172.17.0.1" }, { "eth0", "192.0.2.7" },
	{ "eth0", "fe80::1" }, { "wlan0", "*10.1.2.3" },
	{ "wlan0", "10.1.2.4" }, { "wlan0", "*2001:db8::7" },
	{ "wlan0", "2001:db8::8" }, { "wlan0", "fe80::2" }, { NULL, NULL }
};

static void
that_of_the_default_route_comes_first(void **state)
{
	(void)state;
	chooses(AF_UNSPEC, laptop, "10.1.2.3 172.17.0.1 192.0.2.7");
	chooses(AF_INET, laptop, "10.1.2.3 172.17.0.1 192.0.2.7");
	chooses(AF_INET6, laptop, "2001:db8::7");
}

static void
at_most_three_are_told(void **state)
{
	static const struct has many[] = { { "a", "10.0.0.1" },
		{ "b", "10.0.1.1" }, { "c", "10.0.2.1" }, { "d", "10.0.3.1" },
		{ "e", "*10.0.4.1" }, { NULL, NULL } };

	(void)state;
	chooses(AF_UNSPEC, many, "10.0.4.1 10.0.0.1 10.0.1.1");
}

static void
ipv6_is_told_where_there_is_nothing_else(void **state)
{
	static const struct has six[] = { { "lo", "127.0.0.1" },
		{ "lo", "::1" }, { "eth0", "fe80::1" },
		{ "eth0", "fd00::1" }, { "eth0", "169.254.3.4" },
		{ NULL, NULL } };

	(void)state;
	chooses(AF_UNSPEC, six, "fd00::1");
	chooses(AF_INET6, six, "fd00::1");
	chooses(AF_INET, six, "169.254.3.4");
}

static void
a_bare_cable_will_do_but_never_loopback(void **state)
{
	static const struct has cable[] = { { "lo", "127.0.0.1" },
		{ "eth0", "169.254.3.4" }, { "eth0", "fe80::1" },
		{ NULL, NULL } };
	static const struct has nothing[] = { { "lo", "127.0.0.1" },
		{ "lo", "::1" }, { "eth0", "fe80::1" }, { NULL, NULL } };

	(void)state;
	chooses(AF_UNSPEC, cable, "169.254.3.4");
	chooses(AF_UNSPEC, nothing, "");
	chooses(AF_UNSPEC, &nothing[3], "");
}

static void
this_machine_has_some_host(void **state)
{
	char hosts[REACH_HOSTS][REACH_BYTES];

	(void)state;
	assert_in_range(reach_find(hosts, AF_UNSPEC), 1, REACH_HOSTS);
	assert_true(hosts[0][0] != '\0');
	assert_int_not_equal(strncmp(hosts[0], "127.", 4), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(that_of_the_default_route_comes_first),
		cmocka_unit_test(at_most_three_are_told),
		cmocka_unit_test(ipv6_is_told_where_there_is_nothing_else),
		cmocka_unit_test(a_bare_cable_will_do_but_never_loopback),
		cmocka_unit_test(this_machine_has_some_host),
	};

	return tests_run(tests, NULL, NULL);
}
