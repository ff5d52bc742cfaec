/*
 * The process that looks up the server's address. It has nothing open but its
 * end of a socket pair, and knows nothing but a host's name.
 */
#include "tui/receiver/resolver.h"

#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

bool
resolver_is_needed(const char *host)
{
	uint8_t ip[16];

	return inet_pton(AF_INET, host, ip) != 1 && strchr(host, ':') == NULL;
}

static void
serve(int fd, int family, const char *host, uint16_t port)
{
	union sock_addr addr;
	const char *why;
	char ask;

	while (read(fd, &ask, 1) == 1) {
		memset(&addr, 0, sizeof(addr));
		if (sock_resolve(family, host, port, &addr, &why) == -1)
			memset(&addr, 0, sizeof(addr));
		if (write(fd, &addr, sizeof(addr)) != sizeof(addr))
			break;
	}
}

pid_t
resolver_start(int fd, int family, const char *host, uint16_t port)
{
	pid_t parent = getpid(), pid = fork();
	int null;

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	if (getppid() != parent || null == -1 || dup2(fd, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1)
		_exit(1);
	closefrom(STDERR_FILENO + 1);
	serve(STDIN_FILENO, family, host, port);
	_exit(0);
}

void
resolver_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

void
resolver_ask(int fd)
{
	while (write(fd, "?", 1) == -1 && errno == EINTR)
		continue;
}

bool
resolver_answer(int fd, union sock_addr *addr)
{
	ssize_t n = read(fd, addr, sizeof(*addr));

	return n == sizeof(*addr) && addr->sa.sa_family != AF_UNSPEC;
}
