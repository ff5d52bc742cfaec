/*
 * Plain mode's loop. Nothing but entries goes to standard output; states and
 * reasons go to standard error.
 */
#include "tui/plain.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lang.h"
#include "common/plain_line.h"
#include "tui/denial.h"
#include "tui/duct.h"
#include "tui/link.h"
#include "tui/options.h"
#include "tui/pieces.h"
#include "tui/receiver.h"
#include "tui/rule_words.h"
#include "tui/signals.h"

enum {
	INPUT_BYTES = 64 * 1024,	/* longest line that is looked at */
	PATIENCE_MS = 20 * 1000,	/* without an answer */
	UNREACHABLE_MS = 3000,	/* and where nobody listens */
	/* Own lines on their way, at most: the link knows so many pieces again
	 * when they come in the log. */
	WAITING = 1024,
	UNSEEN = LINK_SAID / 2,
	UNSEEN_LONG = LINK_SAID / (ENTRY_MORE_MAX + 1),
	EXIT_UNDELIVERED = 4
};

struct plain {
	const struct options	*options;
	struct receiver		*receiver;
	char			*why;
	int			 status;	/* -1: running */
	bool			 joined;
	int64_t			 give_up;	/* INT64_MAX: not */
	bool			 ended;		/* no more input */
	bool			 failed;	/* a line could not be said */
	bool			 skipping;	/* the rest of an over-long line */
	unsigned long		 line;		/* of the input, from 1 */
	uint64_t		 next_id;
	bool			 caught_up;	/* what was there is printed */
	unsigned		 waiting;	/* own lines not safe in the room */
	unsigned		 unseen;	/* and not printed with a number */
	uint64_t		 long_id;	/* the last one in pieces */
	size_t			 len;
	char			 input[INPUT_BYTES];
};

static void
end(struct plain *p, int status, const char *why)
{
	if (p->status != -1)
		return;
	p->status = status;
	strlcpy(p->why, why, PLAIN_WHY_BYTES);
}

static void
print_entry(const struct entry *e)
{
	char line[PLAIN_LINE_BYTES];

	if (e->flags & ENTRY_QUIET)
		return;
	fwrite(line, 1, plain_line(line, e), stdout);
}

static void
say_state(const struct plain *p, const char *state)
{
	fprintf(stderr, "chat-tui: %s: %s\n", p->options->server, state);
}

static void
refused(struct plain *p, const struct record *r)
{
	char why[RULE_WORDS_BYTES];

	if (r->flags & RECORD_MUTED)
		rule_words_muted(why, r, clock_wall_ms());
	else
		snprintf(why, sizeof(why), "%.*s", (int)r->text_len, r->text);
	fprintf(stderr, "chat-tui: %s: %s\n", _("not said"), why);
	p->failed = true;
	if (p->waiting > 0)
		p->waiting--;
	if (p->unseen > 0)
		p->unseen--;
}

/* Why the room does not take us, and the exit status that says so. */
static int
reason_of(const struct plain *p, const struct record *r, char *why,
    size_t size)
{
	const char *server = p->options->server;
	int n = (int)r->text_len;
	int status = denial_status(r, server, p->options->name, why, size);

	char rule[PLAIN_WHY_BYTES];

	if (status != -1)
		return status;
	if (denial_rule(r, rule, sizeof(rule))) {
		snprintf(why, size, _("the name %.*s is not allowed at %s: "
		    "%s"), n, r->text, server, rule);
		return DENIAL_REFUSED;
	}
	switch (r->denial) {
	case RECORD_TAKEN:
		snprintf(why, size, _("the name %.*s is taken, or not "
		    "allowed at %s"), n, r->text, server);
		return DENIAL_REFUSED;
	case RECORD_OWNED:
		snprintf(why, size, _("the name %.*s belongs to somebody "
		    "else at %s"), n, r->text, server);
		return DENIAL_REFUSED;
	case RECORD_MALFORMED:
		snprintf(why, size, _("the name %.*s is not allowed at %s"),
		    n, r->text, server);
		return DENIAL_REFUSED;
	case RECORD_WANTS_PASSPHRASE:
		snprintf(why, size, _("the room at %s has a passphrase: give "
		    "its file with -k"), server);
		return DENIAL_REFUSED;
	case RECORD_WRONG_PASSPHRASE:
		snprintf(why, size, _("not the passphrase of the room at %s"),
		    server);
		return DENIAL_REFUSED;
	default:
		snprintf(why, size, _("nobody answers at %s port %u"), server,
		    p->options->port);
		break;
	}
	return EXIT_FAILURE;
}

static void
denied(struct plain *p, const struct record *r)
{
	char why[PLAIN_WHY_BYTES];
	int status = reason_of(p, r, why, sizeof(why));

	/* A bad network is not an empty one, and a server may be starting. */
	if (r->denial != RECORD_SILENT && r->denial != RECORD_UNREACHABLE) {
		end(p, status, why);
		return;
	}
	if (p->give_up != INT64_MAX)
		return;
	p->give_up = clock_now_ms() + (r->denial == RECORD_SILENT ?
	    PATIENCE_MS : UNREACHABLE_MS);
	say_state(p, _("no answer, trying again"));
}

static void
give_up(struct plain *p)
{
	struct record silent = { .denial = RECORD_SILENT };
	char why[PLAIN_WHY_BYTES];
	int status = reason_of(p, &silent, why, sizeof(why));

	end(p, status, why);
}

static void
say_aside(const struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	denial_aside(r, text, sizeof(text));
	say_state(p, text);
}

static void
take_record(struct plain *p, const struct record *r)
{
	switch (r->type) {
	case RECORD_WELCOME:
		p->joined = true;
		break;
	case RECORD_ENTRY:
		if (r->entry.id != 0 && (r->entry.id & RECORD_EARLIER) == 0 &&
		    p->unseen > 0)
			p->unseen--;
		if (p->options->classic)
			p->waiting = p->unseen;
		print_entry(&r->entry);
		break;
	case RECORD_CAUGHT_UP:
		p->caught_up = true;
		break;
	case RECORD_PENDING:
		p->waiting++;
		break;
	case RECORD_POSTED:
		if (p->waiting > 0)
			p->waiting--;
		break;
	case RECORD_REFUSED:
		refused(p, r);
		break;
	case RECORD_DENIED:
		denied(p, r);
		break;
	case RECORD_ASIDE:
		say_aside(p, r);
		break;
	case RECORD_STATE:
		if (r->state.phase == RECORD_LOST)
			say_state(p, _("no answer, trying again"));
		break;
	default:
		break;
	}
}

static void
take_records(struct plain *p)
{
	struct record r;
	enum duct_result result;

	while ((result = duct_next(p->receiver->duct, &r)) == DUCT_RECORD)
		take_record(p, &r);
	if (result != DUCT_EMPTY)
		end(p, EXIT_FAILURE, _("the receiver process ended "
		    "unexpectedly"));
	if (fflush(stdout) == EOF)
		end(p, EXIT_FAILURE, strerror(errno));
}

/* What is on its way is bounded, and so is the pipe to the receiver. */
static bool
may_say(const struct plain *p)
{
	bool is_long = p->long_id + p->unseen >= p->next_id;

	return p->waiting < (is_long ? UNSEEN_LONG : WAITING) &&
	    p->unseen < (is_long ? UNSEEN_LONG : UNSEEN) &&
	    duct_has_room(p->receiver->duct);
}

static void
complain(struct plain *p, const char *why)
{
	fprintf(stderr, _("chat-tui: line %lu of the input: %s\n"), p->line,
	    why);
	p->failed = true;
}

static bool
send_pieces(struct plain *p, const char *text, size_t len)
{
	struct record r = { .type = RECORD_POST, .kind = ENTRY_SAY,
	    .id = p->next_id++ };
	unsigned n = pieces_count(text, len), i;
	size_t at = 0;

	for (i = 0; i < n; i++) {
		r.text = text + at;
		r.text_len = pieces_cut(text, len, at);
		r.flags = i << ENTRY_INDEX_SHIFT |
		    (n - 1 - i) << ENTRY_MORE_SHIFT;
		if (!duct_send(p->receiver->duct, &r))
			return false;
		at += r.text_len;
	}
	if (n > 1)
		p->long_id = r.id;
	p->waiting++;
	p->unseen++;
	return true;
}

static void
say(struct plain *p, const char *text, size_t len)
{
	char clean[INPUT_BYTES];

	p->line++;
	if (!text_valid(text, len)) {
		complain(p, _("not UTF-8, not said"));
		return;
	}
	len = text_clean(clean, text, len, false);
	if (len == 0)
		return;
	if (len > (p->options->classic ? (size_t)TEXT_LINE_BYTES :
	    (size_t)PIECES_TEXT_BYTES) || pieces_count(clean, len) >
	    ENTRY_MORE_MAX + 1) {
		complain(p, _("too long, not said"));
		return;
	}
	if (!send_pieces(p, clean, len))
		end(p, EXIT_FAILURE, _("the receiver process is gone"));
}

/* The line that fills the buffer is told once, however long it is. */
static void
skip_line(struct plain *p)
{
	if (!p->skipping) {
		p->line++;
		complain(p, _("longer than 64 KiB, not said"));
	}
	p->skipping = true;
	p->len = 0;
}

/* Says the lines that are whole; at the end of input also one without \n. */
static void
take_lines(struct plain *p)
{
	size_t start = 0;
	char *newline;

	while (may_say(p) && p->status == -1 &&
	    (newline = memchr(p->input + start, '\n', p->len - start)) !=
	    NULL) {
		if (!p->skipping)
			say(p, p->input + start,
			    (size_t)(newline - p->input) - start);
		p->skipping = false;
		start = (size_t)(newline - p->input) + 1;
	}
	if (start > 0) {
		memmove(p->input, p->input + start, p->len - start);
		p->len -= start;
	}
	if (p->len == sizeof(p->input) && (p->skipping || may_say(p)))
		skip_line(p);
	if (p->ended && p->len > 0 && may_say(p) &&
	    memchr(p->input, '\n', p->len) == NULL) {
		if (!p->skipping)
			say(p, p->input, p->len);
		p->len = 0;
	}
}

static void
read_input(struct plain *p)
{
	ssize_t n = read(STDIN_FILENO, p->input + p->len,
	    sizeof(p->input) - p->len);

	if (n > 0)
		p->len += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		p->ended = true;
}

static bool
wants_input(const struct plain *p)
{
	return p->joined && !p->ended && may_say(p) &&
	    p->len < sizeof(p->input);
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
	n = ppoll(fds, SLOTS, p->joined ? NULL :
	    clock_until(p->give_up, &wait), outside);
	if (!p->joined && clock_now_ms() >= p->give_up)
		give_up(p);
	if (signals_leaving() != -1)
		end(p, signals_leaving() == 0 && p->waiting > 0 ?
		    EXIT_UNDELIVERED : signals_leaving(), "");
	if (n <= 0)
		return;
	if (fds[RECORDS_IN].revents != 0)
		take_records(p);
	if (fds[COMMANDS_OUT].revents & POLLOUT)
		duct_flush(duct);
	if (fds[INPUT].revents != 0)
		read_input(p);
}

/* All is said and printed, and nobody wants to hear more. */
static bool
is_done(const struct plain *p)
{
	return p->joined && p->ended && p->len == 0 && p->waiting == 0 &&
	    p->unseen == 0 && (p->caught_up || p->options->classic) &&
	    !p->options->follow;
}

int
plain_run(const struct options *options, struct receiver *receiver,
    const sigset_t *outside, char why[PLAIN_WHY_BYTES])
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
	p->why = why;
	p->status = -1;
	p->give_up = INT64_MAX;
	p->next_id = 1;
	duct_send(receiver->duct, &login);
	while (p->status == -1) {
		if (p->joined)
			take_lines(p);
		if (is_done(p))
			end(p, p->failed ? EXIT_FAILURE : EXIT_SUCCESS, "");
		if (p->status == -1)
			wait_events(p, outside);
	}
	status = p->status;
	free(p);
	return status;
}
