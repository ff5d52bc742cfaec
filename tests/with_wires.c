/*
 * Machines on wires: see the header.
 */
#include "tests/with_wires.h"

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HERE	"10.77.0.254"
/* Where who is not root has no path to. */
#define TOOLS	"PATH=$PATH:/usr/sbin:/sbin; "

enum { COMMAND = 1024 };

/* Between the machines, and at each. Never where somebody sends: he is told
 * of what is dropped there. */
static const char between[] = "table inet wires {\n"
    "set cut { type ipv4_addr; }\n"
    "set unplugged { type ipv4_addr; }\n"
    "chain from { type filter hook prerouting priority 0;\n"
    "ip saddr @unplugged drop\n}\n"
    "chain way { type filter hook forward priority 0;\n"
    "meta l4proto tcp ip saddr @cut drop\n"
    "meta l4proto tcp ip daddr @cut drop\n}\n}";
static const char at_each[] = "table inet wires {\n"
    "chain to { type filter hook prerouting priority 0; }\n}";

static int own = -1, net[WIRES];

/* What the shell does with it; its words are shown if it fails. */
__attribute__((format(printf, 1, 2)))
static bool
run(const char *format, ...)
{
	char command[COMMAND] = TOOLS;
	va_list ap;
	size_t len = strlen(command);

	va_start(ap, format);
	vsnprintf(command + len, sizeof(command) - len, format, ap);
	va_end(ap);
	return system(command) == 0;
}

static bool
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is = fd != -1 && write(fd, text, strlen(text)) ==
	    (ssize_t)strlen(text);

	if (fd != -1)
		close(fd);
	return is;
}

/* As root, or as one who is root in a namespace of his own. */
static bool
unshare_net(void)
{
	unsigned user = getuid(), group = getgid();
	char map[64];

	if (unshare(CLONE_NEWNET) == 0)
		return true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
		return false;
	put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", user);
	if (!put("/proc/self/uid_map", map))
		return false;
	snprintf(map, sizeof(map), "0 %u 1", group);
	return put("/proc/self/gid_map", map);
}

static int
this_net(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

void
wires_address(char dst[WIRES_ADDRESS], size_t i)
{
	snprintf(dst, WIRES_ADDRESS, "10.77.0.%zu", i + 1);
}

/* A machine, with a wire to here. */
static bool
add(size_t i)
{
	char at[WIRES_ADDRESS];
	bool is;

	wires_address(at, i);
	if (unshare(CLONE_NEWNET) == -1 || (net[i] = this_net()) == -1)
		return false;
	wires_leave();
	if (!run("ip link add wire%zu type veth peer name wire netns "
	    "/proc/%d/fd/%d && ip addr add " HERE " peer %s dev wire%zu && "
	    "ip link set wire%zu up", i, (int)getpid(), net[i], at, i, i))
		return false;
	wires_enter(i);
	is = run("ip link set lo up && ip addr add %s peer " HERE " dev wire "
	    "&& ip link set wire up && ip route add default via " HERE " && "
	    "nft -f - <<'END'\n%s\nEND\n", at, at_each);
	wires_leave();
	return is;
}

bool
wires_begin(size_t n)
{
	size_t i;

	if (!run("command -v ip >/dev/null && command -v nft >/dev/null")) {
		warnx("ip or nft is not here: skipped");
		return false;
	}
	if (!unshare_net() || (own = this_net()) == -1) {
		warnx("no namespace of its own may be had here: skipped");
		return false;
	}
	if (!run("ip link set lo up && nft -f - <<'END'\n%s\nEND\n",
	    between) ||
	    !put("/proc/sys/net/ipv4/ip_forward", "1")) {
		warnx("no rules of its own may be had here: skipped");
		return false;
	}
	for (i = 0; i < n; i++)
		if (!add(i)) {
			warnx("no wires can be had here: skipped");
			return false;
		}
	return true;
}

static void
go_to(int fd)
{
	if (setns(fd, CLONE_NEWNET) == -1)
		err(1, "setns");
}

void
wires_enter(size_t i)
{
	go_to(net[i]);
}

void
wires_leave(void)
{
	go_to(own);
}

static void
change(const char *how, const char *set, size_t i)
{
	char at[WIRES_ADDRESS];

	wires_address(at, i);
	if (!run("nft '%s element inet wires %s { %s }'", how, set, at))
		errx(1, "nft %s %s %s", how, set, at);
}

void
wires_cut(size_t i)
{
	change("add", "cut", i);
}

void
wires_mend(size_t i)
{
	change("delete", "cut", i);
}

static void
at_machine(const char *what, size_t i)
{
	wires_enter(i);
	if (!run("nft %s", what))
		errx(1, "nft %s", what);
	wires_leave();
}

void
wires_unplug(size_t i)
{
	change("add", "unplugged", i);
	at_machine("add rule inet wires to iifname wire drop", i);
}

void
wires_plug_in(size_t i)
{
	at_machine("flush chain inet wires to", i);
	change("delete", "unplugged", i);
}
