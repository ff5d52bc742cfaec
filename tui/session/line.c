/*
 * Entries as lines of the message pane. Pure; used by the client's parent
 * process.
 */
#include "tui/session/line.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#include "common/lang.h"
#include "tui/session/notices.h"
#include "tui/session/rule_words.h"

int32_t
line_day(int64_t time_ms)
{
	time_t t = (time_t)(time_ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return tm.tm_year * 366 + tm.tm_yday;
}

/* Does a name of ASCII go on with what stands at `at`? Then it is another
 * word. Letters that know no case are of a script that it is no word of, as
 * 请bob看. */
static bool
goes_on(const char *text, size_t len, size_t at)
{
	unsigned char c = (unsigned char)text[at];
	utf8proc_category_t category;
	utf8proc_int32_t point;

	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') ||
		    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	if (utf8proc_iterate((const utf8proc_uint8_t *)text + at,
	    (utf8proc_ssize_t)(len - at), &point) <= 0)
		return false;
	category = utf8proc_category(point);
	return (category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_LM) ||
	    (category >= UTF8PROC_CATEGORY_MN &&
	    category <= UTF8PROC_CATEGORY_ME);
}

static bool
is_word(const char *text, size_t len, size_t from, size_t to)
{
	size_t before = from;

	while (before > 0 && from - before < 4 &&
	    ((unsigned char)text[--before] & 0xc0) == 0x80)
		;
	return (from == 0 || !goes_on(text, from, before)) &&
	    (to == len || !goes_on(text, len, to));
}

bool
line_is_own(const struct entry *e, const char *name, bool classic)
{
	return e->author_len == strlen(name) && e->author_len > 0 &&
	    (classic || (e->flags & ENTRY_CLASSIC) == 0) &&
	    memcmp(e->author, name, e->author_len) == 0;
}

/* How far the next of such letters is, small or capital, if it is one of the
 * next eight bytes; else 8 (Bit Twiddling Hacks, haszero). */
static size_t
next_letter(const char *s, char small)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	v = (le64toh(v) | ones * 0x20) ^ ones * (unsigned char)small;
	v = (v - ones) & ~v & ones * 0x80;
	return v == 0 ? 8 : (size_t)__builtin_ctzll(v) / 8;
}

bool
line_mentions(const char *text, size_t len, const char *name)
{
	size_t n = strlen(name), i, to;
	bool words = n > 0 && (unsigned char)name[0] < 0x80;
	char lead = (char)(name[0] | 0x20);

	for (i = 0; n > 0 && i + n <= len; i++) {
		/* Most texts name nobody: the first letter tells it. */
		while (len - i >= 8 && (to = next_letter(text + i, lead)) > 0)
			i += to;
		if (i + n > len)
			break;
		if ((text[i] | 0x20) != lead ||
		    strncasecmp(text + i, name, n) != 0)
			continue;
		if (!words || is_word(text, len, i, i + n))
			return true;
	}
	return false;
}

/* The words of a notice, in the reader's language. */
static const char *
notice_text(const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_JOIN:
		return _("%.*s joined");
	case ENTRY_LEAVE:
		return _("%.*s left");
	case ENTRY_TIMEOUT:
		return _("%.*s timed out");
	case ENTRY_RENAME:
		return _("%.*s is now %.*s");
	case ENTRY_ACT:
		return "%.*s %.*s";
	default:
		return NULL;
	}
}

/* "~name" in buf; returns how many bytes of it that took. */
static size_t
mark_unverified(char *buf, struct entry *e)
{
	buf[0] = '~';
	memcpy(buf + 1, e->author, e->author_len);
	e->author = buf;
	return ++e->author_len;
}

/* What a host's program says for him, and not somebody by himself. */
static bool
is_host_end(const struct entry *e)
{
	const char *words = LINE_HOST_ENDED;

	return e->kind == ENTRY_ANNOUNCE && e->author_len == 0 &&
	    e->text_len == strlen(words) &&
	    memcmp(e->text, words, e->text_len) == 0;
}

_Static_assert((int)RULE_WORDS_BYTES <= (int)LINE_BYTES, "a rule is a line");

struct entry
line_of_entry(char buf[LINE_BYTES], const struct entry *from)
{
	struct entry e = *from;
	const char *format = notice_text(&e);
	size_t used = 0, room;
	int n;

	if (entry_is_rule(&e))
		used = rule_words(buf, &e);
	else if (entry_is_own_rule(&e))
		used = rule_words_own(buf, &e);
	if (used > 0) {
		e.text = buf;
		e.text_len = used;
	}
	if (used > 0 || entry_is_rule(&e))
		return e;
	if (is_host_end(&e)) {
		e.text = _(LINE_HOST_ENDED);
		e.text_len = strlen(e.text);
		return e;
	}
	if ((e.flags & ENTRY_CLASSIC) != 0 && e.author_len > 0 &&
	    e.author_len <= TEXT_NAME_BYTES)
		used = mark_unverified(buf, &e);
	if (format == NULL)
		return e;
	/* So did older servers say that somebody was put out. */
	if (e.kind == ENTRY_LEAVE && e.text_len > 0)
		format = _("%.*s left (%.*s)");
	room = LINE_BYTES - used;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = snprintf(buf + used, room, format, (int)e.author_len, e.author,
	    (int)e.text_len, e.text);
#pragma GCC diagnostic pop
	e.text = buf + used;
	e.text_len = n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
	return e;
}

const char *
line_sign(const struct entry *e, bool is_local)
{
	switch (e->kind) {
	case ENTRY_JOIN:
	case ENTRY_RENAME:
	case ENTRY_START:
		return e->flags & NOTICES_MIXED ? "⇄" : "→";
	case ENTRY_LEAVE:
	case ENTRY_TIMEOUT:
		return "←";
	case ENTRY_ACT:
		return "*";
	case ENTRY_ANNOUNCE:
		/* An act is marked: what is announced cannot look like it. */
		return is_local ? "·" : entry_is_rule(e) ? _("§ Admin") :
		    _("Admin");
	default:
		return NULL;
	}
}
