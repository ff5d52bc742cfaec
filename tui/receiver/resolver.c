/*
 * The process that looks up servers' addresses. It has nothing open but its end
 * of a socket pair, and knows nothing but the hosts' names that come there.
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

#include "tui/shared/hosts.h"

bool
resolver_is_needed(const char *host)
{
	uint8_t ip[16];

	return inet_pton(AF_INET, host, ip) != 1 && strchr(host, ':') == NULL;
}

struct question {
	uint16_t	 port;
	char		 host[HOSTS_HOST_BYTES];
};

static void
serve(int fd, int family)
{
	struct question q;
	struct sock_addrs addrs;
	const char *why;

	while (read(fd, &q, sizeof(q)) == sizeof(q)) {
		memset(&addrs, 0, sizeof(addrs));
		q.host[sizeof(q.host) - 1] = '\0';
		if (sock_resolve_all(family, q.host, q.port, &addrs, &why) ==
		    -1)
			addrs.n = 0;
		if (write(fd, &addrs, sizeof(addrs)) != sizeof(addrs))
			break;
	}
}

pid_t
resolver_start(int fd, int family)
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
	serve(STDIN_FILENO, family);
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
resolver_ask(int fd, const char *host, uint16_t port)
{
	struct question q = { .port = port };

	strlcpy(q.host, host, sizeof(q.host));
	while (write(fd, &q, sizeof(q)) == -1 && errno == EINTR)
		continue;
}

bool
resolver_answer(int fd, struct sock_addrs *addrs)
{
	return read(fd, addrs, sizeof(*addrs)) == sizeof(*addrs) &&
	    addrs->n > 0 && addrs->n <= SOCK_ADDRS;
}
