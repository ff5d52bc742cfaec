/*
 * What the receiver tells plain mode: entries to standard output, states and
 * reasons to standard error. Parent process.
 */
#include "tui/plain_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/lang.h"
#include "tui/receiver/receiver.h"
#include "tui/session/denial.h"
#include "tui/session/rule_words.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"
#include "tui/shared/store.h"

enum {
	EXIT_UNDELIVERED = 4
};

/* That line is in the outbox, in the room, or not to be said. */
static void
note_known(struct plain *p, uint64_t id)
{
	if (id != 0 && (id & RECORD_EARLIER) == 0)
		handed_forget(&p->room->handed, id);
}

static void
refused(struct plain *p, const struct record *r)
{
	char why[RULE_WORDS_BYTES];

	if (p->room->talk && (r->flags & (RECORD_MUTED | RECORD_ASTRAY))) {
		rule_words_unwanted(why, r, p->options->plain.to);
		plain_not_said(p, 0, r->entry.text, r->entry.text_len, why);
	} else if (r->flags & RECORD_MUTED) {
		rule_words_muted(why, r, clock_wall_ms());
		plain_not_said(p, 0, r->entry.text, r->entry.text_len, why);
	} else if (p->options->classic)
		plain_not_said(p, 0, r->text, r->text_len,
		    _("refused by the server"));
	else
		plain_lose(p, r);
	note_known(p, r->id);
	p->failed = true;
	if (p->room->waiting > 0)
		p->room->waiting--;
	if (p->room->unseen > 0)
		p->room->unseen--;
}

/* room: NULL, or which of several it is about. */
static int
reason(const struct options *o, const char *room, const struct record *r,
    char *why, size_t size)
{
	char server[OPTIONS_SHOWN], rule[PLAIN_WHY_BYTES], path[PATH_MAX];
	const struct denial_user user = { o->name,
	    options_show(server, o->server, o->port),
	    store_config(path, "known_hosts") ? path : "known_hosts", room };
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
		snprintf(why, size, o->classic ?
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
		snprintf(why, size, (r->flags & RECORD_NOR_OTHERS) != 0 ?
		    _("nobody answers at %s port %u, nor at the room's other "
		    "servers") : _("nobody answers at %s port %u"),
		    o->server, o->port);
		break;
	}
	return EXIT_FAILURE;
}

int
plain_reason(const struct options *o, const struct record *r, char *why,
    size_t size)
{
	return reason(o, NULL, r, why, size);
}

static void
say_silent(struct plain *p, uint32_t flags)
{
	p->silent_flags = flags;
	if (!p->told_silent)
		plain_out_state(p->options, "lost", NULL,
		    (flags & RECORD_NOR_OTHERS) != 0 ?
		    _("no answer, nor from the room's other servers, trying "
		    "again") : _("no answer, trying again"));
	p->told_silent = true;
}

void
plain_leave(struct plain *p, int status, const char *why)
{
	/* It may be leaving already, with a status of its own. */
	if (p->kept_status != -1)
		return;
	strlcpy(p->kept_why, why, sizeof(p->kept_why));
	plain_keep(p, status);
}

static void
denied(struct plain *p, const struct record *r)
{
	char why[PLAIN_WHY_BYTES];
	const char *room = p->room->out.room[0] != '\0' ? p->room->out.room :
	    p->room->asked[0] != '\0' ? p->room->asked : NULL;
	int status = reason(p->options, r->id != 0 ? room : NULL, r, why,
	    sizeof(why));

	if (r->id != 0 && p->room->talk) {
		p->room->denied = true;
		plain_leave(p, PLAIN_MAY_NOT, why);
		return;
	}
	if (r->id != 0) {
		p->room->denied = p->refused = true;
		plain_out_error(p->options, 0, why);
		return;
	}
	/* A bad network is not an empty one, and a server may be starting. */
	if (r->denial == RECORD_SILENT || r->denial == RECORD_UNREACHABLE)
		say_silent(p, r->flags);
	else if (r->denial == RECORD_REPLACED)
		plain_leave(p, status, why);
	else
		plain_end(p, status, why);
}

/* As one that keeps us out: whoever wants it there begins it anew. */
static void
parted(struct plain *p, const struct record *r)
{
	char why[PLAIN_WHY_BYTES];

	(void)r;
	snprintf(why, sizeof(why), _("you have left %s by another device"),
	    p->room->out.room);
	p->room->denied = p->refused = true;
	plain_out_error(p->options, 0, why);
}

/* Nobody answered in time, or with a status a signal came. */
static void
end_kept(struct plain *p, int status, uint64_t lines, const char *file)
{
	struct record silent = { .denial = RECORD_SILENT,
	    .flags = p->silent_flags };
	char why[PLAIN_WHY_BYTES], kept[PLAIN_WHY_BYTES] = "";
	bool is_kept = *file != '\0' && lines > 0;

	strlcpy(why, p->kept_why, sizeof(why));
	if (status == -1)
		status = plain_reason(p->options, &silent, why, sizeof(why));
	/* Only the server knows whom what was given is for. */
	if (p->kept_status == -1 && p->knows_nobody)
		status = PLAIN_MAY_NOT;
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

bool
plain_stays(const struct plain *p)
{
	return p->options->plain.follow || (p->options->plain.has_count &&
	    p->options->plain.timeout_ms != 0);
}

void
plain_keep(struct plain *p, int status)
{
	if (p->options->classic) {
		end_kept(p, status, plain_waiting(p), "");
		return;
	}
	p->keeping = true;
	p->kept_status = status;
	p->due = INT64_MAX;
	if (status != -1 || plain_stays(p))
		p->kept_due = clock_now_ms() + PLAIN_KEEP_MS;
}

static void
take_kept(struct plain *p, const struct record *r)
{
	uint64_t lines = 0;
	size_t i;

	if (!p->keeping || !p->kept_asked)
		return;
	p->room->kept = r->id;
	p->room->told_kept = true;
	if (r->id > 0 && p->kept_file[0] == '\0')
		snprintf(p->kept_file, sizeof(p->kept_file), "%.*s",
		    (int)r->text_len, r->text);
	for (i = 0; i < p->rooms_n; i++) {
		if (!p->rooms[i]->told_kept && !p->rooms[i]->denied)
			return;
		lines += p->rooms[i]->kept;
	}
	end_kept(p, p->kept_status, lines, p->kept_file);
}

/* There is no talk with him, or none any more; format NULL: there is. */
static void
give_up(struct plain *p, const char *format)
{
	char why[PLAIN_WHY_BYTES];

	if (format == NULL)
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(why, sizeof(why), format, p->options->plain.to);
#pragma GCC diagnostic pop
	/* What was given before waits for the next run; more is not taken. */
	if (p->talk != NULL)
		plain_leave(p, PLAIN_MAY_NOT, why);
	else
		plain_end(p, PLAIN_MAY_NOT, why);
}

static void
take_offered(struct plain *p, const struct record *r)
{
	give_up(p, plain_talk_offered(p, r));
}

static void
take_locked(struct plain *p, const struct record *r)
{
	give_up(p, plain_talk_locked(p, r));
}

/* Where the room was reached after all, all goes on as usual. */
static void
welcome(struct plain *p, const struct record *r)
{
	const struct record ask = { .type = RECORD_ROOMS };

	plain_out_name(&p->out, r->text, r->text_len);
	p->joined = p->room->joined = true;
	p->due = INT64_MAX;
	if (p->lists)
		duct_send(p->receiver->duct, &ask);
	if (p->room == p->rooms[0])
		give_up(p, plain_talk_begin(p, r->flags));
	if (p->kept_status == -1) {
		p->keeping = p->kept_asked = false;
		p->kept_due = INT64_MAX;
	}
}

int64_t
plain_wait_end(const struct plain *p)
{
	return p->options->plain.wait_ms == 0 ? INT64_MAX :
	    clock_now_ms() + p->options->plain.wait_ms;
}

/* For who reads, it is told once. */
static void
tell_held(struct plain *p, const struct plain_room *room)
{
	const char *why = room->held.why == RECORD_HELD_DISK ?
	    _("the server's disk is full; what was given waits") :
	    _("the room takes only so much at a time; what was given waits "
	    "for its turn");

	plain_out_state(p->options, "held", &room->out, room->held.once &&
	    !p->options->plain.json ? NULL : why);
}

int64_t
plain_tell_held(struct plain *p, int64_t now)
{
	int64_t due = INT64_MAX;
	struct plain_held *held;
	size_t i;

	for (i = 0; i < p->rooms_n; i++) {
		held = &p->rooms[i]->held;
		if (now >= held->due) {
			held->due = INT64_MAX;
			held->told = true;
			tell_held(p, p->rooms[i]);
			held->once = true;
		}
		due = clock_earlier(due, held->due);
	}
	return due;
}

static void
take_held(struct plain *p, enum record_held why)
{
	struct plain_held *held = &p->room->held;

	held->why = why;
	if (why != RECORD_HELD_NOT && !held->told && held->due == INT64_MAX)
		held->due = clock_now_ms() + PLAIN_HELD_MS;
	if (why != RECORD_HELD_NOT)
		return;
	held->due = INT64_MAX;
	if (held->told)
		plain_out_state(p->options, "free", &p->room->out, NULL);
	held->told = false;
}

static void
take_state(struct plain *p, const struct record *r)
{
	const struct record_state *s = &r->state;

	if (p->room->repeats)
		plain_say_again(p);
	if (s->phase == RECORD_ONLINE) {
		if (!p->is_online)
			plain_out_state(p->options, "online", NULL,
			    p->told_silent ? _("the server answers") : NULL);
		p->told_silent = false;
		p->due = INT64_MAX;
	}
	p->is_online = s->phase == RECORD_ONLINE;
	take_held(p, s->held);
	if (s->phase != RECORD_LOST)
		return;
	say_silent(p, 0);
	if (!plain_stays(p) && p->due == INT64_MAX && !p->keeping)
		p->due = plain_wait_end(p);
}

static void
say_aside(struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	denial_aside(r, text, sizeof(text));
	plain_out_state(p->options, "aside", &p->room->out, text);
}

static void
say_damaged(struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	denial_damaged(r, text, sizeof(text));
	plain_out_state(p->options, "damaged", &p->room->out, text);
}

static void
say_rewind(struct plain *p, const struct record *r)
{
	char text[PLAIN_WHY_BYTES];

	p->room->newest = r->id;
	snprintf(text, sizeof(text), _("the server had to go back: the lines "
	    "after %llu are not in the room any more"),
	    (unsigned long long)r->id);
	plain_out_state(p->options, "rewind", &p->room->out, text);
}

static void
take_room(struct plain *p, const struct record *r)
{
	if (p->room->talk)
		return;
	plain_out_room(&p->room->out, r->text, r->text_len);
}

static void
take_entry(struct plain *p, const struct record *r)
{
	const struct entry *e = &r->entry;

	p->room->newest = e->seq;
	note_known(p, e->id);
	if (e->id != 0 && (e->id & RECORD_EARLIER) == 0 && p->room->unseen > 0)
		p->room->unseen--;
	if (p->options->classic)
		p->room->waiting = p->room->unseen;
	if (plain_is_heard(p, p->room) && (!p->room->talk ||
	    entry_role(e->flags) != RECORD_UNREADABLE))
		plain_out_entry(&p->out, &p->room->out, e);
}

static void
take_caught_up(struct plain *p, const struct record *r)
{
	(void)r;
	p->room->caught_up = true;
}

static void
take_pending(struct plain *p, const struct record *r)
{
	p->room->waiting++;
	handed_found(&p->room->handed, r->id, entry_more(r->flags),
	    p->room->repeats);
}

static void
take_moved(struct plain *p, const struct record *r)
{
	(void)r;
	handed_all_known(&p->room->handed);
	receiver_moves(p->receiver);
}

static void
take_stored(struct plain *p, const struct record *r)
{
	if (r->id > p->room->lost.last)
		plain_lost_end(p);
	handed_kept(&p->room->handed, r->id, r->flags);
}

static void
take_posted(struct plain *p, const struct record *r)
{
	if (r->flags & RECORD_PASSED) {
		if ((r->id & RECORD_EARLIER) == 0 && p->room->unseen > 0)
			p->room->unseen--;
		return;
	}
	note_known(p, r->id);
	p->room->caught_up &= (r->flags & RECORD_BEHIND) == 0;
	if (p->room->waiting > 0)
		p->room->waiting--;
}

static void
say_stopped(struct plain *p, const struct record *r)
{
	(void)r;
	plain_out_state(p->options, "stopped", NULL,
	    _("the server has stopped: its disk takes nothing any more"));
}

void
plain_take_record(struct plain *p, const struct record *r)
{
	typedef void taker(struct plain *, const struct record *);
	static taker *const takes[] = {
		[RECORD_WELCOME] = welcome,
		[RECORD_ROOM] = take_room,
		[RECORD_ENTRY] = take_entry,
		[RECORD_CAUGHT_UP] = take_caught_up,
		[RECORD_PENDING] = take_pending,
		[RECORD_STORED] = take_stored,
		[RECORD_MOVED] = take_moved,
		[RECORD_POSTED] = take_posted,
		[RECORD_REFUSED] = refused,
		[RECORD_DENIED] = denied,
		[RECORD_PARTED] = parted,
		[RECORD_REWIND] = say_rewind,
		[RECORD_DISK] = say_stopped,
		[RECORD_ASIDE] = say_aside,
		[RECORD_DAMAGED] = say_damaged,
		[RECORD_STATE] = take_state,
		[RECORD_LISTED] = plain_take_listed,
		[RECORD_OFFERED] = take_offered,
		[RECORD_LOCKED] = take_locked,
		[RECORD_MISSING] = plain_talk_missing,
		[RECORD_KEPT] = take_kept
	};

	if (r->window >= p->rooms_n)
		return;
	p->room = p->rooms[r->window];
	if (r->type < sizeof(takes) / sizeof(takes[0]) &&
	    takes[r->type] != NULL)
		takes[r->type](p, r);
	p->room = p->rooms[0];
}
