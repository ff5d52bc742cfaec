/*
 * Plain mode's loop. Nothing but entries goes to standard output; states and
 * reasons go to standard error.
 */
#include "tui/plain_state.h"

#include <sys/ioctl.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lang.h"
#include "tui/host.h"
#include "tui/receiver/receiver.h"
#include "tui/session/denial.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"
#include "tui/signals.h"

enum {
	EXIT_TIMEOUT = 5
};

/* The receiver has died: another goes on where it was, or there is an end. */
static void
lose_receiver(struct plain *p)
{
	struct record login = { .type = RECORD_LOGIN,
	    .text = p->options->name, .text_len = strlen(p->options->name) };

	/* Another one would put out the window that has our place. */
	if (p->kept_why[0] != '\0') {
		plain_end(p, p->kept_status, p->kept_why);
		return;
	}
	if (signals_leaving() != -1 || !receiver_again(p->receiver,
	    clock_now_ms(), p->rooms[0]->newest, p->options->name)) {
		plain_end(p, EXIT_FAILURE, _("the receiver process ended "
		    "unexpectedly"));
		return;
	}
	p->kept_asked = false;
	plain_join_again(p);
	duct_send(p->receiver->duct, &login);
}

static void
put_off(int64_t *due, int64_t ms)
{
	if (*due != INT64_MAX)
		*due += ms;
}

/* Whoever reads what we print may be slow: that is not the server's time, nor
 * the disk's. */
static void
take_records(struct plain *p)
{
	int64_t begun = clock_now_ms();
	struct record r;
	enum duct_result result;

	while ((result = duct_next(p->receiver->duct, &r)) == DUCT_RECORD)
		plain_take_record(p, &r);
	if (result == DUCT_CLOSED || duct_is_closed(p->receiver->duct))
		lose_receiver(p);
	else if (result == DUCT_BROKEN)
		plain_end(p, EXIT_FAILURE, _("the receiver process ended "
		    "unexpectedly"));
	/* Who reads nothing more, as head(1), has had enough. */
	if (fflush(stdout) == EOF)
		plain_leave(p, EXIT_FAILURE, errno == EPIPE ? "" :
		    strerror(errno));
	put_off(&p->due, clock_now_ms() - begun);
	put_off(&p->kept_due, clock_now_ms() - begun);
}

static bool
wants_input(const struct plain *p)
{
	return (p->joined || p->keeping) && !p->in.ended && plain_may_say(p) &&
	    !plain_out_is_full(&p->out) &&
	    plain_in_has_room(&p->in);
}

/* Reads once. */
static void
read_input(struct plain_in *in)
{
	size_t size;
	char *room = plain_in_room(in, &size);
	ssize_t n = read(STDIN_FILENO, room, size);

	if (n > 0)
		in->len += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		in->ended = true;
}

static bool
is_readable(void)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&fd, 1, 0) > 0 && fd.revents != 0;
}

/* What is kept is what there is by now. */
static bool
is_dry(const struct plain *p)
{
	return p->kept_due != INT64_MAX && (p->joined || !is_readable());
}

/* Takes what is there, and no more. */
static void
cut_input(struct plain *p)
{
	int unread = 0;

	while (!p->in.ended && plain_in_has_room(&p->in) && is_readable())
		read_input(&p->in);
	if (p->in.ended)
		return;
	ioctl(STDIN_FILENO, FIONREAD, &unread);
	plain_cut_input(p, unread != 0);
}

static void
ask_kept(struct plain *p)
{
	struct record ask = { .type = RECORD_KEEP };
	size_t i;

	if (!p->keeping || p->kept_asked)
		return;
	plain_talk_keep(p);
	if (!p->in.ended && (is_dry(p) || plain_out_is_full(&p->out)))
		cut_input(p);
	plain_take_lines(p);
	if (!plain_in_is_done(&p->in))
		return;
	plain_tell_cut(p);
	/* What goes to a new receiver once more goes before that. */
	for (i = 0; i < p->rooms_n; i++)
		p->rooms[i]->told_kept = false;
	p->kept_file[0] = '\0';
	p->kept_asked = !plain_repeats(p) && duct_send(p->receiver->duct, &ask);
	if (p->kept_due == INT64_MAX)
		p->kept_due = clock_now_ms() + PLAIN_KEEP_MS;
}

static void
take_signal(struct plain *p)
{
	int status = signals_leaving();

	if (status == -1 || p->kept_status == status)
		return;
	if (p->joined && plain_waiting(p) == 0 && p->in.at == p->in.len &&
	    (p->in.ended || !is_readable()))
		plain_end(p, status, "");
	else
		plain_keep(p, status);
}

/* The server that was hosted here comes back in no run but the next one. */
static void
take_child(struct plain *p)
{
	if (!signals_took(SIGCHLD) || !host_has_ended(p->host))
		return;
	plain_out_error(p->options, 0, _("the server of this room, which ran "
	    "here, has ended"));
	/* It may be leaving already, with a status and a time of its own. */
	if (p->kept_status == -1)
		plain_keep(p, EXIT_FAILURE);
}

static void
take_time(struct plain *p)
{
	int64_t now = clock_now_ms();

	plain_tell_held(p, now);
	if (now >= p->kept_due)
		plain_end(p, p->kept_status > 0 ? p->kept_status : EXIT_FAILURE,
		    _("the disk takes too long: not all may be kept"));
	else if (now >= p->timeout) {
		p->timeout = INT64_MAX;
		p->kept_due = now + PLAIN_KEEP_MS;
		plain_keep(p, p->options->plain.has_count ? EXIT_TIMEOUT :
		    p->joined ? EXIT_SUCCESS : -1);
	} else if (now >= p->due)
		plain_keep(p, -1);
}

static int64_t
next_due(struct plain *p)
{
	return clock_earlier(clock_earlier(p->due, p->kept_due),
	    clock_earlier(plain_tell_held(p, clock_now_ms()), p->timeout));
}

static void
wait_events(struct plain *p, const sigset_t *outside)
{
	enum { INPUT, RECORDS_IN, COMMANDS_OUT, SLOTS };
	struct duct *duct = p->receiver->duct;
	struct pollfd fds[SLOTS] = {
		[INPUT] = { .fd = wants_input(p) ? STDIN_FILENO : -1,
		    .events = POLLIN },
		[RECORDS_IN] = { .fd = duct_in_fd(duct), .events = POLLIN },
		[COMMANDS_OUT] = { .fd = duct_out_fd(duct) },
	};
	struct timespec wait;
	int n;

	duct_flush(duct);
	if (duct_queued(duct) > 0)
		fds[COMMANDS_OUT].events = POLLOUT;
	n = ppoll(fds, SLOTS, clock_until(next_due(p), &wait), outside);
	take_signal(p);
	take_child(p);
	take_time(p);
	if (n <= 0)
		return;
	if (fds[COMMANDS_OUT].revents & POLLOUT)
		duct_flush(duct);
	if (fds[RECORDS_IN].revents != 0)
		take_records(p);
	if (fds[INPUT].revents != 0)
		read_input(&p->in);
}

/* All is said and printed, and nobody wants to hear more. */
static bool
is_done(const struct plain *p)
{
	if (plain_out_is_full(&p->out))
		return plain_waiting(p) == 0 && !p->keeping;
	return p->joined && !p->keeping && plain_in_is_done(&p->in) &&
	    plain_rooms_done(p) && !plain_stays(p);
}

static void
free_rooms(struct plain *p)
{
	while (p->rooms_n > 0) {
		p->room = p->rooms[--p->rooms_n];
		plain_lost_end(p);
		handed_clear(&p->room->handed);
		free(p->room);
	}
}

int
plain_run(const struct options *options, struct receiver *receiver,
    struct host *host, const sigset_t *outside, char why[PLAIN_WHY_BYTES])
{
	struct plain *p = calloc(1, sizeof(*p));
	struct record login = { .type = RECORD_LOGIN, .text = options->name,
	    .text_len = strlen(options->name) };
	int status;

	if (p == NULL) {
		strlcpy(why, strerror(ENOMEM), PLAIN_WHY_BYTES);
		return EXIT_FAILURE;
	}
	why[0] = '\0';
	p->options = options;
	p->receiver = receiver;
	p->host = host;
	p->why = why;
	p->status = -1;
	p->kept_status = -1;
	p->kept_due = INT64_MAX;
	p->due = plain_wait_end(p);
	plain_out_init(&p->out, options);
	if (!plain_add_rooms(p))
		plain_end(p, EXIT_FAILURE, strerror(ENOMEM));
	p->in.whole = options->plain.one_message;
	p->timeout = options->plain.timeout_ms == 0 ? INT64_MAX :
	    clock_now_ms() + options->plain.timeout_ms;
	duct_send(receiver->duct, &login);
	while (p->status == -1) {
		if (p->joined)
			plain_take_lines(p);
		if (is_done(p))
			plain_end(p, p->failed ? EXIT_FAILURE :
			    p->refused ? DENIAL_REFUSED : EXIT_SUCCESS, "");
		ask_kept(p);
		if (p->status == -1)
			wait_events(p, outside);
	}
	status = p->status;
	free_rooms(p);
	free(p);
	return status;
}
