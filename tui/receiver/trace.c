/*
 * How datagrams, frames and records are called in a trace. Pure; runs in the
 * receiver process. Says no name of a person, nothing that somebody said, no
 * key.
 */
#include "tui/receiver/trace.h"

#include <stdio.h>
#include <string.h>

#include "common/frame.h"
#include "common/hello.h"
#include "common/seal.h"
#include "common/wire.h"
#include "tui/shared/record.h"

static const char *const frame_names[FRAME_TYPE_MAX + 1] = {
	[FRAME_POST] = "POST",
	[FRAME_POSTED] = "POSTED",
	[FRAME_ENTRIES] = "ENTRIES",
	[FRAME_SYNC] = "SYNC",
	[FRAME_READ] = "READ",
	[FRAME_HEAD] = "HEAD",
	[FRAME_MEMBERS] = "MEMBERS",
	[FRAME_LEAVE] = "LEAVE",
	[FRAME_ERROR] = "ERROR",
	[FRAME_PING] = "PING",
	[FRAME_PONG] = "PONG",
	[FRAME_WHOIS] = "WHOIS",
	[FRAME_PERSON] = "PERSON",
	[FRAME_PROMPT] = "PROMPT",
	[FRAME_ROOM] = "ROOM",
	[FRAME_ENTER] = "ENTER",
	[FRAME_ENTERED] = "ENTERED",
	[FRAME_ASK] = "ASK",
	[FRAME_LIST] = "LIST",
	[FRAME_MARK] = "MARK",
	[FRAME_NAME] = "NAME",
	[FRAME_SEAT] = "SEAT",
	[FRAME_REKEY] = "REKEY",
	[FRAME_NODES] = "NODES"
};
_Static_assert(FRAME_TYPE_MAX == 27, "a name for each: add it, then count");

static const char *const record_names[RECORD_TYPE_MAX + 1] = {
	[RECORD_LOGIN] = "LOGIN",
	[RECORD_POST] = "POST",
	[RECORD_PASSPHRASE] = "PASSPHRASE",
	[RECORD_READ] = "READ",
	[RECORD_NICK] = "NICK",
	[RECORD_WHOIS] = "WHOIS",
	[RECORD_VERIFY] = "VERIFY",
	[RECORD_WAKE] = "WAKE",
	[RECORD_LEAVE] = "LEAVE",
	[RECORD_WITHDRAW] = "WITHDRAW",
	[RECORD_KEEP] = "KEEP",
	[RECORD_JOIN] = "JOIN",
	[RECORD_PART] = "PART",
	[RECORD_LOOK] = "LOOK",
	[RECORD_ROOMS] = "ROOMS",
	[RECORD_TALK] = "TALK",
	[RECORD_TALKS] = "TALKS",
	[RECORD_PIN] = "PIN",
	[RECORD_COMPARE] = "COMPARE",
	[RECORD_SHUT] = "SHUT",
	[RECORD_SEEN] = "SEEN",
	[RECORD_DEVICES] = "DEVICES",
	[RECORD_FORGET] = "FORGET",
	[RECORD_ROOM] = "ROOM",
	[RECORD_WELCOME] = "WELCOME",
	[RECORD_DENIED] = "DENIED",
	[RECORD_NICK_DENIED] = "NICK_DENIED",
	[RECORD_ENTRY] = "ENTRY",
	[RECORD_CAUGHT_UP] = "CAUGHT_UP",
	[RECORD_OLDER] = "OLDER",
	[RECORD_PENDING] = "PENDING",
	[RECORD_STORED] = "STORED",
	[RECORD_POSTED] = "POSTED",
	[RECORD_REFUSED] = "REFUSED",
	[RECORD_DISK] = "DISK",
	[RECORD_WITHDRAWN] = "WITHDRAWN",
	[RECORD_REWIND] = "REWIND",
	[RECORD_ASIDE] = "ASIDE",
	[RECORD_DAMAGED] = "DAMAGED",
	[RECORD_VERIFIED] = "VERIFIED",
	[RECORD_NEW_HOST] = "NEW_HOST",
	[RECORD_MOVED] = "MOVED",
	[RECORD_WINDOW] = "WINDOW",
	[RECORD_MEMBER] = "MEMBER",
	[RECORD_PERSON] = "PERSON",
	[RECORD_KEPT] = "KEPT",
	[RECORD_LISTED] = "LISTED",
	[RECORD_OFFERED] = "OFFERED",
	[RECORD_TALK_LISTED] = "TALK_LISTED",
	[RECORD_TALKER] = "TALKER",
	[RECORD_LOCKED] = "LOCKED",
	[RECORD_MISSING] = "MISSING",
	[RECORD_DIGITS] = "DIGITS",
	[RECORD_MARK] = "MARK",
	[RECORD_MINE] = "MINE",
	[RECORD_PARTED] = "PARTED",
	[RECORD_DEVICE] = "DEVICE",
	[RECORD_STATE] = "STATE"
};
_Static_assert(RECORD_TYPE_MAX == 58, "a name for each: add it, then count");

const char *
trace_datagram(const void *data, size_t len)
{
	uint8_t type = len > 0 ? *(const uint8_t *)data : 0;

	switch (type) {
	case HELLO_TYPE:
		return "HELLO";
	case HELLO_COOKIE_TYPE:
		return "COOKIE";
	case HELLO_HS2_TYPE:
		return "HS2";
	case HELLO_HS3_TYPE:
		return "HS3";
	case HELLO_RESET_TYPE:
		return "RESET";
	case SEAL_TYPE:
		return "sealed";
	}
	return type < HELLO_TYPE ? "classic" : "unknown";
}

/* From the first to the last of a list of entries or of posts. */
static void
put_span(char *text, size_t size, const char *name, uint64_t first,
    uint64_t last)
{
	unsigned long long a = first, b = last;

	if (last == 0)
		snprintf(text, size, "%s none", name);
	else if (first == last)
		snprintf(text, size, "%s %llu", name, a);
	else
		snprintf(text, size, "%s %llu..%llu", name, a, b);
}

static void
put_entries(char *text, size_t size, struct frame *f)
{
	uint64_t first = 0, last = 0;
	struct entry e;

	while (frame_next_entry(f, &e)) {
		if (first == 0)
			first = e.seq;
		last = e.seq;
	}
	put_span(text, size, frame_names[FRAME_ENTRIES], first, last);
}

/* An outbox's number is left away, its counters are enough. */
static void
put_posts(char *text, size_t size, struct frame *f)
{
	uint64_t first = 0, last = 0;
	struct frame_post p;

	while (frame_next_post(f, &p)) {
		if (first == 0)
			first = (uint32_t)p.id;
		last = (uint32_t)p.id;
	}
	put_span(text, size, frame_names[FRAME_POST], first, last);
}

static void
put_frame(char *text, size_t size, struct frame *f)
{
	const char *name = frame_names[f->type];

	switch (f->type) {
	case FRAME_ENTRIES:
	case FRAME_SEAT:
		put_entries(text, size, f);
		break;
	case FRAME_POST:
		put_posts(text, size, f);
		break;
	case FRAME_SYNC:
	case FRAME_HEAD:
		snprintf(text, size, "%s %llu", name,
		    (unsigned long long)f->at.seq);
		break;
	case FRAME_POSTED:
		snprintf(text, size, "%s %u", name, (uint32_t)f->id);
		break;
	case FRAME_ROOM:
	case FRAME_ENTER:
	case FRAME_ENTERED:
		snprintf(text, size, "%s %u", name, f->slot);
		break;
	case FRAME_READ:
		snprintf(text, size, "%s %llu %llu", name,
		    (unsigned long long)f->seq, (unsigned long long)f->count);
		break;
	case FRAME_MEMBERS:
		snprintf(text, size, "%s %llu+%llu of %llu", name,
		    (unsigned long long)f->offset,
		    (unsigned long long)f->count,
		    (unsigned long long)f->total);
		break;
	case FRAME_ERROR:
		snprintf(text, size, "%s %llu", name,
		    (unsigned long long)f->code);
		break;
	default:
		snprintf(text, size, "%s", name);
		break;
	}
}

/* What does not fit ends in "...", never in half a number. */
static bool
add(char text[TRACE_TEXT], const char *one)
{
	size_t len = strlen(text);
	const char *comma = len > 0 ? ", " : "";

	if (len + strlen(one) + sizeof(", , ...") > TRACE_TEXT) {
		strlcat(text, ", ...", TRACE_TEXT);
		return false;
	}
	snprintf(text + len, TRACE_TEXT - len, "%s%s", comma, one);
	return true;
}

char *
trace_frames(char text[TRACE_TEXT], const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	enum frame_error error;
	struct frame f;
	char one[96];

	text[0] = '\0';
	while ((error = frame_next(&in, &f)) == FRAME_OK) {
		put_frame(one, sizeof(one), &f);
		if (!add(text, one))
			return text;
	}
	if (error != FRAME_END)
		add(text, "broken");
	else if (text[0] == '\0')
		add(text, "nothing");
	return text;
}

static void
put_record(char text[TRACE_TEXT], const struct record *r)
{
	static const char *const phases[] = {
		[RECORD_IDLE] = "idle", [RECORD_JOINING] = "joining",
		[RECORD_ONLINE] = "online", [RECORD_LOST] = "lost"
	};
	const char *name = record_names[r->type];

	if (r->type == RECORD_ENTRY || r->type == RECORD_OLDER)
		snprintf(text, TRACE_TEXT, "%s %llu", name,
		    (unsigned long long)r->entry.seq);
	else if (r->type == RECORD_STATE)
		snprintf(text, TRACE_TEXT, "%s %s, %u wait", name,
		    phases[r->state.phase], r->state.pending);
	else if (r->type == RECORD_DENIED || r->type == RECORD_NICK_DENIED)
		snprintf(text, TRACE_TEXT, "%s %d", name, (int)r->denial);
	else if (r->id & RECORD_EARLIER)
		snprintf(text, TRACE_TEXT, "%s %u of earlier", name,
		    (uint32_t)r->id);
	else if (r->id != 0)
		snprintf(text, TRACE_TEXT, "%s %llu", name,
		    (unsigned long long)r->id);
	else
		snprintf(text, TRACE_TEXT, "%s", name);
}

char *
trace_record(char text[TRACE_TEXT], const struct record *r)
{
	size_t len;

	put_record(text, r);
	len = strlen(text);
	if (r->window != 0)
		snprintf(text + len, TRACE_TEXT - len, " in %u", r->window);
	return text;
}
