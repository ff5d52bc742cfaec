/*
 * Runs in the test program only. Owns the listening socket and the one client.
 * What the client sends is taken as a test's: lines too long are dropped.
 */
#include "tests/with_irc.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { LINE_BYTES = 512, ANSWER_BYTES = 4096 };

#define SERVER	"irc.bench"

bool
irc_open(struct irc *irc)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in4);

	memset(irc, 0, sizeof(*irc));
	irc->fd = -1;
	irc->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (irc->listener == -1)
		return false;
	if (bind(irc->listener, (struct sockaddr *)&in4, len) == -1 ||
	    listen(irc->listener, 1) == -1 ||
	    getsockname(irc->listener, (struct sockaddr *)&in4, &len) == -1) {
		irc_close(irc);
		return false;
	}
	irc->port = ntohs(in4.sin_port);
	return true;
}

void
irc_close(struct irc *irc)
{
	if (irc->fd != -1)
		close(irc->fd);
	if (irc->listener != -1)
		close(irc->listener);
	irc->fd = irc->listener = -1;
}

int
irc_fd(const struct irc *irc)
{
	return irc->fd != -1 ? irc->fd : irc->listener;
}

short
irc_events(const struct irc *irc)
{
	return irc->out_len > 0 ? POLLIN | POLLOUT : POLLIN;
}

/* Queues a whole line, without the CR LF, or nothing. */
static bool __attribute__((format(printf, 3, 4)))
put(struct irc *irc, size_t keep_free, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line) - 2, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line) - 2)
		return false;
	if (irc->out_len + (size_t)n + 2 + keep_free > sizeof(irc->out))
		return false;
	memcpy(line + n, "\r\n", 2);
	memcpy(irc->out + irc->out_len, line, (size_t)n + 2);
	irc->out_len += (size_t)n + 2;
	return true;
}

bool
irc_say(struct irc *irc, const char *text)
{
	/* Answers must always find room, a PONG above all. */
	return irc->joined && put(irc, ANSWER_BYTES, ":" IRC_SPEAKER
	    "!flood@127.0.0.1 PRIVMSG " IRC_CHANNEL " :%s", text);
}

static void
welcome(struct irc *irc)
{
	const char *nick = irc->nick;

	if (irc->registered || nick[0] == '\0' || !irc->has_user)
		return;
	irc->registered = true;
	put(irc, 0, ":" SERVER " 001 %s :Welcome", nick);
	put(irc, 0, ":" SERVER " 002 %s :Your host is " SERVER, nick);
	put(irc, 0, ":" SERVER " 003 %s :Made for this run", nick);
	put(irc, 0, ":" SERVER " 004 %s " SERVER " 1 i nt", nick);
	put(irc, 0, ":" SERVER " 005 %s CHANTYPES=# PREFIX=(ov)@+ "
	    "CASEMAPPING=ascii :are supported by this server", nick);
	put(irc, 0, ":" SERVER " 375 %s :-", nick);
	put(irc, 0, ":" SERVER " 376 %s :End of MOTD", nick);
}

static void
join(struct irc *irc, const char *channel)
{
	const char *nick = irc->nick;

	if (strcasecmp(channel, IRC_CHANNEL) != 0) {
		put(irc, 0, ":" SERVER " 403 %s %s :No such channel", nick,
		    channel);
		return;
	}
	irc->joined = true;
	put(irc, 0, ":%s!bench@127.0.0.1 JOIN " IRC_CHANNEL, nick);
	put(irc, 0, ":" SERVER " 353 %s = " IRC_CHANNEL " :%s " IRC_SPEAKER,
	    nick, nick);
	put(irc, 0, ":" SERVER " 366 %s " IRC_CHANNEL " :End of names", nick);
}

/* MODE #bench, MODE #bench b: what clients ask once they are in. */
static void
mode(struct irc *irc, const char *target, const char *what)
{
	if (target[0] != '#')
		return;
	if (strchr(what, 'b') != NULL)
		put(irc, 0, ":" SERVER " 368 %s %s :End of bans", irc->nick,
		    target);
	else if (what[0] == '\0')
		put(irc, 0, ":" SERVER " 324 %s %s +nt", irc->nick, target);
}

/* A parameter without the colon that stands before a last one. */
static const char *
plain(const char *word)
{
	if (word == NULL)
		return "";
	return word[0] == ':' ? word + 1 : word;
}

static void
command(struct irc *irc, char *line)
{
	char *rest = line;
	const char *verb = plain(strsep(&rest, " "));
	const char *first = plain(strsep(&rest, " "));
	const char *second = plain(strsep(&rest, " "));

	if (strcasecmp(verb, "NICK") == 0) {
		snprintf(irc->nick, sizeof(irc->nick), "%s", first);
		welcome(irc);
	} else if (strcasecmp(verb, "USER") == 0) {
		irc->has_user = true;
		welcome(irc);
	} else if (strcasecmp(verb, "CAP") == 0) {
		/* None; the CAP END that follows needs no answer. */
		if (strcasecmp(first, "LS") == 0)
			put(irc, 0, ":" SERVER " CAP * LS :");
	} else if (strcasecmp(verb, "PING") == 0)
		put(irc, 0, ":" SERVER " PONG " SERVER " :%s", first);
	else if (strcasecmp(verb, "JOIN") == 0)
		join(irc, first);
	else if (strcasecmp(verb, "MODE") == 0)
		mode(irc, first, second);
	else if (strcasecmp(verb, "WHO") == 0)
		put(irc, 0, ":" SERVER " 315 %s %s :End of who", irc->nick,
		    first);
}

static void
drop_client(struct irc *irc)
{
	close(irc->fd);
	irc->fd = -1;
	irc->in_len = irc->out_len = 0;
	irc->nick[0] = '\0';
	irc->has_user = irc->registered = irc->joined = false;
}

static void
take_lines(struct irc *irc)
{
	char *line = irc->in, *end;
	size_t left = irc->in_len;

	while ((end = memchr(line, '\n', left)) != NULL) {
		left -= (size_t)(end + 1 - line);
		*end = '\0';
		line[strcspn(line, "\r")] = '\0';
		command(irc, line);
		line = end + 1;
	}
	memmove(irc->in, line, left);
	irc->in_len = left == sizeof(irc->in) ? 0 : left;
}

static void
flush(struct irc *irc)
{
	ssize_t n;

	if (irc->fd == -1 || irc->out_len == 0)
		return;
	n = send(irc->fd, irc->out, irc->out_len, MSG_NOSIGNAL);
	if (n > 0) {
		irc->out_len -= (size_t)n;
		memmove(irc->out, irc->out + n, irc->out_len);
	} else if (errno != EAGAIN && errno != EINTR)
		drop_client(irc);
}

static void
read_client(struct irc *irc)
{
	ssize_t n = recv(irc->fd, irc->in + irc->in_len,
	    sizeof(irc->in) - irc->in_len, 0);

	if (n > 0) {
		irc->in_len += (size_t)n;
		take_lines(irc);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		drop_client(irc);
}

void
irc_serve(struct irc *irc)
{
	int yes = 1;

	if (irc->fd == -1) {
		irc->fd = accept4(irc->listener, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (irc->fd == -1)
			return;
		/* A line a packet, as from a server that is far away. */
		setsockopt(irc->fd, IPPROTO_TCP, TCP_NODELAY, &yes,
		    sizeof(yes));
	}
	read_client(irc);
	flush(irc);
}
