/*
 * The server's log. Writes to standard error and never waits for its reader:
 * the room must not stand still because nobody reads the log.
 */
#include "server/report.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/journal.h"
#include "common/lang.h"
#include "common/sock.h"
#include "common/text.h"

enum {
	REFUSALS_PER_S = 5,
	REFUSALS_BURST = 50,
	/* Less than PIPE_BUF: a pipe that polls ready takes it whole. */
	LINE_BYTES = 1024
};

static const char *const reasons[] = {
	[HUB_FINE] = "",
	[HUB_OUTSIDE] = N_("not from a local address"),
	[HUB_MALFORMED] = N_("no line of the protocol"),
	[HUB_NAME_MALFORMED] = N_("malformed name"),
	[HUB_NAME_RESERVED] = N_("reserved name"),
	[HUB_NAME_LETTER] = N_("name without a letter"),
	[HUB_NAME_START] = N_("name that begins like a sign"),
	[HUB_NAME_SIGN] = N_("name with a sign"),
	[HUB_NAME_MIXED] = N_("name of several scripts"),
	[HUB_NAME_ALIKE] = N_("name that looks like another's"),
	[HUB_NAME_MANY] = N_("more names than one may have"),
	[HUB_NAME_TAKEN] = N_("name taken"),
	[HUB_NAME_OWNED] = N_("name owned by another key"),
	[HUB_ALREADY_IN] = N_("already in"),
	[HUB_FULL] = N_("the room is full"),
	[HUB_CROWDED] = N_("too many are in from there"),
	[HUB_NOT_IN] = N_("not logged in"),
	[HUB_TEXT] = N_("text empty or too long"),
	[HUB_OVER_LIMIT] = N_("too fast"),
	[HUB_NO_SPACE] = N_("the log cannot be written"),
	[HUB_BANNED] = N_("banned"),
	[HUB_REKEYED] = N_("its key has been replaced"),
	[HUB_CLOSED] = N_("the room is closed"),
	[HUB_MUTED] = N_("muted"),
	[HUB_COOKIE] = N_("sent a cookie"),
	[HUB_UNKNOWN_SESSION] = N_("no such session"),
	[HUB_BAD_DATAGRAM] = N_("malformed datagram"),
	[HUB_TOO_MANY] = N_("too many handshakes"),
	[HUB_FORGED] = N_("not authentic"),
	[HUB_REPLAYED] = N_("replayed"),
	[HUB_BAD_FRAME] = N_("malformed frame")
};
_Static_assert(HUB_REASONS == 31, "a word for each: add it, then count");

static void put(const char *room, const char *, va_list)
    __attribute__((format(printf, 2, 0)));
static void say(const char *, ...) __attribute__((format(printf, 1, 2)));
static void say_of(const char *room, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* One line with the time; lost if standard error would block. */
static void
put(const char *room, const char *fmt, va_list ap)
{
	struct pollfd pfd = { .fd = STDERR_FILENO, .events = POLLOUT };
	char line[LINE_BYTES];
	time_t now = time(NULL);
	struct tm tm;
	size_t len;

	len = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%SZ ",
	    gmtime_r(&now, &tm));
	if (room != NULL)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s: ",
		    room);
	vsnprintf(line + len, sizeof(line) - 1 - len, fmt, ap);
	len = strlen(line);
	line[len++] = '\n';
	if (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLOUT) &&
	    write(STDERR_FILENO, line, len) == -1)
		return;		/* nowhere to say it */
}

static void
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(NULL, fmt, ap);
	va_end(ap);
}

/* The same, of a room; NULL: of home, or of none. */
static void
say_of(const char *room, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(room, fmt, ap);
	va_end(ap);
}

void
report_init(struct report *r, enum report_level level)
{
	memset(r, 0, sizeof(*r));
	r->level = level;
}

static enum report_level
level_of(const struct hub_event *ev)
{
	if (ev->kind == HUB_UNREAD)
		return REPORT_ERRORS;
	if (ev->kind != HUB_REFUSED)
		return REPORT_EVENTS;
	switch (ev->reason) {
	case HUB_NAME_MALFORMED:
	case HUB_NAME_RESERVED:
	case HUB_NAME_LETTER:
	case HUB_NAME_START:
	case HUB_NAME_SIGN:
	case HUB_NAME_MIXED:
	case HUB_NAME_ALIKE:
	case HUB_NAME_MANY:
	case HUB_NAME_TAKEN:
	case HUB_NAME_OWNED:
	case HUB_FULL:
	case HUB_CROWDED:
	case HUB_NO_SPACE:
	case HUB_BANNED:
	case HUB_REKEYED:
	case HUB_CLOSED:
		return REPORT_EVENTS;
	default:
		/* Also "already in": clients ask so whether we still live. */
		return REPORT_ALL;
	}
}

static void
report_refusal(struct report *r, int64_t now_ms, const struct hub_event *ev,
    const char *name, const char *addr)
{
	const char *reason = gettext(reasons[ev->reason]);

	if (!limit_take(&r->refusals, now_ms, 1, REFUSALS_PER_S,
	    REFUSALS_BURST)) {
		r->hidden++;
		return;
	}
	if (r->hidden > 0)
		say(_("%llu more refused, not shown"), r->hidden);
	r->hidden = 0;
	if (*name == '\0')
		say_of(ev->room, _("refused %s: %s"), addr, reason);
	else
		say_of(ev->room, _("refused %s as %s: %s"), addr, name,
		    reason);
}

static void
report_unread(const struct hub_event *ev)
{
	const struct journal_why *why = ev->disk;

	if (why->kind == JOURNAL_CORRUPT)
		say_of(ev->room, _("the room cannot be opened: %s is corrupt "
		    "at byte %lld; put back a copy of it"), why->path,
		    (long long)why->offset);
	else
		say_of(ev->room, ev->awaited ? _("the room cannot be opened: "
		    "%s; until it can, nothing that the other servers have is "
		    "heard here") : _("the room cannot be opened: %s"),
		    why->kind == JOURNAL_LOCKED ? _("another process has it") :
		    strerror(why->error));
}

void
report_event(struct report *r, int64_t now_ms, const struct hub_event *ev)
{
	char name[4 * TEXT_NAME_BYTES + 1] = "", addr[SOCK_ADDR_TEXT];

	if (r->level < level_of(ev))
		return;
	strlcpy(addr, "-", sizeof(addr));
	if (ev->addr != NULL)
		sock_addr_text(addr, ev->addr);
	if (ev->name != NULL)
		text_escape(name, sizeof(name), ev->name, ev->name_len);
	switch (ev->kind) {
	case HUB_UNREAD:
		report_unread(ev);
		break;
	case HUB_JOINED:
		say_of(ev->room, _("%s joined from %s"), name, addr);
		break;
	case HUB_LEFT:
		say_of(ev->room, _("%s left from %s"), name, addr);
		break;
	case HUB_VANISHED:
		say_of(ev->room, _("%s vanished from %s"), name, addr);
		break;
	case HUB_SILENT:
		say_of(ev->room, _("%s at %s was silent too long and is "
		    "removed"), name, addr);
		break;
	case HUB_KICKED:
		say_of(ev->room, _("%s was put out"), name);
		break;
	case HUB_REFUSED:
		report_refusal(r, now_ms, ev, name, addr);
		break;
	}
}

void
report_announce(enum hub_text why)
{
	switch (why) {
	case HUB_TEXT_OK:
	case HUB_TEXT_EMPTY:
		break;
	case HUB_TEXT_LONG:
		say(_("announcement not sent: longer than %d bytes"),
		    TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_NO_SPACE:
		say(_("announcement not sent: the log cannot be written"));
		break;
	case HUB_TEXT_UTF8:
		say(_("announcement not sent: not UTF-8"));
		break;
	}
}

void
report_log(const char *room, int *told, int error)
{
	/* Nothing is wrong with the disk: somebody was first. */
	if (error == EEXIST)
		error = 0;
	if ((error == 0) == (*told == 0))
		return;
	*told = error;
	if (error != 0)
		say_of(room, _("the log cannot be written: %s; what is said "
		    "waits"), strerror(error));
	else
		say_of(room, _("the log can be written again"));
}

void
report_cut(bool *told, bool cut)
{
	if (cut == *told)
		return;
	*told = cut;
	if (cut)
		say(_("cut off from the other servers: people are told that "
		    "this one pauses"));
	else
		say(_("hears the other servers again"));
}

void
report_root(const struct report *r)
{
	if (r->level >= REPORT_EVENTS)
		say(_("runs as root, though without root's power over others' "
		    "files: -u USER, or a directory that belongs to another "
		    "user, is better"));
}

void
report_end(int error)
{
	if (error == ESTALE)
		say("%s", _("what the other servers have does not follow what "
		    "is in the log here: move its directory away, and it is "
		    "taken from them; the server ends"));
	else
		say(_("the disk did not take the log: %s; nothing that was "
		    "acknowledged is lost, and the server ends"),
		    strerror(error));
}

/* Bytes allocated, 0 where the C library does not tell. */
static size_t
heap_bytes(void)
{
#ifdef __GLIBC__
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

void
report_figures(const struct hub_figures *h, const struct net_figures *n)
{
	say(_("members %zu, joined %llu, left %llu, lines %llu, "
	    "refused %llu, ignored %llu, withheld %llu, received %llu, "
	    "sent %llu, lost %llu, queued bytes %zu, heap bytes %zu"),
	    h->members, h->joined, h->left, h->lines, h->refused, h->ignored,
	    h->withheld, n->received, n->sent, n->lost, n->queued_bytes,
	    heap_bytes());
}
