/*
 * The operator's socket. Runs in the server; knows bytes, not what they mean.
 */
#include "server/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"

struct client {
	int		 fd;		/* -1: free */
	unsigned long	 since;		/* the oldest goes first */
	size_t		 len;
	char		 request[CONTROL_REQUEST + 1];
	bool		 answered, waits;
	struct reply	 reply;
	size_t		 sent;
};

struct control {
	int		 fd;
	int		 spare;		/* -1: none now */
	bool		 tired;		/* cannot take anybody for now */
	bool		 waits;		/* an answer does */
	unsigned long	 count;
	struct sockaddr_un addr;
	struct client	 clients[CONTROL_CLIENTS];
};

/* A descriptor to give away when there are no more: else who asks could be
 * neither taken nor turned away, and poll(2) would say so for ever. */
static void
keep_spare(struct control *c)
{
	char dir[sizeof(c->addr.sun_path)];

	strlcpy(dir, c->addr.sun_path, sizeof(dir));
	*strrchr(dir, '/') = '\0';
	if (c->spare == -1)
		c->spare = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct control *
control_open(const char *dir)
{
	struct control *c = calloc(1, sizeof(*c));
	mode_t mask;
	int i, saved;

	if (c == NULL)
		return NULL;
	c->spare = -1;
	for (i = 0; i < CONTROL_CLIENTS; i++)
		c->clients[i].fd = -1;
	c->addr.sun_family = AF_UNIX;
	if (snprintf(c->addr.sun_path, sizeof(c->addr.sun_path),
	    "%s/control", dir) >= (int)sizeof(c->addr.sun_path)) {
		free(c);
		errno = ENAMETOOLONG;
		return NULL;
	}
	unlink(c->addr.sun_path);
	mask = umask(0177);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (c->fd != -1 && bind(c->fd, (struct sockaddr *)&c->addr,
	    sizeof(c->addr)) == 0 && listen(c->fd, CONTROL_CLIENTS) == 0) {
		umask(mask);
		keep_spare(c);
		return c;
	}
	saved = errno;
	umask(mask);
	if (c->fd != -1)
		close(c->fd);
	free(c);
	errno = saved;
	return NULL;
}

static void
turn_away(struct control *c)
{
	int fd;

	if (c->spare != -1)
		close(c->spare);
	c->spare = -1;
	fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1)
		close(fd);
	/* Not out of descriptors, but of something else. */
	c->tired = fd == -1 && errno != EAGAIN;
	keep_spare(c);
}

static void
drop(struct client *client)
{
	if (client->fd != -1)
		close(client->fd);
	free(client->reply.text);
	memset(client, 0, sizeof(*client));
	client->fd = -1;
}

void
control_close(struct control *c)
{
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < CONTROL_CLIENTS; i++)
		drop(&c->clients[i]);
	close(c->fd);
	if (c->spare != -1)
		close(c->spare);
	unlink(c->addr.sun_path);
	free(c);
}

size_t
control_fds(struct control *c, struct pollfd *fds, bool held)
{
	size_t i;

	if (c == NULL)
		return 0;
	c->waits = held;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		c->clients[i].waits &= held;
		fds[i].fd = held && !c->clients[i].answered ? -1 :
		    c->clients[i].fd;
		fds[i].events = held ? 0 : c->clients[i].answered ? POLLOUT :
		    POLLIN;
		fds[i].revents = 0;
	}
	fds[i].fd = c->tired ? -1 : c->fd;
	fds[i].events = POLLIN;
	fds[i].revents = 0;
	return CONTROL_SLOTS;
}

void
control_take_back(struct control *c, const char *sentence)
{
	struct client *client;

	for (client = c->clients; client < c->clients + CONTROL_CLIENTS;
	    client++) {
		if (!client->waits)
			continue;
		free(client->reply.text);
		memset(&client->reply, 0, sizeof(client->reply));
		reply_refuse(&client->reply, "%s", sentence);
	}
}

/* Only our own user and root may ask, whatever the file's mode became. */
static bool
is_ours(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	    (who.uid == 0 || who.uid == geteuid());
}

static void
take_client(struct control *c)
{
	struct client *at = &c->clients[0];
	int i, fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1 && errno != EINTR && errno != EAGAIN &&
	    errno != ECONNABORTED)
		turn_away(c);
	if (fd == -1)
		return;
	if (!is_ours(fd)) {
		close(fd);
		return;
	}
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		if (c->clients[i].fd == -1) {
			at = &c->clients[i];
			break;
		}
		if (c->clients[i].since < at->since)
			at = &c->clients[i];
	}
	drop(at);
	at->fd = fd;
	at->since = ++c->count;
}

static void
send_reply(struct client *client)
{
	ssize_t n;

	while (client->sent < client->reply.len) {
		n = send(client->fd, client->reply.text + client->sent,
		    client->reply.len - client->sent, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1)
			break;
		client->sent += (size_t)n;
	}
	drop(client);
}

/* "ok" becomes "cut" where lines are missing at the end. */
static void
mark_cut(struct reply *r)
{
	static const char ok[] = "ok\n", cut[] = "cut\n";
	const size_t ok_len = sizeof(ok) - 1, cut_len = sizeof(cut) - 1;

	while (r->len > 0 && r->text[r->len - 1] != '\n')
		r->len--;
	if (r->len < ok_len || memcmp(r->text, ok, ok_len) != 0)
		return;
	memmove(r->text + cut_len, r->text + ok_len, r->len - ok_len);
	memcpy(r->text, cut, cut_len);
	r->len += cut_len - ok_len;
}

static void
read_request(struct client *client, bool (*ask)(void *, const char *,
    struct reply *), void *arg)
{
	bool at_once = true;
	char *end;
	ssize_t n;

	n = read(client->fd, client->request + client->len,
	    CONTROL_REQUEST - client->len);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		drop(client);
		return;
	}
	client->len += (size_t)n;
	client->request[client->len] = '\0';
	end = memchr(client->request, '\n', client->len);
	if (end == NULL && client->len < CONTROL_REQUEST)
		return;
	client->answered = true;
	if (end == NULL)
		reply_refuse(&client->reply, _("the request is too long"));
	else if (memchr(client->request, '\0', (size_t)(end -
	    client->request)) != NULL)
		reply_refuse(&client->reply, _("the request is no text"));
	else {
		*end = '\0';
		at_once = ask(arg, client->request, &client->reply);
	}
	if (client->reply.cut)
		mark_cut(&client->reply);
	client->waits = !at_once;
	if (at_once)
		send_reply(client);
}

void
control_serve(struct control *c, const struct pollfd *fds, size_t n,
    bool (*ask)(void *, const char *, struct reply *), void *arg)
{
	size_t i;

	if (c == NULL || n < CONTROL_SLOTS)
		return;
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		/* Not another one meanwhile. */
		if (fds[i].revents == 0 || fds[i].fd != c->clients[i].fd)
			continue;
		if (c->clients[i].answered)
			send_reply(&c->clients[i]);
		else if (!c->waits)
			read_request(&c->clients[i], ask, arg);
		c->waits |= c->clients[i].waits;
	}
	c->tired = false;
	if (fds[CONTROL_CLIENTS].revents != 0)
		take_client(c);
}
