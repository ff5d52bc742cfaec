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
#include "common/json.h"
#include "common/lang.h"
#include "common/pieces.h"
#include "tui/denial.h"
#include "tui/duct.h"
#include "tui/handed.h"
#include "tui/said.h"
#include "tui/options.h"
#include "tui/plain_in.h"
#include "tui/plain_out.h"
#include "tui/receiver.h"
#include "tui/rule_words.h"
#include "tui/signals.h"
#include "tui/store.h"

enum {
	SHOWN_COLS = 60,	/* of a line that was not said */
	KEEP_MS = 5000,		/* for a disk to take what is kept */
	/* Own lines on their way, at most: the link knows so many pieces again
	 * when they come in the log. */
	WAITING = 1024,
	UNSEEN = SAID_LINES / 2,
	UNSEEN_LONG = SAID_LINES / (ENTRY_MORE_MAX + 1),
	EXIT_UNDELIVERED = 4,
	EXIT_TIMEOUT = 5
};

struct plain {
	const struct options	*options;
	struct receiver		*receiver;
	char			*why;
	int			 status;	/* -1: running */
	bool			 joined;
	bool			 is_online, told_silent;
	int64_t			 due;		/* no more waiting: keep() */
	int64_t			 timeout;	/* of --timeout */
	/* We leave, and what was to be said goes to the outbox before. */
	bool			 keeping;
	bool			 kept_asked;
	int			 kept_status;	/* of the signal; -1: none came */
	int64_t			 kept_due;
	bool			 failed;	/* a line could not be said */
	uint64_t		 next_id;
	struct handed		 handed;	/* should the receiver die */
	bool			 repeats;	/* it did; once the new one has
						 * told what it has */
	uint64_t		 newest;	/* entry; 0: none */
	bool			 caught_up;	/* what was there is printed */
	unsigned		 waiting;	/* own lines not safe in the room */
	unsigned		 unseen;	/* and not printed with a number */
	uint64_t		 long_id;	/* the last one in pieces */
	struct plain_in		 in;
	struct plain_out	 out;
	char			 said[PLAIN_IN_BYTES];	/* of a JSON line */
};

static void
end(struct plain *p, int status, const char *why)
{
	if (p->status != -1)
		return;
	p->status = status;
	strlcpy(p->why, why, PLAIN_WHY_BYTES);
}

/* How the line begins, for a terminal. */
static void
say_not_said(const struct plain *p, const char *text, size_t len,
    const char *why)
{
	char shown[4 * TEXT_LINE_BYTES + 1];
	char told[sizeof(shown) + RULE_WORDS_BYTES + 64];
	size_t fits;

	text_escape(shown, sizeof(shown), text, len);
	fits = text_fit(shown, strlen(shown), SHOWN_COLS, NULL);
	if (len == 0)
		snprintf(told, sizeof(told), "%s: %s", _("not said"), why);
	else
		snprintf(told, sizeof(told), _("not said: \"%.*s%s\": %s"),
		    (int)fits, shown, shown[fits] == '\0' ? "" : "…", why);
	plain_out_error(p->options, 0, told);
}

/* That line is in the outbox, in the room, or not to be said. */
static void
note_known(struct plain *p, uint64_t id)
{
	if (id != 0 && (id & RECORD_EARLIER) == 0)
		handed_forget(&p->handed, id);
}

static void
refused(struct plain *p, const struct record *r)
{
	char why[RULE_WORDS_BYTES];

	if (r->flags & RECORD_MUTED) {
		rule_words_muted(why, r, clock_wall_ms());
		say_not_said(p, r->entry.text, r->entry.text_len, why);
	} else
		say_not_said(p, r->text, r->text_len, p->options->classic ?
		    _("refused by the server") : _("cannot be stored"));
	note_known(p, r->id);
	p->failed = true;
	if (p->waiting > 0)
		p->waiting--;
	if (p->unseen > 0)
		p->unseen--;
	/* The outbox takes no more: nor do we from whoever writes. */
	if (p->keeping)
		p->in.ended = true;
}

/* Why the room does not take us, and the exit status that says so. */
static int
reason_of(const struct plain *p, const struct record *r, char *why,
    size_t size)
{
	char server[OPTIONS_SHOWN], rule[PLAIN_WHY_BYTES], path[PATH_MAX];
	const struct denial_user user = { p->options->name,
	    options_show(server, p->options->server, p->options->port),
	    store_config(path, "known_hosts") ? path : "known_hosts" };
	int n = (int)r->text_len;
	int status = denial_status(r, &user, why, size);

	if (status != -1)
		return status;
	if (denial_rule(r, rule, sizeof(rule))) {
		snprintf(why, size, _("the name %.*s is not allowed at %s: "
		    "%s"), n, r->text, server, rule);
		return DENIAL_REFUSED;
	}
	switch (r->denial) {
	case RECORD_TAKEN:
		/* The classic protocol does not say which. */
		snprintf(why, size, p->options->classic ?
		    _("the name %.*s is taken, or not allowed at %s") :
		    _("the name %.*s is taken at %s"), n, r->text, server);
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
		snprintf(why, size, _("nobody answers at %s port %u"),
		    p->options->server, p->options->port);
		break;
	}
	return EXIT_FAILURE;
}

static void
say_silent(struct plain *p)
{
	if (!p->told_silent)
		plain_out_state(p->options, "lost",
		    _("no answer, trying again"));
	p->told_silent = true;
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
	say_silent(p);
}

/* Nobody answered in time, or with a status a signal came. */
static void
end_kept(struct plain *p, int status, uint64_t lines, const char *file)
{
	struct record silent = { .denial = RECORD_SILENT };
	char why[PLAIN_WHY_BYTES] = "", kept[PLAIN_WHY_BYTES] = "";
	bool is_kept = *file != '\0' && lines > 0;

	if (status == -1)
		status = reason_of(p, &silent, why, sizeof(why));
	if (is_kept)
		snprintf(kept, sizeof(kept), _("lines that wait in %s: %llu; "
		    "the next chat-tui there says them"), file,
		    (unsigned long long)lines);
	else if (lines > 0)
		snprintf(kept, sizeof(kept), _("lines that were not said: "
		    "%llu; they are kept nowhere"), (unsigned long long)lines);
	if (status == EXIT_SUCCESS && p->failed)
		status = EXIT_FAILURE;
	if (lines > 0 && status <= EXIT_FAILURE)
		status = is_kept && !p->failed ? EXIT_UNDELIVERED :
		    EXIT_FAILURE;
	if (*why != '\0' && *kept != '\0')
		snprintf(p->why, PLAIN_WHY_BYTES, _("%s; %s"), why, kept);
	else
		strlcpy(p->why, *why != '\0' ? why : kept, PLAIN_WHY_BYTES);
	p->status = status;
}

/*
 * From here on the input goes to the outbox, so that the next run says it.
 * Without --follow that is all of it, as it comes: who writes it shall not
 * fail because a server is away. What --follow or a signal leaves no time for
 * is what cannot be read at once. The classic protocol has no outbox.
 */
static void
keep(struct plain *p, int status)
{
	if (p->options->classic) {
		end_kept(p, status, p->waiting, "");
		return;
	}
	p->keeping = true;
	p->kept_status = status;
	p->due = INT64_MAX;
	if (status != -1 || p->options->follow)
		p->kept_due = clock_now_ms() + KEEP_MS;
}

static void
take_kept(struct plain *p, const struct record *r)
{
	char file[RECORD_PATH + 1];

	if (!p->keeping || !p->kept_asked)
		return;
	snprintf(file, sizeof(file), "%.*s", (int)r->text_len, r->text);
	end_kept(p, p->kept_status, r->id, file);
}

/* Where the room was reached after all, all goes on as usual. */
static void
welcome(struct plain *p)
{
	p->joined = true;
	p->due = INT64_MAX;
	if (p->kept_status == -1) {
		p->keeping = p->kept_asked = false;
		p->kept_due = INT64_MAX;
	}
}

static int64_t
wait_end(const struct plain *p)
{
	return p->options->wait_ms == 0 ? INT64_MAX :
	    clock_now_ms() + p->options->wait_ms;
}

static void
take_state(struct plain *p, const struct record_state *s)
{
	if (s->phase == RECORD_ONLINE) {
		if (!p->is_online)
			plain_out_state(p->options, "online", NULL);
		p->told_silent = false;
		p->due = INT64_MAX;
	}
	p->is_online = s->phase == RECORD_ONLINE;
	if (s->phase != RECORD_LOST)
		return;
	say_silent(p);
	if (!p->options->follow && p->due == INT64_MAX && !p->keeping)
		p->due = wait_end(p);
}

static void
say_aside(const struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	denial_aside(r, text, sizeof(text));
	plain_out_state(p->options, "aside", text);
}

static void
say_rewind(struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	p->newest = r->id;
	snprintf(text, sizeof(text), _("the server had to go back: the lines "
	    "after %llu are not in the room any more"),
	    (unsigned long long)r->id);
	plain_out_state(p->options, "rewind", text);
}

static bool
send_pieces(struct plain *p, uint64_t id, const char *text, size_t len)
{
	struct record r = { .type = RECORD_POST, .kind = ENTRY_SAY,
	    .id = id };
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
say_again(struct plain *p)
{
	size_t i;

	p->repeats = false;
	for (i = 0; i < p->handed.n; i++)
		send_pieces(p, p->handed.lines[i].id, p->handed.lines[i].text,
		    p->handed.lines[i].len);
}

static void
take_record(struct plain *p, const struct record *r)
{
	switch (r->type) {
	case RECORD_WELCOME:
		plain_out_name(&p->out, r->text, r->text_len);
		welcome(p);
		break;
	case RECORD_ROOM:
		plain_out_room(&p->out, r->text, r->text_len);
		break;
	case RECORD_ENTRY:
		p->newest = r->entry.seq;
		note_known(p, r->entry.id);
		if (r->entry.id != 0 && (r->entry.id & RECORD_EARLIER) == 0 &&
		    p->unseen > 0)
			p->unseen--;
		if (p->options->classic)
			p->waiting = p->unseen;
		plain_out_entry(&p->out, &r->entry);
		break;
	case RECORD_CAUGHT_UP:
		p->caught_up = true;
		break;
	case RECORD_PENDING:
		p->waiting++;
		if (p->repeats)
			handed_found(&p->handed, (uint32_t)r->id,
			    entry_more(r->flags));
		break;
	case RECORD_STORED:
		handed_kept(&p->handed, r->id, r->flags);
		break;
	case RECORD_POSTED:
		note_known(p, r->id);
		if (p->waiting > 0)
			p->waiting--;
		break;
	case RECORD_REFUSED:
		refused(p, r);
		break;
	case RECORD_DENIED:
		denied(p, r);
		break;
	case RECORD_REWIND:
		say_rewind(p, r);
		break;
	case RECORD_DISK:
		plain_out_state(p->options, "stopped", _("the server has "
		    "stopped: its disk takes nothing any more"));
		break;
	case RECORD_ASIDE:
		say_aside(p, r);
		break;
	case RECORD_STATE:
		if (p->repeats)
			say_again(p);
		take_state(p, &r->state);
		break;
	case RECORD_KEPT:
		take_kept(p, r);
		break;
	default:
		break;
	}
}

/* The receiver has died: another goes on where it was, or there is an end. */
static void
lose_receiver(struct plain *p)
{
	struct record login = { .type = RECORD_LOGIN,
	    .text = p->options->name, .text_len = strlen(p->options->name) };

	if (signals_leaving() != -1 || !receiver_again(p->receiver,
	    clock_now_ms(), p->newest, p->options->name)) {
		end(p, EXIT_FAILURE, _("the receiver process ended "
		    "unexpectedly"));
		return;
	}
	p->repeats = true;
	p->kept_asked = false;
	p->waiting = p->unseen = 0;
	duct_send(p->receiver->duct, &login);
}

static void
take_records(struct plain *p)
{
	struct record r;
	enum duct_result result;

	while ((result = duct_next(p->receiver->duct, &r)) == DUCT_RECORD)
		take_record(p, &r);
	if (result == DUCT_CLOSED || duct_is_closed(p->receiver->duct))
		lose_receiver(p);
	else if (result == DUCT_BROKEN)
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

	if (p->repeats)
		return false;
	if (p->keeping)
		return duct_has_room(p->receiver->duct);
	return p->waiting < (is_long ? UNSEEN_LONG : WAITING) &&
	    p->unseen < (is_long ? UNSEEN_LONG : UNSEEN) &&
	    duct_has_room(p->receiver->duct);
}

static void
complain(struct plain *p, const char *why)
{
	plain_out_error(p->options, p->in.line, why);
	p->failed = true;
}

/* False: it is nothing but blanks. Of one line, unless it came as JSON. */
static bool
say(struct plain *p, const char *text, size_t len)
{
	char clean[TEXT_TAB_BYTES * PLAIN_IN_BYTES];

	len = p->options->classic ? text_clean(clean, text, len, false) :
	    text_said(clean, text, len, p->options->json ||
	    p->options->one_message);
	if (len == 0)
		return false;
	if (len > (p->options->classic ? (size_t)TEXT_LINE_BYTES :
	    (size_t)PIECES_TEXT_BYTES) || pieces_count(clean, len) >
	    ENTRY_MORE_MAX + 1) {
		complain(p, _("too long, not said"));
		return true;
	}
	handed_add(&p->handed, p->next_id, ENTRY_SAY, clean, len);
	/* If it is gone, reading will say so. */
	send_pieces(p, p->next_id++, clean, len);
	return true;
}

/* What is not exactly as it must be is not said at all. */
static void
say_json(struct plain *p, const char *line, size_t len)
{
	const char *why;
	size_t n;

	why = json_read_text(p->said, &n, line, len);
	if (why == NULL && !say(p, p->said, n))
		why = _("there is nothing to say in it");
	if (why != NULL)
		complain(p, why);
}

static void
take_lines(struct plain *p)
{
	enum plain_in_found found = PLAIN_IN_TEXT;
	const char *text, *why;
	size_t len;

	while (found != PLAIN_IN_NOTHING && may_say(p) && p->status == -1) {
		found = plain_in_next(&p->in, &text, &len, &why);
		if (found == PLAIN_IN_TEXT && p->options->json)
			say_json(p, text, len);
		else if (found == PLAIN_IN_TEXT)
			say(p, text, len);
		else if (found == PLAIN_IN_WRONG)
			complain(p, why);
	}
}

static bool
wants_input(const struct plain *p)
{
	return (p->joined || p->keeping) && !p->in.ended && may_say(p) &&
	    !plain_out_is_full(&p->out) &&
	    plain_in_has_room(&p->in);
}

/* What is kept is what there is by now. */
static bool
is_dry(const struct plain *p)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return p->kept_due != INT64_MAX && (p->joined ||
	    poll(&fd, 1, 0) <= 0 || fd.revents == 0);
}

/* No more is read. Half of what was to be one message is none. */
static void
cut_input(struct plain *p)
{
	if (p->in.whole && p->in.len > p->in.at) {
		p->in.at = p->in.len;
		complain(p, _("cut off, not said"));
	}
	p->in.ended = true;
}

static void
ask_kept(struct plain *p)
{
	struct record ask = { .type = RECORD_KEEP };

	if (!p->keeping || p->kept_asked)
		return;
	if (!p->in.ended && (is_dry(p) || plain_out_is_full(&p->out)))
		cut_input(p);
	take_lines(p);
	if (!plain_in_is_done(&p->in))
		return;
	p->kept_asked = duct_send(p->receiver->duct, &ask);
	if (p->kept_due == INT64_MAX)
		p->kept_due = clock_now_ms() + KEEP_MS;
}

static void
take_signal(struct plain *p)
{
	int status = signals_leaving();

	if (status == -1 || p->kept_status == status)
		return;
	if (p->joined && p->waiting == 0 && p->in.at == p->in.len)
		end(p, status, "");
	else
		keep(p, status);
}

static void
take_time(struct plain *p)
{
	int64_t now = clock_now_ms();

	if (now >= p->kept_due)
		end(p, p->kept_status > 0 ? p->kept_status : EXIT_FAILURE,
		    _("the disk takes too long: not all may be kept"));
	else if (now >= p->timeout) {
		p->timeout = INT64_MAX;
		p->kept_due = now + KEEP_MS;
		keep(p, p->options->has_count ? EXIT_TIMEOUT :
		    p->joined ? EXIT_SUCCESS : -1);
	} else if (now >= p->due)
		keep(p, -1);
}

static int64_t
next_due(const struct plain *p)
{
	int64_t due = p->due < p->kept_due ? p->due : p->kept_due;

	return p->timeout < due ? p->timeout : due;
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
	take_time(p);
	if (n <= 0)
		return;
	if (fds[COMMANDS_OUT].revents & POLLOUT)
		duct_flush(duct);
	if (fds[RECORDS_IN].revents != 0)
		take_records(p);
	if (fds[INPUT].revents != 0)
		plain_in_read(&p->in, STDIN_FILENO);
}

/* All is said and printed, and nobody wants to hear more. */
static bool
is_done(const struct plain *p)
{
	if (plain_out_is_full(&p->out))
		return p->waiting == 0 && !p->keeping;
	return p->joined && !p->keeping && plain_in_is_done(&p->in) && p->waiting == 0 &&
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
	p->kept_status = -1;
	p->kept_due = INT64_MAX;
	p->due = wait_end(p);
	p->next_id = 1;
	plain_out_init(&p->out, options, clock_wall_ms());
	p->in.whole = options->one_message;
	p->timeout = options->timeout_ms == 0 ? INT64_MAX :
	    clock_now_ms() + options->timeout_ms;
	duct_send(receiver->duct, &login);
	while (p->status == -1) {
		if (p->joined)
			take_lines(p);
		if (is_done(p))
			end(p, p->failed ? EXIT_FAILURE : EXIT_SUCCESS, "");
		ask_kept(p);
		if (p->status == -1)
			wait_events(p, outside);
	}
	status = p->status;
	handed_clear(&p->handed);
	free(p);
	return status;
}
