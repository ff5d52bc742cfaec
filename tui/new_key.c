/*
 * A new key's loop: it waits for the server's answer, and for nothing else.
 */
#include "tui/new_key.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/lang.h"
#include "tui/receiver/receiver.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"
#include "tui/shared/record.h"
#include "tui/signals.h"

enum { JOIN_MS = 20 * 1000 };	/* longest a room lets somebody wait, about */

struct asking {
	const struct options *options;
	struct receiver	*receiver;
	char		*why;
	int		 status;	/* -1: it waits */
	int64_t		 due;
	uint32_t	 silent_flags;	/* of who does not answer */
};

static void
log_in(struct asking *a)
{
	const struct record login = { .type = RECORD_LOGIN,
	    .text = a->options->name,
	    .text_len = strlen(a->options->name) };

	duct_send(a->receiver->duct, &login);
}

static void
lose_receiver(struct asking *a)
{
	if (receiver_again(a->receiver, clock_now_ms(), 0,
	    a->options->name)) {
		log_in(a);
		return;
	}
	a->status = EXIT_FAILURE;
	strlcpy(a->why, _("the receiver process ended unexpectedly"),
	    PLAIN_WHY_BYTES);
}

static void
take_denial(struct asking *a, const struct record *r)
{
	/* A server may be starting. */
	if (r->denial != RECORD_SILENT && r->denial != RECORD_UNREACHABLE)
		a->status = plain_reason(a->options, r, a->why,
		    PLAIN_WHY_BYTES);
	else
		a->silent_flags = r->flags;
}

static void
take_records(struct asking *a)
{
	enum duct_result result;
	struct record r;

	while (a->status == -1 && (result = duct_next(a->receiver->duct,
	    &r)) == DUCT_RECORD) {
		if (r.type == RECORD_DENIED)
			take_denial(a, &r);
		else if (r.type == RECORD_MOVED)
			receiver_moves(a->receiver);
		else if (r.type == RECORD_WELCOME)
			a->due += JOIN_MS;
	}
	if (a->status == -1 && result != DUCT_EMPTY)
		lose_receiver(a);
}

static void
take_time(struct asking *a)
{
	const struct record silent = { .denial = RECORD_SILENT,
	    .flags = a->silent_flags };
	int leaving = signals_leaving();

	if (leaving != -1)
		a->status = leaving == 0 ? EXIT_FAILURE : leaving;
	else if (clock_now_ms() >= a->due)
		a->status = plain_reason(a->options, &silent, a->why,
		    PLAIN_WHY_BYTES);
}

static void
wait_events(struct asking *a, const sigset_t *outside)
{
	struct duct *duct = a->receiver->duct;
	struct pollfd fds[] = {
		{ .fd = duct_in_fd(duct), .events = POLLIN },
		{ .fd = duct_out_fd(duct) },
	};
	struct timespec wait;
	int n;

	duct_flush(duct);
	if (duct_queued(duct) > 0)
		fds[1].events = POLLOUT;
	n = ppoll(fds, 2, clock_until(a->due, &wait), outside);
	take_time(a);
	if (n <= 0 || a->status != -1)
		return;
	if (fds[1].revents & POLLOUT)
		duct_flush(duct);
	if (fds[0].revents != 0)
		take_records(a);
}

int
new_key_run(const struct options *o, struct receiver *receiver,
    const sigset_t *outside, char why[PLAIN_WHY_BYTES])
{
	struct asking a = { o, receiver, why, -1, clock_now_ms() +
	    (o->plain.wait_ms == 0 ? OPTIONS_WAIT_MS : o->plain.wait_ms), 0 };

	why[0] = '\0';
	log_in(&a);
	while (a.status == -1)
		wait_events(&a, outside);
	return a.status;
}
