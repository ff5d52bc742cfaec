/*
 * Fuzzing: the operator's socket, by clients of any manners: bytes in any
 * portions, several at once, gone in the middle. A request is asked once and
 * is what its client sent; nobody else gets its answer.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/control.h"
#include "tests/fuzz/fuzz.h"

enum { CLIENTS = CONTROL_CLIENTS + 2, SENT = 8192, TURNS = 100 };

struct client {
	int	 fd;			/* -1: not connected */
	char	 sent[SENT];
	size_t	 len;
};

static struct {
	struct control	*control;
	struct client	 clients[CLIENTS];
	unsigned	 asked;
} desk;

/* Its line is what some client sent. Some answers go in the next turn. */
static bool
on_request(void *arg, const char *request, struct reply *r)
{
	size_t n = strlen(request);
	bool known = false;
	int i;

	(void)arg;
	MUST(n < CONTROL_REQUEST && strchr(request, '\n') == NULL);
	for (i = 0; i < CLIENTS; i++)
		known = known || (desk.clients[i].len > n &&
		    memcmp(desk.clients[i].sent, request, n) == 0 &&
		    desk.clients[i].sent[n] == '\n');
	MUST(known);
	desk.asked++;
	reply_printf(r, "ok\n%s\n", request);
	return desk.asked % 2 == 0;
}

static void
turn(void)
{
	struct pollfd fds[CONTROL_SLOTS];
	size_t n;
	int i;

	for (i = 0; i < TURNS; i++) {
		n = control_fds(desk.control, fds, false);
		if (poll(fds, (nfds_t)n, 0) <= 0)
			return;
		control_serve(desk.control, fds, n, on_request, NULL);
	}
	MUST(!"it comes to rest");
}

static void
come(struct client *c)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (c->fd != -1)
		return;
	/* What it said when it was here before has been read. */
	turn();
	c->len = 0;
	fuzz_path(a.sun_path, "control");
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	MUST(c->fd != -1);
	if (connect(c->fd, (struct sockaddr *)&a, sizeof(a)) == -1) {
		close(c->fd);		/* too many wait */
		c->fd = -1;
	}
}

static void
ask(struct client *c, struct fuzz *in)
{
	size_t len;
	const uint8_t *bytes = fuzz_long_bytes(in, 1024, &len);

	if (c->fd == -1 || len > SENT - c->len ||
	    send(c->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		return;
	memcpy(c->sent + c->len, bytes, len);
	c->len += len;
}

/* What comes back is the answer to the first line. */
static void
hear(struct client *c)
{
	char reply[CONTROL_REQUEST + 64];
	const char *end;
	ssize_t n;

	if (c->fd == -1)
		return;
	n = recv(c->fd, reply, sizeof(reply), 0);
	if (n <= 0)
		return;
	if (memcmp(reply, "ok\n", 3) != 0) {
		MUST(n > 7 && memcmp(reply, "error: ", 7) == 0);
		return;
	}
	MUST((end = memchr(c->sent, '\n', c->len)) != NULL);
	MUST(fuzz_same(reply + 3, (size_t)n - 3, c->sent, (size_t)(end -
	    c->sent) + 1));
}

static void
leave(struct client *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };
	struct client *c;
	uint8_t what;
	int i;

	fuzz_ready();
	memset(&desk, 0, sizeof(desk));
	for (i = 0; i < CLIENTS; i++)
		desk.clients[i].fd = -1;
	MUST((desk.control = control_open(fuzz_dir())) != NULL);
	while (fuzz_more(&in)) {
		what = fuzz_u8(&in);
		c = &desk.clients[what / 8 % CLIENTS];
		if (what % 8 == 7)
			leave(c);
		else if (what % 8 == 6)
			hear(c);
		else {
			come(c);
			ask(c, &in);
		}
		if (what < 128)
			turn();
	}
	turn();
	for (i = 0; i < CLIENTS; i++) {
		hear(&desk.clients[i]);
		leave(&desk.clients[i]);
	}
	turn();
	control_close(desk.control);
	return 0;
}
